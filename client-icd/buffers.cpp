#include "client-icd/buffers.h"

#include <utility>

#include "gl/generated/enums.h"

namespace blink::icd {
namespace {

constexpr std::size_t alignment = 64;  // OpenGL 4.6, table 23.53: no driver's is smaller

}  // namespace

Buffers::Mapping Buffers::make(gl::GLintptr offset, gl::GLsizeiptr length, gl::GLbitfield access) {
  Mapping mapping;
  if (offset < 0 || length < 0) return mapping;
  const std::size_t skipped = static_cast<std::size_t>(offset) % alignment;
  const std::size_t bytes = static_cast<std::size_t>(length);
  if ((access & gl::GL_MAP_PERSISTENT_BIT) != 0) {
    auto lasting = std::make_shared<LastingMap>(static_cast<std::size_t>(offset), bytes);
    if (!lasting->is_there()) return mapping;
    mapping.access = access;
    mapping.bytes = bytes;
    mapping.data = lasting->data();
    mapping.lasting = std::move(lasting);
    return mapping;
  }
  const std::size_t all = (skipped + bytes + alignment) / alignment * alignment;
  mapping.memory.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, all)));
  if (!mapping.memory) return mapping;
  mapping.access = access;
  mapping.bytes = bytes;
  mapping.data = mapping.memory.get() + skipped;
  return mapping;
}

void Buffers::count() {
  int lasting = 0;
  for (const auto& [buffer, mapping] : mappings_)
    lasting += mapping.lasting ? 1 : 0;
  lasting_.store(lasting, std::memory_order_relaxed);
  mapped_.store(static_cast<int>(mappings_.size()), std::memory_order_relaxed);
}

std::vector<Buffers::Lasting> Buffers::lasting(gl::GLbitfield access) {
  const std::lock_guard lock(mutex_);
  std::vector<Lasting> all;
  for (const auto& [buffer, mapping] : mappings_)
    if (mapping.lasting && (mapping.access & access) == access)
      all.push_back({buffer, mapping.bytes, mapping.access, mapping.lasting});
  return all;
}

std::byte* Buffers::keep(gl::GLuint buffer, Mapping mapping) {
  const std::lock_guard lock(mutex_);
  std::byte* const data = mapping.data;
  mappings_.insert_or_assign(buffer, std::move(mapping));
  count();
  return data;
}

Buffers::Mapping Buffers::take(gl::GLuint buffer) {
  const std::lock_guard lock(mutex_);
  auto node = mappings_.extract(buffer);
  count();
  return node.empty() ? Mapping() : std::move(node.mapped());
}

void Buffers::forget(gl::GLuint buffer) {
  const std::lock_guard lock(mutex_);
  mappings_.erase(buffer);
  count();
  bytes_.erase(buffer);
}

void Buffers::set_content(gl::GLuint buffer, gl::GLsizeiptr size, gl::GLenum usage) {
  const bool is_usage = usage >= gl::GL_STREAM_DRAW && usage <= gl::GL_DYNAMIC_COPY;
  if (buffer == 0 || size < 0 || !is_usage) return;  // GL's error: all is as it was
  const std::lock_guard lock(mutex_);
  mappings_.erase(buffer);
  count();
  bytes_[buffer] = static_cast<std::uint64_t>(size);
}

bool Buffers::may_map(gl::GLuint buffer, gl::GLintptr offset, gl::GLsizeiptr length,
                      gl::GLbitfield access) {
  constexpr gl::GLbitfield allowed = gl::GL_MAP_WRITE_BIT | gl::GL_MAP_INVALIDATE_RANGE_BIT |
                                     gl::GL_MAP_INVALIDATE_BUFFER_BIT |
                                     gl::GL_MAP_UNSYNCHRONIZED_BIT | gl::GL_MAP_FLUSH_EXPLICIT_BIT;
  if ((access & gl::GL_MAP_WRITE_BIT) == 0 || (access & ~allowed) != 0) return false;
  const std::lock_guard lock(mutex_);
  const auto found = bytes_.find(buffer);
  return found != bytes_.end() && !mappings_.contains(buffer) && offset >= 0 && length > 0 &&
         static_cast<std::uint64_t>(offset) + static_cast<std::uint64_t>(length) <= found->second;
}

const std::byte* Buffers::part(gl::GLuint buffer, gl::GLintptr offset, gl::GLsizeiptr length) {
  const std::lock_guard lock(mutex_);
  const auto found = mappings_.find(buffer);
  if (found == mappings_.end() || offset < 0 || length < 0) return nullptr;
  const Mapping& mapping = found->second;
  if ((mapping.access & gl::GL_MAP_FLUSH_EXPLICIT_BIT) == 0) return nullptr;
  const auto begin = static_cast<std::size_t>(offset), bytes = static_cast<std::size_t>(length);
  if (begin > mapping.bytes || bytes > mapping.bytes - begin) return nullptr;
  return mapping.data + begin;
}

void* Buffers::pointer(gl::GLuint buffer) {
  const std::lock_guard lock(mutex_);
  const auto found = mappings_.find(buffer);
  return found == mappings_.end() ? nullptr : found->second.data;
}

}  // namespace blink::icd
