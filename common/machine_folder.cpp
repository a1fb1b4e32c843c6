#include "common/machine_folder.h"

#include <algorithm>
#include <cctype>

#include "common/limits.h"

namespace blink {

bool is_machine_name(std::string_view name) {
  const auto is_plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return !name.empty() && name.size() <= limits::machine_name_bytes_max && is_plain(name.front()) &&
         std::ranges::all_of(
             name, [&](char c) { return is_plain(c) || c == '.' || c == '_' || c == '-'; });
}

std::string machines_folder(const std::string& runtime_dir) {
  return std::string(runtime_dir).append("/").append(machines_folder_name);
}

std::string machine_folder(const std::string& runtime_dir, std::string_view name) {
  return machines_folder(runtime_dir).append("/").append(name);
}

}  // namespace blink
