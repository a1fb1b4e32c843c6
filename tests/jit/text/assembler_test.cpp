#include "jit/text/assembler.h"

#include <gtest/gtest.h>

#include "jit/text/disassembler.h"

namespace blink::jit {
namespace {

// All that is said, each as people see it.
std::string said(std::string_view text) {
  const SourceText source("x.sp", text);
  std::string all;
  for (const Diagnostic& error : assemble(text).errors)
    all += render(error, source, false);
  return all;
}

TEST(Assembler, MakesWords) {
  const Assembly made = assemble(
      ".procedure redraw\n"
      "  add r1, r2, 3.5   # comment\n"
      "  jump done\n"
      "  Clear COLOR_BUFFER_BIT|DEPTH_BUFFER_BIT\n"
      "done:\n");
  const std::vector<Word> words = {0x4C474C42, 1,     3,          11,  //
                                   0x00030002, 0b011, 1,          2,  0x40600000, 0x00010040,
                                   0,          6,     0x0001010A, 0,  0x4100};
  EXPECT_EQ(made.words, words);
}

TEST(Assembler, SaysWhatIsWrong) {
  EXPECT_EQ(said(".procedure redraw\n  ad r1, r2, 3\n"),
            "x.sp:2:3: error: there is no opcode 'ad'\n"
            " 2 |   ad r1, r2, 3\n"
            "   |   ^~\n"
            "   did you mean add?\n");
}

}  // namespace
}  // namespace blink::jit
