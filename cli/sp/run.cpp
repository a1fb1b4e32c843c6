// blink sp run: interprets a procedure, with a driver that only writes down what it is told.

#include <algorithm>
#include <bit>
#include <cstdio>
#include <memory>

#include "cli/sp/commands.h"
#include "cli/sp/file.h"
#include "cli/sp/settings.h"
#include "common/text.h"
#include "gl/recording.h"
#include "jit/interpret/interpreter.h"
#include "jit/run/recording_services.h"
#include "jit/text/number.h"
#include "jit/text/suggestion.h"

namespace blink::sp {
namespace {

using jit::Word;

Status set_input(const std::string& text, jit::RunContext& context) {
  std::string name;
  float value = 0;
  BLINK_TRY(split_setting(text, "NAME=VALUE", name, value));
  jit::Suggestion suggestion(name);
  const auto inputs = jit::input_names();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    suggestion.offer(inputs[i].name);
    if (inputs[i].name != name) continue;
    context.inputs[i] = value;
    return {};
  }
  std::string hint = suggestion.text();
  if (!hint.empty()) hint = "; " + hint;
  return Status::system("there is no input '" + printable(name) + "'" + hint);
}

Status fill(const Request& request, jit::RunContext& context) {
  for (const std::string& text : request.inputs)
    BLINK_TRY(set_input(text, context));
  for (const std::string& text : request.params)
    BLINK_TRY(set_number(text, context.params, "param"));
  for (const std::string& text : request.cells)
    BLINK_TRY(set_number(text, context.cells, "cell"));
  return {};
}

// Of the operand that became argument i; null where several did, or none.
const jit::OperandRule* rule_of(const gl::Recording::Call& call, std::size_t i) {
  jit::Op op{};
  const jit::OpcodeInfo* info = jit::find_opcode(call.name, op);
  if (info == nullptr) return nullptr;
  const auto rules = jit::operands_of(*info);
  if (info->is_service) return &rules[i];
  const auto arguments = jit::arguments_of(*info);
  if (i >= arguments.size() || arguments[i].is_constant || arguments[i].count != 1) return nullptr;
  return &rules[arguments[i].operand];
}

// A float, though the command may take it as a double.
std::string real_text(double value) {
  const std::string text = jit::float_text(std::bit_cast<Word>(static_cast<float>(value)));
  return text.empty() ? "nan" : text;
}

// The call as the recording has it, with names where the table knows enumerants.
std::string call_text(const gl::Recording::Call& call) {
  std::string text(call.name);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const auto& argument = call.arguments[i];
    const jit::OperandRule* rule = rule_of(call, i);
    if (rule != nullptr &&
        (rule->kind == jit::OperandKind::enumerant || rule->kind == jit::OperandKind::bits))
      text += ' ' + jit::immediate_text(*rule, static_cast<Word>(argument.bits));
    else if (argument.kind == gl::Recording::Argument::Kind::real)
      text += ' ' + real_text(std::bit_cast<double>(argument.bits));
    else
      text += gl::Recording::text({call.command, "", {argument}});
  }
  return text;
}

void print_numbers(std::span<const float> numbers, const char* name) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto bits = std::bit_cast<Word>(numbers[i]);
    if (bits == 0) continue;
    const std::string text = jit::float_text(bits);
    std::printf("%s%zu = %s\n", name, i, text.empty() ? "nan" : text.c_str());
  }
}

std::unique_ptr<jit::NameTable> same_names() {
  auto table = std::make_unique<jit::NameTable>();
  for (std::uint32_t name = 0; name < jit::names_max; ++name)
    (*table)[name] = name;
  return table;
}

}  // namespace

int run_file(const Request& request) {
  jit::RunContext context;
  if (const Status status = fill(request, context); !status.is_ok()) {
    std::fprintf(stderr, "blink: sp run: %s\n", std::string(status.text()).c_str());
    return 2;
  }
  const auto file = load(request.path());
  if (!file) return 1;
  const auto program = verify_file(*file);
  if (!program) return 1;
  const auto names = same_names();
  std::ranges::fill(context.names, names.get());
  jit::RecordingServices services;
  context.services = &services;
  gl::Recording recording;
  jit::interpret(*program, context, gl::recording_dispatch());
  for (const auto& call : recording.calls())
    std::printf("%s\n", call_text(call).c_str());
  print_numbers(context.registers, "r");
  print_numbers(context.cells, "cell ");
  return 0;
}

}  // namespace blink::sp
