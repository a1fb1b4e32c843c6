// Every GL opcode of the table, made from the table: in every callback that has it, with operands
// within their rules, it is taken as it is and makes exactly this call; in the others it is
// skipped.

#include <gtest/gtest.h>

#include <algorithm>

#include "gl/recording.h"
#include "jit/interpret/interpreter.h"
#include "jit/text/assembler.h"
#include "jit/text/disassembler.h"
#include "jit/verify/verified_program.h"
#include "tests/jit/text/data_case.h"

namespace blink::jit::test {
namespace {

using Recorded = gl::Recording::Argument;

// A value for operand i, and different ones for different operands where the rule has room.
Word value_of(const OperandRule& rule, std::uint32_t i) {
  switch (rule.kind) {
    case OperandKind::number: return std::bit_cast<Word>(1.25f + static_cast<float>(i));
    case OperandKind::integer:
      return rule.is_ranged ? static_cast<Word>(std::clamp<std::int64_t>(std::int64_t{1} + i,
                                                                         rule.low, rule.high))
                            : 10 + i;
    case OperandKind::boolean: return (i + 1) % 2;
    case OperandKind::enumerant: {
      const auto members = enum_set(rule.set);
      return members[(i + members.size() / 2) % members.size()].value;
    }
    case OperandKind::bits: return rule.allowed;
    case OperandKind::name:
    case OperandKind::slot: return 5 + i;
    default: return 0;
  }
}

bool may_be_register(const OpcodeInfo& info, std::uint32_t i) {
  const OperandKind kind = operands_of(info)[i].kind;
  const bool is_counted = std::ranges::find(info.vertices_operands, static_cast<int>(i)) !=
                          std::end(info.vertices_operands);
  return !is_counted && info.sequence != Sequence::new_list &&
         (kind == OperandKind::number || kind == OperandKind::integer ||
          kind == OperandKind::boolean || kind == OperandKind::name || kind == OperandKind::slot);
}

struct Around {
  const char *before = "", *after = "";
};

Around around(const OpcodeInfo& info) {
  switch (info.sequence) {
    case Sequence::begin: return {"", "End\n"};
    case Sequence::end: return {"Begin POINTS\n", ""};
    case Sequence::push_matrix: return {"", "PopMatrix\n"};
    case Sequence::pop_matrix: return {"PushMatrix\n", ""};
    case Sequence::push_attrib: return {"", "PopAttrib\n"};
    case Sequence::pop_attrib: return {"PushAttrib 0\n", ""};
    case Sequence::push_client: return {"", "PopClientAttrib\n"};
    case Sequence::pop_client: return {"PushClientAttrib 0\n", ""};
    case Sequence::new_list: return {"", "EndList\n"};
    case Sequence::end_list: return {"NewList 1, COMPILE\n", ""};
    default: break;
  }
  if (info.inside && info.draws && info.vertices > 0) return {"Begin POINTS\n", "End\n"};
  return {};
}

// With registers, operand i is in register i.
std::string program_of(const OpcodeInfo& info, Callback callback, bool has_registers) {
  const auto rules = operands_of(info);
  std::string text = ".procedure " + std::string(callback_name(callback)) + '\n';
  std::string line(info.name);
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    line += i == 0 ? " " : ", ";
    const Word value = value_of(rules[i], i);
    if (!has_registers || !may_be_register(info, i)) {
      line += immediate_text(rules[i], value);
      continue;
    }
    const bool is_number = rules[i].kind == OperandKind::number;
    text += "copy r" + std::to_string(i) + ", " +
            (is_number ? immediate_text(rules[i], value) : std::to_string(value)) + '\n';
    line += 'r' + std::to_string(i);
  }
  return text + around(info).before + line + '\n' + around(info).after;
}

Recorded integer(Word value) { return {Recorded::Kind::integer, value}; }

Recorded expected(const OperandRule& rule, Word value) {
  if (rule.kind == OperandKind::number)
    return {Recorded::Kind::real,
            std::bit_cast<std::uint64_t>(static_cast<double>(std::bit_cast<float>(value)))};
  if (rule.kind == OperandKind::name) return integer(1000 * (rule.set + 1u) + value);
  return integer(value);
}

// An array that the recording does not know the length of is one argument: that there is some.
std::vector<Recorded> expected_arguments(const OpcodeInfo& info, std::size_t recorded) {
  const auto rules = operands_of(info);
  const auto arguments = arguments_of(info);
  std::vector<Recorded> all;
  if (info.is_service)
    for (std::uint32_t i = 0; i < rules.size(); ++i)
      all.push_back(expected(rules[i], value_of(rules[i], i)));
  for (const Argument& argument : arguments) {
    if (argument.is_constant) {
      all.push_back(integer(static_cast<Word>(argument.constant)));
    } else if (argument.count > 1 && recorded == arguments.size()) {
      all.push_back({Recorded::Kind::pointer, 1});
    } else {
      for (std::uint32_t i = argument.operand; i < argument.operand + argument.count; ++i)
        all.push_back(expected(rules[i], value_of(rules[i], i)));
    }
  }
  return all;
}

void expect_call(const OpcodeInfo& info, const VerifiedProgram& program) {
  RunContext context = context_of({});
  gl::Recording recording;
  interpret(program, context, gl::recording_dispatch());
  const std::size_t at = *around(info).before == '\0' ? 0 : 1;
  const std::size_t after = *around(info).after == '\0' ? 0 : 1;
  ASSERT_EQ(recording.calls().size(), at + 1 + after);
  const auto& call = recording.calls()[at];
  EXPECT_EQ(call.name, info.name);
  const auto arguments = expected_arguments(info, call.arguments.size());
  EXPECT_EQ(call.arguments, arguments) << gl::Recording::text(call) << "\n"
                                       << gl::Recording::text({call.command, call.name, arguments});
}

void check(const OpcodeInfo& info, Callback callback, bool has_registers) {
  const std::string text = program_of(info, callback, has_registers);
  SCOPED_TRACE(text);
  const Assembly assembly = assemble(text);
  ASSERT_TRUE(assembly.is_good()) << assembly.errors[0].text;
  std::vector<Finding> findings;
  const auto program = verify(assembly.words, &findings);
  ASSERT_TRUE(program.is_ok()) << program.status().text();
  if (info.callbacks >> static_cast<unsigned>(callback) & 1) {
    for (const Finding& finding : findings)
      ADD_FAILURE() << "word " << finding.word << ": " << finding.text;
    expect_call(info, program.value());
  } else {
    ASSERT_FALSE(findings.empty());
    for (const Finding& finding : findings)
      EXPECT_EQ(finding.text, "may not stand in " + std::string(callback_name(callback)));
    EXPECT_EQ(program.value().cost().commands, 0);
  }
}

TEST(EveryGlOpcode, MakesItsCall) {
  int count = 0;
  for (std::uint32_t opcode = 0; opcode < opcode_limit; ++opcode) {
    const OpcodeInfo* info = find_opcode(opcode);
    if (info == nullptr || !(info->is_gl || info->is_service)) continue;
    ++count;
    for (std::uint32_t callback = 0; callback < callback_count; ++callback)
      for (const bool has_registers : {false, true})
        check(*info, static_cast<Callback>(callback), has_registers);
  }
  EXPECT_GE(count, 252);
}

// Of arrays whose length depends on another argument the recording says only that they are there.
std::vector<double> caught;

template <auto Command>
struct Catch;
template <typename... Arguments, void (*gl::Dispatch::*Command)(Arguments...)>
struct Catch<Command> {
  static void take(Arguments... arguments) {
    const auto* array = std::get<sizeof...(Arguments) - 1>(std::tuple(arguments...));
    for (int i = 0; i < 16; ++i)
      caught.push_back(array[i]);
  }
};

template <auto Command>
void expect_array(const std::string& line, std::vector<double> numbers) {
  SCOPED_TRACE(line);
  const auto assembly = assemble(".procedure update\ncopy r1, 0.5\n" + line + '\n');
  ASSERT_TRUE(assembly.is_good()) << assembly.errors[0].text;
  std::vector<Finding> findings;
  const auto program = verify(assembly.words, &findings);
  ASSERT_TRUE(program.is_ok() && findings.empty());
  gl::Dispatch dispatch = gl::null_dispatch();
  dispatch.*Command = Catch<Command>::take;
  RunContext context = context_of({});
  caught.clear();
  interpret(program.value(), context, dispatch);
  ASSERT_EQ(caught.size(), 16);
  caught.resize(numbers.size());
  EXPECT_EQ(caught, numbers);
}

TEST(EveryArray, ArrivesWhole) {
  using gl::Dispatch;
  const std::vector<double> four = {1, 0.5, -3, 4}, six = {1, 0.5, -3, 4, 5, 6};
  const std::vector<double> eight = {1, 0.5, -3, 4, 5, 6, 7, 8};
  const std::vector<double> twelve = {1, 0.5, -3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  expect_array<&Dispatch::SamplerParameterfv>(
      "SamplerParameterfv 1, TEXTURE_BORDER_COLOR, 1, r1, -3, 4", four);
  expect_array<&Dispatch::Fogfv>("Fogfv FOG_COLOR, 1, r1, -3, 4", four);
  expect_array<&Dispatch::Lightfv>("Lightfv LIGHT0, POSITION, 1, r1, -3, 4", four);
  expect_array<&Dispatch::LightModelfv>("LightModelfv LIGHT_MODEL_AMBIENT, 1, r1, -3, 4", four);
  expect_array<&Dispatch::Materialfv>("Materialfv FRONT, DIFFUSE, 1, r1, -3, 4", four);
  expect_array<&Dispatch::TexEnvfv>("TexEnvfv TEXTURE_ENV, TEXTURE_ENV_COLOR, 1, r1, -3, 4", four);
  expect_array<&Dispatch::TexGenfv>("TexGenfv S, OBJECT_PLANE, 1, r1, -3, 4", four);
  expect_array<&Dispatch::ClipPlane>("ClipPlane CLIP_PLANE0, 1, r1, -3, 4", four);
  expect_array<&Dispatch::UniformMatrix2fv>("UniformMatrix2fv 1, 0, 1, r1, -3, 4", four);
  expect_array<&Dispatch::UniformMatrix2x3fv>("UniformMatrix2x3fv 1, 0, 1, r1, -3, 4, 5, 6", six);
  expect_array<&Dispatch::UniformMatrix3x2fv>("UniformMatrix3x2fv 1, 0, 1, r1, -3, 4, 5, 6", six);
  expect_array<&Dispatch::UniformMatrix2x4fv>("UniformMatrix2x4fv 1, 0, 1, r1, -3, 4, 5, 6, 7, 8",
                                              eight);
  expect_array<&Dispatch::UniformMatrix4x2fv>("UniformMatrix4x2fv 1, 0, 1, r1, -3, 4, 5, 6, 7, 8",
                                              eight);
  expect_array<&Dispatch::UniformMatrix3x4fv>(
      "UniformMatrix3x4fv 1, 0, 1, r1, -3, 4, 5, 6, 7, 8, 9, 10, 11, 12", twelve);
  expect_array<&Dispatch::UniformMatrix4x3fv>(
      "UniformMatrix4x3fv 1, 0, 1, r1, -3, 4, 5, 6, 7, 8, 9, 10, 11, 12", twelve);
  std::string line = "UniformMatrix4fv 1, 0";
  std::vector<double> sixteen;
  for (int i = 1; i <= 16; ++i) {
    line += ", " + std::to_string(i);
    sixteen.push_back(i);
  }
  expect_array<&Dispatch::UniformMatrix4fv>(line, sixteen);
}

}  // namespace
}  // namespace blink::jit::test
