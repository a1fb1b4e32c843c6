// Record: one command of a GL stream while it is replayed.
//
// The stream is memory that the client changes whenever it likes. A number is fetched once, into a
// local; an array is copied before anybody looks at it, unless it is bulk data of which any content
// is as good as any other. Whatever does not fit makes the record bad, and then its command is not
// run: the thunks (gl/wire.py) ask once, after they have taken everything.

#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <type_traits>

#include "gl/types.h"
#include "gl/wire.h"
#include "stackreplay/scratch.h"
#include "vso/guest_memory.h"

namespace blink::stackreplay {

using BulkObjects = std::map<std::uint32_t, vso::guest_span>;

// So many elements, for a count as GL takes it. A negative one is GL's error, and no elements.
inline std::uint64_t elements(std::int64_t count, std::uint64_t each = 1) {
  return count <= 0 ? 0 : static_cast<std::uint64_t>(count) * each;
}

enum class Null : std::uint8_t { refused, allowed };

class Record {
 public:
  // `span` is the record without its header.
  Record(vso::guest_span span, const BulkObjects& bulk, Scratch& scratch)
      : span_(span), bulk_(bulk), scratch_(scratch) {}

  bool is_bad() const { return why_ != nullptr; }
  const char* why() const { return why_; }
  void refuse(const char* why) {
    if (why_ == nullptr) why_ = why;
  }

  template <typename T>
  T scalar() {
    if constexpr (sizeof(T) == 8) {
      const std::uint64_t low = word();
      return std::bit_cast<T>(low | std::uint64_t{word()} << 32);
    } else if constexpr (sizeof(T) == 4) {
      return std::bit_cast<T>(word());
    } else {
      return static_cast<T>(word());
    }
  }

  // So many elements at least; null only where there are none, or it may be.
  template <typename T>
  const T* array(std::uint64_t count, Null null = Null::refused) {
    constexpr bool is_plain_data = sizeof(T) < 4 || std::is_floating_point_v<T>;
    return reinterpret_cast<const T*>(
        bytes(count * sizeof(T), null, is_plain_data, lent_bytes_min));
  }
  // Those few that a parameter's name asks for. The driver knows how many, and finds zeros where
  // there should have been more.
  template <typename T>
  const T* few() {
    return reinterpret_cast<const T*>(few_bytes());
  }
  // So many bytes, where they lie: any of them is as good as any other.
  const std::byte* lent(std::uint64_t bytes, Null null = Null::refused) {
    return this->bytes(bytes, null, true, 0);
  }
  // As many as there are, likewise; none where there is no array.
  std::span<const std::byte> lent_whole();
  // So many, copied.
  const std::byte* copied(std::uint64_t bytes, Null null) {
    return this->bytes(bytes, null, false, 0);
  }
  const gl::GLchar* text();
  // Texts behind one another, each with a zero behind it.
  std::string_view texts();
  // Room in a bulk object where an answer goes that is too large for the usual place: its object
  // id, the place in it, and how many bytes.
  vso::guest_span room();
  std::span<const gl::GLuint> client_names(std::uint64_t count);

 private:
  std::uint32_t word() {
    if (!span_.contains(at_, 4)) {
      refuse("ends within its numbers");
      return 0;
    }
    const std::uint32_t value = span_.word<std::uint32_t>(at_).load();
    at_ += 4;
    return value;
  }
  struct Payload {
    vso::guest_span span;
    bool is_null = false;
  };
  Payload payload();
  // From here on bulk data is used where it lies; a little is copied as fast.
  static constexpr std::uint64_t lent_bytes_min = 4096;
  const std::byte* bytes(std::uint64_t needed, Null null, bool is_plain_data,
                         std::uint64_t lent_min);
  const std::byte* few_bytes();

  const vso::guest_span span_;
  const BulkObjects& bulk_;
  Scratch& scratch_;
  std::uint64_t at_ = 0;
  const char* why_ = nullptr;
};

}  // namespace blink::stackreplay
