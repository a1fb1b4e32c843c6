// What the compiler makes of a procedure: its optimisations, and the memory that code lies in.

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>

#include "jit/text/assembler.h"
#include "tests/jit/both.h"

namespace blink::jit::test {
namespace {

std::shared_ptr<const CompiledProgram> compiled(const std::string& text,
                                                CompileOptions options = {}) {
  const Assembly assembly = assemble(text);
  EXPECT_TRUE(assembly.is_good());
  auto program = verify(assembly.words);
  EXPECT_TRUE(program.is_ok()) << program.status().text();
  auto result = compile(program.take(), options);
  EXPECT_TRUE(result.is_ok()) << result.status().text();
  return result.take();
}

std::size_t size_of(const std::string& lines) {
  return compiled(".procedure redraw\n" + lines)->code().size();
}

// ------------------------------------------------------------------------------ optimisations

TEST(Optimisation, ARegisterThatIsConstantCostsWhatAnImmediateDoes) {
  EXPECT_EQ(size_of("copy r0, 2.5\ninput r1, time\nmul r1, r1, r0\nset_cell 0, r1\n"),
            size_of("input r1, time\nmul r1, r1, 2.5\nset_cell 0, r1\n"));
  EXPECT_EQ(size_of("copy r0, 7\nEnablei BLEND, r0\n"), size_of("Enablei BLEND, 7\n"));
  EXPECT_EQ(size_of("copy r0, 30\nRotatef r0, 0, 0, 1\n"), size_of("Rotatef 30, 0, 0, 1\n"));
  // Not beyond a place where paths meet.
  EXPECT_GT(size_of("input r1, time\ncopy r0, 2.5\njump_less r1, 1, l\nl:\nmul r1, r1, r0\n"
                    "set_cell 0, r1\n"),
            size_of("input r1, time\njump_less r1, 1, l\nl:\nmul r1, r1, 2.5\nset_cell 0, r1\n"));
}

TEST(Optimisation, ACopyOfAConstantIsOne) {
  EXPECT_EQ(size_of("copy r0, 2.5\ncopy r1, r0\ncopy r2, r1\nset_cell 0, r2\n"),
            size_of("set_cell 0, 2.5\n"));
}

TEST(Optimisation, WhatIsReadAgainStaysInItsXmmRegister) {
  const std::string once = "param r0, 0\nadd r1, r0, r0\n";
  const std::string line = "add r1, r1, r0\n";
  // addss xmm, xmm with two high registers: five bytes, no load and no store.
  EXPECT_EQ(size_of(once + line + line + "set_cell 0, r1\n"),
            size_of(once + "set_cell 0, r1\n") + 2 * 5);
}

TEST(Optimisation, WhatNobodyReadsIsNotStored) {
  const std::string text = ".procedure redraw\nparam r0, 0\nadd r1, r0, 1\nset_cell 0, r1\n";
  const std::size_t lean = compiled(text)->code().size();
  EXPECT_GT(compiled(text, {.keep_registers = true})->code().size(), lean);
  // Overwritten before a call or a jump could have wanted it.
  EXPECT_EQ(size_of("copy r3, 1\ncopy r3, 2\ncopy r3, 3\nset_cell 0, r3\n"),
            size_of("set_cell 0, 3\n"));
}

TEST(Optimisation, AConstantIsNotStoredForACall) {
  EXPECT_EQ(size_of("copy r9, 4\nLoadIdentity\nLoadIdentity\n"),
            size_of("LoadIdentity\nLoadIdentity\n"));
}

TEST(Optimisation, WhatIsSkippedLeavesNoCode) {
  EXPECT_EQ(size_of("PopMatrix\nEnable SCISSOR_TEST\nEnd\nTexParameteri TEXTURE_2D, "
                    "TEXTURE_MIN_FILTER, LINEAR\nskip\n"),
            size_of(""));
}

// ------------------------------------------------------------------------------------- memory

struct Mapping {
  std::uintptr_t begin, end;
  std::string rights;
};

std::vector<Mapping> mappings() {
  std::vector<Mapping> all;
  std::ifstream file("/proc/self/maps");
  for (std::string line; std::getline(file, line);) {
    Mapping mapping{};
    char rights[8];
    if (std::sscanf(line.c_str(), "%lx-%lx %7s", &mapping.begin, &mapping.end, rights) != 3)
      continue;
    mapping.rights = rights;
    all.push_back(mapping);
  }
  return all;
}

std::size_t executable_bytes() {
  std::size_t bytes = 0;
  for (const Mapping& mapping : mappings())
    if (mapping.rights[2] == 'x') bytes += mapping.end - mapping.begin;
  return bytes;
}

TEST(CodeMemoryTest, IsNeverWritableAndExecutable) {
  std::vector<std::shared_ptr<const CompiledProgram>> programs;
  for (int i = 0; i < 20; ++i) {
    programs.push_back(compiled(".procedure redraw\nRotatef " + std::to_string(i) + ", 0, 0, 1\n"));
    if (i % 3 == 2) programs.erase(programs.begin());
    const auto at = reinterpret_cast<std::uintptr_t>(programs.back()->code().data());
    bool is_found = false;
    for (const Mapping& mapping : mappings()) {
      EXPECT_FALSE(mapping.rights[1] == 'w' && mapping.rights[2] == 'x');
      if (mapping.begin > at || at >= mapping.end) continue;
      EXPECT_EQ(mapping.rights.substr(0, 3), "r-x");
      is_found = true;
    }
    EXPECT_TRUE(is_found);
  }
}

TEST(CodeMemoryTest, CannotBeRunWhenItWasGivenBack) {
  auto program = compiled(".procedure redraw\nRotatef 1, 2, 3, 4\n");
  const auto at = reinterpret_cast<std::uintptr_t>(program->code().data());
  program.reset();
  for (const Mapping& mapping : mappings()) {
    const bool is_there = mapping.begin <= at && at < mapping.end;
    EXPECT_FALSE(is_there && mapping.rights[2] == 'x');
  }
}

// Some mebibytes: where it is put together moves several times, with jumps that wait for their
// targets, and is no longer kept afterwards.
TEST(CodeMemoryTest, OfALongProcedureIsWhole) {
  std::string text = ".procedure redraw\ninput r0, time\njump_less r0, 0, half\n";
  for (int i = 0; i < 240'000; ++i) {
    if (i == 120'000) text += "half:\n";
    text += "Rotatef " + std::to_string(i) + ", 1, 2, 3\n";
  }
  const auto program = verify(assemble(text).words);
  ASSERT_TRUE(program.is_ok());
  EXPECT_GT(compile(program.value()).take()->code().size(), 8u << 20);
  const auto different = disagreement(program.value(), 1);
  EXPECT_FALSE(different) << *different;
}

TEST(CodeMemoryTest, IsGivenBackWhenAProcedureIsReplaced) {
  std::string text = ".procedure redraw\n";
  for (int i = 0; i < 20'000; ++i)
    text += "Rotatef 1, 0, 0, 1\n";
  auto current = compiled(text);
  const std::size_t before = executable_bytes();
  for (int i = 0; i < 30; ++i)
    current = compiled(text);
  // The old one lives until the new one is there.
  EXPECT_LE(executable_bytes(), before + 2 * current->code().size());
}

TEST(CodeMemoryTest, OfAProcedureInUseIsNeverGivenBack) {
  std::shared_ptr<const CompiledProgram> current =
      compiled(".procedure redraw\nparam r0, 0\nadd r0, r0, 1\nset_cell 0, r0\n");
  std::mutex mutex;  // of `current`
  const auto exchange = [&](std::shared_ptr<const CompiledProgram> by) {
    const std::lock_guard lock(mutex);
    if (by) current = std::move(by);
    return current;
  };
  std::atomic<bool> is_over{false};
  std::thread runner([&] {
    while (!is_over) {
      const auto held = exchange(nullptr);
      RunContext context = some_context(1);
      context.params[0] = 41;
      held->run(context, gl::null_dispatch());
      EXPECT_EQ(context.cells[0], 42);
    }
  });
  for (int i = 0; i < 2'000; ++i)
    exchange(compiled(".procedure redraw\nparam r0, 0\nadd r0, r0, 1\nset_cell 0, r0\n"));
  is_over = true;
  runner.join();
}

}  // namespace
}  // namespace blink::jit::test
