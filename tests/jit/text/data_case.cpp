#include "tests/jit/text/data_case.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "jit/run/recording_services.h"
#include "jit/text/number.h"

namespace blink::jit::test {
namespace {

std::string trim(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

void read_file(const std::filesystem::path& path, std::vector<DataCase>& cases) {
  constexpr const char* known[] = {"given", "header", "findings", "trace",  "registers",
                                   "cells", "cost",   "lists",    "effects"};
  std::ifstream file(path);
  std::string section;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with("-- case ")) {
      cases.push_back({path.stem().string(), trim(line.substr(8)), number, "", {}});
      section = "program";
    } else if (line.starts_with("--")) {
      section = trim(line.substr(2));
      if (cases.empty() || std::ranges::find(known, section) == std::end(known))
        throw std::runtime_error(std::to_string(number) + ": what is " + line);
      cases.back().sections[section];
    } else if (section == "program") {
      cases.back().program += line + '\n';
    } else if (!section.empty()) {
      if (std::string said = trim(line.substr(0, line.find('#'))); !said.empty())
        cases.back().sections[section].push_back(said);
    }
  }
}

float float_of(const std::string& text) {
  Word bits = 0;
  if (text.starts_with('!') &&
      read_integer(std::string_view(text).substr(1), bits) == NumberFault::none)
    return std::bit_cast<float>(bits);
  if (read_float(text, bits) != NumberFault::none)
    throw std::runtime_error("'" + text + "' is no number");
  return std::bit_cast<float>(bits);
}

// "A|B" or "A" as a number; the text itself when it holds no such names.
std::string number_of_names(const std::string& text) {
  std::uint32_t all = 0;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, '|');) {
    const std::uint32_t* value = find_enumerant(part);
    if (value == nullptr) return text;
    all |= *value;
  }
  return std::to_string(all);
}

float& slot_of(RunContext& context, const std::string& what) {
  std::istringstream words(what);
  std::string kind;
  std::size_t index = 0;
  words >> kind >> index;
  const auto inputs = input_names();
  const auto input = std::ranges::find(inputs, what, &InputName::name);
  if (input != inputs.end()) return context.inputs[input - inputs.begin()];
  if (kind == "param" && index < params_max) return context.params[index];
  if (kind == "cell" && index < cells_max) return context.cells[index];
  throw std::runtime_error("given: what is '" + what + "'?");
}

}  // namespace

std::vector<DataCase> read_cases(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<DataCase> cases;
  for (const auto& path : paths) {
    try {
      read_file(path, cases);
    } catch (const std::runtime_error& error) {
      cases.push_back({path.stem().string(), error.what(), 0, "", {}});
    }
  }
  return cases;
}

std::vector<std::pair<std::string, ExpectedNumber>> numbers_of(const DataCase& data,
                                                               const std::string& section) {
  std::vector<std::pair<std::string, ExpectedNumber>> numbers;
  if (!data.has(section)) return numbers;
  for (const std::string& line : data.sections.at(section)) {
    const auto sign = line.find_first_of("=~");
    if (sign == std::string::npos) throw std::runtime_error(section + ": no = in '" + line + "'");
    numbers.push_back(
        {trim(line.substr(0, sign)), {float_of(trim(line.substr(sign + 1))), line[sign] == '~'}});
  }
  return numbers;
}

std::string plain_call(const std::string& call) {
  std::istringstream words(call);
  std::string text, word;
  words >> text;
  while (words >> word) {
    word = number_of_names(word);
    double value = 0;
    const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
    if (result.ec == std::errc{} && result.ptr == word.data() + word.size()) {
      char number[40];
      std::snprintf(number, sizeof number, "%.9g", std::isnan(value) ? std::fabs(value) : value);
      // A whole number of 32 bits has all of its digits.
      word = std::fabs(value) < 4294967296.0 && std::floor(value) == value && value != 0
                 ? std::to_string(static_cast<long long>(value))
                 : number;
    }
    (text += ' ') += word;
  }
  return text;
}

bool is_same(const ExpectedNumber& expected, float actual) {
  const float value = expected.value;
  if (std::isnan(value)) return std::isnan(actual);
  if (expected.is_about)
    return std::fabs(actual - value) <= 1e-6f * std::max(1.0f, std::fabs(value));
  return std::bit_cast<Word>(value) == std::bit_cast<Word>(actual);
}

RunContext context_of(const DataCase& data) {
  static const auto* const tables = [] {
    auto* made = new std::array<NameTable, name_kinds>{};
    for (std::uint32_t kind = 0; kind < name_kinds; ++kind)
      for (std::uint32_t name = 1; name < names_max; ++name)
        (*made)[kind][name] = 1000 * (kind + 1) + name;
    // A place in a program that there is not.
    for (const NameKind kind : {NameKind::uniform, NameKind::block})
      (*made)[static_cast<std::size_t>(kind)][0] = ~0u;
    return made;
  }();
  static RecordingServices services;
  RunContext context;
  context.services = &services;
  for (std::uint32_t kind = 0; kind < name_kinds; ++kind)
    context.names[kind] = &(*tables)[kind];
  for (const auto& [what, number] : numbers_of(data, "given"))
    slot_of(context, what) = number.value;
  return context;
}

}  // namespace blink::jit::test
