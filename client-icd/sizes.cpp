#include "client-icd/sizes.h"

#include "gl/generated/enums.h"

namespace blink::icd {

// One, but for those listed.
std::int64_t parameter_count(gl::GLenum pname) {
  switch (pname) {
    case gl::GL_COLOR:  // glClearBuffer
    case gl::GL_AMBIENT:
    case gl::GL_DIFFUSE:
    case gl::GL_SPECULAR:
    case gl::GL_EMISSION:
    case gl::GL_AMBIENT_AND_DIFFUSE:
    case gl::GL_POSITION:
    case gl::GL_LIGHT_MODEL_AMBIENT:
    case gl::GL_FOG_COLOR:
    case gl::GL_TEXTURE_ENV_COLOR:
    case gl::GL_TEXTURE_BORDER_COLOR:
    case gl::GL_TEXTURE_SWIZZLE_RGBA:
    case gl::GL_OBJECT_PLANE:
    case gl::GL_EYE_PLANE:
    case gl::GL_PATCH_DEFAULT_OUTER_LEVEL:
    case gl::GL_CONVOLUTION_BORDER_COLOR:
    case gl::GL_CONVOLUTION_FILTER_SCALE:
    case gl::GL_CONVOLUTION_FILTER_BIAS:
    case gl::GL_COLOR_TABLE_SCALE:
    case gl::GL_COLOR_TABLE_BIAS: return 4;
    case gl::GL_SPOT_DIRECTION:
    case gl::GL_COLOR_INDEXES:
    case gl::GL_POINT_DISTANCE_ATTENUATION: return 3;
    case gl::GL_PATCH_DEFAULT_INNER_LEVEL: return 2;
    default: return 1;
  }
}

}  // namespace blink::icd
