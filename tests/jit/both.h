// Runs a procedure by the interpreter and by compiled code, and compares everything that can be
// seen: registers, cells, and the calls of GL with their arguments.

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "gl/generated/enums.h"
#include "gl/recording.h"
#include "jit/compile/code_check.h"
#include "jit/compile/compiler.h"
#include "jit/interpret/interpreter.h"
#include "jit/run/recording_services.h"

namespace blink::jit::test {

struct Outcome {
  RunContext context;
  std::vector<gl::Recording::Call> calls;
  std::array<float, cells_max> start_cells;  // as they were before
};

// The same number, or both none.
inline bool is_same(float a, float b) {
  return std::bit_cast<Word>(a) == std::bit_cast<Word>(b) || (std::isnan(a) && std::isnan(b));
}

// A context with something in everything that a procedure can read.
inline RunContext some_context(std::uint64_t seed) {
  static const auto* const names = [] {
    auto* tables = new NameTable[name_kinds];
    for (std::size_t kind = 0; kind < name_kinds; ++kind)
      for (std::uint32_t i = 1; i < names_max; ++i)
        tables[kind][i] = static_cast<gl::GLuint>(kind * 10'000 + i);
    return tables;
  }();
  static RecordingServices services;
  RunContext context;
  context.services = &services;
  std::uint64_t state = seed * 2862933555777941757u + 3037000493u;
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<float>(static_cast<std::int32_t>(state >> 40) % 2000) / 16.0f;
  };
  for (float& x : context.inputs)
    x = next();
  for (float& x : context.cells)
    x = next();
  for (float& x : context.params)
    x = next();
  for (std::size_t kind = 0; kind < name_kinds; ++kind)
    context.names[kind] = &names[kind];
  return context;
}

// By the command's index; null where no procedure can call it. Of `post` without.
inline const OpcodeInfo* info_of_command(std::uint32_t command) {
  if (command == gl::Recording::no_command) return &info_of(Op::post);
  static const auto* const by_command = [] {
    auto* infos = new std::array<const OpcodeInfo*, gl::command_count>{};
    for (std::uint32_t opcode = first_gl_opcode; opcode < opcode_limit; ++opcode)
      if (const OpcodeInfo* info = find_opcode(opcode)) (*infos)[info->command] = info;
    return infos;
  }();
  return (*by_command)[command];
}

inline std::size_t array_length(std::uint32_t command, std::size_t parameter) {
  const OpcodeInfo* info = info_of_command(command);
  const bool is_known = info != nullptr && !info->is_service;
  return is_known ? arguments_of(*info)[parameter].count : 0;
}

template <typename Run>
Outcome outcome_of(const RunContext& start, Run run) {
  Outcome outcome{start, {}, std::to_array(start.cells)};
  gl::Recording recording(array_length);
  run(outcome.context, gl::recording_dispatch());
  outcome.calls = recording.calls();
  return outcome;
}

// What differs, for people; nothing when all is the same.
inline std::optional<std::string> difference(const Outcome& a, const Outcome& b) {
  const auto numbers = [](const char* what, std::span<const float> x,
                          std::span<const float> y) -> std::optional<std::string> {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (!is_same(x[i], y[i]))
        return std::string(what) + " " + std::to_string(i) + ": " + std::to_string(x[i]) + " and " +
               std::to_string(y[i]);
    return std::nullopt;
  };
  for (std::size_t i = 0; i < std::max(a.calls.size(), b.calls.size()); ++i) {
    const std::string left = i < a.calls.size() ? gl::Recording::text(a.calls[i]) : "nothing";
    const std::string right = i < b.calls.size() ? gl::Recording::text(b.calls[i]) : "nothing";
    if (i >= a.calls.size() || i >= b.calls.size() || a.calls[i] != b.calls[i])
      return "call " + std::to_string(i) + ": " + left + " and " + right;
  }
  if (auto text = numbers("register", a.context.registers, b.context.registers)) return text;
  return numbers("cell", a.context.cells, b.context.cells);
}

inline std::optional<std::string> broken_list_promise(const VerifiedProgram& program,
                                                      std::uint64_t name, const Cost& cost) {
  for (const ListCost& list : program.lists())
    if (list.name == name && list.cost.commands >= cost.commands &&
        list.cost.vertices >= cost.vertices)
      return std::nullopt;
  return "list " + std::to_string(name) + " has " + std::to_string(cost.commands) +
         " commands and " + std::to_string(cost.vertices) + " vertices, less was promised";
}

// Sequences of GL that the calls leave open, or close without having opened them; nothing when all
// are whole. The matrix mode is followed through the calls.
inline std::optional<std::string> unbalanced(const std::vector<gl::Recording::Call>& calls) {
  struct Level {
    std::array<int, 2 + 8> matrices{};  // those of textures: by unit
    int attribs = 0, clients = 0, begins = 0;
    bool operator==(const Level&) const = default;
  };
  Level level, outside;
  std::size_t mode = 0, outer_mode = 0, unit = 0;
  std::vector<std::size_t> pushed_units;
  bool in_list = false;
  const auto stack = [&]() -> int& { return level.matrices[mode < 2 ? mode : mode + unit]; };
  for (const auto& call : calls) {
    const OpcodeInfo& info = *info_of_command(call.command);
    switch (info.sequence) {
      case Sequence::none: break;
      case Sequence::begin: ++level.begins; break;
      case Sequence::end: --level.begins; break;
      case Sequence::push_matrix: ++stack(); break;
      case Sequence::pop_matrix: --stack(); break;
      case Sequence::matrix_mode: mode = call.arguments[0].bits - gl::GL_MODELVIEW; break;
      case Sequence::push_attrib:
        ++level.attribs;
        pushed_units.push_back(unit);
        break;
      case Sequence::pop_attrib:
        --level.attribs;
        if (pushed_units.empty()) break;
        unit = pushed_units.back();
        pushed_units.pop_back();
        break;
      case Sequence::texture_unit: unit = call.arguments[0].bits - gl::GL_TEXTURE0; break;
      case Sequence::call_list:  // it may choose another unit
        for (std::size_t i = 2; i < level.matrices.size(); ++i)
          if (level.matrices[i] != 0) return "a list is called between texture matrices";
        break;
      case Sequence::push_client: ++level.clients; break;
      case Sequence::pop_client: --level.clients; break;
      case Sequence::new_list:
        if (std::exchange(in_list, true)) return "a list within a list";
        outside = std::exchange(level, Level{});
        outer_mode = std::exchange(mode, 0);
        break;
      case Sequence::end_list:
        if (!std::exchange(in_list, false)) return "the end of no list";
        if (level != Level{}) return "a list that leaves something open";
        level = outside;
        mode = outer_mode;
        break;
    }
    const int least =
        std::min({std::ranges::min(level.matrices), level.attribs, level.clients, level.begins});
    if (least < 0) return std::string(info.name) + " closes what is not open";
    if (level.begins > 1) return std::string("Begin within Begin");
  }
  if (in_list || level != Level{}) return std::string("something is left open");
  return std::nullopt;
}

// Integers of calls beyond their rules.
inline std::optional<std::string> out_of_bounds(const std::vector<gl::Recording::Call>& calls) {
  for (const auto& call : calls) {
    const OpcodeInfo& info = *info_of_command(call.command);
    const auto rules = operands_of(info);
    for (std::size_t i = 0; info.is_service && i < rules.size(); ++i) {
      const auto value = static_cast<std::int64_t>(call.arguments[i].bits);
      const bool is_bounded = rules[i].kind == OperandKind::slot ||
                              (rules[i].kind == OperandKind::integer && rules[i].is_ranged);
      if (is_bounded && (value < rules[i].low || value > rules[i].high))
        return std::string(info.name) + ": argument " + std::to_string(i) + " is " +
               std::to_string(value);
    }
    for (const Argument& argument : arguments_of(info)) {
      const auto at = static_cast<std::size_t>(&argument - arguments_of(info).data());
      if (argument.is_constant || argument.type != Argument::Type::i32) continue;
      if (at >= call.arguments.size()) break;
      const OperandRule& rule = rules[argument.operand];
      const auto value = static_cast<std::int64_t>(call.arguments[at].bits);
      if (rule.kind == OperandKind::integer && rule.is_ranged &&
          (value < rule.low || value > rule.high))
        return std::string(info.name) + ": argument " + std::to_string(at) + " is " +
               std::to_string(value);
    }
  }
  return std::nullopt;
}

// What the verifier said of the program and is not so; nothing when all is so.
inline std::optional<std::string> broken_promise(const VerifiedProgram& program,
                                                 const Outcome& outcome) {
  if (outcome.calls.size() > program.cost().commands)
    return std::to_string(outcome.calls.size()) + " commands, at most " +
           std::to_string(program.cost().commands) + " were promised";
  if (auto text = unbalanced(outcome.calls)) return text;
  if (auto text = out_of_bounds(outcome.calls)) return text;
  const Effects& effects = program.effects();
  std::uint64_t list = 0, vertices = 0;  // list: that is being compiled
  Cost list_cost;
  for (const auto& call : outcome.calls) {
    const OpcodeInfo& info = *info_of_command(call.command);
    if ((info.touches & ~effects.touches) != 0)
      return std::string(info.name) + " touches state that was not promised";
    if (info.sequence == Sequence::end_list) {
      if (auto text = broken_list_promise(program, list, list_cost)) return text;
      list = 0;
    }
    if (list == 0 && info.draws && !effects.draws)
      return std::string(info.name) + " draws, which was not promised";
    std::uint64_t product = info.vertices;
    for (const std::int8_t operand : info.vertices_operands)
      if (operand >= 0) product *= call.arguments[static_cast<std::size_t>(operand)].bits;
    vertices += product;
    ++list_cost.commands;
    list_cost.vertices += product;
    if (info.sequence == Sequence::new_list) {
      list = call.arguments[0].bits;
      list_cost = {};
    }
  }
  if (vertices > program.cost().vertices)
    return std::to_string(vertices) + " vertices, at most " +
           std::to_string(program.cost().vertices) + " were promised";
  for (std::size_t i = 0; i < cells_max; ++i)
    if (!effects.writes_cells && !is_same(outcome.context.cells[i], outcome.start_cells[i]))
      return std::string("a cell is written, which was not promised");
  return std::nullopt;
}

// Nothing when interpreter and compiled code agree, started from each of these states.
inline std::optional<std::string> disagreement(const VerifiedProgram& program,
                                               std::uint64_t first_state,
                                               std::uint64_t states = 1) {
  auto compiled = compile(program, {.keep_registers = true});
  if (!compiled.is_ok()) return std::string(compiled.status().text());
  if (auto text = objection_to_code(compiled.value()->code(), program.code().size()); !text.empty())
    return text;
  for (std::uint64_t state = first_state; state < first_state + states; ++state) {
    const RunContext start = some_context(state);
    const Outcome expected = outcome_of(start, [&](RunContext& context, const gl::Dispatch& gl) {
      interpret(program, context, gl);
    });
    const Outcome got = outcome_of(start, [&](RunContext& context, const gl::Dispatch& gl) {
      compiled.value()->run(context, gl);
    });
    if (auto text = difference(expected, got))
      return "state " + std::to_string(state) + ": " + *text;
    if (auto text = broken_promise(program, expected)) return text;
  }
  return std::nullopt;
}

}  // namespace blink::jit::test
