// RegisterCache: which of the procedure's registers are in xmm registers or known to be constant,
// at the point where the compiler is. What is written and never read is never stored.
//
// Each register is in one of three states: in memory alone; in an xmm register; or a constant,
// which stands in the procedure's words. `unsaved` says that memory does not have its value yet.

#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "jit/compile/code_buffer.h"
#include "jit/isa/procedure.h"

namespace blink::jit {

class RegisterCache {
 public:
  static constexpr unsigned first_xmm = 8;
  static constexpr unsigned slots = 8;
  static constexpr unsigned none = 0xFF;

  RegisterCache(CodeBuffer& out, const Fragments& fragments) : out_(out), f_(fragments) {
    owners_.fill(none);
    xmm_of_.fill(none);
  }

  bool is_constant(Word reg) const { return constants_ >> reg & 1; }
  std::int32_t constant_word(Word reg) const { return constant_words_[reg]; }

  // The xmm register that has its value, which must be no constant. It stays until unpin().
  unsigned use(Word reg) {
    const unsigned xmm = xmm_of_[reg];
    if (xmm == none) return load(reg);
    pinned_ |= 1u << (xmm - first_xmm);
    return xmm;
  }
  // An xmm register to make a value in, until set() gives it to a register.
  unsigned take_free();
  void set(Word reg, unsigned xmm) {
    if (xmm_of_[reg] != xmm) move_in(reg, xmm);
    unsaved_ |= bit(reg);
    constants_ &= ~bit(reg);
  }
  void set_constant(Word reg, std::int32_t word);
  // At the end of each instruction: everything may be driven out again.
  void unpin() { pinned_ = 0; }

  // Memory has its value afterwards.
  void save(Word reg);
  // ... of every register. Constants are known after a call as before, so they need not be saved
  // for one.
  void save_all();
  void save_before_call() {
    if ((unsaved_ & cached_) != 0) save_cached();
  }
  // Calls leave no xmm register as it was.
  void forget_xmm() {
    if (cached_ != 0) drop_all();
    pinned_ = 0;
  }
  // Where paths meet, only memory counts.
  void forget_all() {
    forget_xmm();
    constants_ = 0;
  }

 private:
  static constexpr std::uint32_t bit(Word reg) { return 1u << reg; }
  unsigned load(Word reg);
  void move_in(Word reg, unsigned xmm);
  void store(Word reg);
  void save_cached();
  void drop_all();
  void drop(Word reg);

  CodeBuffer& out_;
  const Fragments& f_;
  std::uint32_t unsaved_ = 0;    // a bit for each register
  std::uint32_t constants_ = 0;  // likewise
  std::uint32_t cached_ = 0;     // likewise: it has an xmm register
  std::uint32_t pinned_ = 0;     // a bit for each slot
  unsigned next_victim_ = 0;
  std::array<std::uint8_t, slots> owners_;  // which register, by slot
  std::array<std::uint8_t, register_count> xmm_of_;
  std::array<std::int32_t, register_count> constant_words_{};
};

}  // namespace blink::jit
