#include "jit/builder/procedure_builder.h"

#include <gtest/gtest.h>

#include <optional>

#include "jit/text/disassembler.h"
#include "jit/verify/verified_program.h"

namespace blink::jit {
namespace {

std::string text_of(Builder& sp) {
  const auto words = sp.finish();
  const Disassembly made = disassemble(words);
  EXPECT_FALSE(made.problem) << made.problem->text;
  return made.text;
}

std::string mistake(Builder& sp) {
  auto words = sp.try_finish();
  return words.is_ok() ? "none" : std::string(words.status().text());
}

TEST(Builder, WritesAProcedure) {
  Builder sp(Callback::redraw);
  auto t = sp.input(Input::time);
  auto angle = t * 70.0f;
  sp.Rotatef(angle, 0, 0, 1);
  auto label = sp.label();
  sp.jump_less(t, 1, label);
  sp.Begin(gl::GL_TRIANGLES);
  sp.Vertex2f(0, 0.5);
  sp.End();
  sp.place(label);
  EXPECT_EQ(text_of(sp),
            ".procedure redraw\n"
            "  input r0, time\n"
            "  mul r1, r0, 70\n"
            "  Rotatef r1, 0, 0, 1\n"
            "  jump_less r0, 1, L1\n"
            "  Begin TRIANGLES\n"
            "  Vertex2f 0, 0.5\n"
            "  End\n"
            "L1:\n");
}

TEST(Builder, TakesEveryKindOfOperand) {
  Builder sp(Callback::init);
  auto x = sp.param(3);
  auto y = sp.cell(x);
  sp.set_cell(2, y);
  sp.DepthMask(true);
  sp.EdgeFlag(x);
  sp.Clear(gl::GL_COLOR_BUFFER_BIT | gl::GL_DEPTH_BUFFER_BIT);
  sp.BindTexture(gl::GL_TEXTURE_2D, 7u);
  sp.Recti(-1, x, 2, 3);
  sp.Lightfv(gl::GL_LIGHT0, gl::GL_POSITION, {x, 1, 2.5, y});
  sp.Uniform1ui(1, 0xFFFFFFFFu);
  sp.UniformMatrix2fv(1, false, {1, 0, 0, 1});
  sp.copy(x, -0.0f);
  sp.clamp(y, x, 0, 1);
  sp.skip();
  EXPECT_EQ(text_of(sp),
            ".procedure init\n"
            "  param r0, 3\n"
            "  cell r1, r0\n"
            "  set_cell 2, r1\n"
            "  DepthMask TRUE\n"
            "  EdgeFlag r0\n"
            "  Clear DEPTH_BUFFER_BIT|COLOR_BUFFER_BIT\n"
            "  BindTexture TEXTURE_2D, 7\n"
            "  Recti -1, r0, 2, 3\n"
            "  Lightfv LIGHT0, POSITION, r0, 1, 2.5, r1\n"
            "  Uniform1ui 1, -1\n"
            "  UniformMatrix2fv 1, FALSE, 1, 0, 0, 1\n"
            "  copy r0, -0\n"
            "  clamp r1, r0, 0, 1\n"
            "  skip\n");
}

TEST(Builder, TakesPlacesInObjects) {
  Builder sp(Callback::init);
  auto offset = sp.param(0);
  sp.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, 4, 2, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE,
                {7, offset});
  sp.ShaderSource(1, {8, 16, 32});
  sp.GetUniformLocation(2, 3, {8, offset, 5});
  EXPECT_EQ(text_of(sp),
            ".procedure init\n"
            "  param r0, 0\n"
            "  TexImage2D TEXTURE_2D, 0, RGBA8, 4, 2, RGBA, UNSIGNED_BYTE, 7, r0\n"
            "  ShaderSource 1, 8, 16, 32\n"
            "  GetUniformLocation 2, 3, 8, r0, 5\n");
}

TEST(Builder, HasOperators) {
  Builder sp(Callback::redraw);
  auto x = sp.input(Input::pointer_x);
  auto y = 1 - (x + x) * 0.5f / 3;
  auto z = -x;
  EXPECT_EQ(text_of(sp),
            ".procedure redraw\n"
            "  input r0, pointer_x\n"
            "  add r1, r0, r0\n"
            "  mul r2, r1, 0.5\n"
            "  div r3, r2, 3\n"
            "  sub r4, 1, r3\n"
            "  neg r1, r0\n");
  EXPECT_EQ(y.number(), 4u);
  EXPECT_EQ(z.number(), 1u);
}

TEST(Builder, GivesRegistersBack) {
  Builder sp(Callback::redraw);
  for (int i = 0; i < 100; ++i) {
    auto value = sp.copy(i);
    auto moved = std::move(value);
    EXPECT_EQ(moved.number(), 0u);
  }
  EXPECT_EQ(mistake(sp), "none");
}

TEST(Builder, SaysThatRegistersRunOut) {
  Builder sp(Callback::redraw);
  std::vector<Register> held;
  for (int i = 0; i < 32; ++i)
    held.push_back(sp.copy(i));
  EXPECT_TRUE(sp.status().is_ok());
  auto last = sp.copy(32);
  EXPECT_EQ(mistake(sp),
            "procedure for redraw, word 128: more than 32 values are needed at once: let some "
            "Register end its life before");
}

TEST(Builder, SaysWhatIsWrongWithLabels) {
  {
    Builder sp(Callback::init);
    auto label = sp.label();
    sp.jump(label);
    EXPECT_EQ(mistake(sp), "procedure for init, word 3: label 0 is jumped to and never placed");
  }
  {
    Builder sp(Callback::init);
    auto label = sp.label();
    sp.place(label);
    sp.jump(label);
    EXPECT_EQ(mistake(sp),
              "procedure for init, word 3: jumps back to label 0, and jumps go forward only");
  }
  {
    Builder sp(Callback::init);
    auto label = sp.label();
    sp.place(label);
    sp.place(label);
    EXPECT_EQ(mistake(sp), "procedure for init, word 0: label 0 is placed twice");
  }
  Builder sp(Callback::init), other(Callback::init);
  sp.place(other.label());
  EXPECT_EQ(mistake(sp), "procedure for init, word 0: a label of another procedure");
}

TEST(Builder, SaysThatARegisterIsAnothers) {
  Builder sp(Callback::init), other(Callback::init);
  auto x = other.copy(1);
  sp.set_cell(1, x);
  EXPECT_EQ(mistake(sp),
            "procedure for init, word 0: operand 2 is a register of another procedure");
}

TEST(BuilderDeathTest, FinishStopsAtAMistake) {
  Builder sp(Callback::init);
  sp.jump(sp.label());
  EXPECT_DEATH(
      sp.finish(),
      "^a mistake of the program that called the procedure builder, not of Blink: procedure "
      "for init, word 3: label 0 is jumped to and never placed\n");
}

TEST(Builder, MakesWhatTheVerifierTakes) {
  Builder sp(Callback::redraw);
  auto angle = sp.input(Input::time) * 90;
  sp.PushMatrix();
  sp.Rotatef(angle, 0, 0, 1);
  sp.PopMatrix();
  std::vector<Finding> findings;
  const auto program = verify(sp.finish(), &findings);
  EXPECT_TRUE(program.is_ok());
  EXPECT_TRUE(findings.empty());
}

}  // namespace
}  // namespace blink::jit
