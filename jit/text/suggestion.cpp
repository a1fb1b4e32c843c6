#include "jit/text/suggestion.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace blink::jit {
namespace {

constexpr std::size_t word_max = 64;  // of longer words nobody mistypes just a letter

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Letters to insert, remove, replace or swap with their neighbour.
std::uint32_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::uint32_t, word_max + 1>;
  Row before{}, above{}, row{};
  for (std::uint32_t j = 0; j <= b.size(); ++j)
    above[j] = j;
  for (std::uint32_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == lower(b[j - 2]) && a[i - 2] == lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

}  // namespace

// People write GL's names as C has them, too.
Suggestion::Suggestion(std::string_view word) {
  if (word.starts_with("GL_")) word.remove_prefix(3);
  if (word.size() > 2 && word.starts_with("gl") && word[2] >= 'A' && word[2] <= 'Z')
    word.remove_prefix(2);
  if (word.size() <= word_max) word_ = word;
  for (char& c : word_)
    c = lower(c);
  distance_ = word_.empty() ? 0 : static_cast<std::uint32_t>(word_.size() / 4) + 2;
  if (word_.size() <= 2) distance_ = std::min(distance_, 2u);
}

void Suggestion::offer(std::string_view name) {
  if (distance_ == 0 || name.size() > word_max) return;
  const std::size_t longer = std::max(name.size(), word_.size());
  if (longer - std::min(name.size(), word_.size()) >= distance_) return;
  const std::uint32_t distance = edit_distance(word_, name);
  if (distance >= distance_) return;
  distance_ = distance;
  best_ = name;
}

std::string Suggestion::text() const {
  return best_.empty() ? "" : "did you mean " + std::string(best_) + "?";
}

}  // namespace blink::jit
