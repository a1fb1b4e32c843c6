#include "server/screen/client_arrays.h"

#include <algorithm>
#include <cstring>

#include "gl/generated/enums.h"
#include "gl/vertex_size.h"

namespace blink::server {
namespace {

template <typename Index>
std::pair<std::uint64_t, std::uint64_t> ends(const std::byte* at, std::uint32_t count) {
  std::uint64_t low = ~0ull, high = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    Index index;
    std::memcpy(&index, at + std::size_t{i} * sizeof index, sizeof index);
    low = std::min<std::uint64_t>(low, index);
    high = std::max<std::uint64_t>(high, index);
  }
  return {low, high};
}

}  // namespace

void ClientArrays::forget_buffer(std::uint32_t buffer) {
  buffers.erase(buffer);
  for (auto& [name, state] : states_) {
    if (state.elements == buffer) state.elements = 0;
    for (auto& array : state.arrays)
      if (array.buffer == buffer) array.buffer = 0;
  }
}

bool ClientArrays::allows(const DrawRange& range) {
  for (const auto& array : now().arrays) {
    if (!array.is_enabled) continue;
    const auto buffer = buffers.find(array.buffer);
    if (buffer == buffers.end()) return false;
    const std::uint64_t last_vertex = range.first + range.count - 1;
    std::uint64_t last = last_vertex;
    if (array.divisor != 0) last = range.base_instance + (range.instances - 1) / array.divisor;
    if (range.may_ignore_divisors) last = std::max(last, last_vertex);
    const std::uint64_t stride = array.stride != 0 ? array.stride : array.element_bytes;
    if (array.offset + last * stride + array.element_bytes > buffer->second.bytes) return false;
  }
  return true;
}

std::optional<DrawRange> ClientArrays::range_of(std::uint32_t count, gl::GLenum type,
                                                std::uint64_t offset, std::int32_t base_vertex) {
  const auto buffer = buffers.find(now().elements);
  if (buffer == buffers.end() || !buffer->second.content) return std::nullopt;
  const auto& content = *buffer->second.content;
  const std::uint32_t bytes = gl::element_bytes(1, type);
  if (bytes == 0 || offset + std::uint64_t{count} * bytes > content.size()) return std::nullopt;
  const std::byte* at = content.data() + offset;
  const auto [low, high] = bytes == 1   ? ends<std::uint8_t>(at, count)
                           : bytes == 2 ? ends<std::uint16_t>(at, count)
                                        : ends<std::uint32_t>(at, count);
  const std::int64_t first = static_cast<std::int64_t>(low) + base_vertex;
  if (first < 0) return std::nullopt;
  return DrawRange{.first = static_cast<std::uint64_t>(first), .count = high - low + 1};
}

}  // namespace blink::server
