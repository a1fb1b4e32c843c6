// Answer: what a command that was asked gives back, on its way into the client's memory.
//
// How many numbers a query writes depends on what is asked, and on the driver. So the query is run
// twice, into memory that was filled with zeros and into memory that was filled with something
// else: what is the same afterwards was written, and nothing but that leaves the server.

#pragma once

#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "stackreplay/object_names.h"
#include "stackreplay/record.h"

namespace blink::stackreplay {

inline constexpr std::uint64_t answer_elements_max = 1024;  // where a command does not say

template <typename T>
struct Out {
  std::byte* const* memory;
  T* data() const { return reinterpret_cast<T*>(*memory); }
};

class Answer {
 public:
  // `content` is the stream's; the answer goes to `place` in it.
  Answer(Record& record, vso::guest_span content, std::uint32_t place, Scratch& scratch);

  template <typename T>
  Out<T> out(std::uint64_t count) {
    return {add(count * sizeof(T))};
  }
  // How the client calls what is in the array that was added last.
  void names(Translation translation) { arrays_[outs_ - 1].translation = std::move(translation); }
  template <typename T>
  void result(T value) {
    result_ = 0;
    std::memcpy(&result_, &value, sizeof value);
  }
  // Runs the query, and sends what it wrote.
  template <typename Query>
  void give(Query&& query) {
    if (outs_ != 0) {
      fill(0);
      query();
    }
    fill(1);
    query();
    send();
  }
  // Sends one array of which every byte was written.
  void give_bytes(std::span<const std::byte> bytes);

 private:
  static constexpr std::size_t outs_max = 8;
  struct Array {
    std::size_t bytes = 0;
    std::byte* passes[2] = {};
    std::byte* current = nullptr;
    Translation translation;
  };

  std::byte* const* add(std::uint64_t bytes);
  void fill(int pass);
  void send();
  void put(std::uint64_t& at, std::span<const std::byte> bytes) const;

  Record& record_;
  vso::guest_span place_;
  Scratch& scratch_;
  std::uint64_t result_ = 0;
  std::array<Array, outs_max> arrays_;
  std::size_t outs_ = 0;
};

}  // namespace blink::stackreplay
