// Procedures that are drawn beside the screen, by a process of their session's own: nothing that
// they do there, and nothing that befalls it, is anybody else's trouble.

#include <gtest/gtest.h>

#include <csignal>
#include <tuple>

#include "tests/support/client_window.h"
#include "tests/support/endless_shader.h"
#include "tests/support/processes.h"

namespace blink::server {
namespace {

using test::becomes;
using test::children_of;
using test::Daemon;
using test::endless_shader;
using test::is_gone_soon;
using test::is_running;
using test::screen_of;
using test::Window;

constexpr std::uint32_t left = 24, top = 54, red = 0xFF0000, green = 0x00FF00, blue = 0x0000FF;

nlohmann::json session_of(const Daemon& daemon, const Window& window) {
  const auto body = nlohmann::json::parse(ask_server(daemon.directory, "ps")->json);
  for (const auto& each : body["sessions"])
    if (each["session"] == window.client->session_id()) return each;
  return {};
}

pid_t process_of(const Daemon& daemon, const Window& window) {
  return session_of(daemon, window)["screen"]["beside_pid"].get<pid_t>();
}

// A fragment shader in a program that is in use, whose source is the window's own object.
void give_shader(Window& window, const std::string& source, const std::string& more = "") {
  const std::uint32_t object =
      window.put(BLINK_OBJECT_DATA, std::as_bytes(std::span(source)), {window.object});
  window.give(
      "init\nDeleteProgram 1\nDeleteShader 1\nCreateProgram 1\nCreateShader 1, "
      "FRAGMENT_SHADER\nShaderSource 1, " +
      std::to_string(object) + ", 0, " + std::to_string(source.size()) +
      "\nCompileShader 1\nAttachShader 1, 1\nLinkProgram 1\n" + more);
}

// The screen does not run what has a loop, whatever it loops for.
constexpr std::string_view green_by_a_loop =
    "void main() {\n"
    "  float sum = 0.0;\n"
    "  for (int i = 0; i < 4; ++i) sum += 0.25;\n"
    "  gl_FragColor = vec4(0.0, sum, 0.0, 1.0);\n"
    "}\n";
// Over and over: many pixels.
std::string by_shader(int times) {
  std::string text = "redraw\ninput r0, time\nUseProgram 1\nBegin QUADS\n";
  for (int i = 0; i < times; ++i)
    text += "Vertex2f -1, -1\nVertex2f 1, -1\nVertex2f 1, 1\nVertex2f -1, 1\n";
  return text + "End\n";
}
const std::string all_by_shader = by_shader(1), again_and_again = by_shader(100);

class ProceduresBeside : public ::testing::Test {
 protected:
  void start(std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--output", "headless", "--redraw-ms", "10000"});
    daemon = std::make_unique<Daemon>(std::move(options));
  }
  bool shows(std::uint32_t colour, std::uint32_t x = 50) {
    return becomes([&] { return screen_of(*daemon).at(left + x, top + 50) == colour; });
  }
  // A process that draws for a window that shows green.
  pid_t draw_green(Window& window) {
    give_shader(window, std::string(green_by_a_loop));
    window.give(all_by_shader);
    EXPECT_TRUE(shows(green)) << daemon->log();
    return process_of(*daemon, window);
  }
  // Somebody else's frames come as ever.
  ::testing::AssertionResult others_are_drawn() {
    Window other(*daemon, "other");
    other.give("redraw\ninput r0, frame\nClear COLOR_BUFFER_BIT\npost r0, 0\n");
    for (int i = 0; i < 10; ++i)
      if (!other.wait_for(BLINK_EVENT_POST))
        return ::testing::AssertionFailure() << "no frame came\n" << daemon->log();
    return ::testing::AssertionSuccess();
  }

  std::unique_ptr<Daemon> daemon;
};

TEST_F(ProceduresBeside, WhatMayTakeLongIsDrawnThereFromTheFirst) {
  start();
  Window window(*daemon);
  const pid_t process = draw_green(window);
  EXPECT_TRUE(children_of(daemon->pid).contains(process));
  const auto told = window.wait_for(BLINK_EVENT_PROCEDURE);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->text,
            "redraw: has a shader that may run for longer than the screen can wait: it is drawn "
            "beside the screen, as fast as it can be");
}

TEST_F(ProceduresBeside, SoIsWhatMayHaveTooMuchToDraw) {
  start();
  Window window(*daemon);
  std::string quads = "init\nNewList 1, COMPILE\nBegin QUADS\n";
  for (int i = 0; i < 20'000; ++i)  // that are nowhere to be seen, which only drawing them tells
    quads += "Vertex2f 2, 2\n";
  window.give(quads + "End\nEndList\n");
  std::string text = "redraw\ninput r0, time\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n";
  for (int i = 0; i < 40; ++i)
    text += "CallList 1\n";
  window.give(text);
  EXPECT_TRUE(shows(green));
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

TEST_F(ProceduresBeside, SoIsWhatMakesTheDriverCompileTooMuch) {
  start();
  Window window(*daemon);
  std::string text = "redraw\ninput r0, time\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n";
  for (int i = 0; i < 300; ++i)
    text += "BlendFunc SRC_ALPHA, ONE\n";
  window.give(text);
  EXPECT_TRUE(shows(green));
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

TEST_F(ProceduresBeside, SoIsWhatClearsTooOften) {
  start();
  Window window(*daemon);
  std::string text = "redraw\ninput r0, time\nClearColor 0, 1, 0, 1\n";
  for (int i = 0; i < 60'000; ++i)
    text += "Clear COLOR_BUFFER_BIT\n";
  window.give(text);
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

// None of it draws, and the screen would wait all the same.
TEST_F(ProceduresBeside, SoIsWhatMakesTooMuch) {
  const std::string texture =
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexImage2D TEXTURE_2D, 0, RGBA8, 4096, 4096, RGBA, UNSIGNED_BYTE, 0, 0\n";
  for (const auto& [before, again, times] :
       {std::tuple(texture, "GenerateMipmap TEXTURE_2D\n", 50),
        std::tuple(texture,
                   "TexImage2D TEXTURE_2D, 0, RGBA8, 4096, 4096, RGBA, UNSIGNED_BYTE, 0, 0\n", 50),
        std::tuple(std::string("init\nGenBuffers 1\nBindBuffer ARRAY_BUFFER, 1\n"),
                   "BufferData ARRAY_BUFFER, 60000000, 0, 0, STATIC_DRAW\n", 50)}) {
    start();
    Window window(*daemon);
    std::string text = before;
    for (int i = 0; i < times; ++i)
      text += again;
    window.give(text);
    window.give("redraw\ninput r0, time\nClear COLOR_BUFFER_BIT\n");
    EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << again;
  }
}

TEST_F(ProceduresBeside, SoIsWhatCompilesTheSameShaderOverAndOver) {
  start();
  Window window(*daemon);
  std::string source = "uniform vec4 u;\nvoid main() { vec4 p = u;\n", again;
  for (int i = 0; i < 30; ++i)
    source += "p = sin(p) * p;\n";
  for (int i = 0; i < 200; ++i)
    again += "CompileShader 1\nLinkProgram 1\n";
  give_shader(window, source + "gl_FragColor = p; }\n", again);
  window.give("redraw\ninput r0, time\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

// A driver makes machine code of the whole shader for each change of state.
TEST_F(ProceduresBeside, SoIsWhatChangesMuchUnderAHeavyShader) {
  start();
  Window window(*daemon);
  std::string source = "uniform vec4 u;\nvoid main() { vec4 p = u;\n";
  for (int i = 0; i < 30; ++i)
    source += "p = sin(p) * p;\n";
  give_shader(window, source + "gl_FragColor = p; }\n");
  std::string text = "redraw\ninput r0, time\nUseProgram 1\nClear COLOR_BUFFER_BIT\n";
  for (int i = 0; i < 50; ++i)
    text += "BlendFunc SRC_ALPHA, ONE\n";
  window.give(text);
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

TEST_F(ProceduresBeside, SoIsWhatFiltersByAnisotropy) {
  for (const std::string text :
       {"GenTextures 1\nBindTexture TEXTURE_2D, 1\n"
        "TexParameterf TEXTURE_2D, TEXTURE_MAX_ANISOTROPY, 16\n",
        "GenSamplers 1\nSamplerParameterf 1, TEXTURE_MAX_ANISOTROPY, 16\n"}) {
    start();
    Window window(*daemon);
    window.give("init\n" + text);
    window.give("redraw\ninput r0, time\nClear COLOR_BUFFER_BIT\n");
    EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << text;
  }
}

// Each mixes eight texels for each pixel.
TEST_F(ProceduresBeside, SoIsWhatMayLookAtManyTexels) {
  start();
  Window window(*daemon);
  window.give(
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexImage2D TEXTURE_2D, 0, RGBA8, 64, 64, RGBA, UNSIGNED_BYTE, 0, 0\n"
      "GenerateMipmap TEXTURE_2D\n");
  std::string text = "redraw\ninput r0, time\nBindTexture TEXTURE_2D, 1\nBegin QUADS\n";
  for (int i = 0; i < 24'000; ++i)  // that are nowhere to be seen
    text += "Vertex2f 2, 2\n";
  window.give(text + "End\n");
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

TEST_F(ProceduresBeside, WhatTakesLittleHasNoProcess) {
  start();
  Window window(*daemon);
  give_shader(window, "void main() { gl_FragColor = vec4(0.0, 1.0, 0.0, 1.0); }\n");
  window.give(all_by_shader);
  EXPECT_TRUE(shows(green));
  EXPECT_EQ(process_of(*daemon, window), 0);
}

// Cells and what is posted are as on the screen.
TEST_F(ProceduresBeside, ItsProceduresDoNotNotice) {
  start();
  Window window(*daemon);
  const std::string source(green_by_a_loop);
  const std::uint32_t object =
      window.put(BLINK_OBJECT_DATA, std::as_bytes(std::span(source)), {window.object});
  window.give("init\nset_cell 0, 100\nCreateShader 1, FRAGMENT_SHADER\nShaderSource 1, " +
              std::to_string(object) + ", 0, " + std::to_string(source.size()) + "\n");
  window.give(
      "redraw\ninput r1, time\ncell r0, 0\nadd r0, r0, 1\nset_cell 0, r0\ncell r2, 1\n"
      "post r0, r2\n");
  window.give("frame\ninput r1, time\ncell r0, 1\nadd r0, r0, 1\nset_cell 1, r0\n");
  float last = 100, frames = 0;
  for (int i = 0; i < 20; ++i) {
    const auto post = window.wait_for(BLINK_EVENT_POST);
    ASSERT_TRUE(post) << daemon->log();
    EXPECT_EQ(post->number[0], last + 1) << "what init and the redraw before have left";
    EXPECT_GE(post->number[1], frames) << "what `frame` has left, on the screen's thread";
    last = post->number[0];
    frames = post->number[1];
  }
  EXPECT_GT(frames, 0);
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << daemon->log();
}

TEST_F(ProceduresBeside, PicturesDataAndParamsGoThere) {
  start();
  Window window(*daemon);
  give_shader(window, std::string(green_by_a_loop),
              "GenTextures 1\nBindTexture TEXTURE_2D, 1\n"
              "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n");
  window.give(all_by_shader);
  EXPECT_TRUE(shows(green));
  const std::vector<std::uint32_t> pixels(16, 0xFFFF0000);  // blue
  const std::uint32_t picture =
      window.put(BLINK_OBJECT_PICTURE, std::as_bytes(std::span(pixels)),
                 {4, 4, BLINK_FORMAT_RGBX8, 16, BLINK_PICTURE_IN_PROCEDURES});
  float param = 0;
  const std::uint32_t params =
      window.put(BLINK_OBJECT_PARAMS, std::as_bytes(std::span(&param, 1)), {window.object});
  window.give(
      "redraw\nparam r0, 0\nClearColor r0, 0, 0, 1\nClear COLOR_BUFFER_BIT\n"
      "Color3f 1, 1, 1\nBindTexture TEXTURE_2D, 1\nEGLImageTargetTexture2DOES TEXTURE_2D, " +
      std::to_string(picture) +
      "\nEnable TEXTURE_2D\nBegin QUADS\nTexCoord2f 0, 0\nVertex2f -1, -1\n"
      "TexCoord2f 1, 0\nVertex2f 0, -1\nTexCoord2f 1, 1\nVertex2f 0, 1\n"
      "TexCoord2f 0, 1\nVertex2f -1, 1\nEnd\n");
  EXPECT_TRUE(shows(blue, 25)) << daemon->log();
  EXPECT_TRUE(shows(0, 75));
  window.array->begin_update(params);
  param = 1;
  std::memcpy(window.array->content(params).data(), &param, sizeof param);
  window.array->end_update(params);
  EXPECT_TRUE(shows(red, 75));
}

TEST_F(ProceduresBeside, OneThatDoesNotEndIsEnded) {
  start({"--gl-seconds", "1"});
  Window window(*daemon);
  const pid_t process = draw_green(window);
  give_shader(window, std::string(endless_shader));
  window.give(again_and_again);
  EXPECT_TRUE(others_are_drawn()) << "while it runs";
  EXPECT_TRUE(is_gone_soon(process)) << daemon->log();
  // The window says so, and its session goes on.
  EXPECT_TRUE(becomes([&] {
    const std::uint32_t colour = screen_of(*daemon).at(left + 50, top + 50);
    return colour != green && colour != 0;
  }));
  EXPECT_NE(daemon->log().find("its procedures took more than 1000 ms at once"), std::string::npos);
  EXPECT_TRUE(others_are_drawn());
  EXPECT_NE(draw_green(window), process) << "another that does";
}

TEST_F(ProceduresBeside, OneThatIsKilledIsReplaced) {
  start();
  Window window(*daemon);
  for (int i = 0; i < 3; ++i) {
    const pid_t process = draw_green(window);
    ASSERT_EQ(::kill(process, SIGKILL), 0);
    EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) != process; }));
    window.give("redraw\nClearColor 0, 0, 1, 1\nClear COLOR_BUFFER_BIT\n");
    EXPECT_TRUE(shows(blue)) << daemon->log();
  }
}

// The renderer of who does it again and again is not started for ever.
TEST_F(ProceduresBeside, WhoseProcessesKeepEndingHasToGo) {
  start();
  Window window(*daemon);
  Window other(*daemon, "other");
  give_shader(window, std::string(green_by_a_loop));
  for (int i = 0; i < 4; ++i) {
    window.give(all_by_shader);
    ASSERT_TRUE(becomes([&] { return process_of(*daemon, window) != 0; })) << i;
    ::kill(process_of(*daemon, window), SIGKILL);
    EXPECT_TRUE(becomes([&] {
      const auto session = session_of(*daemon, window);
      return session.is_null() || session["screen"]["beside_pid"] == 0;
    })) << i;
  }
  EXPECT_TRUE(becomes([&] { return session_of(*daemon, window).is_null(); }));
  EXPECT_FALSE(session_of(*daemon, other).is_null());
  EXPECT_NE(daemon->log().find("the renderer of its procedures was killed"), std::string::npos);
}

TEST_F(ProceduresBeside, UpdateThatDoesNotEndIsToldAndEnded) {
  start({"--gl-seconds", "1"});
  Window window(*daemon);
  give_shader(window, std::string(endless_shader));
  window.give("update" + again_and_again.substr(6));
  const Status status = window.client->update(*window.array, window.object);
  EXPECT_EQ(status.code(), std::uint32_t{BLINK_END_RENDERER}) << status.text();
  EXPECT_TRUE(others_are_drawn());
  EXPECT_FALSE(session_of(*daemon, window).is_null());
}

TEST_F(ProceduresBeside, TheProcessEndsWithItsClientAndWithTheServer) {
  start();
  auto one = std::make_unique<Window>(*daemon);
  const pid_t first = draw_green(*one);
  one.reset();
  EXPECT_TRUE(is_gone_soon(first));
  Window two(*daemon);
  give_shader(two, std::string(endless_shader));
  two.give(again_and_again);
  ASSERT_TRUE(becomes([&] { return process_of(*daemon, two) != 0; }));
  const pid_t second = process_of(*daemon, two);
  ASSERT_TRUE(is_running(second));
  ASSERT_EQ(::kill(daemon->pid, SIGKILL), 0);
  EXPECT_TRUE(is_gone_soon(second)) << "it is busy";
}

TEST_F(ProceduresBeside, OneWithNothingToDoGoesAndComesBack) {
  start();
  Window window(*daemon);
  window.give("update\nColor3f 0, 1, 0\nRectf -1, -1, 1, 1\n");
  ASSERT_TRUE(window.client->update(*window.array, window.object).is_ok());
  const pid_t process = process_of(*daemon, window);
  ASSERT_NE(process, 0);
  ::usleep(5'000'000);
  EXPECT_TRUE(is_running(process)) << "not at once";
  EXPECT_TRUE(is_gone_soon(process));
  EXPECT_TRUE(becomes([&] { return process_of(*daemon, window) == 0; }));
  EXPECT_TRUE(window.client->update(*window.array, window.object).is_ok());
  EXPECT_NE(process_of(*daemon, window), 0);
}

TEST_F(ProceduresBeside, OneThatIsStoppedHoldsNobodyElse) {
  start({"--gl-seconds", "1000"});
  Window window(*daemon);
  const pid_t process = draw_green(window);
  ASSERT_EQ(::kill(process, SIGSTOP), 0);
  EXPECT_TRUE(others_are_drawn());
  EXPECT_TRUE(window.client->ping().is_ok()) << "nor the rest of its own session";
  ASSERT_EQ(::kill(process, SIGCONT), 0);
  window.give("redraw\nClearColor 0, 0, 1, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_TRUE(shows(blue));
}

}  // namespace
}  // namespace blink::server
