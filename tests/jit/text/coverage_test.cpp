// The cases of tests/jit/data against the table: whether they say, of every opcode, all that its
// row says of it. What has no case here could be wrong for years.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "jit/isa/opcode_table.h"
#include "tests/jit/text/data_case.h"

namespace blink::jit::test {
namespace {

using Numbers = std::vector<double>;

struct Covered {
  std::set<std::string> written;                          // opcodes that stand in a program
  std::map<std::string, std::vector<Numbers>> calls;      // expected ones, with their arguments
  std::set<std::pair<std::string, std::size_t>> refused;  // whose enumerant skips it, from 1
};

// The opcode of each line of a program, from 1; nothing where there is none.
std::vector<std::string> opcodes_of(const std::string& program) {
  std::vector<std::string> opcodes(1);
  std::istringstream lines(program);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word.ends_with(':')) words >> word;
    opcodes.push_back(word);
  }
  return opcodes;
}

Covered covered() {
  Covered all;
  for (const DataCase& data : read_cases(BLINK_CASES)) {
    const auto opcodes = opcodes_of(data.program);
    all.written.insert(opcodes.begin(), opcodes.end());
    if (data.has("trace"))
      for (const std::string& line : data.sections.at("trace")) {
        std::istringstream words(plain_call(line));
        std::string name, word;
        words >> name;
        Numbers arguments;
        while (words >> word)
          arguments.push_back(std::stod(word));
        all.calls[name].push_back(arguments);
      }
    if (data.has("findings"))
      for (const std::string& line : data.sections.at("findings")) {
        std::size_t number = 0, operand = 0;
        if (std::sscanf(line.c_str(), "skipped %zu: operand %zu is not", &number, &operand) == 2)
          all.refused.emplace(opcodes.at(number), operand);
      }
  }
  return all;
}

const Covered& cases() {
  static const Covered all = covered();
  return all;
}

// Which of a call's arguments comes from which operand.
std::vector<std::size_t> places_of(const OpcodeInfo& info) {
  std::vector<std::size_t> places(info.operand_count);
  if (info.is_service)
    for (std::size_t i = 0; i < places.size(); ++i)
      places[i] = i;
  std::size_t at = 0;
  for (const Argument& argument : arguments_of(info)) {
    if (argument.is_constant) ++at;
    for (std::size_t i = 0; i < argument.count; ++i)
      places[argument.operand + i] = at++;
  }
  return places;
}

bool is_passed(const std::vector<Numbers>& calls, std::size_t place, double value) {
  return std::ranges::any_of(
      calls, [&](const Numbers& call) { return place < call.size() && call[place] == value; });
}

// What an operand's rule says and no case shows; nothing when all is shown.
std::string missing(const OpcodeInfo& info, std::size_t operand, std::size_t place) {
  const OperandRule& rule = operands_of(info)[operand];
  const auto& calls = cases().calls.at(std::string(info.name));
  switch (rule.kind) {
    case OperandKind::enumerant:
      return cases().refused.contains({std::string(info.name), operand + 1})
                 ? ""
                 : "an enumerant that is none of its set";
    case OperandKind::bits: return is_passed(calls, place, rule.allowed) ? "" : "all of its bits";
    case OperandKind::boolean:
      if (!is_passed(calls, place, 0)) return "false";
      return is_passed(calls, place, 1) ? "" : "true";
    case OperandKind::number:
      if (rule.is_ranged && !is_passed(calls, place, rule.low_number)) return "the low end";
      return !rule.is_ranged || is_passed(calls, place, rule.high_number) ? "" : "the high end";
    case OperandKind::integer:
      if (rule.is_ranged && !is_passed(calls, place, rule.low)) return "the low end";
      return !rule.is_ranged || is_passed(calls, place, rule.high) ? "" : "the high end";
    default: return "";
  }
}

template <typename Function>
void for_each_opcode(Function function) {
  for (std::uint32_t opcode = 0; opcode < opcode_limit; ++opcode)
    if (const OpcodeInfo* info = find_opcode(opcode)) function(*info);
}

bool makes_calls(const OpcodeInfo& info) { return info.is_gl || info.is_service; }

TEST(Cases, HaveEveryOpcode) {
  for_each_opcode([](const OpcodeInfo& info) {
    EXPECT_TRUE(cases().written.contains(std::string(info.name))) << info.name;
  });
}

TEST(Cases, ExpectACallOfEveryCommand) {
  for_each_opcode([](const OpcodeInfo& info) {
    EXPECT_EQ(cases().calls.contains(std::string(info.name)), makes_calls(info)) << info.name;
  });
}

TEST(Cases, HaveEveryRuleOfEveryOperand) {
  for_each_opcode([](const OpcodeInfo& info) {
    if (!cases().calls.contains(std::string(info.name))) return;
    const auto places = places_of(info);
    for (std::size_t i = 0; i < places.size(); ++i)
      EXPECT_EQ(missing(info, i, places[i]), "") << info.name << ", operand " << i + 1;
  });
}

// Two operands that are the same in every call could change places, or one be there twice.
TEST(Cases, TellOperandsApart) {
  for_each_opcode([](const OpcodeInfo& info) {
    if (!cases().calls.contains(std::string(info.name))) return;
    const auto places = places_of(info);
    const auto differ = [&](std::size_t i, std::size_t j) {
      return std::ranges::any_of(cases().calls.at(std::string(info.name)),
                                 [&](const Numbers& call) {
                                   const double a = call.at(places[i]), b = call.at(places[j]);
                                   return a != b && !std::isnan(a) && !std::isnan(b);
                                 });
    };
    for (std::size_t i = 0; i < places.size(); ++i)
      for (std::size_t j = i + 1; j < places.size(); ++j)
        EXPECT_TRUE(differ(i, j)) << info.name << ", operands " << i + 1 << " and " << j + 1;
  });
}

}  // namespace
}  // namespace blink::jit::test
