// ClientGl: buffers, vertex arrays and draws, and where drawing goes.

#include <algorithm>

#include "common/check.h"
#include "gl/generated/enums.h"
#include "gl/vertex_size.h"
#include "server/screen/client_gl.h"

namespace blink::server {
namespace {

using namespace gl;
using jit::Op;

enum Bound : std::size_t { array_buffer, drawing, reading };

const void* as_pointer(std::uint64_t offset) {
  return reinterpret_cast<const void*>(static_cast<std::uintptr_t>(offset));
}

constexpr GLint coordinate_max = 1 << 15;
GLint coordinate(const jit::Value& value) {
  return std::clamp(value.i32, -coordinate_max, coordinate_max);
}

std::uint32_t fixed(FixedArray array, std::uint32_t unit = 0) {
  return generic_arrays + static_cast<std::uint32_t>(array) + unit;
}

}  // namespace

// ------------------------------------------------------------------------------------- buffers

ClientBuffer* ClientGl::bound_buffer(GLenum target) {
  std::uint32_t name = 0;
  if (target == GL_ARRAY_BUFFER)
    name = bound_[array_buffer];
  else if (target == GL_ELEMENT_ARRAY_BUFFER)
    name = arrays_.now().elements;
  else if (const auto other = other_buffers_.find(target); other != other_buffers_.end())
    name = other->second;
  const auto buffer = arrays_.buffers.find(name);
  return buffer == arrays_.buffers.end() ? nullptr : &buffer->second;
}

const ClientGl::Memory& ClientGl::memory_of_buffer(std::uint32_t number) {
  Memory& memory = buffer_memory_[number];
  if (!memory) memory = std::make_shared<PictureBudget::Share>();
  return memory;
}

// The books follow the driver: a name that stands for nothing yet binds nothing, whatever it stands
// for later.
void ClientGl::bind_buffer(GLenum target, std::uint32_t number) {
  const GLuint made = driver_name(Kind::buffer, number);
  const std::uint32_t bound = made != 0 ? number : 0;
  switch (target) {
    case GL_ARRAY_BUFFER:
    case GL_ELEMENT_ARRAY_BUFFER:
    case GL_UNIFORM_BUFFER:
    case GL_TEXTURE_BUFFER:
    case GL_COPY_READ_BUFFER:
    case GL_COPY_WRITE_BUFFER:
    case GL_SHADER_STORAGE_BUFFER: break;
    // What is read back, and what would make an object's bytes an offset.
    default: return complain("a buffer's target that is not offered");
  }
  if (!succeeds([&] { gl_.BindBuffer(target, made); })) return;
  if (target == GL_ARRAY_BUFFER) {
    bound_[array_buffer] = bound;
  } else if (target == GL_ELEMENT_ARRAY_BUFFER) {
    arrays_.now().elements = bound;
    if (bound != 0) vertex_memory_[arrays_.current()][array_count] = memory_of_buffer(bound);
  } else {
    other_buffers_[target] = bound;
  }
}

// BindBufferBase, BindBufferRange.
void ClientGl::bind_block(Op service, Values v) {
  const auto target = static_cast<GLenum>(v[0].i32);
  const auto index = static_cast<GLuint>(v[1].i32), number = static_cast<GLuint>(v[2].i32);
  if (target != GL_UNIFORM_BUFFER && target != GL_SHADER_STORAGE_BUFFER)
    return complain("a buffer's target that is not offered");
  const GLuint made = driver_name(Kind::buffer, number);
  if (service == Op::gl_BindBufferRange && made != 0 && !has_range(number, v[3].i32, v[4].i32))
    return complain("a range that does not lie within its buffer");
  if (!succeeds([&] {
        if (service == Op::gl_BindBufferBase || made == 0)
          gl_.BindBufferBase(target, index, made);
        else
          gl_.BindBufferRange(target, index, made, v[3].i32, v[4].i32);
      }))
    return;
  other_buffers_[target] = made != 0 ? number : 0;
  indexed_buffers_.emplace(target, index);
  // Shaders may write there: its content is not known any more.
  const auto buffer = arrays_.buffers.find(number);
  if (target == GL_SHADER_STORAGE_BUFFER && buffer != arrays_.buffers.end())
    buffer->second.forget_content();
}

// Drivers do not see that a range which is bound lies beyond its buffer, or does so since then.
bool ClientGl::has_range(std::uint32_t number, std::int32_t offset, std::int32_t size) const {
  const auto buffer = arrays_.buffers.find(number);
  return buffer != arrays_.buffers.end() && offset >= 0 && size > 0 &&
         static_cast<std::uint64_t>(offset) + static_cast<std::uint64_t>(size) <=
             buffer->second.bytes;
}

void ClientGl::unbind_blocks() {
  for (const auto& [target, index] : indexed_buffers_)
    gl_.BindBufferBase(target, index, 0);
}

// BufferData.
void ClientGl::fill_buffer(Values v) {
  const auto target = static_cast<GLenum>(v[0].i32);
  ClientBuffer* buffer = bound_buffer(target);
  if (buffer == nullptr) return complain("BufferData without a buffer");
  const auto size = static_cast<std::size_t>(v[1].i32);
  const auto bytes = data(v[2], v[3]);
  if (v[2].i32 != 0 && bytes.size() < size)
    return complain("data that do not lie within their object");
  if (size < buffer->shown_bytes)
    return complain("less content than there is in a texture's range of the buffer");
  if (!may_move(2.0 * static_cast<double>(size))) return;  // to the driver, and to us
  const std::uint64_t before = buffer->bytes;
  const auto number = std::ranges::find_if(arrays_.buffers, [&](const auto& each) {
                        return &each.second == buffer;
                      })->first;
  std::vector<std::byte> content;
  const bool is_filled =
      allocate(*memory_of_buffer(number), 2 * size, [&] {  // the driver's, and ours
        content.resize(size);
        if (v[2].i32 != 0) std::copy_n(bytes.begin(), size, content.begin());
        gl_.BufferData(target, static_cast<GLsizeiptr>(size), content.data(),
                       static_cast<GLenum>(v[4].i32));
      });
  // One that has no memory for the new content may have dropped the old one.
  GLint has_bytes = 0;
  gl_.GetBufferParameteriv(target, GL_BUFFER_SIZE, &has_bytes);
  const auto is = static_cast<std::uint64_t>(std::max(has_bytes, 0));
  if (!is_filled && is == buffer->bytes) return;
  buffer->bytes = is_filled ? std::min<std::uint64_t>(is, size) : std::min(is, buffer->bytes);
  buffer->content.reset();
  if (buffer->bytes < before) unbind_blocks();
  if (is_filled && is == size && !buffer->is_written_by_shaders)
    buffer->content = std::move(content);
}

bool ClientGl::buffers(Op service, Values v) {
  const auto name = [&](std::size_t i) { return static_cast<std::uint32_t>(v[i].i32); };
  const auto target = static_cast<GLenum>(v.empty() ? 0 : v[0].i32);
  switch (service) {
    case Op::gl_BindBuffer: return bind_buffer(target, name(1)), true;
    case Op::gl_BindBufferBase:
    case Op::gl_BindBufferRange: return bind_block(service, v), true;
    case Op::gl_BufferData: return fill_buffer(v), true;
    case Op::gl_BufferSubData: {
      ClientBuffer* buffer = bound_buffer(target);
      const auto offset = static_cast<std::size_t>(v[1].i32),
                 size = static_cast<std::size_t>(v[2].i32);
      const auto bytes = data(v[3], v[4]);
      if (buffer == nullptr || bytes.size() < size || offset + size > buffer->bytes)
        return complain("BufferSubData beyond its buffer or its object"), true;
      if (!may_move(static_cast<double>(size))) return true;
      if (succeeds([&] {
            gl_.BufferSubData(target, v[1].i32, static_cast<GLsizeiptr>(size), bytes.data());
          }) &&
          buffer->content)
        std::copy_n(bytes.begin(), size, buffer->content->begin() + v[1].i32);
      return true;
    }
    case Op::gl_CopyBufferSubData: {
      ClientBuffer* to = bound_buffer(static_cast<GLenum>(v[1].i32));
      if (to == nullptr || bound_buffer(target) == nullptr)
        return complain("CopyBufferSubData without a buffer"), true;
      if (!may_move(v[4].i32)) return true;
      to->content.reset();
      gl_.CopyBufferSubData(target, static_cast<GLenum>(v[1].i32), v[2].i32, v[3].i32, v[4].i32);
      return true;
    }
    case Op::gl_TexBuffer:
    case Op::gl_TexBufferRange: {
      const auto buffer = arrays_.buffers.find(name(2));
      if (buffer == arrays_.buffers.end() || bound_texture(GL_TEXTURE_BUFFER) == 0)
        return complain("TexBuffer without a buffer or a texture"), true;
      const bool is_part = service == Op::gl_TexBufferRange;
      if (is_part && !has_range(name(2), v[3].i32, v[4].i32))
        return complain("a range that does not lie within its buffer"), true;
      buffer->second.forget_content();
      const GLuint made = driver_name(Kind::buffer, name(2));
      if (succeeds([&] {
            if (service == Op::gl_TexBuffer)
              gl_.TexBuffer(target, static_cast<GLenum>(v[1].i32), made);
            else
              gl_.TexBufferRange(target, static_cast<GLenum>(v[1].i32), made, v[3].i32, v[4].i32);
          })) {
        texture_of(bound_texture(GL_TEXTURE_BUFFER)).buffer = memory_of_buffer(name(2));
        auto& shown = buffer->second.shown_bytes;
        if (is_part)
          shown = std::max(
              shown, static_cast<std::uint64_t>(v[3].i32) + static_cast<std::uint64_t>(v[4].i32));
      }
      return true;
    }
    default: return false;
  }
}

// -------------------------------------------------------------------------------------- arrays

void ClientGl::set_array(std::uint32_t array, std::uint32_t size, GLenum type, std::uint32_t stride,
                         std::uint64_t offset,
                         const std::function<void(const void*)>& tell_driver) {
  const std::uint32_t bytes = gl::element_bytes(size, type);
  // Without a buffer the driver would take the offset for an address.
  if (bytes == 0 || !arrays_.buffers.contains(bound_[array_buffer]))
    return complain("a vertex array without a buffer, or of no known type");
  if (!succeeds([&] { tell_driver(as_pointer(offset)); })) return;
  auto& state = arrays_.now().arrays[array];
  state.buffer = bound_[array_buffer];
  state.element_bytes = bytes;
  state.stride = stride;
  state.offset = offset;
  vertex_memory_[arrays_.current()][array] = memory_of_buffer(state.buffer);
}

void ClientGl::set_enabled(std::uint32_t array, bool is_enabled,
                           const std::function<void()>& tell_driver) {
  if (succeeds(tell_driver)) arrays_.now().arrays[array].is_enabled = is_enabled;
}

bool ClientGl::arrays(Op service, Values v) {
  const auto u = [&](std::size_t i) { return static_cast<std::uint32_t>(v[i].i32); };
  const auto offset = [&](std::size_t i) { return static_cast<std::uint64_t>(v[i].i32); };
  const auto fixed_array =
      [&](FixedArray array, void (*gl::Dispatch::*command)(GLint, GLenum, GLsizei, const void*)) {
        set_array(fixed(array, array == FixedArray::texture0 ? texture_unit_ : 0), u(0), u(1), u(2),
                  offset(3), [&](const void* at) { (gl_.*command)(v[0].i32, u(1), v[2].i32, at); });
        return true;
      };
  switch (service) {
    case Op::gl_BindVertexArray: {
      const std::uint32_t name = driver_name(Kind::vertex_array, u(0)) != 0 ? u(0) : 0;
      if (succeeds([&] { gl_.BindVertexArray(driver_name(Kind::vertex_array, name)); }))
        arrays_.select(name);
      return true;
    }
    case Op::gl_EnableVertexAttribArray:
      return set_enabled(u(0), true, [&] { gl_.EnableVertexAttribArray(u(0)); }), true;
    case Op::gl_DisableVertexAttribArray:
      return set_enabled(u(0), false, [&] { gl_.DisableVertexAttribArray(u(0)); }), true;
    case Op::gl_EnableClientState:
    case Op::gl_DisableClientState: {
      constexpr std::pair<GLenum, FixedArray> known[] = {
          {GL_VERTEX_ARRAY, FixedArray::vertex},
          {GL_NORMAL_ARRAY, FixedArray::normal},
          {GL_COLOR_ARRAY, FixedArray::color},
          {GL_SECONDARY_COLOR_ARRAY, FixedArray::secondary},
          {GL_FOG_COORD_ARRAY, FixedArray::fog},
          {GL_EDGE_FLAG_ARRAY, FixedArray::edge},
          {GL_TEXTURE_COORD_ARRAY, FixedArray::texture0}};
      const auto* which = std::ranges::find(known, u(0), &std::pair<GLenum, FixedArray>::first);
      if (which == std::end(known)) return complain("a vertex array that is not offered"), true;
      const bool is_enabled = service == Op::gl_EnableClientState;
      set_enabled(fixed(which->second, which->second == FixedArray::texture0 ? texture_unit_ : 0),
                  is_enabled,
                  [&] { is_enabled ? gl_.EnableClientState(u(0)) : gl_.DisableClientState(u(0)); });
      return true;
    }
    case Op::gl_ClientActiveTexture:
      if (succeeds([&] { gl_.ClientActiveTexture(u(0)); })) texture_unit_ = u(0) - GL_TEXTURE0;
      return true;
    case Op::gl_PushClientAttrib:
    case Op::gl_PopClientAttrib: return complain("client attributes are not kept"), true;
    case Op::gl_VertexAttribDivisor:
      if (succeeds([&] { gl_.VertexAttribDivisor(u(0), u(1)); }))
        arrays_.now().arrays[u(0)].divisor = u(1);
      return true;
    case Op::gl_PrimitiveRestartIndex: return true;  // no procedure can switch it on
    case Op::gl_VertexPointer: return fixed_array(FixedArray::vertex, &gl::Dispatch::VertexPointer);
    case Op::gl_ColorPointer: return fixed_array(FixedArray::color, &gl::Dispatch::ColorPointer);
    case Op::gl_TexCoordPointer:
      return fixed_array(FixedArray::texture0, &gl::Dispatch::TexCoordPointer);
    case Op::gl_SecondaryColorPointer:
      return fixed_array(FixedArray::secondary, &gl::Dispatch::SecondaryColorPointer);
    case Op::gl_NormalPointer:
      set_array(fixed(FixedArray::normal), 3, u(0), u(1), offset(2),
                [&](const void* at) { gl_.NormalPointer(u(0), v[1].i32, at); });
      return true;
    case Op::gl_FogCoordPointer:
      set_array(fixed(FixedArray::fog), 1, u(0), u(1), offset(2),
                [&](const void* at) { gl_.FogCoordPointer(u(0), v[1].i32, at); });
      return true;
    case Op::gl_EdgeFlagPointer:
      set_array(fixed(FixedArray::edge), 1, GL_UNSIGNED_BYTE, u(0), offset(1),
                [&](const void* at) { gl_.EdgeFlagPointer(v[0].i32, at); });
      return true;
    case Op::gl_VertexAttribPointer:
      set_array(u(0), u(1), u(2), u(4), offset(5), [&](const void* at) {
        gl_.VertexAttribPointer(u(0), v[1].i32, u(2), v[3].i32 != 0, v[4].i32, at);
      });
      return true;
    case Op::gl_VertexAttribIPointer:
      set_array(u(0), u(1), u(2), u(3), offset(4), [&](const void* at) {
        gl_.VertexAttribIPointer(u(0), v[1].i32, u(2), v[3].i32, at);
      });
      return true;
    case Op::gl_VertexAttribLPointer:
      set_array(u(0), u(1), u(2), u(3), offset(4), [&](const void* at) {
        gl_.VertexAttribLPointer(u(0), v[1].i32, u(2), v[3].i32, at);
      });
      return true;
    default: return false;
  }
}

// --------------------------------------------------------------------------------------- draws

bool ClientGl::may_draw(GLenum mode, DrawRange range) {
  CHECK(has_arrays_);  // each draw touches them, so begin() has prepared what the books say
  // Drivers look at buffers even then, which may have no memory yet.
  if (range.is_empty()) return false;
  if (list_ != 0 && mode >= GL_LINES_ADJACENCY) {
    complain("primitives with adjacency, or patches, in a display list");
    return false;
  }
  if (list_ != 0) range.may_ignore_divisors = true;
  if (arrays_.allows(range)) return true;
  complain("a draw beyond its vertex buffers");
  return false;
}

bool ClientGl::draws(Op service, Values v) {
  const auto u = [&](std::size_t i) { return static_cast<std::uint32_t>(v[i].i32); };
  switch (service) {
    case Op::gl_ArrayElement:
      if (v[0].i32 >= 0 &&
          may_draw(GL_POINTS, {.first = u(0), .count = 1, .may_ignore_divisors = true}))
        gl_.ArrayElement(v[0].i32);
      return true;
    case Op::gl_DrawArrays:
      if (may_draw(u(0), {.first = u(1), .count = u(2)})) gl_.DrawArrays(u(0), v[1].i32, v[2].i32);
      return true;
    case Op::gl_DrawArraysInstanced:
      if (may_draw(u(0), {.first = u(1), .count = u(2), .instances = u(3)}))
        gl_.DrawArraysInstanced(u(0), v[1].i32, v[2].i32, v[3].i32);
      return true;
    case Op::gl_DrawArraysInstancedBaseInstance:
      if (may_draw(u(0), {.first = u(1), .count = u(2), .instances = u(3), .base_instance = u(4)}))
        gl_.DrawArraysInstancedBaseInstance(u(0), v[1].i32, v[2].i32, v[3].i32, u(4));
      return true;
    case Op::gl_DrawElements:
    case Op::gl_DrawRangeElements:
    case Op::gl_DrawElementsInstanced:
    case Op::gl_DrawElementsBaseVertex:
    case Op::gl_DrawRangeElementsBaseVertex:
    case Op::gl_DrawElementsInstancedBaseVertex:
    case Op::gl_DrawElementsInstancedBaseInstance:
    case Op::gl_DrawElementsInstancedBaseVertexBaseInstance: return draw_elements(service, v), true;
    default: return false;
  }
}

// All of them are the last one with some things left out.
void ClientGl::draw_elements(Op service, Values v) {
  const bool has_range =
      service == Op::gl_DrawRangeElements || service == Op::gl_DrawRangeElementsBaseVertex;
  const bool has_instances = service == Op::gl_DrawElementsInstanced ||
                             service == Op::gl_DrawElementsInstancedBaseVertex ||
                             service == Op::gl_DrawElementsInstancedBaseInstance ||
                             service == Op::gl_DrawElementsInstancedBaseVertexBaseInstance;
  const bool has_base = service == Op::gl_DrawElementsBaseVertex ||
                        service == Op::gl_DrawRangeElementsBaseVertex ||
                        service == Op::gl_DrawElementsInstancedBaseVertex ||
                        service == Op::gl_DrawElementsInstancedBaseVertexBaseInstance;
  const bool has_base_instance = service == Op::gl_DrawElementsInstancedBaseInstance ||
                                 service == Op::gl_DrawElementsInstancedBaseVertexBaseInstance;
  std::size_t i = 0;
  const auto mode = static_cast<GLenum>(v[i++].i32);
  if (has_range) i += 2;  // only a hint, and it may lie
  const GLint count = v[i++].i32;
  const auto type = static_cast<GLenum>(v[i++].i32);
  const auto offset = static_cast<std::uint64_t>(v[i++].i32);
  const GLint instances = has_instances ? v[i++].i32 : 1;
  const GLint base = has_base ? v[i++].i32 : 0;
  const auto base_instance = static_cast<GLuint>(has_base_instance ? v[i++].i32 : 0);
  if (count == 0) return;
  auto range = arrays_.range_of(static_cast<std::uint32_t>(count), type, offset, base);
  if (!range) return complain("indices that are not known, or lie beyond their buffer");
  range->instances = static_cast<std::uint64_t>(instances);
  range->base_instance = base_instance;
  if (!may_draw(mode, *range)) return;
  const void* at = as_pointer(offset);
  if (has_base_instance)
    gl_.DrawElementsInstancedBaseVertexBaseInstance(mode, count, type, at, instances, base,
                                                    base_instance);
  else if (has_instances)
    gl_.DrawElementsInstancedBaseVertex(mode, count, type, at, instances, base);
  else
    gl_.DrawElementsBaseVertex(mode, count, type, at, base);
}

// ------------------------------------------------------------------------- where drawing goes

bool ClientGl::has_own_framebuffer(bool for_reading) const {
  return bound_[for_reading ? reading : drawing] != 0;
}

// What is popped may have been pushed while another framebuffer was bound.
void ClientGl::draw_where_bound() {
  if (bound_[drawing] != 0) return;
  gl_.Enable(GL_SCISSOR_TEST);
  gl_.DrawBuffer(target_.framebuffer != 0 ? GL_COLOR_ATTACHMENT0 : GL_BACK);
}

void ClientGl::use_target() {
  if (bound_[drawing] != 0) {
    gl_.Disable(GL_SCISSOR_TEST);
    return;
  }
  gl_.BindFramebuffer(GL_DRAW_FRAMEBUFFER, target_.framebuffer);
  gl_.Enable(GL_SCISSOR_TEST);
  gl_.Scissor(target_.clip_x, target_.clip_y, target_.clip_width, target_.clip_height);
  gl_.Viewport(target_.x, target_.y, target_.width, target_.height);
}

const ClientGl::Memory& ClientGl::memory_of_renderbuffer(GLuint made) {
  Memory& memory = renderbuffers_[made];
  if (!memory) memory = std::make_shared<PictureBudget::Share>();
  return memory;
}

void ClientGl::attach(std::uint32_t framebuffer, GLenum attachment, std::shared_ptr<void> what) {
  auto& attached = attachments_[framebuffer];
  if (attachment == GL_DEPTH_STENCIL_ATTACHMENT) {
    attached[GL_DEPTH_ATTACHMENT] = what;
    attachment = GL_STENCIL_ATTACHMENT;
  }
  attached[attachment] = std::move(what);
}

bool ClientGl::framebuffers(Op service, Values v) {
  const auto u = [&](std::size_t i) { return static_cast<std::uint32_t>(v[i].i32); };
  const auto is_reading = [&] { return u(0) == GL_READ_FRAMEBUFFER; };
  const auto refuse = [&] { return complain("a framebuffer that is not the client's own"), true; };
  switch (service) {
    case Op::gl_BindFramebuffer: {
      const GLuint made = driver_name(Kind::framebuffer, u(1));
      const std::uint32_t name = made != 0 ? u(1) : 0;
      if (u(0) != GL_DRAW_FRAMEBUFFER) {
        bound_[reading] = name;
        gl_.BindFramebuffer(GL_READ_FRAMEBUFFER, made);
      }
      if (u(0) != GL_READ_FRAMEBUFFER) {
        bound_[drawing] = name;
        if (name != 0) gl_.BindFramebuffer(GL_DRAW_FRAMEBUFFER, made);
        use_target();
      }
      return true;
    }
    case Op::gl_FramebufferTexture1D:
    case Op::gl_FramebufferTexture2D:
    case Op::gl_FramebufferTexture3D:
    case Op::gl_FramebufferTextureLayer:
    case Op::gl_FramebufferTexture:
    case Op::gl_FramebufferRenderbuffer: {
      if (!has_own_framebuffer(is_reading())) return refuse();
      const std::uint32_t framebuffer = bound_[is_reading() ? reading : drawing];
      const auto texture = [&](std::size_t at) { return driver_name(Kind::texture, u(at)); };
      const auto attach_texture = [&](std::size_t at, const std::function<void()>& command) {
        if (!succeeds(command)) return;
        (void)texture_of(u(at));  // it may get its memory later
        attach(framebuffer, u(1), texture(at) != 0 ? textures_[u(at)] : nullptr);
      };
      if (service == Op::gl_FramebufferTexture1D)
        attach_texture(3,
                       [&] { gl_.FramebufferTexture1D(u(0), u(1), u(2), texture(3), v[4].i32); });
      else if (service == Op::gl_FramebufferTexture2D)
        attach_texture(3,
                       [&] { gl_.FramebufferTexture2D(u(0), u(1), u(2), texture(3), v[4].i32); });
      else if (service == Op::gl_FramebufferTexture3D)
        attach_texture(
            3, [&] { gl_.FramebufferTexture3D(u(0), u(1), u(2), texture(3), v[4].i32, v[5].i32); });
      else if (service == Op::gl_FramebufferTextureLayer)
        attach_texture(
            2, [&] { gl_.FramebufferTextureLayer(u(0), u(1), texture(2), v[3].i32, v[4].i32); });
      else if (service == Op::gl_FramebufferTexture)
        attach_texture(2, [&] { gl_.FramebufferTexture(u(0), u(1), texture(2), v[3].i32); });
      else {
        const GLuint made = driver_name(Kind::renderbuffer, u(3));
        if (succeeds([&] { gl_.FramebufferRenderbuffer(u(0), u(1), u(2), made); }))
          attach(framebuffer, u(1), made != 0 ? memory_of_renderbuffer(made) : nullptr);
      }
      return true;
    }
    case Op::gl_RenderbufferStorage:
    case Op::gl_RenderbufferStorageMultisample: {
      GLint bound = 0;
      gl_.GetIntegerv(GL_RENDERBUFFER_BINDING, &bound);
      if (bound == 0) return complain("RenderbufferStorage without a renderbuffer"), true;
      const std::size_t at = service == Op::gl_RenderbufferStorage ? 2 : 3;
      const std::uint64_t samples = service == Op::gl_RenderbufferStorage ? 1 : std::max(1u, u(1));
      allocate(*memory_of_renderbuffer(static_cast<GLuint>(bound)),
               samples * u(at) * u(at + 1) * 16, [&] {
                 if (service == Op::gl_RenderbufferStorage)
                   gl_.RenderbufferStorage(u(0), u(1), v[2].i32, v[3].i32);
                 else
                   gl_.RenderbufferStorageMultisample(u(0), v[1].i32, u(2), v[3].i32, v[4].i32);
               });
      return true;
    }
    case Op::gl_DrawBuffer:
      if (!has_own_framebuffer(false)) return refuse();
      gl_.DrawBuffer(u(0));
      return true;
    case Op::gl_DrawBuffers: {
      if (!has_own_framebuffer(false)) return refuse();
      GLenum to[8];
      for (std::size_t i = 0; i < std::size(to); ++i)
        to[i] = u(1 + i);
      gl_.DrawBuffers(v[0].i32, to);
      return true;
    }
    case Op::gl_ReadBuffer:
      if (!has_own_framebuffer(true)) return refuse();
      gl_.ReadBuffer(u(0));
      return true;
    case Op::gl_BlitFramebuffer: {
      if (!has_own_framebuffer(true)) return refuse();
      const GLint x = bound_[drawing] == 0 ? target_.x : 0,
                  y = bound_[drawing] == 0 ? target_.y : 0;
      gl_.BlitFramebuffer(v[0].i32, v[1].i32, v[2].i32, v[3].i32, x + coordinate(v[4]),
                          y + coordinate(v[5]), x + coordinate(v[6]), y + coordinate(v[7]), u(8),
                          u(9));
      return true;
    }
    case Op::gl_Viewport: {
      const bool is_window = bound_[drawing] == 0;
      gl_.Viewport(coordinate(v[0]) + (is_window ? target_.x : 0),
                   coordinate(v[1]) + (is_window ? target_.y : 0), v[2].i32, v[3].i32);
      return true;
    }
    case Op::gl_Scissor: {
      GLint left = coordinate(v[0]), bottom = coordinate(v[1]);
      GLint right = left + std::min(v[2].i32, coordinate_max);
      GLint top = bottom + std::min(v[3].i32, coordinate_max);
      if (bound_[drawing] == 0) {
        left = std::max(left + target_.x, target_.clip_x);
        bottom = std::max(bottom + target_.y, target_.clip_y);
        right = std::min(right + target_.x, target_.clip_x + target_.clip_width);
        top = std::min(top + target_.y, target_.clip_y + target_.clip_height);
      }
      gl_.Enable(GL_SCISSOR_TEST);
      gl_.Scissor(left, bottom, std::max(0, right - left), std::max(0, top - bottom));
      return true;
    }
    default: return false;
  }
}

}  // namespace blink::server
