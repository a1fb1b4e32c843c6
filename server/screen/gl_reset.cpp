#include "server/screen/gl_reset.h"

#include <algorithm>

#include "gl/generated/enums.h"
#include "jit/isa/opcode_table.h"

namespace blink::server {
namespace {

using namespace gl;
using jit::State;

constexpr GLuint units_max = 8, lights = 8, attributes = 16, stencil_bits = 0xFF;

constexpr GLfloat zero[] = {0, 0, 0, 0}, black[] = {0, 0, 0, 1}, white[] = {1, 1, 1, 1};

}  // namespace

GlReset::GlReset(const gl::Dispatch& gl) : gl_(gl) {
  const auto is_known = [&] { return gl_.GetError() == GL_NO_ERROR; };
  while (!is_known()) {
  }
  for (std::size_t index = 0; index < jit::capabilities().size(); ++index) {
    const GLenum name = jit::capabilities()[index].value;
    const bool is_on = gl_.IsEnabled(name) != 0;
    if (is_known()) capabilities_.push_back({index, name, is_on});
  }
  for (const GLenum target :
       {GL_TEXTURE_1D, GL_TEXTURE_2D, GL_TEXTURE_3D, GL_TEXTURE_CUBE_MAP, GL_TEXTURE_1D_ARRAY,
        GL_TEXTURE_2D_ARRAY, GL_TEXTURE_RECTANGLE, GL_TEXTURE_BUFFER, GL_TEXTURE_CUBE_MAP_ARRAY,
        GL_TEXTURE_2D_MULTISAMPLE, GL_TEXTURE_2D_MULTISAMPLE_ARRAY}) {
    gl_.BindTexture(target, 0);
    if (is_known()) targets_.push_back(target);
  }
  gl_.GetFloatv(GL_POINT_SIZE_MAX, &point_size_max_);
  gl_.GetIntegerv(GL_MAX_CLIP_PLANES, &clip_planes_);
  while (!is_known()) {
  }
  GLfloat ignored[4];
  gl_.GetFloatv(GL_MIN_SAMPLE_SHADING_VALUE, ignored);
  has_sample_shading_ = is_known();
  gl_.GetFloatv(GL_PATCH_DEFAULT_OUTER_LEVEL, ignored);
  has_patches_ = is_known();
  while (!is_known()) {
  }
}

void GlReset::apply(const Touched& touched) const {
  const auto has = [&](State group) { return touched.has(group); };
  const GLuint units = has(State::units) ? units_max : 1;
  if (has(State::matrix)) matrices(units);  // planes and places are taken by what these are
  if (has(State::texture) || has(State::texenv) || has(State::texgen) || has(State::units) ||
      (has(State::enable) && units > 1)) {
    for (GLuint unit = units; unit-- > 0;) {
      if (units > 1) gl_.ActiveTexture(GL_TEXTURE0 + unit);
      if (has(State::texture)) bindings();
      if (has(State::texenv)) texture_environment();
      if (has(State::texgen)) texture_coordinates();
      if (has(State::enable)) enable(touched.switches);
    }
  } else if (has(State::enable)) {
    enable(touched.switches);
  }
  if (units > 1)
    for (GLuint unit = 0; unit < attributes; ++unit)
      gl_.BindSampler(unit, 0);
  if (has(State::light)) light();
  if (has(State::raster)) raster();
  if (has(State::fog)) fog();
  if (has(State::blend)) {
    gl_.BlendFunc(GL_ONE, GL_ZERO);
    gl_.BlendEquation(GL_FUNC_ADD);
    gl_.BlendColor(0, 0, 0, 0);
    gl_.LogicOp(GL_COPY);
    gl_.AlphaFunc(GL_ALWAYS, 0);
    gl_.ColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
  }
  if (has(State::clear)) gl_.ClearColor(0, 0, 0, 0);
  if (has(State::depth)) {
    gl_.DepthFunc(GL_LESS);
    gl_.DepthMask(GL_TRUE);
    gl_.DepthRange(0, 1);
    gl_.ClearDepth(1);
  }
  if (has(State::stencil)) {
    gl_.StencilFunc(GL_ALWAYS, 0, stencil_bits);
    gl_.StencilOp(GL_KEEP, GL_KEEP, GL_KEEP);
    gl_.StencilMask(stencil_bits);
    gl_.ClearStencil(0);
  }
  if (has(State::arrays) && has_patches_) {
    gl_.PatchParameteri(GL_PATCH_VERTICES, 3);
    constexpr GLfloat ones[] = {1, 1, 1, 1};
    gl_.PatchParameterfv(GL_PATCH_DEFAULT_OUTER_LEVEL, ones);
    gl_.PatchParameterfv(GL_PATCH_DEFAULT_INNER_LEVEL, ones);
  }
  if (has(State::current)) current();
}

void GlReset::enable(const jit::Capabilities& switches) const {
  for (const Capability& capability : capabilities_)
    if (switches[capability.index])
      capability.is_on ? gl_.Enable(capability.name) : gl_.Disable(capability.name);
}

void GlReset::current() const {
  gl_.Color4f(1, 1, 1, 1);
  gl_.SecondaryColor3f(0, 0, 0);
  gl_.Normal3f(0, 0, 1);
  gl_.EdgeFlag(GL_TRUE);
  gl_.FogCoordf(0);
  for (GLuint unit = 0; unit < units_max; ++unit)
    gl_.MultiTexCoord4f(GL_TEXTURE0 + unit, 0, 0, 0, 1);
  for (GLuint i = 0; i < attributes; ++i)
    gl_.VertexAttrib4f(i, 0, 0, 0, 1);
  gl_.WindowPos3f(0, 0, 0);
}

void GlReset::matrices(std::uint32_t units) const {
  gl_.MatrixMode(GL_TEXTURE);
  for (GLuint unit = units; unit-- > 0;) {
    if (units > 1) gl_.ActiveTexture(GL_TEXTURE0 + unit);
    gl_.LoadIdentity();
  }
  gl_.MatrixMode(GL_PROJECTION);
  gl_.LoadIdentity();
  gl_.MatrixMode(GL_MODELVIEW);
  gl_.LoadIdentity();
}

void GlReset::light() const {
  constexpr GLfloat toward[] = {0, 0, 1, 0}, away[] = {0, 0, -1};
  for (GLenum light = GL_LIGHT0; light < GL_LIGHT0 + lights; ++light) {
    const GLfloat* colour = light == GL_LIGHT0 ? white : black;
    gl_.Lightfv(light, GL_AMBIENT, black);
    gl_.Lightfv(light, GL_DIFFUSE, colour);
    gl_.Lightfv(light, GL_SPECULAR, colour);
    gl_.Lightfv(light, GL_POSITION, toward);
    gl_.Lightfv(light, GL_SPOT_DIRECTION, away);
    gl_.Lightf(light, GL_SPOT_EXPONENT, 0);
    gl_.Lightf(light, GL_SPOT_CUTOFF, 180);
    gl_.Lightf(light, GL_CONSTANT_ATTENUATION, 1);
    gl_.Lightf(light, GL_LINEAR_ATTENUATION, 0);
    gl_.Lightf(light, GL_QUADRATIC_ATTENUATION, 0);
  }
  constexpr GLfloat dim[] = {0.2f, 0.2f, 0.2f, 1}, bright[] = {0.8f, 0.8f, 0.8f, 1};
  gl_.LightModelfv(GL_LIGHT_MODEL_AMBIENT, dim);
  gl_.LightModelf(GL_LIGHT_MODEL_LOCAL_VIEWER, 0);
  gl_.LightModelf(GL_LIGHT_MODEL_TWO_SIDE, 0);
  gl_.LightModelf(GL_LIGHT_MODEL_COLOR_CONTROL, GL_SINGLE_COLOR);
  // While ColorMaterial is on, materials follow the colour.
  gl_.Disable(GL_COLOR_MATERIAL);
  gl_.ColorMaterial(GL_FRONT_AND_BACK, GL_AMBIENT_AND_DIFFUSE);
  gl_.Materialfv(GL_FRONT_AND_BACK, GL_AMBIENT, dim);
  gl_.Materialfv(GL_FRONT_AND_BACK, GL_DIFFUSE, bright);
  gl_.Materialfv(GL_FRONT_AND_BACK, GL_SPECULAR, black);
  gl_.Materialfv(GL_FRONT_AND_BACK, GL_EMISSION, black);
  gl_.Materialf(GL_FRONT_AND_BACK, GL_SHININESS, 0);
  gl_.ShadeModel(GL_SMOOTH);
}

void GlReset::raster() const {
  gl_.CullFace(GL_BACK);
  gl_.FrontFace(GL_CCW);
  for (const GLenum hint :
       {GL_FOG_HINT, GL_GENERATE_MIPMAP_HINT, GL_LINE_SMOOTH_HINT, GL_PERSPECTIVE_CORRECTION_HINT,
        GL_POINT_SMOOTH_HINT, GL_POLYGON_SMOOTH_HINT, GL_TEXTURE_COMPRESSION_HINT,
        GL_FRAGMENT_SHADER_DERIVATIVE_HINT})
    gl_.Hint(hint, GL_DONT_CARE);
  gl_.LineWidth(1);
  gl_.PointSize(1);
  gl_.PolygonMode(GL_FRONT_AND_BACK, GL_FILL);
  gl_.LineStipple(1, 0xFFFF);
  gl_.PolygonOffset(0, 0);
  constexpr GLdouble nowhere[] = {0, 0, 0, 0};
  for (GLint plane = 0; plane < clip_planes_; ++plane)
    gl_.ClipPlane(GL_CLIP_PLANE0 + static_cast<GLenum>(plane), nowhere);
  gl_.SampleCoverage(1, GL_FALSE);
  gl_.PointParameterf(GL_POINT_SIZE_MIN, 0);
  gl_.PointParameterf(GL_POINT_SIZE_MAX, point_size_max_);
  gl_.PointParameterf(GL_POINT_FADE_THRESHOLD_SIZE, 1);
  gl_.PointParameterf(GL_POINT_SPRITE_COORD_ORIGIN, GL_UPPER_LEFT);
  GLubyte solid[128];
  std::ranges::fill(solid, GLubyte{0xFF});
  gl_.PolygonStipple(solid);
  gl_.ProvokingVertex(GL_LAST_VERTEX_CONVENTION);
  gl_.SampleMaski(0, ~0u);
  if (has_sample_shading_) gl_.MinSampleShading(0);
  gl_.PixelZoom(1, 1);
}

void GlReset::fog() const {
  gl_.Fogf(GL_FOG_MODE, GL_EXP);
  gl_.Fogf(GL_FOG_DENSITY, 1);
  gl_.Fogf(GL_FOG_START, 0);
  gl_.Fogf(GL_FOG_END, 1);
  gl_.Fogf(GL_FOG_COORD_SRC, GL_FRAGMENT_DEPTH);
  gl_.Fogfv(GL_FOG_COLOR, zero);
}

void GlReset::bindings() const {
  for (const GLenum target : targets_)
    gl_.BindTexture(target, 0);
}

void GlReset::texture_environment() const {
  const auto set = [&](GLenum name, GLenum value) {
    gl_.TexEnvf(GL_TEXTURE_ENV, name, static_cast<GLfloat>(value));
  };
  set(GL_TEXTURE_ENV_MODE, GL_MODULATE);
  gl_.TexEnvfv(GL_TEXTURE_ENV, GL_TEXTURE_ENV_COLOR, zero);
  set(GL_COMBINE_RGB, GL_MODULATE);
  set(GL_COMBINE_ALPHA, GL_MODULATE);
  constexpr GLenum sources[] = {GL_TEXTURE, GL_PREVIOUS, GL_CONSTANT};
  constexpr GLenum operands[] = {GL_SRC_COLOR, GL_SRC_COLOR, GL_SRC_ALPHA};
  for (GLenum i = 0; i < 3; ++i) {
    set(GL_SRC0_RGB + i, sources[i]);
    set(GL_SRC0_ALPHA + i, sources[i]);
    set(GL_OPERAND0_RGB + i, operands[i]);
    set(GL_OPERAND0_ALPHA + i, GL_SRC_ALPHA);
  }
  set(GL_RGB_SCALE, 1);
  set(GL_ALPHA_SCALE, 1);
  gl_.TexEnvf(GL_TEXTURE_FILTER_CONTROL, GL_TEXTURE_LOD_BIAS, 0);
  gl_.TexEnvf(GL_POINT_SPRITE, GL_COORD_REPLACE, 0);
}

void GlReset::texture_coordinates() const {
  for (GLenum i = 0; i < 4; ++i) {
    const GLenum coordinate = GL_S + i;
    const GLfloat plane[] = {i == 0 ? 1.0f : 0, i == 1 ? 1.0f : 0, 0, 0};
    gl_.TexGenf(coordinate, GL_TEXTURE_GEN_MODE, GL_EYE_LINEAR);
    gl_.TexGenfv(coordinate, GL_OBJECT_PLANE, plane);
    gl_.TexGenfv(coordinate, GL_EYE_PLANE, plane);
  }
}

}  // namespace blink::server
