#include "server/screen/worst_case.h"

#include <gtest/gtest.h>

#include "jit/text/assembler.h"
#include "server/screen/procedure.h"

namespace blink::server {
namespace {

ProcedureWorstCase of(const std::string& text) {
  const auto made = Procedure::make(jit::assemble(".procedure " + text).words);
  EXPECT_TRUE(made.is_ok()) << made.status().text();
  return made.value()->worst_case();
}

std::string vertices(int many) {
  std::string text;
  for (int i = 0; i < many; ++i)
    text += "Vertex2f 0, 0\n";
  return text;
}

TEST(WorstCase, PrimitivesAreCountedByTheirKind) {
  const auto primitives = [](const std::string& mode) {
    return of("redraw\nBegin " + mode + "\n" + vertices(12) + "End\n").run.primitives;
  };
  EXPECT_EQ(primitives("QUADS"), 3);
  EXPECT_EQ(primitives("TRIANGLES"), 4);
  EXPECT_EQ(primitives("QUAD_STRIP"), 6);
  EXPECT_EQ(primitives("TRIANGLE_FAN"), 12);
  EXPECT_EQ(of("redraw\nRectf 0, 0, 1, 1\n").run.primitives, 1);
  EXPECT_EQ(of("redraw\nDrawArrays TRIANGLES, 0, 300\n").run.primitives, 100);
  EXPECT_EQ(of("redraw\nDrawArraysInstanced QUADS, 0, 40, 10\n").run.primitives, 100);
}

TEST(WorstCase, ANumberThatIsNotKnownIsTheLargest) {
  EXPECT_GT(of("redraw\nparam r0, 0\nDrawArrays TRIANGLES, 0, r0\n").run.primitives, 100'000);
}

TEST(WorstCase, BothWaysCount) {
  EXPECT_EQ(of("redraw\nparam r0, 0\njump_less r0, 1, other\nRectf 0, 0, 1, 1\njump end\n"
               "other:\nRectf 0, 0, 1, 1\nBlendFunc ONE, ONE\nend:\nRectf 0, 0, 1, 1\n")
                .run.primitives,
            3);
}

TEST(WorstCase, ClearingIsDrawing) {
  EXPECT_EQ(of("redraw\nClear COLOR_BUFFER_BIT\nClear DEPTH_BUFFER_BIT\n"
               "ClearBufferfv COLOR, 0, 0, 0, 0, 0\n")
                .run.primitives,
            3);
}

// Whoever jumps from between one Begin and End to another draws what that one began.
TEST(WorstCase, AJumpMayKeepAnotherMode) {
  EXPECT_EQ(of("redraw\nparam r0, 0\nBegin POINTS\njump_less r0, 1, in\nEnd\nBegin QUADS\nin:\n" +
               vertices(12) + "End\n")
                .run.primitives,
            12);
}

TEST(WorstCase, ListsAreOfTheirOwn) {
  const auto all =
      of("init\nNewList 3, COMPILE\nBegin QUADS\n" + vertices(8) +
         "End\nBlendFunc ONE, ONE\nEndList\nNewList 4, COMPILE\nRectf 0, 0, 1, 1\nEndList\n");
  EXPECT_EQ(all.run.primitives, 0);
  EXPECT_EQ(all.of_list(3).primitives, 2);
  EXPECT_EQ(all.of_list(3).changes, 1);
  EXPECT_EQ(all.of_list(4).primitives, 1);
  EXPECT_EQ(all.of_list(5).primitives, 0);
}

TEST(WorstCase, ChangesAreThoseThatDriversCompileFor) {
  EXPECT_EQ(of("redraw\nBlendFunc ONE, ONE\nEnable LIGHTING\nShadeModel FLAT\n").run.changes, 3);
  EXPECT_EQ(of("redraw\nColor3f 1, 1, 1\nTranslatef 1, 1, 1\nPushMatrix\nPopMatrix\n").run.changes,
            0);
}

}  // namespace
}  // namespace blink::server
