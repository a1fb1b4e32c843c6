// ByteReader: takes fields off the front of a block of private bytes, and never past its end.
//
// Only for bytes that nobody else can change. Shared memory is read through vso/guest_memory.h, and
// copied from there before it is parsed.

#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace blink {

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::size_t remaining() const { return rest_.size(); }
  // Whether every read so far was inside the block. Once false, all later reads give zeroes, so a
  // parser may read a whole record and ask once.
  bool is_good() const { return good_; }

  template <typename T>
  T read() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (const auto bytes = take(sizeof(T)); !bytes.empty())
      std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  // The next `count` bytes, or an empty span when there are not so many.
  std::span<const std::byte> take(std::size_t count) {
    if (!good_ || count > rest_.size()) {
      good_ = false;
      return {};
    }
    const auto front = rest_.first(count);
    rest_ = rest_.subspan(count);
    return front;
  }

 private:
  std::span<const std::byte> rest_;
  bool good_ = true;
};

}  // namespace blink
