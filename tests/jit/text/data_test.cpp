// Runs every case of tests/jit/data/ as a test of its own.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <set>
#include <sstream>

#include "gl/recording.h"
#include "jit/compile/compiler.h"
#include "jit/generated/names.h"
#include "jit/interpret/interpreter.h"
#include "jit/text/assembler.h"
#include "jit/text/disassembler.h"
#include "jit/text/number.h"
#include "jit/verify/verified_program.h"
#include "tests/jit/both.h"
#include "tests/jit/text/data_case.h"

namespace blink::jit::test {
namespace {

using Lines = std::vector<std::string>;

// What carries procedures out; each must do the same.
struct Engine {
  const char* name;
  void (*run)(const VerifiedProgram& program, RunContext& context, const gl::Dispatch& gl);
};
void run_interpreted(const VerifiedProgram& program, RunContext& context, const gl::Dispatch& gl) {
  interpret(program, context, gl);
}
#ifdef __x86_64__  // which the compiler knows
void run_compiled(const VerifiedProgram& program, RunContext& context, const gl::Dispatch& gl) {
  auto compiled = compile(program, {.keep_registers = true});
  ASSERT_TRUE(compiled.is_ok()) << compiled.status().text();
  compiled.value()->run(context, gl);
}
constexpr Engine engines[] = {{"interpreter", run_interpreted}, {"compiler", run_compiled}};
#else
constexpr Engine engines[] = {{"interpreter", run_interpreted}};
#endif

std::string joined(const Lines& lines, const std::string& mark) {
  std::string text;
  for (const std::string& line : lines)
    text += "  " + mark + line + '\n';
  return text.empty() ? "  " + mark + "(nothing)\n" : text;
}

void expect_lines(const char* what, const Lines& expected, const Lines& actual) {
  if (expected == actual) return;
  std::string text = std::string(what) + ":\n";
  const auto [e, a] = std::ranges::mismatch(expected, actual);
  const auto line = e - expected.begin();
  text += "  the first difference is in line " + std::to_string(line + 1) + "\n";
  ADD_FAILURE() << text << " expected\n"
                << joined(expected, "- ") << " is\n"
                << joined(actual, "+ ");
}

const Lines& section(const DataCase& data, const char* name) {
  static const Lines none;
  return data.has(name) ? data.sections.at(name) : none;
}

// "skipped 2: stands outside of Begin and End"; lines count from the program's first.
Lines findings_text(const std::vector<Finding>& findings, const Assembly& assembly,
                    const Status& status) {
  constexpr const char* kinds[] = {"adjusted ", "skipped ", "mended ", "refused "};
  Lines lines;
  bool is_refused = false;
  for (const Finding& finding : findings) {
    is_refused |= finding.kind == Finding::Kind::refused;
    const bool is_end = finding.word + header_words >= assembly.words.size();
    const std::uint32_t line = assembly.place_of(finding.word).line;
    lines.push_back(std::string(kinds[static_cast<std::size_t>(finding.kind)]) +
                    (is_end ? "end" : std::to_string(line)) + ": " + finding.text);
  }
  if (!status.is_ok() && !is_refused)
    lines.push_back("refused header: " + std::string(status.text()));
  return lines;
}

void change_header(const DataCase& data, std::vector<Word>& words) {
  for (const std::string& line : section(data, "header")) {
    std::istringstream in(line);
    std::string field, equals, value;
    in >> field >> equals >> value;
    if (field == "words") {  // cut short
      Word count = 0;
      ASSERT_EQ(read_integer(value, count), NumberFault::none) << line;
      words.resize(count);
      continue;
    }
    constexpr const char* fields[] = {"magic", "version", "callback", "code_words"};
    const auto at = std::ranges::find(fields, field);
    ASSERT_NE(at, std::end(fields)) << line;
    ASSERT_EQ(read_integer(value, words[at - fields]), NumberFault::none) << line;
  }
}

Lines lists_text(const VerifiedProgram& program) {
  Lines lines;
  for (const ListCost& list : program.lists())
    lines.push_back("list " + std::to_string(list.name) + ": " +
                    std::to_string(list.cost.instructions) + " instructions, " +
                    std::to_string(list.cost.commands) + " commands, " +
                    std::to_string(list.cost.vertices) + " vertices");
  return lines;
}

Lines cost_text(const Cost& cost) {
  return {"instructions " + std::to_string(cost.instructions),
          "commands " + std::to_string(cost.commands), "vertices " + std::to_string(cost.vertices)};
}

Lines effects_text(const Effects& effects) {
  Lines lines;
  const auto list = [&](std::string line, std::uint32_t bits, auto& names) {
    if (bits == 0) return;
    if (bits == all_state) return lines.push_back(line + " everything");
    for (std::size_t i = 0; i < std::size(names); ++i)
      if (bits >> i & 1) (line += ' ') += names[i];
    lines.push_back(line);
  };
  list("touches", effects.touches, state_names);
  list("depends", effects.depends_on, dependence_names);
  if (effects.draws) lines.emplace_back("draws");
  if (effects.uses_depth) lines.emplace_back("uses_depth");
  if (effects.clears_depth) lines.emplace_back("clears_depth");
  if (effects.covers_window) lines.emplace_back("covers_window");
  if (effects.reads_params) lines.emplace_back("reads_params");
  if (effects.reads_cells) lines.emplace_back("reads_cells");
  if (effects.writes_cells) lines.emplace_back("writes_cells");
  return lines;
}

// Every one of `actual` is what was expected, or what it was before.
void expect_numbers(const DataCase& data, const std::string& where, const std::string& prefix,
                    std::span<const float> actual, std::span<const float> before) {
  auto expected = numbers_of(data, where);
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const std::string name = prefix + std::to_string(i);
    const auto said = std::ranges::find_if(expected, [&](auto& e) { return e.first == name; });
    const ExpectedNumber number = said == expected.end() ? ExpectedNumber{before[i]} : said->second;
    if (said != expected.end()) expected.erase(said);
    if (is_same(number, actual[i])) continue;
    ADD_FAILURE() << name << ": expected " << (number.is_about ? "about " : "")
                  << float_text(std::bit_cast<Word>(number.value)) << ", is "
                  << float_text(std::bit_cast<Word>(actual[i])) << " ("
                  << hex_text(std::bit_cast<Word>(actual[i])) << ")";
  }
  for (const auto& [name, number] : expected)
    ADD_FAILURE() << where << ": what is '" << name << "'?";
}

void run(const DataCase& data, const VerifiedProgram& program, const Engine& engine) {
  SCOPED_TRACE(engine.name);
  RunContext context = context_of(data);
  const RunContext before = context;
  // What the run before has left is nobody's business.
  std::ranges::fill(context.registers, std::numeric_limits<float>::quiet_NaN());
  gl::Recording recording(array_length);
  engine.run(program, context, gl::recording_dispatch());
  Lines expected, actual;
  for (const std::string& call : section(data, "trace"))
    expected.push_back(plain_call(call));
  for (const auto& call : recording.calls())
    actual.push_back(plain_call(gl::Recording::text(call)));
  expect_lines("calls of GL", expected, actual);
  expect_numbers(data, "registers", "r", context.registers, before.registers);
  expect_numbers(data, "cells", "cell ", context.cells, before.cells);
}

// However it was written, and whatever the verifier made of it: as text it is the same words.
void expect_round_trip(const DataCase& data, const Assembly& assembly) {
  const Disassembly text = disassemble(assembly.words);
  EXPECT_EQ(assemble(text.text).words, assembly.words) << data.name << '\n' << text.text;
}

void check(const DataCase& data) {
  ASSERT_FALSE(data.program.empty()) << "the file cannot be read";
  Assembly assembly = assemble(data.program);
  const SourceText source(data.file + ": " + data.name, data.program);
  for (const Diagnostic& error : assembly.errors)
    ADD_FAILURE() << render(error, source, false);
  if (!assembly.is_good()) return;
  expect_round_trip(data, assembly);

  std::vector<Word> words = assembly.words;
  change_header(data, words);
  std::vector<Finding> findings;
  auto program = verify(words, &findings);
  expect_lines("findings", section(data, "findings"),
               findings_text(findings, assembly, program.status()));
  if (!program.is_ok()) {
    EXPECT_FALSE(data.has("trace") || data.has("registers") || data.has("cells"))
        << "refused, so nothing runs";
    return;
  }
  if (data.has("lists")) expect_lines("lists", section(data, "lists"), lists_text(program.value()));
  if (data.has("cost")) expect_lines("cost", section(data, "cost"), cost_text(program->cost()));
  if (data.has("effects"))
    expect_lines("effects", section(data, "effects"), effects_text(program->effects()));
  const Disassembly text = disassemble(program->callback(), program->code());
  EXPECT_FALSE(text.problem);
  const auto again = assemble(text.text).words;
  EXPECT_TRUE(std::ranges::equal(std::span(again).subspan(std::min<std::size_t>(4, again.size())),
                                 program->code()))
      << text.text;
  for (const Engine& engine : engines)
    run(data, program.value(), engine);
}

class DataTest : public ::testing::Test {
 public:
  explicit DataTest(DataCase data) : data_(std::move(data)) {}
  void TestBody() override {
    SCOPED_TRACE("tests/jit/data/" + data_.file + ".txt:" + std::to_string(data_.line) + ": " +
                 data_.name);
    try {
      check(data_);
    } catch (const std::runtime_error& error) {
      ADD_FAILURE() << error.what();
    }
  }

 private:
  DataCase data_;
};

std::string identifier(std::string text) {
  for (char& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return text;
}

const bool are_registered = [] {
  for (const DataCase& data : read_cases(BLINK_CASES))
    ::testing::RegisterTest(identifier("Data_" + data.file).c_str(), identifier(data.name).c_str(),
                            nullptr, nullptr, __FILE__, __LINE__,
                            [data]() -> DataTest* { return new DataTest(data); });
  return true;
}();

TEST(Data, IsThereAndHasNames) {
  EXPECT_TRUE(are_registered);
  std::set<std::string> names;
  for (const DataCase& data : read_cases(BLINK_CASES))
    EXPECT_TRUE(names.insert(identifier(data.file + " " + data.name)).second)
        << data.file << ".txt:" << data.line << ": the name is another's: " << data.name;
  EXPECT_GT(names.size(), 150);
}

}  // namespace
}  // namespace blink::jit::test
