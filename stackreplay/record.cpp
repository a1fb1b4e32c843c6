#include "stackreplay/record.h"

#include <algorithm>
#include <cstring>

#include "common/limits.h"

namespace blink::stackreplay {
namespace {

// No parameter's name asks for more: a matrix of doubles.
constexpr std::size_t few_bytes_max = 16 * sizeof(double);

constexpr std::uint64_t padded(std::uint64_t bytes) { return (bytes + 3) & ~std::uint64_t{3}; }

}  // namespace

Record::Payload Record::payload() {
  const std::uint32_t head = word();
  if (head == gl::payload_null) return {{}, true};
  const std::uint64_t bytes = head & ~gl::payload_in_bulk;
  std::optional<vso::guest_span> part;
  if ((head & gl::payload_in_bulk) != 0) {
    const std::uint32_t object = word(), offset = word();
    if (const auto found = bulk_.find(object); found != bulk_.end())
      part = found->second.part(offset, bytes);
  } else {
    part = span_.part(at_, bytes);
    at_ += padded(bytes);
  }
  if (!part) {
    refuse("an array does not lie within what is shared");
    return {};
  }
  return {*part, false};
}

const std::byte* Record::bytes(std::uint64_t needed, Null null, bool is_plain_data,
                               std::uint64_t lent_min) {
  const Payload payload = this->payload();
  if (payload.is_null && null == Null::allowed) return nullptr;
  if (payload.span.bytes() < needed) {
    refuse("an array is shorter than its command says");
    return nullptr;
  }
  if (is_plain_data && needed >= lent_min)
    return static_cast<const std::byte*>(payload.span.lend_to_driver().address);
  if (needed > limits::replayed_array_bytes_max) {
    refuse("an array is too large");
    return nullptr;
  }
  std::byte* const copy = scratch_.take(needed);
  payload.span.copy_out(0, {copy, static_cast<std::size_t>(needed)});
  return copy;
}

std::span<const std::byte> Record::lent_whole() {
  const Payload payload = this->payload();
  if (payload.is_null || is_bad() || payload.span.bytes() == 0) return {};
  return {static_cast<const std::byte*>(payload.span.lend_to_driver().address),
          static_cast<std::size_t>(payload.span.bytes())};
}

const std::byte* Record::few_bytes() {
  const Payload payload = this->payload();
  const auto given = std::min<std::uint64_t>(payload.span.bytes(), few_bytes_max);
  std::byte* const copy = scratch_.take(few_bytes_max);
  std::memset(copy, 0, few_bytes_max);
  payload.span.copy_out(0, {copy, static_cast<std::size_t>(given)});
  return copy;
}

const gl::GLchar* Record::text() { return texts().data(); }

std::string_view Record::texts() {
  const Payload payload = this->payload();
  if (payload.span.bytes() > limits::replayed_text_bytes_max) {
    refuse("a text is too long");
    return {};
  }
  const auto bytes = static_cast<std::size_t>(payload.span.bytes());
  std::byte* const copy = scratch_.take(bytes + 1);
  payload.span.copy_out(0, {copy, bytes});
  copy[bytes] = std::byte{0};
  // With the zero: whoever looks for one finds it.
  return {reinterpret_cast<const gl::GLchar*>(copy), bytes + 1};
}

vso::guest_span Record::room() {
  const std::uint32_t object = word(), offset = word(), bytes = word();
  const auto found = bulk_.find(object);
  const auto part =
      found == bulk_.end() ? std::nullopt : found->second.part(offset, std::uint64_t{bytes});
  if (!part) refuse("there is no room for what it reads");
  return part.value_or(vso::guest_span());
}

std::span<const gl::GLuint> Record::client_names(std::uint64_t count) {
  const gl::GLuint* const names = array<gl::GLuint>(count);
  if (names == nullptr) return {};
  return {names, static_cast<std::size_t>(count)};
}

}  // namespace blink::stackreplay
