#include "jit/interpret/interpreter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "jit/interpret/call_thunks.h"
#include "jit/run/numbers.h"

namespace blink::jit {
namespace {

// An instruction with the values of its operands.
class Operands {
 public:
  Operands(const Word* words, const RunContext& context) : words_(words), context_(context) {}

  Word word(std::uint32_t i) const { return words_[head_words + i]; }
  bool is_register(std::uint32_t i) const { return words_[1] >> i & 1; }
  float number(std::uint32_t i) const {
    return is_register(i) ? context_.registers[word(i)] : std::bit_cast<float>(word(i));
  }
  std::int32_t integer(std::uint32_t i) const {
    return is_register(i) ? to_integer(context_.registers[word(i)])
                          : static_cast<std::int32_t>(word(i));
  }
  float number(std::uint32_t i, const OperandRule& rule) const {
    const float x = number(i);
    return rule.is_ranged ? clamp_number(x, rule.low_number, rule.high_number) : x;
  }
  std::int32_t integer(std::uint32_t i, const OperandRule& rule) const;

 private:
  std::int32_t slot(std::uint32_t i) const {
    const std::int32_t name = integer(i);
    return name >= 0 && name < static_cast<std::int32_t>(names_max) ? name : 0;
  }

  const Word* words_;
  const RunContext& context_;
};

// The rule holds for immediates already; registers are brought within it here.
std::int32_t Operands::integer(std::uint32_t i, const OperandRule& rule) const {
  switch (rule.kind) {
    case OperandKind::boolean: return is_register(i) ? number(i) != 0 : integer(i);
    case OperandKind::name:
      return static_cast<std::int32_t>(
          (*context_.names[rule.set])[static_cast<std::size_t>(slot(i))]);
    case OperandKind::slot: return slot(i);
    default: {
      const std::int32_t x = integer(i);
      return rule.is_ranged ? std::clamp(x, rule.low, rule.high) : x;
    }
  }
}

// ------------------------------------------------------------------------------------ core

using Arithmetic = float (*)(const Operands& in);

constexpr std::array<Arithmetic, 0x19> arithmetic = [] {
  std::array<Arithmetic, 0x19> table{};
  const auto set = [&](Op op, Arithmetic function) {
    table[static_cast<std::size_t>(op)] = function;
  };
  set(Op::copy, [](const Operands& in) { return in.number(1); });
  set(Op::add, [](const Operands& in) { return in.number(1) + in.number(2); });
  set(Op::sub, [](const Operands& in) { return in.number(1) - in.number(2); });
  set(Op::mul, [](const Operands& in) { return in.number(1) * in.number(2); });
  set(Op::div, [](const Operands& in) { return in.number(1) / in.number(2); });
  set(Op::mod, [](const Operands& in) { return mod(in.number(1), in.number(2)); });
  set(Op::min, [](const Operands& in) { return minimum(in.number(1), in.number(2)); });
  set(Op::max, [](const Operands& in) { return maximum(in.number(1), in.number(2)); });
  set(Op::abs, [](const Operands& in) { return std::fabs(in.number(1)); });
  set(Op::neg, [](const Operands& in) { return -in.number(1); });
  set(Op::floor, [](const Operands& in) { return std::floor(in.number(1)); });
  set(Op::ceil, [](const Operands& in) { return std::ceil(in.number(1)); });
  set(Op::round, [](const Operands& in) { return std::nearbyint(in.number(1)); });
  set(Op::fract, [](const Operands& in) { return fract(in.number(1)); });
  set(Op::sqrt, [](const Operands& in) { return std::sqrt(in.number(1)); });
  set(Op::sin, [](const Operands& in) { return std::sin(in.number(1)); });
  set(Op::cos, [](const Operands& in) { return std::cos(in.number(1)); });
  set(Op::atan2, [](const Operands& in) { return std::atan2(in.number(1), in.number(2)); });
  set(Op::exp2, [](const Operands& in) { return std::exp2(in.number(1)); });
  set(Op::log2, [](const Operands& in) { return std::log2(in.number(1)); });
  set(Op::clamp,
      [](const Operands& in) { return clamp_number(in.number(1), in.number(2), in.number(3)); });
  set(Op::mix, [](const Operands& in) { return mix(in.number(1), in.number(2), in.number(3)); });
  set(Op::select_less,
      [](const Operands& in) { return in.number(1) < in.number(2) ? in.number(3) : in.number(4); });
  set(Op::select_equal, [](const Operands& in) {
    return in.number(1) == in.number(2) ? in.number(3) : in.number(4);
  });
  return table;
}();

bool is_jump_taken(Op op, const Operands& in) {
  switch (op) {
    case Op::jump: return true;
    case Op::jump_less: return in.number(0) < in.number(1);
    case Op::jump_less_equal: return in.number(0) <= in.number(1);
    case Op::jump_equal: return in.number(0) == in.number(1);
    default: return in.number(0) != in.number(1);
  }
}

bool is_jump(Op op) { return op >= Op::jump && op <= Op::jump_not_equal; }

void run_core(Op op, const OpcodeInfo& info, const Operands& in, RunContext& context) {
  const auto rules = operands_of(info);
  switch (op) {
    case Op::input: context.registers[in.word(0)] = context.inputs[in.word(1)]; break;
    case Op::param: context.registers[in.word(0)] = context.params[in.integer(1, rules[1])]; break;
    case Op::cell: context.registers[in.word(0)] = context.cells[in.integer(1, rules[1])]; break;
    case Op::set_cell: context.cells[in.integer(0, rules[0])] = in.number(1); break;
    default: context.registers[in.word(0)] = arithmetic[static_cast<std::size_t>(op)](in); break;
  }
}

// -------------------------------------------------------------------------------------- GL

Value array_of(const Argument& argument, const Operands& in, std::byte* memory) {
  for (std::uint32_t k = 0; k < argument.count; ++k) {
    const std::uint32_t i = argument.operand + k;
    if (argument.type == Argument::Type::array_f32)
      reinterpret_cast<float*>(memory)[k] = in.number(i);
    else if (argument.type == Argument::Type::array_f64)
      reinterpret_cast<double*>(memory)[k] = in.number(i);
    else
      reinterpret_cast<std::int32_t*>(memory)[k] = in.integer(i);
  }
  return {.array = memory};
}

void call_gl(const OpcodeInfo& info, Word opcode, const Operands& in, RunContext& context,
             const gl::Dispatch& gl) {
  Value values[arguments_max];
  const auto rules = operands_of(info);
  std::size_t count = 0;
  for (const Argument& argument : arguments_of(info)) {
    Value& value = values[count++];
    const std::uint32_t i = argument.operand;
    if (argument.is_constant) {
      value.i32 = argument.constant;
      continue;
    }
    switch (argument.type) {
      case Argument::Type::i32: value.i32 = in.integer(i, rules[i]); break;
      case Argument::Type::f32: value.f32 = in.number(i, rules[i]); break;
      case Argument::Type::f64: value.f64 = in.number(i, rules[i]); break;
      default:
        // A command has one array at most.
        value = array_of(argument, in, reinterpret_cast<std::byte*>(context.scratch));
        break;
    }
  }
  call_thunks[opcode](gl, values);
}

void call_service(const OpcodeInfo& info, Op op, const Operands& in, RunContext& context) {
  const auto rules = operands_of(info);
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i].kind == OperandKind::number)
      context.scratch[i].f32 = in.number(i, rules[i]);
    else
      context.scratch[i].i32 = in.integer(i, rules[i]);
  }
  context.services->call(op, std::span(context.scratch).first(rules.size()));
}

}  // namespace

void interpret(const VerifiedProgram& program, RunContext& context, const gl::Dispatch& gl,
               const std::function<void(std::uint32_t word)>& look) {
  std::ranges::fill(context.registers, 0.0f);
  const auto code = program.code();
  for (std::size_t at = 0; at < code.size();) {
    const Word* words = &code[at];
    const Word opcode = opcode_of(words[0]);
    const auto op = static_cast<Op>(opcode);
    const Operands in(words, context);
    const OpcodeInfo& info = *find_opcode(opcode);
    const std::uint32_t length = head_words + operands_in(words[0]);
    if (is_jump(op) && is_jump_taken(op, in)) {
      at += in.word(info.operand_count - 1u);
      continue;
    }
    if (info.is_service)
      call_service(info, op, in, context);
    else if (info.is_gl)
      call_gl(info, opcode, in, context, gl);
    else if (!is_jump(op) && op != Op::skip)
      run_core(op, info, in, context);
    if (look) look(static_cast<std::uint32_t>(at));
    at += length;
  }
}

}  // namespace blink::jit
