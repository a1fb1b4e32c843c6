#include "gl/state/journal_entries.h"

#include <algorithm>

namespace blink::gl::state {

std::vector<const Entry*> Entries::in_order() const {
  std::vector<const Entry*> sorted;
  sorted.reserve(all_.size());
  for (const auto& [key, entry] : all_)
    sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, &Entry::time);
  return sorted;
}

void Entries::take_back(const Entries& other, std::uint32_t groups) {
  erase_if([&](const EntryKey&, const Entry& entry) { return (entry.groups & groups) != 0; });
  for (const auto& [key, entry] : other.all_)
    if ((entry.groups & groups) != 0) all_[key] = entry;
}

std::size_t Entries::bytes() const {
  std::size_t all = 0;
  for (const auto& [key, entry] : all_)
    all += sizeof entry + entry.record.bytes();
  return all;
}

}  // namespace blink::gl::state
