#include "jit/compile/register_cache.h"

#include "common/check.h"

namespace blink::jit {

namespace {
constexpr std::int32_t place_of(Word reg) { return static_cast<std::int32_t>(reg * sizeof(float)); }
}  // namespace

unsigned RegisterCache::load(Word reg) {
  const unsigned xmm = take_free();
  out_.put(f_.load[xmm], place_of(reg));
  move_in(reg, xmm);
  return xmm;
}

unsigned RegisterCache::take_free() {
  // An instruction has fewer operands than there are slots: one is always left.
  unsigned slot = next_victim_;
  for (unsigned i = 0; i < slots && (pinned_ >> slot & 1); ++i)
    slot = (slot + 1) % slots;
  CHECK(!(pinned_ >> slot & 1));
  next_victim_ = (slot + 1) % slots;
  if (owners_[slot] != none) {
    const Word owner = owners_[slot];
    if (unsaved_ & bit(owner)) store(owner);
    drop(owner);
  }
  pinned_ |= 1u << slot;
  return first_xmm + slot;
}

void RegisterCache::move_in(Word reg, unsigned xmm) {
  drop(reg);
  owners_[xmm - first_xmm] = static_cast<std::uint8_t>(reg);
  xmm_of_[reg] = static_cast<std::uint8_t>(xmm);
  cached_ |= bit(reg);
}

void RegisterCache::set_constant(Word reg, std::int32_t word) {
  drop(reg);
  constant_words_[reg] = word;
  constants_ |= bit(reg);
  unsaved_ |= bit(reg);
}

void RegisterCache::drop(Word reg) {
  if (xmm_of_[reg] == none) return;
  owners_[xmm_of_[reg] - first_xmm] = none;
  xmm_of_[reg] = none;
  cached_ &= ~bit(reg);
}

void RegisterCache::store(Word reg) {
  unsigned xmm = xmm_of_[reg];
  if (is_constant(reg)) {
    xmm = 7;  // of those that nothing is kept in
    out_.put(f_.load_word[xmm], constant_words_[reg] * static_cast<std::int32_t>(sizeof(Word)));
  }
  out_.put(f_.store[xmm], place_of(reg));
  unsaved_ &= ~bit(reg);
}

void RegisterCache::save(Word reg) {
  if (unsaved_ & bit(reg)) store(reg);
}

void RegisterCache::save_all() {
  for (std::uint32_t left = unsaved_; left != 0; left &= left - 1)
    store(static_cast<Word>(std::countr_zero(left)));
}

void RegisterCache::save_cached() {
  for (std::uint32_t left = unsaved_ & cached_; left != 0; left &= left - 1)
    store(static_cast<Word>(std::countr_zero(left)));
}

void RegisterCache::drop_all() {
  for (; cached_ != 0; cached_ &= cached_ - 1)
    xmm_of_[static_cast<std::size_t>(std::countr_zero(cached_))] = none;
  owners_.fill(none);
}

}  // namespace blink::jit
