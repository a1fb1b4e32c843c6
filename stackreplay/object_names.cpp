#include "stackreplay/object_names.h"

#include <optional>

#include "gl/generated/enums.h"
#include "stackreplay/replay.h"

namespace blink::stackreplay {

using namespace gl;

NameKind kind_of_object(GLenum what) {
  switch (what) {
    case GL_RENDERBUFFER: return NameKind::renderbuffer;
    case GL_BUFFER: return NameKind::buffer;
    case GL_SHADER: return NameKind::shader;
    case GL_PROGRAM: return NameKind::program;
    case GL_QUERY: return NameKind::query;
    case GL_PROGRAM_PIPELINE: return NameKind::program_pipeline;
    case GL_SAMPLER: return NameKind::sampler;
    case GL_DISPLAY_LIST: return NameKind::display_list;
    case GL_FRAMEBUFFER: return NameKind::framebuffer;
    case GL_VERTEX_ARRAY: return NameKind::vertex_array;
    case GL_TRANSFORM_FEEDBACK: return NameKind::transform_feedback;
    default: return NameKind::texture;
  }
}

namespace {

std::optional<NameKind> kind_of_binding(GLenum pname) {
  switch (pname) {
    case GL_ARRAY_BUFFER_BINDING:
    case GL_ELEMENT_ARRAY_BUFFER_BINDING:
    case GL_PIXEL_PACK_BUFFER_BINDING:
    case GL_PIXEL_UNPACK_BUFFER_BINDING:
    case GL_UNIFORM_BUFFER_BINDING:
    case GL_TRANSFORM_FEEDBACK_BUFFER_BINDING:
    case GL_COPY_READ_BUFFER_BINDING:
    case GL_COPY_WRITE_BUFFER_BINDING:
    case GL_DRAW_INDIRECT_BUFFER_BINDING:
    case GL_DISPATCH_INDIRECT_BUFFER_BINDING:
    case GL_PARAMETER_BUFFER_BINDING:
    case GL_QUERY_BUFFER_BINDING:
    case GL_SHADER_STORAGE_BUFFER_BINDING:
    case GL_ATOMIC_COUNTER_BUFFER_BINDING:
    case GL_TEXTURE_BUFFER_BINDING:
    case GL_TEXTURE_BUFFER_DATA_STORE_BINDING:
    case GL_VERTEX_ATTRIB_ARRAY_BUFFER_BINDING:
    case GL_VERTEX_BINDING_BUFFER:
    case GL_VERTEX_ARRAY_BUFFER_BINDING:
    case GL_NORMAL_ARRAY_BUFFER_BINDING:
    case GL_COLOR_ARRAY_BUFFER_BINDING:
    case GL_SECONDARY_COLOR_ARRAY_BUFFER_BINDING:
    case GL_INDEX_ARRAY_BUFFER_BINDING:
    case GL_EDGE_FLAG_ARRAY_BUFFER_BINDING:
    case GL_FOG_COORD_ARRAY_BUFFER_BINDING:
    case GL_TEXTURE_COORD_ARRAY_BUFFER_BINDING: return NameKind::buffer;
    case GL_TEXTURE_BINDING_1D:
    case GL_TEXTURE_BINDING_2D:
    case GL_TEXTURE_BINDING_3D:
    case GL_TEXTURE_BINDING_CUBE_MAP:
    case GL_TEXTURE_BINDING_RECTANGLE:
    case GL_TEXTURE_BINDING_1D_ARRAY:
    case GL_TEXTURE_BINDING_2D_ARRAY:
    case GL_TEXTURE_BINDING_CUBE_MAP_ARRAY:
    case GL_TEXTURE_BINDING_BUFFER:
    case GL_TEXTURE_BINDING_2D_MULTISAMPLE:
    case GL_TEXTURE_BINDING_2D_MULTISAMPLE_ARRAY:
    case GL_IMAGE_BINDING_NAME: return NameKind::texture;
    case GL_DRAW_FRAMEBUFFER_BINDING:
    case GL_READ_FRAMEBUFFER_BINDING: return NameKind::framebuffer;
    case GL_RENDERBUFFER_BINDING: return NameKind::renderbuffer;
    case GL_SAMPLER_BINDING: return NameKind::sampler;
    case GL_CURRENT_PROGRAM: return NameKind::program;
    case GL_VERTEX_ARRAY_BINDING: return NameKind::vertex_array;
    case GL_TRANSFORM_FEEDBACK_BINDING: return NameKind::transform_feedback;
    case GL_PROGRAM_PIPELINE_BINDING: return NameKind::program_pipeline;
    case GL_CURRENT_QUERY: return NameKind::query;
    case GL_LIST_INDEX: return NameKind::display_list;
    default: return std::nullopt;
  }
}

}  // namespace

Translation in_list(Replay& replay, NameKind kind) {
  return [&replay, kind](GLuint made) { return replay.client_name(kind, made); };
}

Translation in_binding(Replay& replay, GLenum pname) {
  if (const auto kind = kind_of_binding(pname)) return in_list(replay, *kind);
  const bool draws = pname == GL_DRAW_BUFFER || pname == GL_DRAW_BUFFER0;
  if ((draws && replay.bound.draw == 0) || (pname == GL_READ_BUFFER && replay.bound.read == 0))
    return [&replay, draws](GLuint buffer) {
      if (buffer != GL_COLOR_ATTACHMENT0) return buffer;
      return draws ? replay.surface_buffers.draw : replay.surface_buffers.read;
    };
  return {};
}

Translation in_pipeline(Replay& replay, GLenum pname) {
  switch (pname) {
    case GL_ACTIVE_PROGRAM:
    case GL_VERTEX_SHADER:
    case GL_TESS_CONTROL_SHADER:
    case GL_TESS_EVALUATION_SHADER:
    case GL_GEOMETRY_SHADER:
    case GL_FRAGMENT_SHADER:
    case GL_COMPUTE_SHADER: return in_list(replay, NameKind::program);
    default: return {};
  }
}

}  // namespace blink::stackreplay
