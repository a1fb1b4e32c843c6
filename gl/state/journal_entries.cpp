#include "gl/state/journal_entries.h"

#include <algorithm>

namespace blink::gl::state {

std::vector<Entries::Step> Entries::in_order() const {
  std::vector<Step> sorted;
  sorted.reserve(all_.size());
  for (const auto& [key, entry] : all_) {
    if (!entry.record.is_empty()) sorted.push_back({entry.time, &entry.record, &entry});
    for (const Entry::Doubt& doubt : entry.doubts)
      sorted.push_back({doubt.time, &doubt.record, &entry});
  }
  std::ranges::sort(sorted, {}, &Step::time);
  return sorted;
}

void Entries::take_back(const Entries& other, std::uint32_t groups) {
  erase_if([&](const EntryKey&, const Entry& entry) { return (entry.groups & groups) != 0; });
  for (const auto& [key, entry] : other.all_)
    if ((entry.groups & groups) != 0) all_[key] = entry;
}

std::size_t Entries::bytes() const {
  std::size_t all = 0;
  for (const auto& [key, entry] : all_) {
    all += sizeof entry + entry.record.bytes();
    for (const Entry::Doubt& doubt : entry.doubts)
      all += sizeof doubt + doubt.record.bytes();
  }
  return all;
}

}  // namespace blink::gl::state
