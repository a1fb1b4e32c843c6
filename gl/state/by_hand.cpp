#include "gl/state/by_hand.h"

#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "gl/generated/enums.h"

namespace blink::gl::state {

// ------------------------------------------------------------------------------------ parameters

namespace {

// One parameter of a row whose values have names; `is_valid` says of which.
template <typename Valid>
bool set_parameter(Shadow& its, GLenum name, double value, Valid&& is_valid) {
  if (its.takes_commands() && its.has_named(name) && is_valid(name, value)) {
    its.set_named(name, value);
    return true;
  }
  its.doubt_named(name);
  return false;
}

bool is_fog(GLenum name, double value) {
  switch (name) {
    case GL_FOG_MODE: return value == GL_LINEAR || value == GL_EXP || value == GL_EXP2;
    case GL_FOG_DENSITY: return value >= 0;
    case GL_FOG_START:
    case GL_FOG_END:
    case GL_FOG_INDEX: return true;
    case GL_FOG_COORD_SRC: return value == GL_FOG_COORD || value == GL_FRAGMENT_DEPTH;
    default: return false;
  }
}

bool is_light_model(GLenum name, double value) {
  switch (name) {
    case GL_LIGHT_MODEL_LOCAL_VIEWER:
    case GL_LIGHT_MODEL_TWO_SIDE: return true;
    case GL_LIGHT_MODEL_COLOR_CONTROL:
      return value == GL_SINGLE_COLOR || value == GL_SEPARATE_SPECULAR_COLOR;
    default: return false;
  }
}

bool is_point_parameter(GLenum name, double value) {
  switch (name) {
    case GL_POINT_SIZE_MIN:
    case GL_POINT_SIZE_MAX:
    case GL_POINT_FADE_THRESHOLD_SIZE: return value >= 0;
    case GL_POINT_SPRITE_COORD_ORIGIN: return value == GL_LOWER_LEFT || value == GL_UPPER_LEFT;
    default: return false;
  }
}

bool is_transfer(GLenum name, double) {
  switch (name) {
    case GL_MAP_COLOR:
    case GL_MAP_STENCIL:
    case GL_INDEX_SHIFT:
    case GL_INDEX_OFFSET:
    case GL_RED_SCALE:
    case GL_GREEN_SCALE:
    case GL_BLUE_SCALE:
    case GL_ALPHA_SCALE:
    case GL_DEPTH_SCALE:
    case GL_RED_BIAS:
    case GL_GREEN_BIAS:
    case GL_BLUE_BIAS:
    case GL_ALPHA_BIAS:
    case GL_DEPTH_BIAS: return true;
    default: return false;
  }
}

// Several reals.
bool set_vector(Shadow& its, Item item, const GLfloat* values) {
  if (its.takes_commands() && its.has(item)) {
    its.set_reals(item, values);
    return true;
  }
  its.doubt(item);
  return false;
}

}  // namespace

bool track_Fogf(Shadow& its, GLenum pname, GLfloat param) {
  return set_parameter(its, pname, param, is_fog);
}
bool track_Fogi(Shadow& its, GLenum pname, GLint param) {
  return set_parameter(its, pname, param, is_fog);
}
bool track_Fogfv(Shadow& its, GLenum pname, const GLfloat* params) {
  if (pname == GL_FOG_COLOR) return set_vector(its, Item::fog_color, params);
  return set_parameter(its, pname, *params, is_fog);
}

bool track_LightModelf(Shadow& its, GLenum pname, GLfloat param) {
  return set_parameter(its, pname, param, is_light_model);
}
bool track_LightModeli(Shadow& its, GLenum pname, GLint param) {
  return set_parameter(its, pname, param, is_light_model);
}
bool track_LightModelfv(Shadow& its, GLenum pname, const GLfloat* params) {
  if (pname == GL_LIGHT_MODEL_AMBIENT) return set_vector(its, Item::light_model_ambient, params);
  return set_parameter(its, pname, *params, is_light_model);
}

bool track_PointParameterf(Shadow& its, GLenum pname, GLfloat param) {
  return set_parameter(its, pname, param, is_point_parameter);
}
bool track_PointParameteri(Shadow& its, GLenum pname, GLint param) {
  return set_parameter(its, pname, param, is_point_parameter);
}
bool track_PointParameterfv(Shadow& its, GLenum pname, const GLfloat* params) {
  if (pname == GL_POINT_DISTANCE_ATTENUATION)
    return set_vector(its, Item::point_distance_attenuation, params);
  return set_parameter(its, pname, *params, is_point_parameter);
}
bool track_PointParameteriv(Shadow& its, GLenum pname, const GLint* params) {
  if (pname == GL_POINT_DISTANCE_ATTENUATION) {
    const GLfloat reals[] = {static_cast<GLfloat>(params[0]), static_cast<GLfloat>(params[1]),
                             static_cast<GLfloat>(params[2])};
    return set_vector(its, Item::point_distance_attenuation, reals);
  }
  return set_parameter(its, pname, *params, is_point_parameter);
}

bool track_PixelTransferf(Shadow& its, GLenum pname, GLfloat param) {
  return set_parameter(its, pname, param, is_transfer);
}
bool track_PixelTransferi(Shadow& its, GLenum pname, GLint param) {
  return set_parameter(its, pname, param, is_transfer);
}

bool track_PixelStorei(Shadow& its, GLenum pname, GLint param) {
  const auto is_valid = [&] {
    switch (pname) {
      case GL_PACK_SWAP_BYTES:
      case GL_PACK_LSB_FIRST:
      case GL_UNPACK_SWAP_BYTES:
      case GL_UNPACK_LSB_FIRST: return true;
      case GL_PACK_ALIGNMENT:
      case GL_UNPACK_ALIGNMENT: return param == 1 || param == 2 || param == 4 || param == 8;
      case GL_PACK_ROW_LENGTH:
      case GL_PACK_IMAGE_HEIGHT:
      case GL_PACK_SKIP_ROWS:
      case GL_PACK_SKIP_PIXELS:
      case GL_PACK_SKIP_IMAGES:
      case GL_UNPACK_ROW_LENGTH:
      case GL_UNPACK_IMAGE_HEIGHT:
      case GL_UNPACK_SKIP_ROWS:
      case GL_UNPACK_SKIP_PIXELS:
      case GL_UNPACK_SKIP_IMAGES: return param >= 0;
      default: return false;
    }
  };
  if (its.takes_at_once() && its.has_named(pname) && is_valid()) {
    its.set_named(pname, param);
    return true;
  }
  its.doubt_named(pname);
  return false;
}

namespace {

bool enable_array(Shadow& its, GLenum array, bool is_enabled) {
  switch (array) {
    case GL_VERTEX_ARRAY:
    case GL_NORMAL_ARRAY:
    case GL_COLOR_ARRAY:
    case GL_INDEX_ARRAY:
    case GL_EDGE_FLAG_ARRAY:
    case GL_FOG_COORD_ARRAY:
    case GL_SECONDARY_COLOR_ARRAY:
      if (!its.takes_at_once() || !its.has_named(array)) break;
      its.set_named(array, is_enabled);
      return true;
    case GL_TEXTURE_COORD_ARRAY: return its.takes_at_once() && its.is_compatibility();
    default: break;
  }
  its.doubt_named(array);
  return false;
}

}  // namespace

bool track_EnableClientState(Shadow& its, GLenum array) { return enable_array(its, array, true); }
bool track_DisableClientState(Shadow& its, GLenum array) { return enable_array(its, array, false); }

// -------------------------------------------------------------------------------------- matrices

namespace {

using Matrix = Shadow::Matrix;
constexpr Matrix identity = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

template <typename T>
Matrix from(const T* m) {
  Matrix matrix;
  for (std::size_t i = 0; i < 16; ++i)
    matrix[i] = static_cast<GLfloat>(m[i]);
  return matrix;
}

template <typename T>
Matrix from_rows(const T* m) {
  Matrix matrix;
  for (std::size_t i = 0; i < 16; ++i)
    matrix[i] = static_cast<GLfloat>(m[i % 4 * 4 + i / 4]);
  return matrix;
}

bool load(Shadow& its, const Matrix& matrix) {
  Shadow::MatrixPlace place;
  if (!its.find_matrix(&place)) {
    its.doubt_matrices();
    return false;
  }
  its.set_matrix(place, matrix, true);
  return true;
}

// Sums of four products come out the same everywhere. What is `rounded`, by functions or quotients,
// a driver rounds in its own way: it is asked.
bool multiply(Shadow& its, const Matrix& right, bool is_rounded = false) {
  Shadow::MatrixPlace place;
  if (!its.find_matrix(&place)) {
    its.doubt_matrices();
    return false;
  }
  const Matrix left = its.matrix(place);
  Matrix made;
  for (std::size_t column = 0; column < 4; ++column)
    for (std::size_t row = 0; row < 4; ++row)
      made[column * 4 + row] =
          left[row] * right[column * 4] + left[4 + row] * right[column * 4 + 1] +
          left[8 + row] * right[column * 4 + 2] + left[12 + row] * right[column * 4 + 3];
  its.set_matrix(place, made, !is_rounded && its.is_known(place.item, place.copy));
  return true;
}

// The same by a product of which most is known.
template <typename Change>
bool change(Shadow& its, Change&& do_it) {
  Shadow::MatrixPlace place;
  if (!its.find_matrix(&place)) {
    its.doubt_matrices();
    return false;
  }
  Matrix matrix = its.matrix(place);
  do_it(matrix);
  its.set_matrix(place, matrix, its.is_known(place.item, place.copy));
  return true;
}

// OpenGL 4.6 compatibility profile, section 12.1.1. An axis without length is the driver's
// business.
std::optional<Matrix> rotation(GLfloat angle, GLfloat x, GLfloat y, GLfloat z) {
  const GLfloat length = std::sqrt(x * x + y * y + z * z);
  if (!(length > 1e-4f)) return std::nullopt;
  x /= length;
  y /= length;
  z /= length;
  const GLfloat radians = angle * std::numbers::pi_v<GLfloat> / 180.0f;
  const GLfloat s = std::sin(radians), c = std::cos(radians), rest = 1 - c;
  return Matrix{x * x * rest + c,
                y * x * rest + z * s,
                x * z * rest - y * s,
                0,
                x * y * rest - z * s,
                y * y * rest + c,
                y * z * rest + x * s,
                0,
                x * z * rest + y * s,
                y * z * rest - x * s,
                z * z * rest + c,
                0,
                0,
                0,
                0,
                1};
}

}  // namespace

bool track_LoadIdentity(Shadow& its) { return load(its, identity); }
bool track_LoadMatrixf(Shadow& its, const GLfloat* m) { return load(its, from(m)); }
bool track_LoadMatrixd(Shadow& its, const GLdouble* m) { return load(its, from(m)); }
bool track_LoadTransposeMatrixf(Shadow& its, const GLfloat* m) { return load(its, from_rows(m)); }
bool track_LoadTransposeMatrixd(Shadow& its, const GLdouble* m) { return load(its, from_rows(m)); }
bool track_MultMatrixf(Shadow& its, const GLfloat* m) { return multiply(its, from(m)); }
bool track_MultMatrixd(Shadow& its, const GLdouble* m) { return multiply(its, from(m)); }
bool track_MultTransposeMatrixf(Shadow& its, const GLfloat* m) {
  return multiply(its, from_rows(m));
}
bool track_MultTransposeMatrixd(Shadow& its, const GLdouble* m) {
  return multiply(its, from_rows(m));
}

bool track_Rotatef(Shadow& its, GLfloat angle, GLfloat x, GLfloat y, GLfloat z) {
  if (const auto matrix = rotation(angle, x, y, z)) return multiply(its, *matrix, true);
  return multiply(its, identity, true);
}

bool track_Translatef(Shadow& its, GLfloat x, GLfloat y, GLfloat z) {
  return change(its, [&](Matrix& m) {
    for (std::size_t row = 0; row < 4; ++row)
      m[12 + row] = m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row];
  });
}

bool track_Scalef(Shadow& its, GLfloat x, GLfloat y, GLfloat z) {
  return change(its, [&](Matrix& m) {
    for (std::size_t row = 0; row < 4; ++row) {
      m[row] *= x;
      m[4 + row] *= y;
      m[8 + row] *= z;
    }
  });
}

bool track_Frustum(Shadow& its, GLdouble left, GLdouble right, GLdouble bottom, GLdouble top,
                   GLdouble near, GLdouble far) {
  if (!(near > 0 && far > 0 && near != far && left != right && bottom != top)) {
    its.doubt_matrices();
    return false;
  }
  const GLdouble made[16] = {2 * near / (right - left),
                             0,
                             0,
                             0,
                             0,
                             2 * near / (top - bottom),
                             0,
                             0,
                             (right + left) / (right - left),
                             (top + bottom) / (top - bottom),
                             -(far + near) / (far - near),
                             -1,
                             0,
                             0,
                             -2 * far * near / (far - near),
                             0};
  return multiply(its, from(made), true);
}

bool track_Ortho(Shadow& its, GLdouble left, GLdouble right, GLdouble bottom, GLdouble top,
                 GLdouble near, GLdouble far) {
  if (near == far || left == right || bottom == top) {
    its.doubt_matrices();
    return false;
  }
  const GLdouble made[16] = {2 / (right - left),
                             0,
                             0,
                             0,
                             0,
                             2 / (top - bottom),
                             0,
                             0,
                             0,
                             0,
                             -2 / (far - near),
                             0,
                             -(right + left) / (right - left),
                             -(top + bottom) / (top - bottom),
                             -(far + near) / (far - near),
                             1};
  return multiply(its, from(made), true);
}

// ----------------------------------------------------------------------------------------- names

namespace {

// `binding` is known where there are such names.
bool make(Shadow& its, Item binding, Names& names, GLsizei count, const GLuint* made) {
  if (count < 0 || !its.takes_at_once() || !its.has(binding)) return false;
  for (GLsizei i = 0; i < count; ++i)
    names.put(made[i], 0);
  return true;
}

std::optional<Item> binding_of_buffer(GLenum target) {
  switch (target) {
    case GL_ARRAY_BUFFER: return Item::array_buffer_binding;
    case GL_ELEMENT_ARRAY_BUFFER: return Item::element_array_buffer_binding;
    case GL_PIXEL_PACK_BUFFER: return Item::pixel_pack_buffer_binding;
    case GL_PIXEL_UNPACK_BUFFER: return Item::pixel_unpack_buffer_binding;
    case GL_UNIFORM_BUFFER: return Item::uniform_buffer_binding;
    case GL_TRANSFORM_FEEDBACK_BUFFER: return Item::transform_feedback_buffer_binding;
    case GL_COPY_READ_BUFFER: return Item::copy_read_buffer_binding;
    case GL_COPY_WRITE_BUFFER: return Item::copy_write_buffer_binding;
    case GL_DRAW_INDIRECT_BUFFER: return Item::draw_indirect_buffer_binding;
    case GL_DISPATCH_INDIRECT_BUFFER: return Item::dispatch_indirect_buffer_binding;
    case GL_SHADER_STORAGE_BUFFER: return Item::shader_storage_buffer_binding;
    case GL_ATOMIC_COUNTER_BUFFER: return Item::atomic_counter_buffer_binding;
    case GL_TEXTURE_BUFFER: return Item::texture_buffer;
    case GL_QUERY_BUFFER: return Item::query_buffer_binding;
    case GL_PARAMETER_BUFFER: return Item::parameter_buffer_binding;
    default: return std::nullopt;
  }
}

std::optional<Item> binding_of_texture(GLenum target) {
  switch (target) {
    case GL_TEXTURE_1D: return Item::texture_binding_1d;
    case GL_TEXTURE_2D: return Item::texture_binding_2d;
    case GL_TEXTURE_3D: return Item::texture_binding_3d;
    case GL_TEXTURE_CUBE_MAP: return Item::texture_binding_cube_map;
    case GL_TEXTURE_RECTANGLE: return Item::texture_binding_rectangle;
    case GL_TEXTURE_1D_ARRAY: return Item::texture_binding_1d_array;
    case GL_TEXTURE_2D_ARRAY: return Item::texture_binding_2d_array;
    case GL_TEXTURE_CUBE_MAP_ARRAY: return Item::texture_binding_cube_map_array;
    case GL_TEXTURE_BUFFER: return Item::texture_binding_buffer;
    case GL_TEXTURE_2D_MULTISAMPLE: return Item::texture_binding_2d_multisample;
    case GL_TEXTURE_2D_MULTISAMPLE_ARRAY: return Item::texture_binding_2d_multisample_array;
    default: return std::nullopt;
  }
}

constexpr Item buffer_bindings[] = {Item::array_buffer_binding,
                                    Item::element_array_buffer_binding,
                                    Item::pixel_pack_buffer_binding,
                                    Item::pixel_unpack_buffer_binding,
                                    Item::uniform_buffer_binding,
                                    Item::transform_feedback_buffer_binding,
                                    Item::copy_read_buffer_binding,
                                    Item::copy_write_buffer_binding,
                                    Item::draw_indirect_buffer_binding,
                                    Item::dispatch_indirect_buffer_binding,
                                    Item::shader_storage_buffer_binding,
                                    Item::atomic_counter_buffer_binding,
                                    Item::texture_buffer,
                                    Item::query_buffer_binding,
                                    Item::parameter_buffer_binding};
constexpr Item texture_bindings[] = {Item::texture_binding_1d,
                                     Item::texture_binding_2d,
                                     Item::texture_binding_3d,
                                     Item::texture_binding_cube_map,
                                     Item::texture_binding_rectangle,
                                     Item::texture_binding_1d_array,
                                     Item::texture_binding_2d_array,
                                     Item::texture_binding_cube_map_array,
                                     Item::texture_binding_buffer,
                                     Item::texture_binding_2d_multisample,
                                     Item::texture_binding_2d_multisample_array};
constexpr Item framebuffer_bindings[] = {Item::draw_framebuffer_binding,
                                         Item::read_framebuffer_binding};
constexpr Item renderbuffer_bindings[] = {Item::renderbuffer_binding};
constexpr Item vertex_array_bindings[] = {Item::vertex_array_binding};

// What is deleted is bound no longer (OpenGL 4.6, section 5.1.2).
bool drop(Shadow& its, Names& names, std::span<const Item> bindings, GLsizei count,
          const GLuint* which) {
  if (count < 0 || !its.takes_at_once() || !its.has(bindings.front())) {
    for (const Item item : bindings)
      its.forget(item);
    return false;
  }
  for (GLsizei i = 0; i < count; ++i) {
    if (which[i] == 0) continue;
    for (const Item item : bindings)
      its.unbind(item, which[i]);
    names.remove(which[i]);
  }
  return true;
}

}  // namespace

bool track_GenTextures(Shadow& its, GLsizei n, const GLuint* textures) {
  return make(its, Item::texture_binding_2d, its.shared().textures, n, textures);
}
bool track_GenBuffers(Shadow& its, GLsizei n, const GLuint* buffers) {
  return make(its, Item::array_buffer_binding, its.shared().buffers, n, buffers);
}
bool track_GenFramebuffers(Shadow& its, GLsizei n, const GLuint* framebuffers) {
  return make(its, Item::draw_framebuffer_binding, its.framebuffers, n, framebuffers);
}
bool track_GenRenderbuffers(Shadow& its, GLsizei n, const GLuint* renderbuffers) {
  return make(its, Item::renderbuffer_binding, its.shared().renderbuffers, n, renderbuffers);
}
bool track_GenVertexArrays(Shadow& its, GLsizei n, const GLuint* arrays) {
  return make(its, Item::vertex_array_binding, its.vertex_arrays, n, arrays);
}

bool track_DeleteTextures(Shadow& its, GLsizei n, const GLuint* textures) {
  return drop(its, its.shared().textures, texture_bindings, n, textures);
}
bool track_DeleteBuffers(Shadow& its, GLsizei n, const GLuint* buffers) {
  return drop(its, its.shared().buffers, buffer_bindings, n, buffers);
}
bool track_DeleteFramebuffers(Shadow& its, GLsizei n, const GLuint* framebuffers) {
  return drop(its, its.framebuffers, framebuffer_bindings, n, framebuffers);
}
bool track_DeleteRenderbuffers(Shadow& its, GLsizei n, const GLuint* renderbuffers) {
  return drop(its, its.shared().renderbuffers, renderbuffer_bindings, n, renderbuffers);
}
bool track_DeleteVertexArrays(Shadow& its, GLsizei n, const GLuint* arrays) {
  its.forget_arrays();
  return drop(its, its.vertex_arrays, vertex_array_bindings, n, arrays);
}

bool track_BindTexture(Shadow& its, GLenum target, GLuint texture) {
  const auto item = binding_of_texture(target);
  if (!item) {
    its.note_texture(texture);
    return false;
  }
  const std::size_t unit = its.unit();
  Names& names = its.shared().textures;
  const std::uint64_t known_as = names.number(texture);
  const bool is_valid =
      texture == 0 || (names.contains(texture) && (known_as == 0 || known_as == target));
  if (!its.takes_commands() || !is_valid || !its.has(*item) || unit == Shadow::no_unit) {
    its.doubt(*item);
    its.note_texture(texture);
    return false;
  }
  if (texture != 0 && known_as == 0) names.put(texture, target);
  const ItemInfo& about = info(*item);
  if (unit < about.copies) its.set_slot(about.slot + unit, about.word + unit, texture);
  return true;
}

bool track_BindBuffer(Shadow& its, GLenum target, GLuint buffer) {
  const auto item = binding_of_buffer(target);
  if (!item) return false;
  const bool is_valid = buffer == 0 || its.shared().buffers.contains(buffer);
  if (!its.takes_at_once() || !is_valid || !its.has(*item)) {
    its.forget(*item);
    return false;
  }
  its.set_slot(info(*item).slot, info(*item).word, buffer);
  return true;
}

bool track_BindBufferBase(Shadow& its, GLenum target, GLuint, GLuint) {
  if (const auto item = binding_of_buffer(target)) its.forget(*item);
  return false;
}
bool track_BindBufferRange(Shadow& its, GLenum target, GLuint, GLuint, GLintptr, GLsizeiptr) {
  if (const auto item = binding_of_buffer(target)) its.forget(*item);
  return false;
}

bool track_BindVertexArray(Shadow& its, GLuint array) {
  its.forget_arrays();
  const Item item = Item::vertex_array_binding;
  if (!its.takes_at_once() || !its.has(item) ||
      (array != 0 && !its.vertex_arrays.contains(array))) {
    its.forget(item);
    return false;
  }
  its.set<Item::vertex_array_binding>(true, array);
  return true;
}

bool track_BindRenderbuffer(Shadow& its, GLenum target, GLuint renderbuffer) {
  const Item item = Item::renderbuffer_binding;
  const bool is_valid = renderbuffer == 0 || its.shared().renderbuffers.contains(renderbuffer);
  if (!its.takes_at_once() || !its.has(item) || target != GL_RENDERBUFFER || !is_valid) {
    its.forget(item);
    return false;
  }
  its.set<Item::renderbuffer_binding>(true, renderbuffer);
  return true;
}

bool track_BindFramebuffer(Shadow& its, GLenum target, GLuint framebuffer) {
  const bool is_both = target == GL_FRAMEBUFFER;
  const bool is_target = is_both || target == GL_DRAW_FRAMEBUFFER || target == GL_READ_FRAMEBUFFER;
  if (framebuffer != 0) its.note_framebuffer();
  const bool is_valid = framebuffer == 0 || its.framebuffers.contains(framebuffer);
  if (!its.takes_at_once() || !is_target || !is_valid || !its.has(Item::draw_framebuffer_binding) ||
      !its.has(Item::read_framebuffer_binding)) {
    its.forget(Item::draw_framebuffer_binding);
    its.forget(Item::read_framebuffer_binding);
    return false;
  }
  if (target != GL_READ_FRAMEBUFFER) its.set<Item::draw_framebuffer_binding>(true, framebuffer);
  if (target != GL_DRAW_FRAMEBUFFER) its.set<Item::read_framebuffer_binding>(true, framebuffer);
  return true;
}

// --------------------------------------------------------------------------------------- content

namespace {

// 0: none is bound, or it is not known which.
GLuint bound_buffer(const Shadow& its, GLenum target) {
  const auto item = binding_of_buffer(target);
  if (!item || !its.takes_at_once() || !its.is_known(*item)) return 0;
  return its.name_in(*item);
}

}  // namespace

bool note_strange(Shadow& its, GLenum target) {
  const auto item = binding_of_buffer(target);
  if (!item) return false;
  if (its.is_known(*item)) {
    its.shared().buffers.put(its.name_in(*item), strange);
  } else {
    its.shared().buffers.forget_numbers(strange);  // whichever it is
  }
  return false;
}

bool track_BufferData(Shadow& its, GLenum target, GLsizeiptr size, const void*, GLenum usage) {
  constexpr GLsizeiptr certain_bytes_max = 64 << 20;  // more than that may not be there
  const GLuint buffer = bound_buffer(its, target);
  const auto is_usage = [&] {
    switch (usage) {
      case GL_STREAM_DRAW:
      case GL_STREAM_READ:
      case GL_STREAM_COPY:
      case GL_STATIC_DRAW:
      case GL_STATIC_READ:
      case GL_STATIC_COPY:
      case GL_DYNAMIC_DRAW:
      case GL_DYNAMIC_READ:
      case GL_DYNAMIC_COPY: return true;
      default: return false;
    }
  };
  if (buffer == 0) {
    if (const auto item = binding_of_buffer(target); item && !its.is_known(*item))
      note_strange(its, target);
    return false;
  }
  Names& names = its.shared().buffers;
  // Of one that glBufferStorage was called for, which can never have another content, the number
  // is none of ours.
  const bool is_ours = names.contains(buffer) && names.number(buffer) != strange;
  if (!is_ours || size < 0 || size > certain_bytes_max || !is_usage() || its.api() == Api::es) {
    names.put(buffer, strange);
    return false;
  }
  names.put(buffer, static_cast<std::uint64_t>(size) + 1);
  return true;
}

bool track_BufferSubData(Shadow& its, GLenum target, GLintptr offset, GLsizeiptr size,
                         const void*) {
  const GLuint buffer = bound_buffer(its, target);
  if (buffer == 0 || its.shared().mapped_buffers.load(std::memory_order_relaxed) != 0) return false;
  const std::uint64_t number = its.shared().buffers.number(buffer);
  if (number == 0 || number == strange || offset < 0 || size < 0) return false;
  return static_cast<std::uint64_t>(offset) + static_cast<std::uint64_t>(size) <= number - 1;
}

// -------------------------------------------------------------------------------------- programs

bool track_UseProgram(Shadow& its, GLuint program) {
  constexpr std::uint64_t linked = 1;
  const bool is_valid = program == 0 || its.shared().programs.number(program) == linked;
  if (!its.takes_commands() || !is_valid || its.has_fed_back() || !its.has(Item::current_program)) {
    its.doubt(Item::current_program);
    return false;
  }
  its.set<Item::current_program>(true, program);
  return true;
}

bool track_LinkProgram(Shadow& its, GLuint program) {
  its.shared().programs.remove(program);
  its.shared().uniforms.forget(program);
  its.shared().attributes.forget(program);
  return false;
}

}  // namespace blink::gl::state
