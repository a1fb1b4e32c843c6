// Guest memory: bytes that another machine may change at any moment, also while they are read.
//
// The problem. A check on shared memory means nothing if the value is fetched again after it: the
// client changes it in between. So shared memory has types of its own that cannot be dereferenced,
// and that offer only what is safe by construction:
//
//   guest_word<T>   one aligned scalar: each load is exactly one fetch, into a local that stays
//   guest_span      a range: scalars one by one, or bytes copied out to private memory, to be
//                   checked there; ranges within ranges, bounds checked
//   guest_words     a range as 32-bit words, for whoever reads many and compares once
//
// Both are made by a transport, which knows the mapping, and by nobody else. Bulk data that needs
// no check (pixels: they can only become other pixels) goes to a driver by lend_to_driver().
//
// Bounds. Offsets that come from a client go through part(), which answers "no". Offsets that the
// caller has already validated go through word() and the copies, where a miss is our own bug:
// CHECK.
//
// Threads: any; the other side is always there too.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

#include "common/check.h"
#include "common/driver_pixels.h"

namespace blink::vso {

template <typename T>
class guest_word {
  static_assert(std::is_integral_v<T> && sizeof(T) <= 8);

 public:
  guest_word() = default;

  T load() const { return __atomic_load_n(address_, __ATOMIC_RELAXED); }
  T load_acquire() const { return __atomic_load_n(address_, __ATOMIC_ACQUIRE); }
  // Ordered against every other sequentially consistent operation: for the sleep protocol, where
  // each side stores one word and then looks at another.
  T load_ordered() const { return __atomic_load_n(address_, __ATOMIC_SEQ_CST); }
  // Ordered after every earlier read: the second look of a reader that must know whether what it
  // has read in between was changed.
  T load_after_reads() const {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(address_, __ATOMIC_RELAXED);
  }
  void store(T value) { __atomic_store_n(address_, value, __ATOMIC_RELAXED); }
  void store_release(T value) { __atomic_store_n(address_, value, __ATOMIC_RELEASE); }
  void store_ordered(T value) { __atomic_store_n(address_, value, __ATOMIC_SEQ_CST); }
  T exchange(T value) { return __atomic_exchange_n(address_, value, __ATOMIC_SEQ_CST); }
  T fetch_add(T value) { return __atomic_fetch_add(address_, value, __ATOMIC_SEQ_CST); }
  T fetch_and(T bits) { return __atomic_fetch_and(address_, bits, __ATOMIC_SEQ_CST); }
  T fetch_or(T bits) { return __atomic_fetch_or(address_, bits, __ATOMIC_SEQ_CST); }

 private:
  friend class guest_span;
  explicit guest_word(T* address) : address_(address) {}

  T* address_ = nullptr;
};

class guest_words {
 public:
  std::size_t size() const { return size_; }
  // SAFETY: the caller has compared `i` with size(). One fetch, as of a guest_word.
  std::uint32_t load(std::size_t i) const { return __atomic_load_n(words_ + i, __ATOMIC_RELAXED); }
  guest_words from(std::size_t i) const {  // likewise; up to size()
    return {words_ + i, size_ - i};
  }

 private:
  friend class guest_span;
  guest_words(const std::uint32_t* words, std::size_t size) : words_(words), size_(size) {}

  const std::uint32_t* words_;
  std::size_t size_;
};

class guest_span {
 public:
  guest_span() = default;

  // SAFETY: only a transport may call this, and guarantees that `address` stays mapped, readable
  // and writable for `bytes` bytes for as long as this span or a part of it is in use, whatever the
  // client does (a memfd sealed against shrinking, a grant mapping, a device's memory).
  static guest_span adopt(void* address, std::uint64_t bytes) {
    return guest_span(static_cast<std::byte*>(address), bytes);
  }

  std::uint64_t bytes() const { return bytes_; }
  bool contains(std::uint64_t offset, std::uint64_t bytes) const {
    return offset <= bytes_ && bytes <= bytes_ - offset;
  }

  // The range at an offset that a client has named; nothing when it does not lie within this one.
  std::optional<guest_span> part(std::uint64_t offset, std::uint64_t bytes) const {
    if (!contains(offset, bytes)) return std::nullopt;
    return guest_span(address_ + offset, bytes);
  }

  template <typename T>
  guest_word<T> word(std::uint64_t offset) const {
    CHECK(contains(offset, sizeof(T)) && offset % sizeof(T) == 0);
    return guest_word<T>(reinterpret_cast<T*>(address_ + offset));
  }

  // What is not a whole word at the end is left out.
  guest_words words() const {
    CHECK(reinterpret_cast<std::uintptr_t>(address_) % sizeof(std::uint32_t) == 0);
    return {reinterpret_cast<const std::uint32_t*>(address_), bytes_ / sizeof(std::uint32_t)};
  }

  void copy_out(std::uint64_t offset, std::span<std::byte> to) const {
    CHECK(contains(offset, to.size()));
    if (to.empty()) return;
    std::memcpy(to.data(), address_ + offset, to.size());
    // From here on the compiler must take the source for changed: it may not fetch from it again
    // what the caller reads from the copy.
    __asm__ volatile("" ::: "memory");
  }

  void copy_in(std::uint64_t offset, std::span<const std::byte> from) const {
    CHECK(contains(offset, from.size()));
    if (!from.empty()) std::memcpy(address_ + offset, from.data(), from.size());
  }

  // A hint that this will be read soon.
  void prefetch(std::uint64_t offset) const {
    CHECK(offset < bytes_);
    __builtin_prefetch(address_ + offset);
  }

  // A private copy of a structure, to be checked and used from there.
  template <typename T>
  T copy_of(std::uint64_t offset) const {
    static_assert(std::is_trivially_copyable_v<T>);
    T copy;
    copy_out(offset, std::as_writable_bytes(std::span(&copy, 1)));
    return copy;
  }

  // Bulk data for a GL driver, which reads each byte once and trusts none of them: pixels,
  // vertices. SAFETY: the caller hands it to the driver only where any content is as good as any
  // other, and keeps the mapping until the driver's call has returned.
  DriverPixels lend_to_driver() const { return {address_, static_cast<std::size_t>(bytes_)}; }

 private:
  guest_span(std::byte* address, std::uint64_t bytes) : address_(address), bytes_(bytes) {}

  std::byte* address_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace blink::vso
