// blink sp, from its command line to what it prints.

#include "cli/sp/sp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "jit/isa/procedure.h"

namespace blink::sp {
namespace {

struct Outcome {
  int status;
  std::string out, err;
};

class SpTest : public ::testing::Test {
 protected:
  SpTest() {
    char name[] = "/tmp/blink-sp-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~SpTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  // Paths in what is printed lose their folder.
  std::string plain(std::string text) {
    for (auto at = text.find(folder_ + "/"); at != std::string::npos; at = text.find(folder_ + "/"))
      text.erase(at, folder_.size() + 1);
    return text;
  }
  Outcome sp(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "sp");
    std::vector<char*> argv;
    for (std::string& argument : arguments)
      argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int status = run(static_cast<int>(arguments.size()), argv.data());
    std::fflush(nullptr);
    std::string out = ::testing::internal::GetCapturedStdout();
    return {status, plain(std::move(out)), plain(::testing::internal::GetCapturedStderr())};
  }

  std::string folder_;
};

constexpr char wheel[] =
    ".procedure redraw\n"
    "  input r0, time\n"
    "  mul r0, r0, 90\n"
    "  Rotatef r0, 0, 0, 1\n"
    "  set_cell 3, r0\n"
    "  Clear COLOR_BUFFER_BIT\n";

TEST_F(SpTest, AssemblesAndDisassembles) {
  const std::string path = write("wheel.sp", wheel);
  EXPECT_EQ(sp({"asm", path}).status, 0);
  const std::string words = read(folder_ + "/wheel.blgl");
  EXPECT_EQ(words.substr(0, 4), "BLGL");
  EXPECT_EQ(words.size(), 4 * (4 + 4 + 5 + 6 + 4 + 3));
  const Outcome made = sp({"disasm", folder_ + "/wheel.blgl"});
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.out, wheel);
  EXPECT_EQ(sp({"disasm", path, "-o", folder_ + "/again.sp"}).status, 0);
  EXPECT_EQ(read(folder_ + "/again.sp"), wheel);
}

TEST_F(SpTest, DisassemblesWhatItCan) {
  std::string words;
  for (const std::uint32_t word : {0x4C474C42u, 1u, 3u, 4u, 0x60u, 0u, 0xFFFFu, 7u})
    words.append(reinterpret_cast<const char*>(&word), sizeof word);
  const Outcome made = sp({"disasm", write("odd.blgl", words)});
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.out, ".procedure redraw\n  skip\n  .word 0xffff, 0x7\n");
  EXPECT_EQ(made.err,
            "odd.blgl: error: word 2 of the code: there is no opcode 0xffff; from there on, "
            "words\n");
  const Outcome checked = sp({"check", folder_ + "/odd.blgl"});
  EXPECT_EQ(checked.status, 1);
  EXPECT_EQ(checked.out, "odd.blgl: refused\n");
  EXPECT_EQ(sp({"disasm", write("cut.blgl", words.substr(0, 30))}).err,
            "blink: sp: cut.blgl is cut within a word\n");
  EXPECT_EQ(sp({"disasm", write("cut.blgl", words.substr(0, 28))}).err,
            "cut.blgl: error: header, word 3: says that 4 words of code follow, and 3 do\n");
}

TEST_F(SpTest, ChecksLikeACompiler) {
  const Outcome made = sp({"check", write("x.sp",
                                          ".procedure redraw\n"
                                          "  Color3b 300, 0, 0\n"
                                          "  CullFace TRIANGLES\n"
                                          "  Begin LINES\n")});
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.err,
            "x.sp:2:11: warning: adjusted: operand 1 is brought within its bounds, -128 to 127\n"
            " 2 |   Color3b 300, 0, 0\n"
            "   |           ^~~\n"
            "   it runs as: Color3b 127, 0, 0\n"
            "x.sp:3:12: warning: skipped: operand 1 is not an enumerant that may stand here\n"
            " 3 |   CullFace TRIANGLES\n"
            "   |            ^~~~~~~~~\n"
            "   one of FRONT, BACK, FRONT_AND_BACK\n"
            "x.sp:4:3: warning: mended: End is added: the end came too early\n"
            " 4 |   Begin LINES\n"
            "   |   ^~~~~~~~~~~\n");
  EXPECT_EQ(made.out, "x.sp: accepted, 1 adjusted, 1 skipped, 1 mended\n");
}

TEST_F(SpTest, ChecksWhatIsRefused) {
  const Outcome made = sp({"check", write("x.sp", ".procedure redraw\n  jump 4\n")});
  EXPECT_EQ(made.status, 1);
  EXPECT_EQ(made.err,
            "x.sp:2:3: error: refused: jumps beyond the end\n"
            " 2 |   jump 4\n"
            "   |   ^~~~~~\n");
  EXPECT_EQ(made.out, "x.sp: refused\n");
  EXPECT_EQ(sp({"run", folder_ + "/x.sp"}).status, 1);
  EXPECT_EQ(sp({"cost", folder_ + "/x.sp"}).status, 1);
}

// Distances are in words: jump_less has 5, skip 2.
TEST_F(SpTest, SaysWhichJumpLeadsIntoAnInstruction) {
  EXPECT_EQ(sp({"check", write("x.sp",
                               ".procedure redraw\n"
                               "  jump_less r0, r1, 10\n"
                               "  jump_less r0, r1, 8\n"
                               "  skip\n"
                               "  add r0, r1, 2\n")})
                .err,
            "x.sp:3:3: error: refused: jumps into the middle of an instruction\n"
            " 3 |   jump_less r0, r1, 8\n"
            "   |   ^~~~~~~~~~~~~~~~~~~\n");
}

TEST_F(SpTest, SaysWhereTheLimitsArePassed) {
  EXPECT_EQ(sp({"check", write("x.sp",
                               ".procedure redraw\n"
                               "  Clear COLOR_BUFFER_BIT\n"
                               "  DrawArrays POINTS, 0, 4194304\n"
                               "  DrawArrays POINTS, 0, r1\n"
                               "  DrawArrays POINTS, 0, r1\n"
                               "  DrawArrays POINTS, 0, 1048576\n"
                               "  Begin POINTS\n"
                               "  Color3f 1, 1, 1\n"
                               "  Vertex2f 0, 0\n"
                               "  End\n")})
                .err,
            "x.sp:3:25: warning: adjusted: operand 3 is brought within its bounds, 0 to 1048576\n"
            " 3 |   DrawArrays POINTS, 0, 4194304\n"
            "   |                         ^~~~~~~\n"
            "x.sp:9:3: error: refused: may need 4194305 vertices, 4194304 are allowed\n"
            " 9 |   Vertex2f 0, 0\n"
            "   |   ^~~~~~~~~~~~~\n");
  EXPECT_NE(sp({"check", write("x.sp",
                               ".procedure redraw\n"
                               "  Clear COLOR_BUFFER_BIT\n"
                               "  DrawArraysInstanced POINTS, 0, r1, r1\n"
                               "  skip\n")})
                .err.find("x.sp:3:3: error: refused: may need 4294967296 vertices"),
            std::string::npos);
}

TEST_F(SpTest, SaysWhereACommandMayStand) {
  const auto hint = [&](const std::string& text) {
    const std::string err = sp({"check", write("x.sp", text)}).err;
    const std::size_t at = err.rfind("\n   ", err.size() - 2);
    return err.find("may not stand in ") == std::string::npos ? err : err.substr(at + 1);
  };
  EXPECT_EQ(hint(".procedure init\nClear COLOR_BUFFER_BIT\n"),
            "   it may in update, redraw, and in a display list\n");
  EXPECT_EQ(hint(".procedure redraw\nGenTextures 1\n"), "   it may in init, update\n");
  EXPECT_EQ(hint(".procedure frame\nLineWidth 1\n"),
            "   it may in init, update, redraw, and in a display list\n");
}

TEST_F(SpTest, PassesOverAByteOrderMark) {
  const std::string path = write("x.sp", std::string("\xEF\xBB\xBF") + wheel);
  EXPECT_EQ(sp({"check", path}).err, "");
  EXPECT_EQ(sp({"disasm", path}).out, wheel);
  EXPECT_EQ(sp({"check", write("y.sp", "\xEF\xBB\xBF.procedure redrow\n")}).err,
            "y.sp:1:12: error: there is no callback 'redrow'\n"
            " 1 | .procedure redrow\n"
            "   |            ^~~~~~\n"
            "   did you mean redraw?\n");
}

TEST_F(SpTest, NamesBounds) {
  const auto said = [&](const std::string& instruction) {
    const std::string err =
        sp({"check", write("x.sp", ".procedure init\n" + instruction + "\n")}).err;
    const std::size_t at = err.find("bounds, ");
    return at == std::string::npos ? err : err.substr(at + 8, err.find('\n') - at - 8);
  };
  EXPECT_EQ(said("PointSize -1"), "0.0625 to 64");
  EXPECT_EQ(said("cell r0, 64"), "0 to 63");
  EXPECT_EQ(said("DepthMask 2"), "0 or 1");
  EXPECT_EQ(said("BindTexture TEXTURE_2D, 1024"), "1 to 1023, or 0 for none");
  EXPECT_EQ(said("PushAttrib 0x80000000"),
            "CURRENT_BIT|POINT_BIT|LINE_BIT|POLYGON_BIT|LIGHTING_BIT|FOG_BIT|DEPTH_BUFFER_BIT|"
            "STENCIL_BUFFER_BIT|ENABLE_BIT|COLOR_BUFFER_BIT|HINT_BIT|TEXTURE_BIT");
}

TEST_F(SpTest, SaysWhichPathsDiffer) {
  EXPECT_EQ(
      sp({"check", write("x.sp",
                         ".procedure redraw\n"
                         "  input r0, time\n"
                         "  PushMatrix\n"
                         "  jump_less r0, 1, there\n"
                         "  PushMatrix\n"
                         "  Begin LINES\n"
                         "there:\n"
                         "  copy r1, 1\n")})
          .err,
      "x.sp:8:3: error: refused: paths with different open sequences or matrix modes meet here\n"
      " 8 |   copy r1, 1\n"
      "   |   ^~~~~~~~~~\n"
      "x.sp:6:3: note: the way from above comes with PushMatrix (line 5) and Begin (line 6) open\n"
      " 6 |   Begin LINES\n"
      "   |   ^~~~~~~~~~~\n"
      "x.sp:4:3: note: this jump comes without that\n"
      " 4 |   jump_less r0, 1, there\n"
      "   |   ^~~~~~~~~~~~~~~~~~~~~~\n");
  EXPECT_EQ(
      sp({"check", write("x.sp",
                         ".procedure redraw\n"
                         "  input r0, time\n"
                         "  jump_less r0, 1, there\n"
                         "  MatrixMode PROJECTION\n"
                         "  jump_less r0, 2, there\n"
                         "  copy r1, 1\n"
                         "there:\n")})
          .err,
      "x.sp:5:3: error: refused: paths with different open sequences or matrix modes meet at its "
      "target\n"
      " 5 |   jump_less r0, 2, there\n"
      "   |   ^~~~~~~~~~~~~~~~~~~~~~\n"
      "x.sp:5:3: note: this jump comes in the projection mode\n"
      " 5 |   jump_less r0, 2, there\n"
      "   |   ^~~~~~~~~~~~~~~~~~~~~~\n"
      "x.sp:3:3: note: this jump comes in the modelview mode\n"
      " 3 |   jump_less r0, 1, there\n"
      "   |   ^~~~~~~~~~~~~~~~~~~~~~\n");
}

// It shows no line that opened something: what comes last on the way, then.
TEST_F(SpTest, SaysWhatTheWayFromAboveHasClosed) {
  EXPECT_EQ(sp({"check", write("x.sp",
                               ".procedure redraw\n"
                               "  PushMatrix\n"
                               "  jump_less r0, 3, there\n"
                               "  PopMatrix\n"
                               "there:\n"
                               "  Clear COLOR_BUFFER_BIT\n")})
                .err,
            "x.sp:6:3: error: refused: paths with different open sequences or matrix modes meet "
            "here\n"
            " 6 |   Clear COLOR_BUFFER_BIT\n"
            "   |   ^~~~~~~~~~~~~~~~~~~~~~\n"
            "x.sp:4:3: note: the way from above comes without that\n"
            " 4 |   PopMatrix\n"
            "   |   ^~~~~~~~~\n"
            "x.sp:3:3: note: this jump comes with PushMatrix (line 2) open\n"
            " 3 |   jump_less r0, 3, there\n"
            "   |   ^~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_F(SpTest, SaysWhatIsStillOpenAtTheEnd) {
  EXPECT_EQ(sp({"check", write("x.sp",
                               ".procedure init\n"
                               "  NewList 1, COMPILE\n"
                               "  PushMatrix\n"
                               "  PopMatrix\n"
                               "  Begin LINES\n"
                               "  Vertex2f 0, 0\n")})
                .err,
            "x.sp:6:3: warning: mended: End is added: the end came too early\n"
            " 6 |   Vertex2f 0, 0\n"
            "   |   ^~~~~~~~~~~~~\n"
            "x.sp:5:3: note: Begin is still open\n"
            " 5 |   Begin LINES\n"
            "   |   ^~~~~~~~~~~\n"
            "x.sp:6:3: warning: mended: EndList is added: the end came too early\n"
            " 6 |   Vertex2f 0, 0\n"
            "   |   ^~~~~~~~~~~~~\n"
            "x.sp:2:3: note: NewList is still open\n"
            " 2 |   NewList 1, COMPILE\n"
            "   |   ^~~~~~~~~~~~~~~~~~\n");
}

TEST_F(SpTest, RunsWithTheShortestNumbers) {
  const std::string path = write("x.sp",
                                 ".procedure redraw\n"
                                 "copy r0, 0.1\n"
                                 "Color3f 0.1, 0.7, 16777216\n"
                                 "Translated r0, 0.2, 3\n");
  EXPECT_EQ(sp({"run", path}).out, "Color3f 0.1 0.7 16777216\nTranslated 0.1 0.2 3\nr0 = 0.1\n");
  EXPECT_EQ(sp({"run", path, "--param", "0=1e99"}).err,
            "blink: sp run: '0=1e99': '1e99' is too large for a float\n");
  EXPECT_EQ(sp({"run", path, "--param", "0=1e-99"}).err,
            "blink: sp run: '0=1e-99': '1e-99' is too small for a float\n");
  EXPECT_EQ(sp({"run", path, "--input", "time=x"}).err,
            "blink: sp run: 'time=x': 'x' is no number\n");
  EXPECT_EQ(sp({"run", path, "--par", "0=1"}).err,
            "blink: sp run: unknown option --par; see blink sp --help\n");
}

TEST_F(SpTest, Runs) {
  const std::string path = write("wheel.sp", wheel);
  const Outcome made = sp({"run", path, "--input", "time=2.5"});
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.out,
            "Rotatef 225 0 0 1\n"
            "Clear COLOR_BUFFER_BIT\n"
            "r0 = 225\n"
            "cell 3 = 225\n");
  const std::string sum =
      write("sum.sp", ".procedure input\nparam r1, 4\ncell r2, 5\nadd r3, r1, r2\n");
  EXPECT_EQ(sp({"run", sum, "--param", "4=1.5", "--cell", "5=-2"}).out,
            "r1 = 1.5\nr2 = -2\nr3 = -0.5\ncell 5 = -2\n");
  EXPECT_EQ(sp({"run", path, "--input", "tme=1"}).err,
            "blink: sp run: there is no input 'tme'; did you mean time?\n");
  EXPECT_EQ(sp({"run", path, "--param", "256=1"}).err,
            "blink: sp run: '256' is no param: there are 0 to 255\n");
  EXPECT_EQ(sp({"run", path, "--cell", "1"}).err, "blink: sp run: '1' is not N=VALUE\n");
  EXPECT_EQ(sp({"run", path, "--input", "time"}).err, "blink: sp run: 'time' is not NAME=VALUE\n");
  EXPECT_EQ(sp({"run", path, "--cell", "1=x"}).status, 2);
}

TEST_F(SpTest, Weighs) {
  const std::string path = write("wheel.sp", wheel);
  const Outcome made = sp({"cost", path, "--json"});
  EXPECT_EQ(made.status, 0);
  const auto body = nlohmann::json::parse(made.out);
  EXPECT_EQ(body["callback"], "redraw");
  EXPECT_EQ(body["instructions"], 5);
  EXPECT_EQ(body["commands"], 2);
  EXPECT_EQ(body["touches"], nlohmann::json::array({"matrix"}));
  EXPECT_EQ(body["depends_on"], nlohmann::json::array({"time"}));
  EXPECT_EQ(body["covers_window"], true);
  EXPECT_EQ(body["writes_cells"], true);
  EXPECT_NE(sp({"cost", path}).out.find("covers window    yes"), std::string::npos);
}

TEST_F(SpTest, WeighsAllThatTheLanguageListsAsEffects) {
  const std::string path = write("switches.sp",
                                 ".procedure redraw\n"
                                 "Clear COLOR_BUFFER_BIT|DEPTH_BUFFER_BIT\n"
                                 "Enable LIGHTING\n"
                                 "Disable DEPTH_TEST\n");
  const auto body = nlohmann::json::parse(sp({"cost", path, "--json"}).out);
  EXPECT_EQ(body["switches"], nlohmann::json::array({"LIGHTING", "DEPTH_TEST"}));
  EXPECT_EQ(body["clears_depth"], true);
  const std::string table = sp({"cost", path}).out;
  EXPECT_NE(table.find("switches         LIGHTING, DEPTH_TEST\n"), std::string::npos) << table;
  EXPECT_NE(table.find("clears depth     yes\n"), std::string::npos) << table;
  const std::string none =
      write("none.sp", ".procedure redraw\nPushAttrib ENABLE_BIT\nPopAttrib\n");
  EXPECT_NE(sp({"cost", none}).out.find("switches         everything\n"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(sp({"cost", none, "--json"}).out)["switches"],
            nlohmann::json::array({"everything"}));
}

TEST_F(SpTest, ListsOpcodes) {
  EXPECT_EQ(sp({"opcodes", "blendfunc"}).out,
            "BlendFunc: enumerants sfactor, dfactor\n"
            "BlendFuncSeparate: enumerants sfactorRGB, dfactorRGB, sfactorAlpha, dfactorAlpha\n"
            "BlendFunci: integer buf; enumerants src, dst\n"
            "BlendFuncSeparatei: integer buf; enumerants srcRGB, dstRGB, srcAlpha, dstAlpha\n");
  EXPECT_EQ(sp({"opcodes", "LightModelfv"}).out,
            "LightModelfv: enumerant pname; numbers params[4]\n\n"
            "LightModelfv\n"
            "  may stand in init, update, redraw, and in a display list\n"
            "  between Begin and End: no\n"
            "  pname: LIGHT_MODEL_LOCAL_VIEWER, LIGHT_MODEL_TWO_SIDE, LIGHT_MODEL_AMBIENT, "
            "LIGHT_MODEL_COLOR_CONTROL\n");
  EXPECT_EQ(sp({"opcodes", "set_cell"}).out,
            "set_cell: integer index; number value\n\n"
            "set_cell\n"
            "  may stand in init, update, reshape, redraw, input, show, hide, frame\n"
            "  index: 0 to 63\n");
  const std::string all = sp({"opcodes"}).out;
  EXPECT_GT(std::ranges::count(all, '\n'), 400);
  for (std::uint32_t opcode = 0; opcode < jit::opcode_limit; ++opcode) {
    const jit::OpcodeInfo* info = jit::find_opcode(opcode);
    if (info == nullptr) continue;
    EXPECT_NE(("\n" + all).find("\n" + std::string(info->name) + ": "), std::string::npos);
  }
  const Outcome none = sp({"opcodes", "Rotate4f"});
  EXPECT_EQ(none.status, 1);
  EXPECT_EQ(none.err,
            "blink: sp opcodes: none has 'Rotate4f' in its name; did you mean Rotatef?\n");
  EXPECT_EQ(sp({"opcodes", "a", "b"}).status, 2);
}

// Somebody who tries it must see something.
TEST_F(SpTest, ItsHelpHasAProcedureThatShowsSomething) {
  const std::string help = sp({"--help"}).out;
  const std::size_t at = help.find("  .procedure");
  ASSERT_NE(at, std::string::npos);
  const std::string path = write("wheel.sp", help.substr(at));
  EXPECT_EQ(sp({"check", path}).err, "");
  const std::string early = sp({"run", path, "--input", "time=1"}).out;
  EXPECT_NE(early.find("Color"), std::string::npos) << early;
  EXPECT_NE(early, sp({"run", path, "--input", "time=2"}).out);
}

TEST_F(SpTest, SaysHowItIsUsed) {
  EXPECT_EQ(sp({"--help"}).status, 0);
  EXPECT_EQ(sp({"check", "--help"}).status, 0);
  EXPECT_EQ(sp({}).status, 2);
  EXPECT_EQ(sp({"asmm", "x"}).err, "blink: sp: there is no command 'asmm'; see blink sp --help\n");
  EXPECT_EQ(sp({"check"}).status, 2);
  EXPECT_EQ(sp({"check", "a", "b"}).status, 2);
  EXPECT_EQ(sp({"check", "a", "--json"}).status, 2);
  EXPECT_EQ(sp({"asm", "a", "-o"}).status, 2);
  EXPECT_EQ(sp({"asm", folder_ + "/none"}).err,
            "blink: sp: cannot read none: No such file or directory\n");
}

}  // namespace
}  // namespace blink::sp
