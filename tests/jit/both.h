// Runs a procedure by the interpreter and by compiled code, and compares everything that can be
// seen: registers, cells, and the calls of GL with their arguments.

#pragma once

#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "gl/recording.h"
#include "jit/compile/compiler.h"
#include "jit/interpret/interpreter.h"

namespace blink::jit::test {

struct Outcome {
  RunContext context;
  std::vector<gl::Recording::Call> calls;
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
  RunContext context;
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

template <typename Run>
Outcome outcome_of(const RunContext& start, Run run) {
  Outcome outcome{start, {}};
  gl::Recording recording;
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

// Nothing when interpreter and compiled code agree.
inline std::optional<std::string> disagreement(const VerifiedProgram& program,
                                               const RunContext& start) {
  auto compiled = compile(program, {.keep_registers = true});
  if (!compiled.is_ok()) return std::string(compiled.status().text());
  const Outcome expected = outcome_of(
      start, [&](RunContext& context, const gl::Dispatch& gl) { interpret(program, context, gl); });
  const Outcome got = outcome_of(start, [&](RunContext& context, const gl::Dispatch& gl) {
    compiled.value()->run(context, gl);
  });
  return difference(expected, got);
}

}  // namespace blink::jit::test
