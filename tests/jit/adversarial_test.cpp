// What a hostile procedure would try, one test for each.

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <set>

#include "common/limits.h"
#include "gl/generated/enums.h"
#include "jit/text/assembler.h"
#include "tests/jit/both.h"
#include "tests/jit/random_program.h"

namespace blink::jit::test {
namespace {

std::vector<Word> words_of(const std::string& text) {
  const Assembly assembly = assemble(text);
  EXPECT_TRUE(assembly.is_good()) << (assembly.is_good() ? "" : assembly.errors[0].text) << text;
  return assembly.words;
}

std::vector<Word> procedure_of(Callback callback, std::vector<Word> code) {
  const Word header[] = {procedure_magic, procedure_version, static_cast<Word>(callback),
                         static_cast<Word>(code.size())};
  code.insert(code.begin(), std::begin(header), std::end(header));
  return code;
}

// The calls that are left of a procedure.
std::vector<std::string> calls_of(const std::string& text) {
  auto program = verify(words_of(text));
  EXPECT_TRUE(program.is_ok()) << program.status().text();
  if (!program.is_ok()) return {};
  const Outcome outcome =
      outcome_of(some_context(1), [&](RunContext& context, const gl::Dispatch& gl) {
        interpret(program.value(), context, gl);
      });
  std::vector<std::string> calls;
  for (const auto& call : outcome.calls)
    calls.push_back(gl::Recording::text(call));
  return calls;
}

using Calls = std::vector<std::string>;

void expect_refused(const std::vector<Word>& procedure, const std::string& why) {
  auto program = verify(procedure);
  ASSERT_FALSE(program.is_ok()) << why;
  EXPECT_NE(program.status().text().find(why), std::string::npos) << program.status().text();
}

constexpr float troubles[] = {std::numeric_limits<float>::quiet_NaN(),
                              std::numeric_limits<float>::infinity(),
                              -std::numeric_limits<float>::infinity(),
                              3.4e38f,
                              -3.4e38f,
                              4294967296.0f,
                              2147483648.0f,
                              -2147483648.0f,
                              -1.0f,
                              -0.0f,
                              1e-45f,
                              1024.0f};

// ------------------------------------------------------------------------- the shared screen

TEST(Adversary, WritesOutsideTheWindow) {
  EXPECT_EQ(calls_of(".procedure redraw\n"
                     "Disable SCISSOR_TEST\n"
                     "Disablei SCISSOR_TEST, 0\n"
                     "Enable RASTERIZER_DISCARD\n"
                     "DrawBuffer FRONT\n"
                     "DrawBuffers 1, BACK_LEFT, NONE, NONE, NONE, NONE, NONE, NONE, NONE\n"
                     "PushAttrib 0x80000\n"  // SCISSOR_BIT
                     "PopAttrib\n"),
            (Calls{"PushAttrib 0", "PopAttrib"}));
}

TEST(Adversary, SaysItselfWhereDrawingGoes) {
  // None of these is called directly: the session does them, within the window.
  for (const char* name :
       {"Scissor", "Viewport", "BindFramebuffer", "DrawBuffer", "DrawBuffers", "ReadBuffer",
        "BlitFramebuffer", "FramebufferTexture2D", "FramebufferRenderbuffer", "CopyTexImage2D",
        "CopyTexSubImage2D", "NewList", "CallList", "EndList"}) {
    Op op{};
    const OpcodeInfo* info = find_opcode(name, op);
    ASSERT_NE(info, nullptr) << name;
    EXPECT_TRUE(info->is_service) << name;
  }
  // None of these exists.
  for (const char* name : {"WindowPos2i", "CopyPixels", "ReadPixels", "ScissorIndexed", "Accum",
                           "ViewportIndexedf", "ClipControl", "MapBuffer", "GetTexImage"}) {
    Op op{};
    EXPECT_EQ(find_opcode(name, op), nullptr) << name;
  }
}

TEST(Adversary, ReadsAnothersPixels) {
  EXPECT_EQ(calls_of(".procedure redraw\n"
                     "ReadBuffer FRONT\n"
                     "ReadBuffer BACK\n"
                     "CopyTexImage2D TEXTURE_2D, 0, RGBA, 0, 0, 64, 64\n"
                     "CopyTexSubImage2D TEXTURE_2D, 0, 0, 0, 0, 0, 64, 64\n"),
            Calls{});
}

// ------------------------------------------------------------------------------------- state

TEST(Adversary, LeavesStateBehind) {
  EXPECT_EQ(calls_of(".procedure redraw\n"
                     "MatrixMode TEXTURE\nPushMatrix\nPushAttrib ENABLE_BIT\n"
                     "PushClientAttrib CLIENT_VERTEX_ARRAY_BIT\nBegin TRIANGLES\n"),
            (Calls{"MatrixMode 5890", "PushMatrix", "PushAttrib 8192", "PushClientAttrib 2",
                   "Begin 4", "End", "PopAttrib", "PopClientAttrib", "PopMatrix"}));
  expect_refused(words_of(".procedure redraw\ninput r0, time\njump_less r0, 1, over\nPushMatrix\n"
                          "over:\nLoadIdentity\n"),
                 "different open sequences");
  expect_refused(words_of(".procedure init\ninput r0, time\njump_less r0, 1, over\n"
                          "NewList 1, COMPILE\nover:\nLoadIdentity\n"),
                 "different open sequences");
}

TEST(Adversary, PopsWhatIsNotItsOwn) {
  EXPECT_EQ(
      calls_of(".procedure redraw\nPopMatrix\nPopAttrib\nPopClientAttrib\nEnd\n"
               "MatrixMode PROJECTION\nPushMatrix\nMatrixMode MODELVIEW\nPopMatrix\n"),
      (Calls{"MatrixMode 5889", "PushMatrix", "MatrixMode 5888", "MatrixMode 5889", "PopMatrix"}));
}

TEST(Adversary, PushesUntilTheStackIsFull) {
  std::string text = ".procedure redraw\n";
  for (int i = 0; i < 40; ++i)
    text += "PushMatrix\n";
  expect_refused(words_of(text), "pushes deeper");
}

// -------------------------------------------------------------------------------------- time

TEST(Adversary, ExhaustsTimeByPaths) {
  // 2^30,000 paths, and one pass over the code.
  std::string text = ".procedure redraw\ninput r0, time\n";
  for (int i = 0; i < 30'000; ++i)
    text += "jump_less r0, " + std::to_string(i) + ", l" + std::to_string(i) +
            "\nVertex2f 0, 0\nl" + std::to_string(i) + ":\n";
  const auto words = words_of(text);
  const auto start = std::chrono::steady_clock::now();
  auto program = verify(words);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(program.is_ok());
  EXPECT_EQ(program->cost().instructions, 30'001u);
  EXPECT_LT(took.count(), 5);
}

TEST(Adversary, ExhaustsTimeByVertices) {
  expect_refused(words_of(".procedure redraw\ninput r0, time\n"
                          "DrawArraysInstanced POINTS, 0, r0, r0\n"),
                 "vertices");
  std::string text = ".procedure redraw\n";
  for (int i = 0; i < 5; ++i)
    text += "DrawArrays POINTS, 0, 1048576\n";
  expect_refused(words_of(text), "vertices");
}

TEST(Adversary, ExhaustsTimeByCommands) {
  std::vector<Word> code;
  for (std::uint64_t i = 0; i <= limits::procedure_commands_max; ++i)
    code.insert(code.end(), {make_head(Op::gl_LoadIdentity, 0), 0});
  expect_refused(procedure_of(Callback::redraw, code), "commands");
}

TEST(Adversary, ExhaustsTimeByListsInLists) {
  EXPECT_EQ(calls_of(".procedure init\nNewList 1, COMPILE\nCallList 1\nCallList 2\nEndList\n"),
            (Calls{"NewList 1 4864", "EndList"}));
}

// ----------------------------------------------------------------------------------- control

TEST(Adversary, JumpsIntoOperands) {
  // The operands of the first instruction are an instruction themselves.
  const std::vector<Word> code = {make_head(Op::jump, 1),       0, 6,
                                  make_head(Op::gl_Rotatef, 4), 0, 0,
                                  make_head(Op::gl_Disable, 1), 0, gl::GL_SCISSOR_TEST,
                                  make_head(Op::skip, 0),       0};
  expect_refused(procedure_of(Callback::redraw, code), "middle of an instruction");
}

TEST(Adversary, JumpsAnywhereElse) {
  for (const Word distance : {0u, 1u, 2u, 4u, 6u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFDu, ~0u}) {
    const std::vector<Word> code = {make_head(Op::jump, 1), 0, distance, make_head(Op::skip, 0), 0};
    EXPECT_FALSE(verify(procedure_of(Callback::redraw, code)).is_ok()) << distance;
  }
  expect_refused(procedure_of(Callback::redraw, {make_head(Op::jump, 1), 1, 3}), "register");
}

// ------------------------------------------------------------------------------ names, places

// Memory with nothing before it and nothing behind it.
class Island {
 public:
  explicit Island(std::size_t bytes) : bytes_((bytes + page - 1) / page * page) {
    base_ = static_cast<std::byte*>(
        ::mmap(nullptr, bytes_ + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(static_cast<void*>(base_), MAP_FAILED);
    EXPECT_EQ(::mprotect(base_ + page, bytes_, PROT_READ | PROT_WRITE), 0);
  }
  ~Island() { ::munmap(base_, bytes_ + 2 * page); }
  void* memory() const { return base_ + page; }

 private:
  static constexpr std::size_t page = 4096;
  std::size_t bytes_;
  std::byte* base_;
};

TEST(Adversary, ForgesAnObjectsName) {
  static_assert(sizeof(NameTable) == 4096, "fills its island");
  const Island island(sizeof(NameTable));
  auto* table = new (island.memory()) NameTable;
  for (Word i = 1; i < names_max; ++i)
    (*table)[i] = 5000 + i;
  const auto program =
      verify(words_of(".procedure redraw\nparam r0, 0\n"
                      "BindTexture TEXTURE_2D, r0\nUseProgram r0\n"
                      "BindBuffer ARRAY_BUFFER, r0\n"));
  ASSERT_TRUE(program.is_ok());
  const auto compiled = compile(program.value()).take();
  for (const float trouble : troubles) {
    RunContext start = some_context(1);
    std::ranges::fill(start.names, table);
    start.params[0] = trouble;
    const auto run = [&](RunContext& context, const gl::Dispatch& gl) {
      compiled->run(context, gl);
    };
    const Outcome outcome = outcome_of(start, run);
    ASSERT_EQ(outcome.calls.size(), 3u);
    EXPECT_EQ(outcome.calls[0].arguments[1].bits, 0u) << trouble;
    EXPECT_EQ(outcome.calls[1].arguments[0].bits, 0u) << trouble;
    EXPECT_EQ(outcome.calls[2].arguments[1].bits, 0u) << trouble;
  }
  for (const Word name : {1024u, 0x7FFFFFFFu, 0x80000000u, ~0u})
    EXPECT_EQ(calls_of(".procedure redraw\nUseProgram " + std::to_string(name)),
              Calls{"UseProgram 0"});
}

TEST(Adversary, ReadsBesideParamsAndCells) {
  const auto program =
      verify(words_of(".procedure redraw\nparam r0, 0\nparam r1, r0\ncell r2, r0\n"
                      "set_cell r0, 77\n"));
  ASSERT_TRUE(program.is_ok());
  const auto compiled = compile(program.value(), {.keep_registers = true}).take();
  for (const float trouble : troubles) {
    RunContext start = some_context(1);
    for (float& param : start.params)
      param = 1;
    for (float& cell : start.cells)
      cell = 2;
    start.params[0] = trouble;
    const auto run = [&](RunContext& context, const gl::Dispatch& gl) {
      compiled->run(context, gl);
    };
    const RunContext end = outcome_of(start, run).context;
    EXPECT_TRUE(is_same(end.registers[1], trouble) || end.registers[1] == 1) << trouble;
    EXPECT_EQ(end.registers[2], 2) << trouble;
    EXPECT_EQ(std::ranges::count(end.cells, 77.0f), 1) << trouble;
    EXPECT_EQ(std::memcmp(end.inputs, start.inputs, sizeof start.inputs), 0);
    EXPECT_EQ(std::memcmp(end.params, start.params, sizeof start.params), 0);
  }
}

// ------------------------------------------------------------------------------------- sizes

TEST(Adversary, OverflowsSizes) {
  for (const Word words : {1u, 3u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFFFCu, ~0u}) {
    const std::vector<Word> procedure = {procedure_magic, procedure_version, 0, words, 0x60, 0};
    expect_refused(procedure, "words of code");
  }
  for (std::size_t size = 0; size < header_words; ++size)
    expect_refused(std::vector<Word>(size, procedure_magic), "shorter than its header");
  // More operands than the opcode has, than there are words, than an instruction may have.
  for (const Word operands : {0u, 2u, 3u, 32u, 33u, 255u})
    EXPECT_FALSE(verify(procedure_of(Callback::redraw,
                                     {static_cast<Word>(Op::gl_ShadeModel) | operands << 16, 0,
                                      gl::GL_FLAT}))
                     .is_ok());
  // A product that is 0 in 32 bits.
  expect_refused(words_of(".procedure init\nDispatchCompute 1024, 1024, 64\n"
                          "DispatchCompute 1024, 1024, 64\n"),
                 "vertices");
  EXPECT_FALSE(
      verify(procedure_of(Callback::redraw, std::vector<Word>(limits::procedure_words_max + 2)))
          .is_ok());
}

// ------------------------------------------------------------------------------------ numbers

class EveryOperand : public ::testing::TestWithParam<float> {};

enum class Way : std::uint8_t { immediate, constant_register, unknown_register };

// Only that instruction, with the number in each operand that may have it, and what must be around.
std::vector<Word> code_with(Op op, Word bits, Way way) {
  const OpcodeInfo& info = info_of(op);
  std::vector<Word> code = {make_head(Op::copy, 2), 1, 5, bits};
  // Behind a jump's target the compiler knows of no register what it holds.
  if (way == Way::unknown_register) code.insert(code.end(), {make_head(Op::jump, 1), 0, 3});
  if (info.inside && info.draws && info.vertices > 0)
    code.insert(code.end(), {make_head(Op::gl_Begin, 1), 0, gl::GL_POINTS});
  const std::size_t at = code.size();
  code.insert(code.end(), {make_head(op, info.operand_count), 0});
  for (std::uint32_t i = 0; i < info.operand_count; ++i) {
    const OperandRule& rule = operands_of(info)[i];
    Word word = bits;
    // A register could cost too much there, and a list needs its name.
    bool is_register =
        way != Way::immediate && info.vertices_operands[0] < 0 && info.sequence == Sequence::none;
    switch (rule.kind) {
      case OperandKind::destination: is_register = true; break;
      case OperandKind::enumerant:
        word = enum_set(rule.set)[0].value;
        is_register = false;
        break;
      case OperandKind::target:
        word = head_words + info.operand_count;
        is_register = false;
        break;
      case OperandKind::selector:
        word = 0;
        is_register = false;
        break;
      case OperandKind::bits: is_register = false; break;
      default: break;
    }
    if (is_register) {
      code[at + 1] |= 1u << i;
      word = 5;
    }
    code.push_back(word);
  }
  return code;
}

// Every opcode with the number in each of its operands: interpreter and compiled code agree, and no
// integer leaves its bounds.
TEST_P(EveryOperand, IsSafe) {
  int accepted = 0;
  for (std::uint32_t opcode = 1; opcode < opcode_limit; ++opcode) {
    const OpcodeInfo* info = find_opcode(opcode);
    if (info == nullptr || static_cast<Op>(opcode) == Op::skip) continue;
    for (const Way way : {Way::immediate, Way::constant_register, Way::unknown_register}) {
      const auto code = code_with(static_cast<Op>(opcode), std::bit_cast<Word>(GetParam()), way);
      for (const Callback callback : {Callback::init, Callback::redraw}) {
        auto program = verify(procedure_of(callback, code));
        if (!program.is_ok()) continue;
        ++accepted;
        const auto text = disagreement(program.value(), 1);
        EXPECT_FALSE(text) << info->name << ' ' << GetParam() << ": " << *text;
      }
    }
  }
  EXPECT_GT(accepted, 2000);
}

INSTANTIATE_TEST_SUITE_P(Numbers, EveryOperand, ::testing::ValuesIn(troubles));

}  // namespace
}  // namespace blink::jit::test
