#include "jit/text/assembler.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>

#include "common/text.h"
#include "jit/text/disassembler.h"
#include "tests/jit/text/random_program.h"

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

// The first message and its hint for a line of a procedure.
std::string said_of(const std::string& line) {
  const Assembly made = assemble(".procedure redraw\n" + line + "\n");
  if (made.is_good()) return "nothing";
  const Diagnostic& first = made.errors[0];
  return first.text + (first.hint.empty() ? "" : " / " + first.hint);
}

std::vector<Word> code_of(const std::string& lines) {
  const std::string text = ".procedure redraw\n" + lines + "\n";
  EXPECT_EQ(said(text), "");
  const auto words = assemble(text).words;
  return {words.begin() + std::min<std::ptrdiff_t>(4, std::ssize(words)), words.end()};
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

TEST(Assembler, OneThingManyWays) {
  EXPECT_EQ(code_of("Enable DEPTH_TEST"), code_of("Enable 0x0B71"));
  EXPECT_EQ(code_of("Enable DEPTH_TEST"), code_of("\tEnable\t2929\r"));
  EXPECT_EQ(code_of("copy r0, 0.5"), code_of("copy r0, 0x1p-1"));
  EXPECT_EQ(code_of("copy r0, 0.5"), code_of("copy r0, +5e-1"));
  EXPECT_EQ(code_of("copy r0, 0.5"), code_of("copy r0,!0x3f000000"));
  EXPECT_EQ(code_of("copy r0, 16"), code_of("copy r0, 0x10"));
  EXPECT_EQ(code_of("copy r0, nan"), code_of("copy r0, !0x7fc00000"));
  EXPECT_EQ(code_of("copy r0, -inf"), code_of("copy r0, !0xff800000"));
  EXPECT_EQ(code_of("Recti -1, 0, 0, 0"), code_of("Recti 0xFFFFFFFF, 0, 0, 0"));
  EXPECT_EQ(code_of("DepthMask TRUE"), code_of("DepthMask 1"));
  EXPECT_EQ(code_of("TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, LINEAR"),
            code_of("TexParameteri 0xDE1, 0x2801, 0x2601"));
  EXPECT_EQ(code_of("TexParameterf TEXTURE_2D, TEXTURE_MIN_FILTER, LINEAR"),
            code_of("TexParameterf TEXTURE_2D, TEXTURE_MIN_FILTER, 9729"));
  EXPECT_EQ(code_of("input r0, time"), code_of("input r0, 0"));
  EXPECT_EQ(code_of("a: b: jump c\nc: c2:"), code_of("jump 3"));
  EXPECT_EQ(code_of("skip"), code_of(".word 0x60, 0"));
  EXPECT_EQ(code_of("skip 1, r2"), code_of(".word 0x20060, 2, 1, 2"));
  EXPECT_EQ(code_of("jump_less !r1, 1, !r2"), code_of(".word 0x30041, 5, 1, 0x3f800000, 2"));
}

TEST(Assembler, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(said(".procedure redraw\n  ad r1, r2, 3\nEnable DEPHT_TEST # why\n"),
            "x.sp:2:3: error: there is no opcode 'ad'\n"
            " 2 |   ad r1, r2, 3\n"
            "   |   ^~\n"
            "   did you mean add?\n"
            "x.sp:3:8: error: there is no enumerant 'DEPHT_TEST'\n"
            " 3 | Enable DEPHT_TEST # why\n"
            "   |        ^~~~~~~~~~\n"
            "   did you mean DEPTH_TEST?\n");
}

TEST(Assembler, SaysWhatWasMeant) {
  EXPECT_EQ(said_of("glBegin TRIANGLES"), "there is no opcode 'glBegin' / without gl: Begin");
  EXPECT_EQ(said_of("begin TRIANGLES"), "there is no opcode 'begin' / did you mean Begin?");
  EXPECT_EQ(said_of("Begin GL_TRIANGLES"),
            "there is no enumerant 'GL_TRIANGLES' / did you mean TRIANGLES?");
  EXPECT_EQ(said_of("Begin TRIANGELS"),
            "there is no enumerant 'TRIANGELS' / did you mean TRIANGLES?");
  EXPECT_EQ(said_of("Clear COLOR_BIT"),
            "there is no enumerant 'COLOR_BIT' / one of DEPTH_BUFFER_BIT, STENCIL_BUFFER_BIT, "
            "COLOR_BUFFER_BIT");
  EXPECT_EQ(said_of("ReadPixels 0"), "'ReadPixels' is a command of GL, but not of BlinkGL");
  EXPECT_EQ(said_of("input r0, timer"), "there is no input 'timer' / did you mean time?");
  EXPECT_EQ(said_of("jump don\ndone:"), "there is no label 'don' / did you mean done?");
  EXPECT_EQ(said_of(".wrod 1"), "there is no directive '.wrod' / did you mean .word?");
  EXPECT_EQ(said_of("xyzzy"), "there is no opcode 'xyzzy'");
}

TEST(Assembler, ObjectsToOperands) {
  EXPECT_EQ(said_of("add r1, r2"),
            "add takes 3 operands, not 2 / expected: register result; numbers a, b");
  EXPECT_EQ(said_of("neg r1, r2, r3"),
            "neg takes 2 operands, and this is one more / expected: register result; number a");
  EXPECT_EQ(said_of("End 1"), "End takes 0 operands, and this is one more / expected: none");
  EXPECT_EQ(said_of("add r1, , 2"), "an operand is missing here");
  EXPECT_EQ(said_of("add r1, 2,"), "an operand is missing here");
  EXPECT_EQ(said_of("add 1, 2, 3"),
            "'1' is no register, and what is written must be / registers are r0 to r31");
  EXPECT_EQ(said_of("add r32, 2, 3"),
            "'r32' is no register, and what is written must be / registers are r0 to r31");
  for (const char* line : {"add r1, 2, r32", "GenTextures r32", "Begin r32", "Clear r32"})
    EXPECT_EQ(said_of(line), "there is no register 'r32' / registers are r0 to r31") << line;
  EXPECT_EQ(said_of("add r1, 2, R2"), "there is no register 'R2' / registers are r0 to r31");
  EXPECT_EQ(said_of("RenderbufferStorage RENDERBUFFER, R8, 1, 1"), "nothing");
  EXPECT_EQ(said_of("Enable r3"),
            "a register may not stand here: the verifier must know this operand / expected: "
            "enumerant");
  EXPECT_EQ(said_of("copy r0, 1e39"),
            "'1e39' is too large for a float / the largest is 3.4028235e+38; there is also inf");
  EXPECT_EQ(said_of("copy r0, 1e-60"),
            "'1e-60' is too small for a float / write 0 if that will do");
  EXPECT_EQ(said_of("copy r0, 1.2.3"), "'1.2.3' is no number");
  EXPECT_EQ(said_of("copy r0, -infinity"), "'-infinity' is no number");
  EXPECT_EQ(said_of("Recti 1.5, 0, 0, 0"), "'1.5' is no whole number, and must be one here");
  EXPECT_EQ(said_of("Recti 0x100000000, 0, 0, 0"), "'0x100000000' is too large for 32 bits");
  EXPECT_EQ(said_of("Recti -2147483649, 0, 0, 0"), "'-2147483649' is too large for 32 bits");
  EXPECT_EQ(said_of("Clear COLOR_BUFFER_BIT|"), "a name is missing beside the |");
  EXPECT_EQ(said_of("Uniform1f wave, 1"),
            "there is no enumerant 'wave' / expected: uniform, a number from 1 to 1023");
  EXPECT_EQ(said_of(".word r1"), "a register is no word");
  EXPECT_EQ(said_of(".word"), "a word is missing here");
}

TEST(Assembler, NamesOperands) {
  EXPECT_EQ(said_of("Rotatef 1"),
            "Rotatef takes 4 operands, not 1 / expected: numbers angle, x, y, z");
  EXPECT_EQ(
      said_of("Lightfv LIGHT0"),
      "Lightfv takes 6 operands, not 1 / expected: enumerants light, pname; numbers params[4]");
  EXPECT_EQ(said_of("Clear"), "Clear takes 1 operand, not 0 / expected: bits mask");
  EXPECT_EQ(said_of("BindTexture TEXTURE_2D"),
            "BindTexture takes 2 operands, not 1 / expected: enumerant target; texture texture");
  EXPECT_EQ(said_of("UniformMatrix2fv 1"),
            "UniformMatrix2fv takes 6 operands, not 1 / expected: uniform location; boolean "
            "transpose; numbers value[4]");
  EXPECT_EQ(said_of("ShaderSource 1"),
            "ShaderSource takes 4 operands, not 1 / expected: shader shader; integers "
            "string.object, string.offset, string.size");
  EXPECT_EQ(said_of("jump_less 1"),
            "jump_less takes 3 operands, not 1 / expected: numbers a, b; label label");
  EXPECT_EQ(said_of("set_cell 1"),
            "set_cell takes 2 operands, not 1 / expected: integer index; number value");
}

TEST(Assembler, KnowsWhatOtherLanguagesWrite) {
  EXPECT_EQ(
      said_of("add r1 r0 2"),
      "'r1 r0 2' is no register, and what is written must be / commas stand between operands: "
      "r1, r0, 2");
  EXPECT_EQ(assemble(".procedure redraw\nadd r1 r0 2\n").errors.size(), 1)
      << "how many operands there are is not known then";
  EXPECT_EQ(said_of("Vertex2f 1 \t2"),
            "'1 \\x092' is no number / commas stand between operands: 1, 2");
  EXPECT_EQ(said_of("Vertex3f 1, 2 3"), "'2 3' is no number / commas stand between operands: 2, 3");
  EXPECT_EQ(said_of("skip // hi"), "'// hi' is no number / a comment begins with #");
  EXPECT_EQ(said_of("End // hi"),
            "End takes 0 operands, and this is one more / a comment begins with #");
  EXPECT_EQ(said_of("add r0, 1, 2 ; hi, you"), "'2 ; hi' is no number / a comment begins with #");
  EXPECT_EQ(said_of("Clear COLOR_BUFFER_BIT DEPTH_BUFFER_BIT"),
            "'COLOR_BUFFER_BIT DEPTH_BUFFER_BIT' is no number / | stands between bits: "
            "COLOR_BUFFER_BIT|DEPTH_BUFFER_BIT");
  EXPECT_EQ(said_of("Clear COLOR_BUFFER_BIT, DEPTH_BUFFER_BIT"),
            "Clear takes 1 operand, and this is one more / expected: bits mask, with | between "
            "them");
  EXPECT_EQ(said_of("// hi"), "there is no opcode '//' / a comment begins with #");
  EXPECT_EQ(said_of("/* hi */"), "there is no opcode '/*' / a comment begins with #");
  EXPECT_EQ(said_of("; hi"), "there is no opcode ';' / a comment begins with #");
}

// Columns are counted in bytes, marks stand below characters.
TEST(Assembler, QuotesTextAsItIsWritten) {
  EXPECT_EQ(said(".procedure redraw\n\tcopy r\u00e4\u00e4, \u20ac # \u00fcber\xff\x1b\n"),
            "x.sp:2:7: error: 'r\u00e4\u00e4' is no register, and what is written must be\n"
            " 2 |  copy r\u00e4\u00e4, \u20ac # \u00fcber??\n"
            "   |       ^~~\n"
            "   registers are r0 to r31\n"
            "x.sp:2:14: error: '\u20ac' is no number\n"
            " 2 |  copy r\u00e4\u00e4, \u20ac # \u00fcber??\n"
            "   |            ^\n");
  std::string line = "# ";
  for (int i = 0; i < 200; ++i)
    line += "\u00e4";
  const std::string text = "a: " + line.substr(2) + " " + line;
  const Diagnostic about{Diagnostic::Kind::error, {1, 303, 4}, "x", ""};
  const std::string shown = render(about, SourceText("x", text), false);
  EXPECT_EQ(printable(shown.substr(0, shown.find('\n'))), shown.substr(0, shown.find('\n')));
  EXPECT_EQ(shown.find('?'), std::string::npos) << shown;
  EXPECT_NE(shown.find("\u00e4...\n"), std::string::npos) << shown;
}

TEST(Assembler, ObjectsToLabels) {
  EXPECT_EQ(said_of("a: jump a"),
            "jumps back to 'a' in line 2 / jumps go forward only: every procedure ends");
  EXPECT_EQ(said_of("a:\na:"), "the label 'a' is there already / it is defined in line 2");
  EXPECT_EQ(said_of("r7: skip"), "a label may not be called like a register");
  EXPECT_EQ(said_of("3x: skip"),
            "'3x' cannot name a label / a letter or _, then letters, digits, _ and points, 64 at "
            "most");
  EXPECT_EQ(said_of(": skip").substr(0, 2), "''");
}

TEST(Assembler, ObjectsToDirectives) {
  const auto first = [](std::string_view text) { return assemble(text).errors.at(0).text; };
  EXPECT_EQ(first(""), "the text is empty");
  EXPECT_EQ(first("# only this\n"), "the text is empty");
  EXPECT_EQ(first("skip\n"), "an instruction before .procedure");
  EXPECT_EQ(first(".procedure\n"), "there is no callback ''");
  EXPECT_EQ(assemble(".procedure redrew\n").errors.at(0).hint, "did you mean redraw?");
  EXPECT_EQ(first(".procedure init\n.procedure init\n"),
            "a text is one procedure, and which was said already");
  EXPECT_TRUE(assemble(".procedure init").is_good());
}

TEST(Assembler, SaysAllUpToALimit) {
  std::string text = ".procedure redraw\n";
  for (int i = 0; i < 5; ++i)
    text += "x" + std::to_string(i) + "xxxxxxxx\n";
  EXPECT_EQ(assemble(text).errors.size(), 5);
  EXPECT_FALSE(assemble(text).has_more_errors);
  for (int i = 0; i < 100; ++i)
    text += "jump nowhere\n";
  EXPECT_EQ(assemble(text).errors.size(), assembler_errors_max);
  EXPECT_TRUE(assemble(text).has_more_errors);
}

TEST(Assembler, FindsEveryLine) {
  for (const char* end : {"", "\n", "\r\n", "\n\n"}) {
    std::string text;
    for (int i = 1; i <= 1'000; ++i)
      text += (i > 1 ? "\nline " : "line ") + std::to_string(i);
    text += end;
    const SourceText source("x", text);
    for (std::uint32_t i = 1; i <= 1'000; ++i)
      ASSERT_EQ(source.line(i), "line " + std::to_string(i));
    for (const std::uint32_t beyond : {0u, 1'001u, 1'002u, 5'000u, ~0u})
      EXPECT_EQ(source.line(beyond), "") << beyond;
  }
  EXPECT_EQ(SourceText("x", "").line(1), "");
}

TEST(Assembler, KnowsWhereAnOperandStands) {
  const std::string_view line = "  lab: add  r1 ,r2,  3.5  # x, y";
  const Assembly made = assemble(".procedure redraw\n" + std::string(line));
  const Place at = made.place_of(3);
  EXPECT_EQ(at, (Place{2, 8, 17}));
  EXPECT_EQ(operand_place(line, at, 0), (Place{2, 13, 2}));
  EXPECT_EQ(operand_place(line, at, 1), (Place{2, 17, 2}));
  EXPECT_EQ(operand_place(line, at, 2), (Place{2, 22, 3}));
  EXPECT_EQ(operand_place(line, at, 3), at);
}

// --------------------------------------------------------------------- hostile texts

double seconds_for(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  const Assembly made = assemble(text);
  EXPECT_LE(made.errors.size(), assembler_errors_max);
  for (const Diagnostic& error : made.errors)
    EXPECT_LT(render(error, SourceText("x", text), true).size(), 1000);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Far above what it takes, even under a sanitizer; far below what a square of it would take.
constexpr double patience_s = 60;

std::string many(const std::string& text, int count) {
  std::string all = ".procedure redraw\n";
  for (int i = 0; i < count; ++i)
    all += text;
  return all;
}

TEST(HostileText, AMillionLines) {
  EXPECT_LT(seconds_for(many("add r1, r2, 3.5\n", 1'000'000)), patience_s);
  EXPECT_LT(seconds_for(many("\n", 1'000'000)), patience_s);
  EXPECT_LT(seconds_for(many("nonsense nonsense\n", 1'000'000)), patience_s);
}

TEST(HostileText, ManyLabels) {
  std::string text = ".procedure redraw\n";
  for (int i = 0; i < 300'000; ++i)
    text += "jump l" + std::to_string(i + 1) + "\nl" + std::to_string(i) + ":\n";
  EXPECT_LT(seconds_for(text), patience_s);
}

// A near miss is looked for among thousands: not for each of so many that nobody is told of.
TEST(HostileText, ManyLabelsThatAreNotThere) {
  const std::string name(50, 'l');
  std::string text = ".procedure redraw\n";
  for (int i = 0; i < 4'000; ++i)
    text += name + std::to_string(i) + ":\n";
  for (int i = 0; i < 500'000; ++i)
    text += "jump " + name + "x" + std::to_string(i) + "\n";
  EXPECT_LT(seconds_for(text), patience_s);
}

TEST(HostileText, NothingButLines) {
  const std::string text(1u << 25, '\n');
  const auto most_kib = [] {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const long before = most_kib();
  const SourceText source("x", text);
  EXPECT_LT(most_kib() - before, 64 << 10);
}

TEST(HostileText, LongLines) {
  const std::string long_word(2'000'000, 'x');
  EXPECT_LT(seconds_for(long_word), patience_s);
  for (const char* before : {"", "add ", "Clear ", "jump ", "input r0, ", "copy r0, 1", ".word "})
    EXPECT_LT(seconds_for(many(before + long_word + "\n", 1)), patience_s) << before;
  EXPECT_LT(seconds_for(many("a:", 2'000'000)), patience_s);
  EXPECT_LT(seconds_for(many(",", 2'000'000)), patience_s);
  EXPECT_LT(seconds_for(many("skip " + many(",", 2'000'000), 1)), patience_s);
  EXPECT_LT(seconds_for(many("Clear " + many("|", 2'000'000), 1)), patience_s);
  EXPECT_LT(seconds_for(many("Clear " + many("1|", 2'000'000), 1)), patience_s);
}

TEST(HostileText, MoreWordsThanAProcedureMayHave) {
  const Assembly made = assemble(many("skip\n", 4'200'000));
  ASSERT_EQ(made.errors.size(), 1);
  EXPECT_EQ(made.errors[0].text, "the procedure is longer than 8388608 words");
  // The label is where nobody has looked any more.
  const Assembly jumping =
      assemble(".procedure redraw\njump end\n" + many("skip\n", 4'200'000).substr(18) + "end:\n");
  ASSERT_EQ(jumping.errors.size(), 1);
  EXPECT_EQ(jumping.errors[0].text, made.errors[0].text);
}

TEST(HostileText, AnyBytes) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    test::Random random(seed);
    const auto words = test::random_program(random, test::Taste::wild, 10);
    std::string text = disassemble(words).text;
    for (std::uint32_t i = 0; i < 1 + random.below(20); ++i)
      text[random.below(static_cast<std::uint32_t>(text.size()))] =
          random.one_in(2) ? " ,:#.|!-\n"[random.below(9)] : static_cast<char>(random.word());
    const Assembly made = assemble(text);
    EXPECT_EQ(made.words.empty(), !made.is_good());
    for (const Diagnostic& error : made.errors)
      for (const char c : render(error, SourceText("x", text), false))
        EXPECT_TRUE(c == '\n' || c >= 0x20 || c < 0) << static_cast<int>(c);
  }
}

}  // namespace
}  // namespace blink::jit
