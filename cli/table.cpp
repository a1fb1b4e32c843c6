#include "cli/table.h"

#include <algorithm>
#include <cstdio>

#include "common/text.h"

namespace blink::cli {
namespace {

constexpr std::size_t columns_max = 80;
constexpr std::size_t name_columns_min = 12;

// What is cut says so.
std::string fitted(const std::string& cell, std::size_t width) {
  if (columns(cell) <= width) return cell;
  return std::string(first_columns(cell, width - 1)) + "…";
}

}  // namespace

std::string table_text(const std::vector<std::vector<std::string>>& rows, const TableLook& look) {
  std::vector<std::size_t> widths(rows.at(0).size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns(row[i]));
  std::size_t others = 0;
  for (std::size_t i = 0; i < widths.size(); ++i)
    others += i == look.name_column ? 0 : widths[i] + 2;
  const std::size_t left = others < columns_max ? columns_max - others : 0;
  std::size_t& name = widths[look.name_column];
  name = std::min(name, std::max(left, name_columns_min));

  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = fitted(row[i], widths[i]);
      const std::string fill(widths[i] - columns(cell), ' ');
      const bool is_text = std::ranges::count(look.texts, i) > 0;
      text += (i == 0 ? "" : "  ") + (is_text ? cell + fill : fill + cell);
    }
    text += '\n';
  }
  return text;
}

std::string size_text(std::uint64_t bytes) {
  char text[32];
  if (bytes >= 1 << 30)
    std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
  else if (bytes >= 1 << 20)
    std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  else
    std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(bytes) / 1024);
  return text;
}

}  // namespace blink::cli
