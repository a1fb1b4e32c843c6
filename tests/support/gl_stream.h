// A GL stream by hand: a client that writes the commands of an OpenGL program as it likes.

#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "gl/wire.h"
#include "vso/client.h"
#include "vso/client_array.h"

namespace blink::test {

inline constexpr std::uint32_t gl_answer_place = 4096;

class GlStream {
 public:
  static constexpr std::uint32_t commands_at = gl_answer_place + gl::answer_bytes_max;
  static constexpr std::uint32_t bytes = commands_at + (1 << 20);

  explicit GlStream(std::unique_ptr<vso::Client> connected) : client(std::move(connected)) {
    array = client->add_array(64).take();
    object = array->create(BLINK_OBJECT_STREAM, bytes, {BLINK_GL_COMPATIBILITY}).take();
    content = array->content(object);
    std::memset(content.data(), 0, sizeof(blink_stream_words));
    const std::uint64_t version = array->end_update(object);
    EXPECT_TRUE(array->wait_for_fence(object, version, in_seconds(60)).is_ok());
  }

  template <typename Op>
  GlStream& add(Op op, std::vector<std::uint32_t> body) {
    words_.push_back(gl::wire_header(static_cast<std::uint16_t>(op),
                                     static_cast<std::uint32_t>(body.size() + 1)));
    words_.insert(words_.end(), body.begin(), body.end());
    return *this;
  }
  // A text as a command's last parameter.
  static std::vector<std::uint32_t> with_text(std::vector<std::uint32_t> body,
                                              std::string_view text) {
    body.push_back(static_cast<std::uint32_t>(text.size()));
    const std::size_t at = body.size();
    body.resize(at + (text.size() + 3) / 4);
    std::memcpy(&body[at], text.data(), text.size());
    return body;
  }
  // A surface, to draw to.
  GlStream& surface(std::uint32_t width, std::uint32_t height) {
    add(gl::StreamOp::surface, {1, width, height});
    add(gl::StreamOp::make_current, {1});
    return add(gl::WireOp::Viewport, {0, 0, width, height});
  }
  // One of the other colour than before, for the window of that id.
  GlStream& frame(std::uint32_t window = 77) {
    is_white_ = !is_white_;
    const std::uint32_t colour = is_white_ ? 0x3F80'0000 : 0;
    add(gl::WireOp::ClearColor, {colour, colour, colour, 0x3F80'0000});
    add(gl::WireOp::Clear, {0x4000});
    return add(gl::StreamOp::swap, {1, window});
  }
  GlStream& finish() { return add(gl::WireOp::Finish, {gl_answer_place}); }
  // A square over everything, by this fragment shader.
  GlStream& draw_by(std::string_view shader) {
    add(gl::WireOp::CreateShader, {0x8B30, 1});
    add(gl::WireOp::ShaderSource, with_text({1}, shader));
    add(gl::WireOp::CompileShader, {1});
    add(gl::WireOp::CreateProgram, {2});
    add(gl::WireOp::AttachShader, {2, 1});
    add(gl::WireOp::LinkProgram, {2});
    add(gl::WireOp::UseProgram, {2});
    return add(gl::WireOp::Rectf, {0xBF80'0000, 0xBF80'0000, 0x3F80'0000, 0x3F80'0000});
  }

  // Hands over what was added. What is done is written over.
  void send() {
    EXPECT_LE(words_.size() * 4, 1u << 20);
    std::memcpy(content.data() + commands_at, words_.data(), words_.size() * 4);
    const auto size = static_cast<std::uint32_t>(words_.size() * 4);
    words_.clear();
    ++sent_;
    EXPECT_TRUE(client->eval(*array, object, commands_at, size).is_ok());
  }
  std::uint64_t done() const {
    return __atomic_load_n(reinterpret_cast<const std::uint64_t*>(content.data()),
                           __ATOMIC_SEQ_CST);
  }
  // Whether all of it is done, or will be by then. Not where the session has ended.
  bool is_done(double seconds = 60) {
    for (const auto deadline = in_seconds(seconds); vso::Client::Clock::now() < deadline;) {
      if (client->wait_until(in_seconds(0.05), [this] { return done() >= sent_; })) return true;
      if (client->ended()) return false;
    }
    return false;
  }
  bool send_and_wait(double seconds = 60) {
    send();
    return is_done(seconds);
  }
  // Why the session has ended, or does by then.
  std::string end_text(double seconds = 60) {
    for (const auto deadline = in_seconds(seconds); vso::Client::Clock::now() < deadline;) {
      if (const auto why = client->ended()) {
        end_code = why->code();
        return std::string(why->text());
      }
      client->wait_until(in_seconds(0.01), [] { return false; });
    }
    return "it has not";
  }

  static vso::Client::Clock::time_point in_seconds(double seconds) {
    return vso::Client::Clock::now() + std::chrono::duration_cast<vso::Client::Clock::duration>(
                                           std::chrono::duration<double>(seconds));
  }

  std::unique_ptr<vso::Client> client;
  vso::ClientArray* array = nullptr;
  std::uint32_t object = 0;
  std::span<std::byte> content;
  std::uint32_t end_code = 0;

 private:
  std::vector<std::uint32_t> words_;
  std::uint64_t sent_ = 0;
  bool is_white_ = false;
};

}  // namespace blink::test
