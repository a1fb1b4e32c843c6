#include "jit/compile/code_check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gl/generated/dispatch.h"
#include "jit/compile/fragments.h"
#include "jit/run/context.h"

namespace blink::jit {
namespace {

// What the number of a fragment may be.
enum class Number : std::uint8_t {
  none,
  any,
  read,           // of the context
  read_names,     // of the context: a name table
  write,          // into the context
  write_double,   // likewise, eight bytes
  word,           // byte offset in the words
  name,           // byte offset in a name table
  read_indexed,   // offset of an array of the context
  write_indexed,  // likewise
  gl,             // byte offset in gl::Dispatch
  helper,         // byte offset in Helpers, of a function of floats
  service,        // opcode of a service
  distance,       // of a jump
};

struct Known {
  Number number;
  std::uint8_t patch;
};

class FragmentIndex {
 public:
  explicit FragmentIndex(const Fragments& f) {
    add(f.enter, Number::none);
    add(f.leave, Number::none);
    add(f.load, Number::read);
    add(f.store, Number::write);
    add(f.load_word, Number::word);
    for (const auto& by_destination : f.binary)
      for (const auto& by_source : by_destination)
        add(by_source, Number::none);
    for (const auto& each : f.binary_word)
      add(each, Number::word);
    for (const auto& each : f.round)
      add(each, Number::none);
    add(f.magnitude, Number::none);
    add(f.negate, Number::none);
    add_arguments(f);
    add(f.call_gl, Number::gl);
    add(f.call_helper, Number::helper);
    add(f.call_service, Number::service);
    for (const Fragment* each : {&f.jump, &f.jump_above, &f.jump_above_equal, &f.jump_equal,
                                 &f.jump_not_equal, &f.jump_unordered})
      add(*each, Number::distance);
    std::ranges::sort(shapes_, std::greater<>());
  }

  // The longest fragment that the code goes on with; its size, or 0.
  std::size_t match(std::span<const std::uint8_t> code, Known& known) const {
    Key whole{};
    std::memcpy(whole.data(), code.data(), std::min(code.size(), Fragment::bytes_max));
    for (const auto& [size, patch] : shapes_) {
      if (size > code.size()) continue;
      const auto found = known_.find(key(whole, size, patch));
      if (found == known_.end()) continue;
      known = found->second;
      return size;
    }
    return 0;
  }

 private:
  void add_arguments(const Fragments& f) {
    add(f.f32_word, Number::word);
    add(f.f32_context, Number::read);
    add(f.f64_word, Number::word);
    add(f.f64_context, Number::read);
    add(f.f32_at_least, Number::any);
    add(f.f32_at_most, Number::any);
    add(f.i32_word, Number::any);
    add(f.i32_context, Number::read);
    add(f.i32_from_eax, Number::none);
    add(f.array_words, Number::word);
    add(f.array_context, Number::read);
    add(f.name_fixed, Number::name);
    add(f.name_in_eax, Number::none);
    add(f.names, Number::read_names);
    add(f.eax_context, Number::read);
    add(f.eax_bits, Number::read);
    add(f.eax_word, Number::any);
    add(f.eax_at_least, Number::any);
    add(f.eax_at_most, Number::any);
    add(f.eax_truth, Number::none);
    add(f.eax_known_name, Number::none);
    add(f.store_eax, Number::write);
    add(f.f64_scratch_word, Number::word);
    add(f.f64_scratch_context, Number::read);
    add(f.store_f64, Number::write_double);
    add(f.load_indexed, Number::read_indexed);
    add(f.store_indexed, Number::write_indexed);
  }
  template <std::size_t count>
  void add(const std::array<Fragment, count>& fragments, Number number) {
    for (const Fragment& each : fragments)
      if (each.size != 0) add(each, number);
  }
  // Its bytes without the number, its size, and where the number is.
  using Key = std::array<std::uint8_t, 32>;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t hash = 0, part;
      for (std::size_t i = 0; i < key.size(); i += sizeof part) {
        std::memcpy(&part, &key[i], sizeof part);
        hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
      }
      return hash;
    }
  };
  static Key key(const Key& bytes, std::uint8_t size, std::uint8_t patch) {
    Key key = bytes;
    std::fill(key.begin() + size, key.end(), std::uint8_t{0});
    if (patch != 0) std::fill_n(key.begin() + patch, 4, std::uint8_t{0});
    key[30] = size;
    key[31] = patch;
    return key;
  }
  void add(const Fragment& fragment, Number number) {
    Key bytes{};
    std::ranges::copy(fragment.bytes, bytes.begin());
    known_.emplace(key(bytes, fragment.size, fragment.patch), Known{number, fragment.patch});
    const std::pair shape{fragment.size, fragment.patch};
    if (std::ranges::find(shapes_, shape) == shapes_.end()) shapes_.push_back(shape);
  }

  std::unordered_map<Key, Known, Hash> known_;
  std::vector<std::pair<std::uint8_t, std::uint8_t>> shapes_;  // size and patch; long ones first
};

template <typename Member>
bool is_within(std::int64_t number, Member RunContext::*member, std::size_t bytes = 4) {
  static const RunContext context;
  const auto begin = reinterpret_cast<const std::byte*>(&(context.*member)) -
                     reinterpret_cast<const std::byte*>(&context);
  return number >= begin && number % 4 == 0 &&
         number + static_cast<std::int64_t>(bytes) <=
             begin + static_cast<std::int64_t>(sizeof(Member));
}

bool is_allowed(Number kind, std::int64_t number, std::size_t words) {
  switch (kind) {
    case Number::none:
    case Number::any:
    case Number::distance: return true;  // distances are looked at by themselves
    case Number::read:
      return is_within(number, &RunContext::registers) || is_within(number, &RunContext::inputs) ||
             is_within(number, &RunContext::cells) || is_within(number, &RunContext::params) ||
             is_within(number, &RunContext::scratch);
    case Number::read_names: return is_within(number, &RunContext::names, sizeof(void*));
    case Number::write:
      return is_within(number, &RunContext::registers) || is_within(number, &RunContext::cells) ||
             is_within(number, &RunContext::scratch);
    case Number::write_double: return is_within(number, &RunContext::scratch, sizeof(double));
    case Number::word:
      return number >= 0 && number % 4 == 0 &&
             number < static_cast<std::int64_t>(words * sizeof(Word));
    case Number::name:
      return number >= 0 && number % 4 == 0 &&
             number < static_cast<std::int64_t>(sizeof(NameTable));
    case Number::read_indexed:
      return number == offsetof(RunContext, params) || number == offsetof(RunContext, cells);
    case Number::write_indexed: return number == offsetof(RunContext, cells);
    case Number::gl:
      return number >= 0 && number % 8 == 0 &&
             number < static_cast<std::int64_t>(sizeof(gl::Dispatch));
    case Number::helper:
      return number >= static_cast<std::int64_t>(offsetof(Helpers, sin)) && number % 8 == 0 &&
             number < static_cast<std::int64_t>(offsetof(Helpers, service));
    case Number::service: {
      const OpcodeInfo* info = find_opcode(static_cast<std::uint32_t>(number));
      return info != nullptr && info->is_service;
    }
  }
  return false;
}

std::string at(std::size_t place, std::string_view what) {
  return "code at byte " + std::to_string(place) + ": " + std::string(what);
}

}  // namespace

std::string objection_to_code(std::span<const std::uint8_t> code, std::size_t words) {
  static const FragmentIndex index(*Fragments::get());
  std::vector<bool> is_start(code.size() + 1);
  std::vector<std::size_t> targets;
  std::size_t last = 0;
  for (std::size_t place = 0; place < code.size();) {
    is_start[place] = true;
    last = place;
    Known known{};
    const std::size_t size = index.match(code.subspan(place), known);
    if (size == 0) return at(place, "is no fragment");
    std::int32_t number = 0;
    if (known.patch != 0) std::memcpy(&number, &code[place + known.patch], sizeof number);
    if (!is_allowed(known.number, number, words)) return at(place, "has a number out of bounds");
    if (known.number == Number::distance) {
      const std::int64_t target = static_cast<std::int64_t>(place + size) + number;
      if (target <= static_cast<std::int64_t>(place) ||
          target >= static_cast<std::int64_t>(code.size()))
        return at(place, "jumps out of the code, or backward");
      targets.push_back(static_cast<std::size_t>(target));
    }
    place += size;
  }
  for (const std::size_t target : targets)
    if (!is_start[target]) return at(target, "is jumped to, within a fragment");
  const Fragment& leave = Fragments::get()->leave;
  if (code.size() - last != leave.size || std::memcmp(&code[last], leave.bytes, leave.size) != 0)
    return at(last, "does not end with the way out");
  return "";
}

}  // namespace blink::jit
