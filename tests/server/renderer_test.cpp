// The processes that run OpenGL for sessions: what a hostile stream does there is its own loss.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "server/control.h"
#include "tests/support/daemon.h"
#include "tests/support/endless_shader.h"
#include "tests/support/gl_stream.h"
#include "tests/support/processes.h"

namespace blink::server {
namespace {

using gl::WireOp;
using test::children_of;
using test::Daemon;
using test::endless_shader;
using test::GlStream;
using test::is_gone_soon;
using test::is_running;
using test::state_of;

constexpr std::uint32_t many_pixels = 4096;  // of a side

std::ptrdiff_t descriptors_of(pid_t pid) {
  const std::filesystem::directory_iterator files("/proc/" + std::to_string(pid) + "/fd");
  return std::distance(begin(files), end(files));
}

class RendererTest : public ::testing::Test {
 protected:
  void start(std::vector<std::string> options = {}) {
    options.insert(options.end(), {"--output", "headless", "--redraw-ms", "10000"});
    daemon = std::make_unique<Daemon>(std::move(options));
  }
  std::unique_ptr<GlStream> open() {
    auto client = daemon->connect(64 << 20);
    EXPECT_TRUE(client.is_ok());
    auto stream = std::make_unique<GlStream>(client.take());
    stream->surface(64, 64).frame();
    EXPECT_TRUE(stream->send_and_wait()) << daemon->log();
    return stream;
  }
  nlohmann::json session(const GlStream& stream) {
    auto answer = ask_server(daemon->directory, "ps");
    EXPECT_TRUE(answer.is_ok());
    const auto body = nlohmann::json::parse(answer->json);
    for (const auto& each : body["sessions"])
      if (each["session"] == stream.client->session_id()) return each;
    return {};
  }
  pid_t renderer_of(const GlStream& stream) {
    return session(stream)["screen"]["renderer_pid"].get<pid_t>();
  }
  std::uint64_t updates_of(const GlStream& stream) {
    return session(stream)["screen"]["updates"].get<std::uint64_t>();
  }
  // Its next frame comes to the screen.
  ::testing::AssertionResult is_drawn(GlStream& stream) {
    const std::uint64_t before = updates_of(stream);
    stream.frame();
    if (!stream.send_and_wait()) return ::testing::AssertionFailure() << daemon->log();
    for (int i = 0; i < 1'000; ++i) {
      if (updates_of(stream) > before) return ::testing::AssertionSuccess();
      ::usleep(10'000);
    }
    return ::testing::AssertionFailure() << "no frame came";
  }
  bool stops() {
    return ask_server(daemon->directory, "stop").is_ok() && daemon->wait(10'000) == 0;
  }

  std::unique_ptr<Daemon> daemon;
};

TEST_F(RendererTest, EachSessionHasOne) {
  start();
  const auto one = open(), other = open();
  EXPECT_NE(renderer_of(*one), renderer_of(*other));
  EXPECT_EQ(children_of(daemon->pid), (std::set<pid_t>{renderer_of(*one), renderer_of(*other)}));
  const std::string program =
      std::filesystem::read_symlink("/proc/" + std::to_string(renderer_of(*one)) + "/exe");
  EXPECT_TRUE(program.ends_with("/blink-renderer")) << program;
}

TEST_F(RendererTest, OneThatIsKilledEndsItsSessionAlone) {
  start();
  const auto one = open(), other = open();
  const pid_t renderer = renderer_of(*one);
  ASSERT_EQ(::kill(renderer, SIGKILL), 0);
  EXPECT_EQ(one->end_text(), "the renderer of its OpenGL was killed");
  EXPECT_EQ(one->end_code, std::uint32_t{BLINK_END_RENDERER});
  EXPECT_EQ(state_of(renderer), 0) << "it was not waited for";
  EXPECT_TRUE(is_drawn(*other));
  EXPECT_NE(daemon->log().find("code=21 reason=\"the renderer of its OpenGL was killed\""),
            std::string::npos);
}

TEST_F(RendererTest, OneThatCrashesIsSaidToHaveCrashed) {
  start();
  const auto one = open();
  ASSERT_EQ(::kill(renderer_of(*one), SIGABRT), 0);
  EXPECT_EQ(one->end_text(), "the renderer of its OpenGL crashed (Aborted)");
}

TEST_F(RendererTest, WhatIsWrongWithAStreamIsSaidAsBefore) {
  start();
  const auto one = open(), other = open();
  one->add(WireOp::FeedbackBufferxOES, {16, 0, 0});
  one->send();
  EXPECT_NE(one->end_text().find("GL stream: record of command"), std::string::npos);
  EXPECT_EQ(one->end_code, std::uint32_t{BLINK_END_CONTENT});
  EXPECT_TRUE(is_drawn(*other));
}

TEST_F(RendererTest, AShaderThatDoesNotEndIsEnded) {
  start({"--gl-seconds", "2"});
  const auto one = open(), other = open();
  const pid_t renderer = renderer_of(*one);
  one->surface(many_pixels, many_pixels).draw_by(endless_shader).finish();
  one->send();
  EXPECT_TRUE(is_drawn(*other)) << "while it runs";
  EXPECT_EQ(one->end_text(), "its OpenGL took more than 2000 ms at once");
  EXPECT_EQ(one->end_code, std::uint32_t{BLINK_END_RENDERER});
  EXPECT_FALSE(is_running(renderer));
  EXPECT_TRUE(is_drawn(*other));
}

// The driver takes the commands, and goes on for ever in threads of its own.
TEST_F(RendererTest, AShaderThatDoesNotEndAndNobodyWaitsFor) {
  start({"--gl-seconds", "1"});
  const auto one = open();
  const pid_t renderer = renderer_of(*one);
  one->surface(many_pixels, many_pixels).draw_by(endless_shader).add(WireOp::Flush, {});
  one->send();
  EXPECT_EQ(one->end_text(), "its OpenGL took more than 1000 ms at once");
  EXPECT_FALSE(is_running(renderer));
}

TEST_F(RendererTest, WorkThatTakesItsTimeIsNotEnded) {
  start({"--gl-seconds", "2"});
  const auto one = open();
  for (const auto end = GlStream::in_seconds(4); vso::Client::Clock::now() < end;)
    ASSERT_TRUE(is_drawn(*one));
  ::usleep(3'500'000);  // and idle
  EXPECT_TRUE(is_drawn(*one));
}

TEST_F(RendererTest, OneThatIsStoppedHoldsNobodyElse) {
  start({"--gl-seconds", "1000"});
  const auto one = open(), other = open();
  const pid_t renderer = renderer_of(*one);
  ASSERT_EQ(::kill(renderer, SIGSTOP), 0);
  for (int i = 0; i < 400; ++i)  // more than its socket holds
    one->add(WireOp::Flush, {}).send();
  EXPECT_FALSE(one->is_done(0.3));
  EXPECT_TRUE(ask_server(daemon->directory, "ps").is_ok());
  EXPECT_TRUE(is_drawn(*other));
  EXPECT_TRUE(stops());
  EXPECT_FALSE(is_running(renderer));
}

TEST_F(RendererTest, OneThatIsStoppedEndsWithItsClient) {
  start({"--gl-seconds", "1000"});
  auto one = open();
  const pid_t renderer = renderer_of(*one);
  ASSERT_EQ(::kill(renderer, SIGSTOP), 0);
  one->finish().send();
  one.reset();
  EXPECT_TRUE(is_gone_soon(renderer));
  for (int i = 0; i < 500 && !children_of(daemon->pid).empty(); ++i)
    ::usleep(10'000);
  EXPECT_TRUE(children_of(daemon->pid).empty());
}

TEST_F(RendererTest, GoesOnAfterAStop) {
  start();
  const auto one = open();
  const pid_t renderer = renderer_of(*one);
  ASSERT_EQ(::kill(renderer, SIGSTOP), 0);
  for (int i = 0; i < 400; ++i)
    one->add(WireOp::Flush, {}).send();
  ASSERT_EQ(::kill(renderer, SIGCONT), 0);
  EXPECT_TRUE(one->is_done());
  EXPECT_TRUE(is_drawn(*one));
}

TEST_F(RendererTest, NoneIsLeft) {
  start();
  auto one = open(), other = open();
  const pid_t first = renderer_of(*one), second = renderer_of(*other);
  one.reset();
  EXPECT_TRUE(is_gone_soon(first));
  other->surface(many_pixels, many_pixels).draw_by(endless_shader).finish();
  other->send();
  ::usleep(300'000);
  ASSERT_TRUE(is_running(second));
  ASSERT_EQ(::kill(daemon->pid, SIGKILL), 0);
  EXPECT_TRUE(is_gone_soon(second)) << "it is busy";
}

TEST_F(RendererTest, NoneIsLeftAfterAStopOfTheServer) {
  start();
  const auto one = open();
  const pid_t renderer = renderer_of(*one);
  EXPECT_TRUE(stops());
  EXPECT_FALSE(is_running(renderer));
  EXPECT_EQ(one->end_text(), "the server stops");
}

TEST_F(RendererTest, NothingIsLeftOfManySessions) {
  start();
  const auto stays = open();
  open().reset();
  // A session that has ended is put away bit by bit: as many as there are when it is quiet.
  const auto descriptors = [this] {
    std::ptrdiff_t many = -1;
    int quiet = 0;
    for (int i = 0; i < 1'000 && quiet < 30; ++i) {
      const bool is_alone = children_of(daemon->pid).size() == 1;
      const auto now = descriptors_of(daemon->pid);
      quiet = is_alone && now == many ? quiet + 1 : 0;
      many = now;
      ::usleep(10'000);
    }
    return many;
  };
  const auto before = descriptors();
  for (int i = 0; i < 50; ++i)
    open().reset();
  EXPECT_LE(descriptors(), before);
  EXPECT_EQ(children_of(daemon->pid).size(), 1u);
}

TEST_F(RendererTest, HasNothingOfTheServers) {
  start();
  const auto one = open();
  for (const auto& file :
       std::filesystem::directory_iterator("/proc/" + std::to_string(renderer_of(*one)) + "/fd")) {
    const std::string target = std::filesystem::read_symlink(file.path());
    const bool is_the_log = target == daemon->directory + "/log";
    EXPECT_TRUE(is_the_log || target.find(daemon->directory) == std::string::npos) << target;
  }
  EXPECT_LT(descriptors_of(renderer_of(*one)), 16);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they take their own memory

std::uint64_t data_bytes(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; file >> word;)
    if (word == "VmData:") {
      std::uint64_t kilobytes = 0;
      file >> kilobytes;
      return kilobytes * 1024;
    }
  return 0;
}

TEST_F(RendererTest, TexturesWithoutEnd) {
  start({"--gl-memory", "512"});
  const auto one = open(), other = open();
  const pid_t renderer = renderer_of(*one);
  for (std::uint32_t i = 1; i <= 100 && !one->client->ended(); ++i) {  // of 64 MiB each
    one->add(WireOp::BindTexture, {0x0DE1, i});
    one->add(WireOp::TexImage2D,
             {0x0DE1, 0, 0x8058, 4096, 4096, 0, 0x1908, 0x1401, 0, 0, gl::payload_null});
    one->finish();
    (void)one->send_and_wait();
    EXPECT_LT(data_bytes(renderer), 600ull << 20);
  }
  EXPECT_TRUE(daemon->is_alive());
  EXPECT_TRUE(is_drawn(*other));
  if (!one->client->ended()) {
    one->add(WireOp::GetError, {test::gl_answer_place});
    ASSERT_TRUE(one->send_and_wait());
    std::uint32_t error = 0;
    std::memcpy(&error, one->content.data() + test::gl_answer_place, sizeof error);
    EXPECT_EQ(error, 0x0505u) << "GL_OUT_OF_MEMORY";
  } else {
    EXPECT_NE(one->end_text(), "");
    std::cout << "ended: " << one->end_text() << "\n";
  }
}

TEST_F(RendererTest, BuffersWithoutEnd) {
  start({"--gl-memory", "512"});
  const auto one = open(), other = open();
  const pid_t renderer = renderer_of(*one);
  for (std::uint32_t i = 1; i <= 100 && !one->client->ended(); ++i) {
    one->add(WireOp::BindBuffer, {0x8892, i});
    one->add(WireOp::BufferData, {0x8892, 64 << 20, 0, 0x88E4, gl::payload_null});
    one->finish();
    (void)one->send_and_wait();
    EXPECT_LT(data_bytes(renderer), 600ull << 20);
  }
  EXPECT_TRUE(daemon->is_alive());
  EXPECT_TRUE(is_drawn(*other));
  EXPECT_TRUE(one->client->ended() || is_drawn(*one));
}

#endif

// The frames of a program are the session's too.
TEST_F(RendererTest, SurfacesWithoutEnd) {
  start({"--gl-memory", "512"});
  const auto one = open(), other = open();
  for (std::uint32_t i = 2; i <= 60 && !one->client->ended(); ++i) {
    one->add(gl::StreamOp::surface, {i, 4096, 1024});
    one->add(gl::StreamOp::make_current, {i});
    one->add(WireOp::Clear, {0x4000});
    one->add(gl::StreamOp::swap, {i, 100 + i});
    (void)one->send_and_wait();
  }
  EXPECT_NE(one->end_text(), "it has not");
  EXPECT_TRUE(is_drawn(*other));
}

// What the reply to an EVAL promises, and the fence of an object that has moved.
TEST_F(RendererTest, TheServerHasDoneWithItWhenItSaysSo) {
  start();
  const auto one = open();
  const auto bulk = one->array->create(BLINK_OBJECT_BULK, 4096, {}).take();
  const std::uint64_t first = one->array->end_update(bulk);
  ASSERT_TRUE(one->array->wait_for_fence(bulk, first, GlStream::in_seconds(10)).is_ok());
  const pid_t renderer = renderer_of(*one);
  ASSERT_EQ(::kill(renderer, SIGSTOP), 0);
  one->array->begin_update(bulk);
  const std::uint64_t second = one->array->end_update(bulk);
  EXPECT_FALSE(one->array->wait_for_fence(bulk, second, GlStream::in_seconds(0.3)).is_ok());
  ASSERT_EQ(::kill(renderer, SIGCONT), 0);
  EXPECT_TRUE(one->array->wait_for_fence(bulk, second, GlStream::in_seconds(10)).is_ok());
}

}  // namespace
}  // namespace blink::server
