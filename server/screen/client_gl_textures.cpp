// ClientGl: textures, and pixels that come from objects.

#include <algorithm>

#include "gl/generated/enums.h"
#include "jit/run/numbers.h"
#include "server/screen/client_gl.h"

namespace blink::server {
namespace {

using namespace gl;
using jit::Op;

// What to ask for the texture that is bound to a target; 0: no such target.
GLenum binding_of(GLenum target) {
  switch (target) {
    case GL_TEXTURE_1D: return GL_TEXTURE_BINDING_1D;
    case GL_TEXTURE_2D: return GL_TEXTURE_BINDING_2D;
    case GL_TEXTURE_3D: return GL_TEXTURE_BINDING_3D;
    case GL_TEXTURE_1D_ARRAY: return GL_TEXTURE_BINDING_1D_ARRAY;
    case GL_TEXTURE_2D_ARRAY: return GL_TEXTURE_BINDING_2D_ARRAY;
    case GL_TEXTURE_RECTANGLE: return GL_TEXTURE_BINDING_RECTANGLE;
    case GL_TEXTURE_BUFFER: return GL_TEXTURE_BINDING_BUFFER;
    case GL_TEXTURE_2D_MULTISAMPLE: return GL_TEXTURE_BINDING_2D_MULTISAMPLE;
    case GL_TEXTURE_2D_MULTISAMPLE_ARRAY: return GL_TEXTURE_BINDING_2D_MULTISAMPLE_ARRAY;
    case GL_TEXTURE_CUBE_MAP_ARRAY: return GL_TEXTURE_BINDING_CUBE_MAP_ARRAY;
    case GL_TEXTURE_CUBE_MAP:
    case GL_TEXTURE_CUBE_MAP_POSITIVE_X:
    case GL_TEXTURE_CUBE_MAP_NEGATIVE_X:
    case GL_TEXTURE_CUBE_MAP_POSITIVE_Y:
    case GL_TEXTURE_CUBE_MAP_NEGATIVE_Y:
    case GL_TEXTURE_CUBE_MAP_POSITIVE_Z:
    case GL_TEXTURE_CUBE_MAP_NEGATIVE_Z: return GL_TEXTURE_BINDING_CUBE_MAP;
    default: return 0;
  }
}

// The dearest format there is: what a session may have is bounded, not measured.
constexpr std::uint64_t texel_bytes_max = 16;
// What a byte of a compressed image may become: 144 texels are in 16 bytes at least.
constexpr double compressed_texels = 9 * texel_bytes_max;
constexpr std::uint64_t texels_ceiling = 1ull << 56;  // far beyond any budget, and no overflow

// Places in Texture::levels beside those of levels and faces. Levels are 0 to 14.
constexpr GLint levels_max = 15;
constexpr std::uint32_t storage = 15 * 8;  // all levels of an immutable texture
constexpr std::uint32_t mipmaps = 16 * 8;  // that were made from another level

std::array<std::uint32_t, 3> sides_of_level(const gl::Dispatch& gl, GLenum target, GLint level) {
  std::array<std::uint32_t, 3> sides{};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    GLint length = 0;
    gl.GetTexLevelParameteriv(target, level,
                              std::array{GL_TEXTURE_WIDTH, GL_TEXTURE_HEIGHT, GL_TEXTURE_DEPTH}[i],
                              &length);
    sides[i] = static_cast<std::uint32_t>(length);
  }
  return sides;
}

std::uint64_t product(const std::array<std::uint32_t, 3>& sides) {
  return std::uint64_t{sides[0]} * sides[1] * sides[2];
}

// Levels that are made from the base level never have more texels than that.
std::uint64_t mipmap_texels(const gl::Dispatch& gl, GLenum target) {
  const bool is_cube = target == GL_TEXTURE_CUBE_MAP;
  GLint base = 0;
  gl.GetTexParameteriv(target, GL_TEXTURE_BASE_LEVEL, &base);
  return (is_cube ? 6 : 1) *
         product(
             sides_of_level(gl, is_cube ? GLenum{GL_TEXTURE_CUBE_MAP_POSITIVE_X} : target, base));
}

// How many of a texture's sides become smaller from level to level.
std::size_t shrinking_sides(GLenum target) {
  switch (target) {
    case GL_TEXTURE_1D:
    case GL_TEXTURE_1D_ARRAY: return 1;
    case GL_TEXTURE_3D: return 3;
    default: return 2;
  }
}

// A level that does not belong to the image of level 0 makes drivers guess what that will be, and
// have memory for all of it.
std::uint64_t texels_of_level(const gl::Dispatch& gl, GLenum target, std::uint32_t level,
                              std::array<std::uint32_t, 3> sides) {
  if (level == 0) return product(sides);
  const auto base = sides_of_level(gl, target, 0);
  const std::size_t shrinking = shrinking_sides(target);
  bool is_part = true;
  std::uint64_t whole = 2;  // with the levels below it, which are fewer than as many
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const std::uint32_t by = i < shrinking ? level : 0;
    is_part &= sides[i] == (i < shrinking ? std::max(base[i] >> by, 1u) : base[i]) && base[i] != 0;
    const std::uint64_t side = std::max<std::uint64_t>(std::uint64_t{sides[i]} << by, 1);
    whole = std::min(whole, texels_ceiling / side) * side;
  }
  return is_part ? product(sides) : whole;
}

// By one of the commands that copy into a part of a texture; for the others, allocating counts.
double copied_texels(Op service, std::span<const jit::Value> v) {
  switch (service) {
    case Op::gl_CopyTexSubImage1D: return v[5].i32;
    case Op::gl_CopyTexSubImage2D: return double(v[6].i32) * v[7].i32;
    case Op::gl_CopyTexSubImage3D: return double(v[7].i32) * v[8].i32;
    default: return 0;
  }
}

}  // namespace

// The client's number, or 0.
std::uint32_t ClientGl::bound_texture(GLenum target) const {
  const GLenum binding = binding_of(target);
  GLint bound = 0;
  if (binding != 0) gl_.GetIntegerv(binding, &bound);
  const auto number = texture_numbers_.find(static_cast<GLuint>(bound));
  return number == texture_numbers_.end() ? 0 : number->second;
}

ClientGl::Texture& ClientGl::texture_of(std::uint32_t number) {
  auto& texture = textures_[number];
  if (!texture) texture = std::make_shared<Texture>();
  return *texture;
}

// Gives a level of the texture that is bound there its image, by a command.
void ClientGl::allocate_image(GLenum target, std::uint32_t level, const Sides& sides,
                              const std::function<void()>& command) {
  const bool is_face =
      target >= GL_TEXTURE_CUBE_MAP_POSITIVE_X && target <= GL_TEXTURE_CUBE_MAP_NEGATIVE_Z;
  if (bound_texture(target) == 0) return complain("an image for no texture of the client's");
  const std::uint32_t face = is_face ? target - GL_TEXTURE_CUBE_MAP_POSITIVE_X : 0;
  allocate_texels(target, level * 8 + face, texels_of_level(gl_, target, level, sides), command);
}

// `place`: among Texture::levels.
void ClientGl::allocate_texels(GLenum target, std::uint32_t place, std::uint64_t texels,
                               const std::function<void()>& command) {
  const std::uint32_t number = bound_texture(target);
  if (number == 0) return complain("an image for no texture of the client's");
  if (!may_move(static_cast<double>(texels) * texel_bytes_max)) return;
  has_mipmaps_ |= place >= 8;
  Texture& texture = texture_of(number);
  const auto [at, is_new] = texture.levels.try_emplace(place);
  if (allocate(at->second, texels * texel_bytes_max, command))
    let_go_.push_back(std::move(texture.picture));
  else if (is_new)
    texture.levels.erase(at);
}

// The bound texture shows the newest version of a picture.
void ClientGl::show_picture(std::uint32_t object) {
  const auto found = pictures_.find({window_.array, object});
  const std::uint32_t number = bound_texture(GL_TEXTURE_2D);
  if (found == pictures_.end()) return;  // it may come yet
  found->second.is_asked_for = true;
  const auto& face = found->second.face;
  if (number == 0) return complain("a picture for no texture of the client's");
  Texture& texture = texture_of(number);
  if (texture.picture == face) return;
  if (!succeeds([&] { face->image->bind_to_texture(gl_); })) return;
  gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
  let_go_.push_back(std::exchange(texture.picture, face));
  texture.levels.clear();
}

// Of a texture of the session's own: texture 0 is everybody's. Levels are 0 to 14; drivers look for
// the image of any other where there is none.
void ClientGl::set_texture_parameter(Op service, Values v) {
  const auto target = static_cast<GLenum>(v[0].i32), name = static_cast<GLenum>(v[1].i32);
  if (bound_texture(target) == 0) return complain("a parameter of no texture of the client's");
  const bool is_integer = service == Op::gl_TexParameteri;
  if (name == GL_TEXTURE_BASE_LEVEL || name == GL_TEXTURE_MAX_LEVEL) {
    const float most = static_cast<float>(levels_max - 1);
    const GLint level = is_integer ? std::clamp(v[2].i32, 0, GLint{levels_max - 1})
                                   : static_cast<GLint>(jit::clamp_number(v[2].f32, 0, most));
    return gl_.TexParameteri(target, name, level);
  }
  const bool is_filtered = is_integer ? v[2].i32 > 1 : !(v[2].f32 <= 1);
  if (name == GL_TEXTURE_MAX_ANISOTROPY && is_filtered && is_bounded_) {
    too_much_ = too_much_by_anisotropy;
    return;
  }
  if (is_integer) return gl_.TexParameteri(target, name, v[2].i32);
  // No NaN, and nothing that a driver would have to bring into an integer by itself.
  GLfloat numbers[4] = {};
  for (std::size_t i = 2; i < v.size(); ++i)
    numbers[i - 2] = jit::clamp_number(v[i].f32, -1000, 65536);
  if (service == Op::gl_TexParameterf)
    gl_.TexParameterf(target, name, numbers[0]);
  else
    gl_.TexParameterfv(target, name, numbers);
}

void ClientGl::set_unpacking(const gl::Unpacking& unpacking) {
  has_unpacking_ = true;
  const auto set = [&](GLenum name, std::uint32_t value) {
    gl_.PixelStorei(name, static_cast<GLint>(value));
  };
  set(GL_UNPACK_SWAP_BYTES, unpacking.swap_bytes);
  set(GL_UNPACK_LSB_FIRST, unpacking.lsb_first);
  set(GL_UNPACK_ROW_LENGTH, unpacking.row_length);
  set(GL_UNPACK_SKIP_ROWS, unpacking.skip_rows);
  set(GL_UNPACK_SKIP_PIXELS, unpacking.skip_pixels);
  set(GL_UNPACK_ALIGNMENT, unpacking.alignment);
  set(GL_UNPACK_IMAGE_HEIGHT, unpacking.image_height);
  set(GL_UNPACK_SKIP_IMAGES, unpacking.skip_images);
}

// Where the pixels are, unpacking set for them; null, with a complaint, where they are not all
// there.
const void* ClientGl::pixels(GLenum format, GLenum type, std::uint32_t width, std::uint32_t height,
                             std::uint32_t depth, const jit::Value& object,
                             const jit::Value& offset) {
  const auto needed = gl::image_bytes(unpacking_, format, type, width, height, depth);
  const auto bytes = data(object, offset);
  if (!needed || bytes.size() < *needed || bytes.empty()) {
    complain("pixels that do not lie within their object");
    return nullptr;
  }
  const double texels = double(width) * height * depth;
  if (!may_move(std::max(texels * texel_bytes_max, static_cast<double>(*needed)))) return nullptr;
  set_unpacking(*needed == 0 ? gl::Unpacking{} : unpacking_);
  return bytes.data();
}

bool ClientGl::textures(Op service, Values v) {
  const auto u = [&](std::size_t i) { return static_cast<std::uint32_t>(v[i].i32); };
  const auto i = [&](std::size_t n) { return v[n].i32; };
  const auto target = v.empty() ? 0u : u(0);
  // Object 0: an image without content yet.
  const auto content = [&](std::size_t format, std::uint32_t width, std::uint32_t height,
                           std::uint32_t depth, const void*& at) {
    at = nullptr;
    if (i(format + 2) == 0) return true;
    at = pixels(u(format), u(format + 1), width, height, depth, v[format + 2], v[format + 3]);
    return at != nullptr;
  };
  const auto compressed = [&](std::size_t size) -> const void* {
    const auto bytes = data(v[size + 1], v[size + 2]);
    if (bound_texture(target) != 0 && bytes.size() >= u(size)) {
      if (!may_move(static_cast<double>(u(size)) * compressed_texels)) return nullptr;
      set_unpacking({});
      return bytes.data();
    }
    complain("an image for no texture, or beyond its object");
    return nullptr;
  };
  const auto sides = [&](std::size_t first, std::size_t count) {
    Sides all{1, 1, 1};
    for (std::size_t n = 0; n < count; ++n)
      all[n] = u(first + n);
    return all;
  };
  const void* at = nullptr;
  switch (service) {
    case Op::gl_PixelStorei: {
      const std::uint32_t value = u(1);
      switch (u(0)) {
        case GL_UNPACK_SWAP_BYTES: unpacking_.swap_bytes = value != 0; break;
        case GL_UNPACK_LSB_FIRST: unpacking_.lsb_first = value != 0; break;
        case GL_UNPACK_ROW_LENGTH: unpacking_.row_length = value; break;
        case GL_UNPACK_SKIP_ROWS: unpacking_.skip_rows = value; break;
        case GL_UNPACK_SKIP_PIXELS: unpacking_.skip_pixels = value; break;
        case GL_UNPACK_IMAGE_HEIGHT: unpacking_.image_height = value; break;
        case GL_UNPACK_SKIP_IMAGES: unpacking_.skip_images = value; break;
        default:
          if (value == 1 || value == 2 || value == 4 || value == 8) unpacking_.alignment = value;
          break;
      }
      return true;
    }
    case Op::gl_TexParameterf:
    case Op::gl_TexParameterfv:
    case Op::gl_TexParameteri: return set_texture_parameter(service, v), true;
    case Op::gl_TexImage1D:
      if (content(4, u(3), 1, 1, at))
        allocate_image(target, u(1), sides(3, 1),
                       [&] { gl_.TexImage1D(target, i(1), i(2), i(3), 0, u(4), u(5), at); });
      return true;
    case Op::gl_TexImage2D:
      if (content(5, u(3), u(4), 1, at))
        allocate_image(target, u(1), sides(3, 2),
                       [&] { gl_.TexImage2D(target, i(1), i(2), i(3), i(4), 0, u(5), u(6), at); });
      return true;
    case Op::gl_TexImage3D:
      if (content(6, u(3), u(4), u(5), at))
        allocate_image(target, u(1), sides(3, 3), [&] {
          gl_.TexImage3D(target, i(1), i(2), i(3), i(4), i(5), 0, u(6), u(7), at);
        });
      return true;
    case Op::gl_TexSubImage1D:
      if ((at = pixels(u(4), u(5), u(3), 1, 1, v[6], v[7])) != nullptr)
        gl_.TexSubImage1D(target, i(1), i(2), i(3), u(4), u(5), at);
      return true;
    case Op::gl_TexSubImage2D:
      if ((at = pixels(u(6), u(7), u(4), u(5), 1, v[8], v[9])) != nullptr)
        gl_.TexSubImage2D(target, i(1), i(2), i(3), i(4), i(5), u(6), u(7), at);
      return true;
    case Op::gl_TexSubImage3D:
      if ((at = pixels(u(8), u(9), u(5), u(6), u(7), v[10], v[11])) != nullptr)
        gl_.TexSubImage3D(target, i(1), i(2), i(3), i(4), i(5), i(6), i(7), u(8), u(9), at);
      return true;
    case Op::gl_CompressedTexImage1D:
      if ((at = compressed(4)) != nullptr)
        allocate_image(target, u(1), sides(3, 1),
                       [&] { gl_.CompressedTexImage1D(target, i(1), u(2), i(3), 0, i(4), at); });
      return true;
    case Op::gl_CompressedTexImage2D:
      if ((at = compressed(5)) != nullptr)
        allocate_image(target, u(1), sides(3, 2), [&] {
          gl_.CompressedTexImage2D(target, i(1), u(2), i(3), i(4), 0, i(5), at);
        });
      return true;
    case Op::gl_CompressedTexImage3D:
      if ((at = compressed(6)) != nullptr)
        allocate_image(target, u(1), sides(3, 3), [&] {
          gl_.CompressedTexImage3D(target, i(1), u(2), i(3), i(4), i(5), 0, i(6), at);
        });
      return true;
    case Op::gl_CompressedTexSubImage1D:
      if ((at = compressed(5)) != nullptr)
        gl_.CompressedTexSubImage1D(target, i(1), i(2), i(3), u(4), i(5), at);
      return true;
    case Op::gl_CompressedTexSubImage2D:
      if ((at = compressed(7)) != nullptr)
        gl_.CompressedTexSubImage2D(target, i(1), i(2), i(3), i(4), i(5), u(6), i(7), at);
      return true;
    case Op::gl_CompressedTexSubImage3D:
      if ((at = compressed(9)) != nullptr)
        gl_.CompressedTexSubImage3D(target, i(1), i(2), i(3), i(4), i(5), i(6), i(7), u(8), i(9),
                                    at);
      return true;
    case Op::gl_TexStorage1D:
      allocate_texels(target, storage, 2 * product(sides(3, 1)),
                      [&] { gl_.TexStorage1D(target, i(1), u(2), i(3)); });
      return true;
    case Op::gl_TexStorage2D:
      allocate_texels(target, storage,
                      (target == GL_TEXTURE_CUBE_MAP ? 12 : 2) * product(sides(3, 2)),
                      [&] { gl_.TexStorage2D(target, i(1), u(2), i(3), i(4)); });
      return true;
    case Op::gl_TexStorage3D:
      allocate_texels(target, storage, 2 * product(sides(3, 3)),
                      [&] { gl_.TexStorage3D(target, i(1), u(2), i(3), i(4), i(5)); });
      return true;
    case Op::gl_GenerateMipmap: {
      const auto texture = textures_.find(bound_texture(target));
      if (texture == textures_.end() || texture->second->picture) return true;  // no levels
      const std::uint64_t texels = mipmap_texels(gl_, target);
      if (!may_move(static_cast<double>(texels) * texel_bytes_max)) return true;
      if (texture->second->levels.contains(storage))
        gl_.GenerateMipmap(target);
      else
        allocate_texels(target, mipmaps, texels, [&] { gl_.GenerateMipmap(target); });
      return true;
    }
    case Op::gl_TexImage2DMultisample:
    case Op::gl_TexStorage2DMultisample:
      allocate_texels(target, 0, std::max(1u, u(1)) * product(sides(3, 2)), [&] {
        if (service == Op::gl_TexImage2DMultisample)
          gl_.TexImage2DMultisample(target, i(1), u(2), i(3), i(4), i(5) != 0);
        else
          gl_.TexStorage2DMultisample(target, i(1), u(2), i(3), i(4), i(5) != 0);
      });
      return true;
    case Op::gl_TexImage3DMultisample:
    case Op::gl_TexStorage3DMultisample:
      allocate_texels(target, 0, std::max(1u, u(1)) * product(sides(3, 3)), [&] {
        if (service == Op::gl_TexImage3DMultisample)
          gl_.TexImage3DMultisample(target, i(1), u(2), i(3), i(4), i(5), i(6) != 0);
        else
          gl_.TexStorage3DMultisample(target, i(1), u(2), i(3), i(4), i(5), i(6) != 0);
      });
      return true;
    case Op::gl_CopyTexImage1D:
    case Op::gl_CopyTexImage2D:
    case Op::gl_CopyTexSubImage1D:
    case Op::gl_CopyTexSubImage2D:
    case Op::gl_CopyTexSubImage3D:
      if (!has_own_framebuffer(true))
        return complain("pixels of a framebuffer that is not the client's own"), true;
      if (!may_move(copied_texels(service, v) * texel_bytes_max)) return true;
      if (service == Op::gl_CopyTexImage1D)
        allocate_image(target, u(1), sides(5, 1),
                       [&] { gl_.CopyTexImage1D(target, i(1), u(2), i(3), i(4), i(5), 0); });
      if (service == Op::gl_CopyTexImage2D)
        allocate_image(target, u(1), sides(5, 2),
                       [&] { gl_.CopyTexImage2D(target, i(1), u(2), i(3), i(4), i(5), i(6), 0); });
      if (service == Op::gl_CopyTexSubImage1D)
        gl_.CopyTexSubImage1D(target, i(1), i(2), i(3), i(4), i(5));
      if (service == Op::gl_CopyTexSubImage2D)
        gl_.CopyTexSubImage2D(target, i(1), i(2), i(3), i(4), i(5), i(6), i(7));
      if (service == Op::gl_CopyTexSubImage3D)
        gl_.CopyTexSubImage3D(target, i(1), i(2), i(3), i(4), i(5), i(6), i(7), i(8));
      return true;
    case Op::gl_EGLImageTargetTexture2DOES: return show_picture(u(1)), true;
    case Op::gl_BindImageTexture:
      image_units_.insert(u(0));
      gl_.BindImageTexture(u(0), driver_name(Kind::texture, u(1)), i(2), i(3) != 0, i(4), u(5),
                           u(6));
      return true;
    case Op::gl_DrawPixels:
      if ((at = pixels(u(2), u(3), u(0), u(1), 1, v[4], v[5])) != nullptr)
        gl_.DrawPixels(i(0), i(1), u(2), u(3), at);
      return true;
    case Op::gl_Bitmap:
    case Op::gl_PolygonStipple: {
      const bool is_bitmap = service == Op::gl_Bitmap;
      const std::uint64_t width = is_bitmap ? u(0) : 32, height = is_bitmap ? u(1) : 32;
      const auto bytes = data(v[is_bitmap ? 6 : 0], v[is_bitmap ? 7 : 1]);
      if (bytes.size() < (width + 31) / 32 * 4 * height)
        return complain("a bitmap that does not lie within its object"), true;
      if (!may_move(static_cast<double>(width * height) * texel_bytes_max)) return true;
      set_unpacking({});
      const auto* bits = reinterpret_cast<const GLubyte*>(bytes.data());
      if (is_bitmap)
        gl_.Bitmap(i(0), i(1), v[2].f32, v[3].f32, v[4].f32, v[5].f32, bits);
      else
        gl_.PolygonStipple(bits);
      // Mesa keeps bitmaps back and draws them later, with the state as it is then.
      if (is_bitmap) gl_.Flush();
      return true;
    }
    default: return false;
  }
}

}  // namespace blink::server
