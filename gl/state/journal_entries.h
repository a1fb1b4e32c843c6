// Entries: records of which each stands for one value of state, the last that was set.
//
// They are told again in the order in which they came: so one that sets a part of what another sets
// does what it did.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "gl/state/journal_rule.h"
#include "gl/state/kept_record.h"

namespace blink::gl::state {

// A matrix by the commands that made it, so that the driver makes the same of them.
struct MatrixStep {
  std::shared_ptr<const MatrixStep> before;  // null: the identity
  KeptRecord record;
  std::uint32_t depth = 0;
};
using MatrixSteps = std::shared_ptr<const MatrixStep>;

struct EntryKey {
  std::uint16_t family = 0;
  std::uint16_t unit = 0;
  std::uint32_t key[3] = {};

  bool operator==(const EntryKey&) const = default;
};

struct Entry {
  std::uint64_t time = 0;
  KeptRecord record;
  // Those that came since, and may have been errors: told, too, they are errors again.
  struct Doubt {
    std::uint64_t time = 0;
    KeptRecord record;
  };
  std::vector<Doubt> doubts;
  // Whether one of these is so.
  template <typename Predicate>
  bool has(Predicate is_so) const {
    if (!record.is_empty() && is_so(record.view())) return true;
    for (const Doubt& doubt : doubts)
      if (is_so(doubt.record.view())) return true;
    return false;
  }
  std::uint8_t with = 0;
  std::uint8_t unit = 0, client_unit = 0;
  GLuint array_buffer = 0;
  std::uint32_t groups = 0;
  MatrixSteps modelview;
};

class Entries {
 public:
  Entry& at(const EntryKey& key) { return all_[key]; }
  void erase(const EntryKey& key) { all_.erase(key); }
  template <typename Predicate>
  void erase_if(Predicate predicate) {
    std::erase_if(all_, [&](const auto& each) { return predicate(each.first, each.second); });
  }
  void clear() { all_.clear(); }
  bool is_empty() const { return all_.empty(); }
  struct Step {
    std::uint64_t time;
    const KeptRecord* record;
    const Entry* entry;
  };
  // By time.
  std::vector<Step> in_order() const;
  // Takes what is of these groups from another, and what is there of them now goes.
  void take_back(const Entries& other, std::uint32_t groups);
  std::size_t bytes() const;

 private:
  struct Hash {
    std::size_t operator()(const EntryKey& key) const {
      std::uint64_t hash = key.family | std::uint64_t{key.unit} << 16;
      for (const std::uint32_t each : key.key)
        hash = (hash ^ each) * 0x9E3779B97F4A7C15u;
      return hash ^ hash >> 29;
    }
  };
  std::unordered_map<EntryKey, Entry, Hash> all_;
};

}  // namespace blink::gl::state
