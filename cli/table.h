// Tables of text for a terminal.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace blink::cli {

struct TableLook {
  std::size_t name_column = 0;  // gives way where the table would be too wide for a terminal
  std::vector<std::size_t> texts = {0};  // columns that begin on the left; the others are numbers
};

// Each column is as wide as its widest cell, with two spaces between. The first row is the heading.
std::string table_text(const std::vector<std::vector<std::string>>& rows, const TableLook& look);

// Bytes, for people: "1.5 MiB".
std::string size_text(std::uint64_t bytes);

}  // namespace blink::cli
