// GL streams as words: what reaches the driver, and what does not.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gl/generated/enums.h"
#include "gl/recording.h"
#include "stackreplay/object_names.h"
#include "stackreplay/replay.h"
#include "vso/blink_vso.h"

namespace blink::stackreplay {
namespace {

using namespace gl;

// A driver that gives names, and knows which arrays are enabled: what the checks ask it.
struct State {
  std::map<GLenum, GLint> numbers;  // what glGetIntegerv says
  std::vector<GLsync> deleted;
  GLenum capability = 0;  // that is enabled
  GLuint next_name = 100;
  std::uint32_t enabled_attributes = 0;
  GLint divisor = 0;
  GLint elements = 0, array_buffer = 0, unpack_buffer = 0;
  GLenum error = 0;
  std::vector<std::byte> buffer = std::vector<std::byte>(64);  // the only one
  std::span<std::byte> mapped;
  GLbitfield access = GL_MAP_WRITE_BIT;
};
State state;

Dispatch driver() {
  Dispatch d = recording_dispatch();
  d.GenTextures = [](GLsizei n, GLuint* names) {
    for (GLsizei i = 0; i < n; ++i)
      names[i] = state.next_name++;
  };
  d.GenBuffers = d.GenTextures;
  d.GetVertexAttribiv = [](GLuint index, GLenum name, GLint* value) {
    *value = name == GL_VERTEX_ATTRIB_ARRAY_ENABLED && (state.enabled_attributes >> index & 1) != 0;
    if (name == GL_VERTEX_ATTRIB_ARRAY_DIVISOR) *value = state.divisor;
  };
  d.GetIntegerv = [](GLenum name, GLint* value) {
    switch (name) {
      case GL_MAX_VERTEX_ATTRIBS: *value = 16; break;
      case GL_ELEMENT_ARRAY_BUFFER_BINDING: *value = state.elements; break;
      case GL_ARRAY_BUFFER_BINDING: *value = state.array_buffer; break;
      case GL_PIXEL_UNPACK_BUFFER_BINDING: *value = state.unpack_buffer; break;
      case GL_VIEWPORT: value[0] = value[1] = 0, value[2] = 640, value[3] = 480; break;
      default: *value = state.numbers[name]; break;
    }
  };
  d.GetError = [] { return std::exchange(state.error, GLenum{GL_NO_ERROR}); };
  d.MapBufferRange = [](GLenum, GLintptr offset, GLsizeiptr length, GLbitfield) -> void* {
    if (offset < 0 || length <= 0 || offset + length > std::ssize(state.buffer)) return nullptr;
    state.mapped = std::span(state.buffer)
                       .subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
    return state.mapped.data();
  };
  d.UnmapBuffer = [](GLenum) -> GLboolean {
    state.mapped = {};
    return 1;
  };
  d.GetBufferPointerv = [](GLenum, GLenum, void** at) { *at = state.mapped.data(); };
  d.GetBufferParameteriv = [](GLenum, GLenum, GLint* value) {
    *value = static_cast<GLint>(state.access);
  };
  d.MemoryBarrier = [](GLbitfield) {};
  d.GetBufferParameteri64v = [](GLenum, GLenum, GLint64* value) {
    *value = std::ssize(state.mapped);
  };
  d.GetBufferSubData = [](GLenum, GLintptr offset, GLsizeiptr size, void* to) {
    std::memcpy(to, state.buffer.data() + offset, static_cast<std::size_t>(size));
  };
  d.IsEnabled = [](GLenum name) -> GLboolean { return name == state.capability; };
  d.FenceSync = [](GLenum, GLbitfield) {
    return reinterpret_cast<GLsync>(std::uintptr_t{state.next_name++});
  };
  d.IsSync = [](GLsync sync) -> GLboolean { return sync != nullptr; };
  d.DeleteSync = [](GLsync sync) { state.deleted.push_back(sync); };
  return d;
}

std::uint32_t word(float value) { return std::bit_cast<std::uint32_t>(value); }

class ReplayTest : public ::testing::Test, public ReplayHost {
 protected:
  Status set_surface(std::uint32_t, std::uint32_t, std::uint32_t) override { return {}; }
  Status drop_surface(std::uint32_t) override { return {}; }
  Result<GLuint> framebuffer(std::uint32_t surface) override {
    return surface == 0 ? 0 : 1000 + surface;
  }
  Status swap(std::uint32_t, std::uint32_t window) override {
    swapped = window;
    return {};
  }

  Result<SurfaceImages> surface_images(std::uint32_t surface) override {
    return SurfaceImages{2000 + surface, 3000 + surface, 4, 2};
  }
  Status beside(const std::function<void(const Dispatch&)>& act) override {
    act(dispatch);
    return {};
  }

  ReplayTest() { state = {}; }

  template <typename Op>
  void add(Op op, const std::vector<std::uint32_t>& body) {
    words.push_back(
        wire_header(static_cast<std::uint16_t>(op), static_cast<std::uint32_t>(body.size() + 1)));
    words.insert(words.end(), body.begin(), body.end());
  }
  // Replays what was added, once.
  Status run(Replay& by) {
    const auto span = vso::guest_span::adopt(words.data(), words.size() * 4);
    Status status = by.run(span, content_span(), {{7, bulk_span()}});
    words.clear();
    return status;
  }
  Status run() { return run(replay); }
  vso::guest_span content_span() { return vso::guest_span::adopt(content.data(), content.size()); }
  vso::guest_span bulk_span() { return vso::guest_span::adopt(bulk.data(), bulk.size()); }
  std::vector<std::string> calls() {
    std::vector<std::string> texts;
    for (const auto& call : recording.calls())
      texts.push_back(Recording::text(call));
    recording.clear();
    return texts;
  }
  bool has_called(const std::string& begin) {
    const auto all = calls();
    return std::ranges::any_of(all,
                               [&](const std::string& call) { return call.starts_with(begin); });
  }
  void expect_refused(const char* why) {
    const Status status = run();
    EXPECT_TRUE(status.is_guest());
    EXPECT_NE(status.text().find(why), std::string_view::npos) << status.text();
  }

  const Dispatch dispatch = driver();
  std::shared_ptr<Names> names = std::make_shared<Names>();
  Replay replay{dispatch, *this, names, Replay::FreeNames::yes, false};
  Recording recording;
  std::vector<std::uint32_t> words;
  std::vector<std::byte> content = std::vector<std::byte>(8192 + answer_bytes_max);
  std::vector<std::byte> bulk = std::vector<std::byte>(4096);
  std::uint32_t swapped = 0;
};

using Texts = std::vector<std::string>;

TEST_F(ReplayTest, NumbersOfAllSizes) {
  add(WireOp::Vertex3f, {word(1), word(2), word(0.5f)});
  add(WireOp::Color3ub, {255, 0, 7});
  const auto bits = std::bit_cast<std::uint64_t>(0.25);
  add(WireOp::ClearDepth,
      {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(calls(), (Texts{"Vertex3f 1 2 0.5", "Color3ub 255 0 7", "ClearDepth 0.25"}));
}

// Records are replayed in a row where they can be, and one alone never is: both must do the same.
TEST_F(ReplayTest, InARowAsOneByOne) {
  const auto fresh = [this] {
    state = {};
    return Replay(dispatch, *this, std::make_shared<Names>(), Replay::FreeNames::yes, false);
  };
  // The shortest record of each command that is taken, all of whose words differ.
  std::vector<std::vector<std::uint32_t>> records;
  for (std::uint16_t op = 256; op < wire_ops; ++op)
    for (std::uint32_t count = 1; count < 20; ++count) {
      words = {wire_header(op, count)};
      for (std::uint32_t i = 1; i < count; ++i)
        words.push_back(op + i);
      const auto record = words;
      Replay once = fresh();
      if (!run(once).is_ok()) continue;
      records.push_back(record);
      break;
    }
  EXPECT_GT(records.size(), 500u);
  const auto all_by = [&](bool in_a_row) {
    (void)calls();
    Replay by = fresh();
    for (const auto& record : records) {
      words.insert(words.end(), record.begin(), record.end());
      if (in_a_row) continue;
      EXPECT_TRUE(run(by).is_ok());
    }
    EXPECT_TRUE(run(by).is_ok());
    return calls();
  };
  const auto one_by_one = all_by(false), in_a_row = all_by(true);
  ASSERT_EQ(one_by_one.size(), in_a_row.size());
  for (std::size_t i = 0; i < one_by_one.size(); ++i)
    EXPECT_EQ(one_by_one[i], in_a_row[i]);
}

TEST_F(ReplayTest, ARecordThatIsCutOffAmongOthers) {
  for (const std::uint32_t count : {0u, 3u, 5u, 6u, 0xFFFFu}) {
    add(WireOp::Color3f, {word(1), word(0), word(0)});
    words.push_back(wire_header(static_cast<std::uint16_t>(WireOp::Vertex3f), count));
    words.insert(words.end(), {word(1), word(2), word(3)});
    add(WireOp::End, {});
    add(WireOp::End, {});
    EXPECT_EQ(run().is_ok(), count == 5 || count == 6) << count;  // it takes the next with it
    const auto all = calls();
    EXPECT_EQ(all.size(), count == 5 ? 3u : count == 6 ? 2u : 1u) << count;
  }
}

TEST_F(ReplayTest, ARecordThatIsCutOff) {
  add(WireOp::Vertex3f, {word(1), word(2)});
  expect_refused("ends within its numbers");
  EXPECT_EQ(calls(), Texts{});
  words = {wire_header(static_cast<std::uint16_t>(WireOp::Vertex3f), 4), 0};
  expect_refused("its length is wrong");
  words = {wire_header(static_cast<std::uint16_t>(WireOp::End), 0)};
  expect_refused("its length is wrong");
}

TEST_F(ReplayTest, ACommandThatThereIsNot) {
  words = {wire_header(200, 1)};
  expect_refused("does not know it");
  words = {wire_header(0xFFFF, 1)};
  expect_refused("does not take it");
  add(WireOp::FeedbackBufferxOES, {16, 0, 0});  // the driver would keep the address
  expect_refused("does not take it");
}

TEST_F(ReplayTest, ArraysAreAsLongAsTheySay) {
  add(WireOp::Uniform2fv, {3, 1, 8, word(1), word(2)});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("Uniform2fv 3 1"));
  add(WireOp::Uniform2fv, {3, 2, 8, word(1), word(2)});
  expect_refused("shorter than its command says");
  add(WireOp::Uniform2fv, {3, 1, 7, word(1), word(2)});
  expect_refused("shorter than its command says");
  add(WireOp::Uniform2fv, {3, 0x7FFFFFFF, 8, word(1), word(2)});
  expect_refused("shorter than its command says");
  add(WireOp::Uniform2fv, {3, 1, 800, word(1), word(2)});
  expect_refused("does not lie within what is shared");
  add(WireOp::Uniform2fv, {3, 1, payload_null});
  expect_refused("shorter than its command says");
  add(WireOp::Uniform2fv, {3, static_cast<std::uint32_t>(-1), 0});  // for the driver to refuse
  EXPECT_TRUE(run().is_ok());
}

TEST_F(ReplayTest, BulkLiesWithinItsObject) {
  add(WireOp::BufferData, {GL_ARRAY_BUFFER, 64, 0, GL_STATIC_DRAW, 64 | payload_in_bulk, 7, 4032});
  EXPECT_TRUE(run().is_ok());
  add(WireOp::BufferData, {GL_ARRAY_BUFFER, 64, 0, GL_STATIC_DRAW, 64 | payload_in_bulk, 7, 4033});
  expect_refused("does not lie within");
  add(WireOp::BufferData, {GL_ARRAY_BUFFER, 64, 0, GL_STATIC_DRAW, 64 | payload_in_bulk, 8, 0});
  expect_refused("does not lie within");
}

TEST_F(ReplayTest, NamesAreTheClients) {
  add(WireOp::GenTextures, {2, 8, 5, 9});
  add(WireOp::BindTexture, {GL_TEXTURE_2D, 9});
  add(WireOp::BindTexture, {GL_TEXTURE_2D, 0});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(calls(), (Texts{"BindTexture 3553 101", "BindTexture 3553 0"}));
  // Another context's names mean nothing here, nor does the driver's own.
  Replay other(dispatch, *this, std::make_shared<Names>(), Replay::FreeNames::no, false);
  add(WireOp::BindTexture, {GL_TEXTURE_2D, 9});
  add(WireOp::BindTexture, {GL_TEXTURE_2D, 101});
  ASSERT_TRUE(run(other).is_ok());
  EXPECT_EQ(calls(), (Texts{"BindTexture 3553 4294967280", "BindTexture 3553 4294967280"}));
  // One that shares them has them.
  Replay sharing(dispatch, *this, names, Replay::FreeNames::no, false);
  add(WireOp::BindTexture, {GL_TEXTURE_2D, 5});
  ASSERT_TRUE(run(sharing).is_ok());
  EXPECT_EQ(calls(), Texts{"BindTexture 3553 100"});
}

TEST_F(ReplayTest, TheDefaultFramebufferIsTheSurface) {
  add(StreamOp::surface, {3, 64, 64});
  add(StreamOp::make_current, {3});
  add(WireOp::BindFramebuffer, {GL_FRAMEBUFFER, 0});
  add(WireOp::DrawBuffer, {GL_BACK});
  add(StreamOp::swap, {3, 12});
  ASSERT_TRUE(run().is_ok());
  const auto all = calls();
  EXPECT_EQ(std::ranges::count(all, "BindFramebuffer 36160 1003"), 1);
  EXPECT_EQ(std::ranges::count(all, "DrawBuffer 36064"), 1);  // GL_COLOR_ATTACHMENT0
  EXPECT_EQ(swapped, 12u);
}

// ---------------------------------------------------------------------------------------- answers

TEST_F(ReplayTest, AnAnswerIsWhatTheDriverWrote) {
  constexpr std::uint32_t place = 4096;
  std::ranges::fill(content, std::byte{0x77});
  add(WireOp::GetIntegerv, {GL_VIEWPORT, place});
  ASSERT_TRUE(run().is_ok());
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, content.data() + place + 8, 8);
  EXPECT_EQ(bytes, 16u);  // four numbers, and nothing of this server's memory
  std::int32_t viewport[4];
  std::memcpy(viewport, content.data() + place + 16, 16);
  EXPECT_EQ(viewport[2], 640);
  EXPECT_EQ(viewport[3], 480);
  EXPECT_EQ(content[place + 32], std::byte{0x77});
}

TEST_F(ReplayTest, AnAnswerHasItsRoom) {
  add(WireOp::GetIntegerv, {GL_VIEWPORT, static_cast<std::uint32_t>(content.size() - 64)});
  expect_refused("no room for the answer");
  add(WireOp::GetIntegerv, {GL_VIEWPORT, 0});  // where the server counts
  expect_refused("no room for the answer");
  add(WireOp::GetIntegerv, {GL_VIEWPORT, 4097});
  expect_refused("no room for the answer");
}

std::uint32_t number_at(const std::vector<std::byte>& memory, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, memory.data() + at, sizeof number);
  return number;
}

TEST_F(ReplayTest, AnAnswerHasTheClientsNames) {
  constexpr std::uint32_t place = 4096;
  const auto bound = [&](GLint driver) {
    state.numbers[GL_TEXTURE_BINDING_2D] = driver;
    add(WireOp::GetIntegerv, {GL_TEXTURE_BINDING_2D, place});
    EXPECT_TRUE(run().is_ok());
    return number_at(content, place + 16);
  };
  add(WireOp::GenTextures, {2, 8, 5, 9});  // 100 and 101 in the driver
  EXPECT_EQ(bound(101), 9u);
  EXPECT_EQ(bound(0), 0u);
  EXPECT_EQ(bound(7), 0u) << "what is not the client's has no name for it";
  state.numbers[GL_TEXTURE_WIDTH] = 101;
  add(WireOp::GetIntegerv, {GL_TEXTURE_WIDTH, place});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(number_at(content, place + 16), 101u) << "a number is no name";
}

TEST_F(ReplayTest, AskingMakesNoObject) {
  add(WireOp::IsTexture, {9, 4096});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("IsTexture 4294967280"));
  EXPECT_EQ(state.next_name, 100u);
  add(WireOp::BindTexture, {GL_TEXTURE_2D, 9});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("BindTexture 3553 100"));
}

TEST_F(ReplayTest, ANameThatTheDriverGivesAgainMeansTheNewThing) {
  NameTable table;
  ASSERT_TRUE(table.set(3, 50));
  ASSERT_TRUE(table.set(4, 50));  // 3 was deleted, and lived on for a while
  EXPECT_EQ(table.find(3), 0u);
  EXPECT_EQ(table.client_of(50), 4u);
  EXPECT_EQ(table.take(4), 50u);
  EXPECT_EQ(table.client_of(50), 0u);
}

TEST_F(ReplayTest, AnotherParameterSaysWhatANameStandsFor) {
  add(WireOp::GenTextures, {1, 4, 5});  // 100
  add(WireOp::CopyImageSubData,
      {5, GL_TEXTURE_2D, 0, 0, 0, 0, 5, GL_RENDERBUFFER, 0, 0, 0, 0, 1, 1, 1});
  Replay strict(dispatch, *this, names, Replay::FreeNames::no, false);
  ASSERT_TRUE(run(strict).is_ok());
  EXPECT_TRUE(has_called("CopyImageSubData 100 3553 0 0 0 0 4294967280"));
}

TEST_F(ReplayTest, ItIsKnownWhenTheDriverTakesVerticesAlone) {
  const auto is_between = [&](WireOp op, const std::vector<std::uint32_t>& body) {
    add(op, body);
    EXPECT_TRUE(run().is_ok());
    return replay.is_between_begin_and_end();
  };
  EXPECT_TRUE(is_between(WireOp::Begin, {GL_LINES}));
  EXPECT_TRUE(is_between(WireOp::Vertex2f, {0, 0}));
  EXPECT_FALSE(is_between(WireOp::End, {}));
  EXPECT_FALSE(is_between(WireOp::Begin, {GL_RGBA})) << "an error";
  is_between(WireOp::NewList, {1, GL_COMPILE});
  EXPECT_FALSE(is_between(WireOp::Begin, {GL_LINES})) << "of a list";
  is_between(WireOp::End, {});
  is_between(WireOp::EndList, {});
  EXPECT_TRUE(is_between(WireOp::Begin, {GL_LINES}));
}

// ------------------------------------------------------------------------------------------ errors

TEST_F(ReplayTest, TheFirstErrorIsTold) {
  constexpr std::uint32_t place = 4096;
  const auto told = [&] {
    add(WireOp::GetError, {place});
    EXPECT_TRUE(run().is_ok());
    return number_at(content, place);
  };
  EXPECT_EQ(told(), GL_NO_ERROR);
  add(StreamOp::error, {GL_INVALID_VALUE});
  add(StreamOp::error, {GL_INVALID_ENUM});
  EXPECT_EQ(told(), GL_INVALID_VALUE);
  EXPECT_EQ(told(), GL_NO_ERROR);
  state.error = GL_OUT_OF_MEMORY;  // the driver was first
  add(StreamOp::error, {GL_INVALID_VALUE});
  EXPECT_EQ(told(), GL_OUT_OF_MEMORY);
  add(WireOp::DeleteSync, {77});
  EXPECT_EQ(told(), GL_INVALID_VALUE);
  add(WireOp::DeleteSync, {0});
  EXPECT_EQ(told(), GL_NO_ERROR);
  add(WireOp::FramebufferTexture2D, {GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, 0, 0});
  EXPECT_EQ(told(), GL_INVALID_OPERATION) << "nothing is attached to the surface";
  EXPECT_FALSE(has_called("FramebufferTexture2D"));
}

TEST_F(ReplayTest, NobodyHearsOfErrorsOfARebuilding) {
  constexpr std::uint32_t place = 4096;
  state.error = GL_OUT_OF_MEMORY;
  add(StreamOp::error, {GL_INVALID_VALUE});
  add(StreamOp::rebuilt, {});
  add(WireOp::GetError, {place});
  EXPECT_TRUE(run().is_ok());
  EXPECT_EQ(number_at(content, place), GL_NO_ERROR);
}

TEST_F(ReplayTest, FewerThanNoNamesAreAnError) {
  constexpr std::uint32_t place = 4096;
  for (const WireOp op : {WireOp::GenTextures, WireOp::DeleteTextures, WireOp::GenBuffers}) {
    add(op, {static_cast<std::uint32_t>(-1), 0});
    add(WireOp::GetError, {place});
    ASSERT_TRUE(run().is_ok());
    EXPECT_EQ(number_at(content, place), GL_INVALID_VALUE) << static_cast<int>(op);
  }
}

// ----------------------------------------------------------------------------------------- buffers

TEST_F(ReplayTest, NoMemoryOfARecordsBecomesABuffers) {
  add(WireOp::BindBuffer, {external_memory_buffer, 5});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("BindBuffer"));
  add(WireOp::ImportMemoryFdEXT, {1, 16, 0, GL_HANDLE_TYPE_OPAQUE_FD_EXT, 3});
  expect_refused("does not take it");
}

TEST_F(ReplayTest, ABufferIsWrittenWhereItIsMapped) {
  constexpr std::uint32_t place = 4096;
  constexpr std::uint32_t write = GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT;
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 8, 0, 4, 0, write, place});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(content[place], std::byte{1});
  // Twice as much as is mapped: what is too much goes nowhere.
  add(WireOp::UnmapBuffer, {GL_ARRAY_BUFFER, 8, 0x11111111, 0x22222222});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(number_at(state.buffer, 8), 0x11111111u);
  EXPECT_EQ(number_at(state.buffer, 12), 0u);
  // It is not mapped any more, whoever has ended that.
  add(WireOp::FlushMappedBufferRange, {GL_ARRAY_BUFFER, 0, 0, 4, 0, 4, 0x33333333});
  add(WireOp::UnmapBuffer, {GL_ARRAY_BUFFER, 4, 0x33333333});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(std::ranges::count(state.buffer, std::byte{0x33}), 0);
  // A part that reaches beyond, or begins there.
  for (const std::uint32_t offset : {4u, 8u, 0xFFFFFFFFu}) {
    add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 0, 0, 8, 0, write, place});
    add(WireOp::FlushMappedBufferRange,
        {GL_ARRAY_BUFFER, offset, offset == 0xFFFFFFFFu ? offset : 0, 8, 0, 8, 0x33333333,
         0x33333333});
    ASSERT_TRUE(run().is_ok());
    EXPECT_EQ(std::ranges::count(state.buffer, std::byte{0x33}), 0) << offset;
  }
}

TEST_F(ReplayTest, WhatIsMappedIsSeenAsFarAsThereIsRoom) {
  constexpr std::uint32_t place = 4096;
  state.buffer[8] = std::byte{0x44};
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 8, 0, 4, 0, GL_MAP_WRITE_BIT, place, 7, 16, 4});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(bulk[16], std::byte{0x44});
  // As much as is not there: the driver says so.
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 0, 0, 0, 16, GL_MAP_READ_BIT, place, 7, 16, 4});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(content[place], std::byte{0});
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 0, 0, 8, 0, GL_MAP_READ_BIT, place, 7, 16, 4});
  expect_refused("no room for what it maps");
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 0, 0, 8, 0, GL_MAP_READ_BIT, place, 7, 4092, 8});
  expect_refused("no room for what it reads");
}

TEST_F(ReplayTest, OneThatStaysMappedIsWrittenByRuns) {
  state.access = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT;
  add(WireOp::GenBuffers, {1, 4, 3});
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 8, 0, 8, 0, state.access, 4096});
  add(StreamOp::write_mapped, {3, 2, 16, 0, 2, 1, 4, 6, 0x22221111, 0x4433});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(content[4096], std::byte{1});
  EXPECT_EQ(number_at(state.buffer, 8), 0x1111u);
  EXPECT_EQ(number_at(state.buffer, 12), 0x44332222u);
  // What lies beyond, in part or far, goes nowhere.
  std::ranges::fill(state.buffer, std::byte{0});
  add(StreamOp::write_mapped, {3, 3, 24, 1, 8, 2, 4, 0xFFFFFFFF, 4, 16, 1, 1, 1, 1});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(std::ranges::count(state.buffer, std::byte{1}), 0);
  // Nor does anything where it does not stay mapped, or is nobody's.
  add(StreamOp::write_mapped, {0, 1, 8, 0, 4, 4, 1});
  ASSERT_TRUE(run().is_ok());
  state.access = GL_MAP_WRITE_BIT;
  add(StreamOp::write_mapped, {3, 1, 8, 0, 4, 4, 1});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(std::ranges::count(state.buffer, std::byte{1}), 0);
  add(StreamOp::write_mapped, {3, 1, 8, 0, 8, 4, 1});
  expect_refused("fewer bytes than its runs");
  add(StreamOp::write_mapped, {3, 0xFFFFFFFF, 8, 0, 8, 4, 1});
  expect_refused("array");
}

TEST_F(ReplayTest, OneThatStaysMappedIsReadWhereItIs) {
  state.access = GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT;
  state.buffer[12] = std::byte{0x44};
  add(WireOp::GenBuffers, {1, 4, 3});
  add(WireOp::MapBufferRange, {GL_ARRAY_BUFFER, 8, 0, 8, 0, state.access, 4096});
  add(StreamOp::read_mapped, {3, 4, 0, 4096, 7, 16, 4});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(content[4096], std::byte{1});
  EXPECT_EQ(bulk[16], std::byte{0x44});
  for (const std::uint32_t begin : {5u, 8u, 0xFFFFFFFFu}) {
    bulk[16] = {};
    add(StreamOp::read_mapped, {3, begin, begin == 0xFFFFFFFFu ? begin : 0, 4096, 7, 16, 4});
    ASSERT_TRUE(run().is_ok());
    EXPECT_EQ(content[4096], std::byte{0}) << begin;
    EXPECT_EQ(bulk[16], std::byte{0}) << begin;
  }
  add(StreamOp::read_mapped, {0, 0, 0, 4096, 7, 16, 4});  // nobody's
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(content[4096], std::byte{0});
  add(StreamOp::read_mapped, {3, 0, 0, 4096, 7, 4092, 8});
  expect_refused("no room for what it reads");
}

// ---------------------------------------------------------------- what is read back and given
// again

constexpr std::uint32_t of_texture = 0, of_buffer = 4;

TEST_F(ReplayTest, ContentIsReadIntoItsRoom) {
  add(WireOp::GenTextures, {1, 4, 3});
  // The driver's texture is of no such size: nothing is there, and nothing is written but that.
  std::ranges::fill(bulk, std::byte{9});
  const auto read = [&](std::uint32_t name, std::uint32_t room_bytes) {
    add(StreamOp::read_content, {of_texture, name, GL_TEXTURE_2D, 0, 2, 2, 1, GL_RGBA,
                                 GL_UNSIGNED_BYTE, 7, 16, room_bytes});
  };
  read(3, 24);
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(number_at(bulk, 16), 0u);
  EXPECT_EQ(bulk[20], std::byte{9});
  calls();
  // Nobody's: the driver hears of nothing.
  read(5, 24);
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(calls(), std::vector<std::string>());
  read(3, 23);
  expect_refused("no room for what it reads");
  add(StreamOp::read_content, {of_texture, 3, GL_TEXTURE_2D, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1, GL_RGBA,
                               GL_UNSIGNED_BYTE, 7, 16, 24});
  expect_refused("no room for what it reads");
  add(StreamOp::read_content, {77, 3, 0, 0, 2, 2, 1, GL_RGBA, GL_UNSIGNED_BYTE, 7, 16, 24});
  expect_refused("no such content");
}

TEST_F(ReplayTest, ContentIsWrittenIfAllOfItIsThere) {
  add(WireOp::GenTextures, {1, 4, 3});
  ASSERT_TRUE(run().is_ok());
  const auto write = [&](std::uint32_t of, std::vector<std::uint32_t> array) {
    std::vector<std::uint32_t> body{of, 3, GL_TEXTURE_2D, 0, 1, 2, 1, GL_RGBA, GL_UNSIGNED_BYTE};
    body.insert(body.end(), array.begin(), array.end());
    add(StreamOp::write_content, body);
  };
  write(of_texture, {8, 1, 2});
  ASSERT_TRUE(run().is_ok());
  write(of_texture, {4, 1});
  expect_refused("array");
  write(of_texture, {payload_null});
  expect_refused("array");
  write(of_buffer, {8, 1, 2});
  expect_refused("other commands");
}

// ---------------------------------------------------------------------- feedback and selection

TEST_F(ReplayTest, HitsAreReadAsFarAsTheirMemoryGoes) {
  static GLuint* memory;
  memory = nullptr;
  Dispatch selecting = dispatch;
  selecting.SelectBuffer = [](GLsizei, GLuint* to) { memory = to; };
  selecting.GetPointerv = [](GLenum, void** to) { *to = memory; };
  selecting.RenderMode = [](GLenum) -> GLint { return 2; };
  Replay by(selecting, *this, names, Replay::FreeNames::yes, true);
  state.numbers[GL_RENDER_MODE] = GL_SELECT;
  const auto given = [&](std::uint32_t room) {
    add(WireOp::RenderMode, {GL_RENDER, 4096, 7, 0, room});
    EXPECT_TRUE(run(by).is_ok());
    return number_at(content, 4096 + 20);
  };
  EXPECT_EQ(given(64), 0u) << "no memory yet";
  add(WireOp::SelectBuffer, {8});
  ASSERT_TRUE(run(by).is_ok());
  ASSERT_NE(memory, nullptr);
  memory[0] = 1;  // two hits, of one name and of none
  memory[3] = 77;
  EXPECT_EQ(given(64), 7u);
  EXPECT_EQ(number_at(bulk, 12), 77u);
  EXPECT_EQ(given(8), 2u) << "as much as there is room for";
  memory[0] = 0xFFFFFFFF;
  EXPECT_EQ(given(64), 8u);
  add(WireOp::SelectBuffer, {1u << 30});
  const GLuint* const before = memory;
  ASSERT_TRUE(run(by).is_ok());
  EXPECT_EQ(memory, before) << "too much";
}

// ------------------------------------------------------------------------------------------ arrays

std::vector<std::uint32_t> two_vertices(std::uint32_t first, std::uint32_t count) {
  return {0, 2, GL_FLOAT, 0, first, count, 8, 16, 0, 0, 0, 0};
}

TEST_F(ReplayTest, AnArrayThatLiesNowhereIsNotRead) {
  state.enabled_attributes = 1;
  add(WireOp::DrawArrays, {GL_LINES, 0, 2});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("DrawArrays"));
  add(StreamOp::array_data, two_vertices(0, 2));
  add(WireOp::DrawArrays, {GL_LINES, 0, 2});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("DrawArrays"));
  // What was supplied was for that draw.
  add(WireOp::DrawArrays, {GL_LINES, 0, 2});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("DrawArrays"));
}

TEST_F(ReplayTest, NotMoreThanWasSuppliedIsRead) {
  state.enabled_attributes = 1;
  for (const auto& [first, count] : {std::pair{0u, 3u}, {1u, 2u}, {5u, 1u}}) {
    add(StreamOp::array_data, two_vertices(0, 2));
    add(WireOp::DrawArrays, {GL_LINES, first, count});
    ASSERT_TRUE(run().is_ok());
    EXPECT_FALSE(has_called("DrawArrays")) << first << " " << count;
  }
  add(StreamOp::array_data, two_vertices(0, 3));
  expect_refused("shorter than its command says");
}

TEST_F(ReplayTest, IndicesStayWithinWhatWasSupplied) {
  state.enabled_attributes = 1;
  const auto draw = [&](std::uint32_t a, std::uint32_t b, std::uint32_t base) {
    add(StreamOp::array_data, two_vertices(0, 2));
    add(StreamOp::draw_elements, {GL_LINES, 2, GL_UNSIGNED_INT, 1, base, 0, 0, 0, 8, a, b});
    EXPECT_TRUE(run().is_ok());
    return has_called("DrawElements");
  };
  EXPECT_TRUE(draw(0, 1, 0));
  EXPECT_FALSE(draw(0, 2, 0));
  EXPECT_FALSE(draw(0, 0xFFFFFFFF, 0));
  EXPECT_FALSE(draw(0, 1, 1));
  EXPECT_FALSE(draw(0, 1, static_cast<std::uint32_t>(-1)));
}

TEST_F(ReplayTest, IndicesInABufferStayWithinWhatWasSupplied) {
  state.enabled_attributes = 1;
  state.elements = 5;
  const auto draw = [&](std::uint32_t offset, GLuint a, GLuint b) {
    std::memcpy(state.buffer.data() + 8, &a, sizeof a);
    std::memcpy(state.buffer.data() + 12, &b, sizeof b);
    state.mapped = state.buffer;  // as large as that
    add(StreamOp::array_data, two_vertices(0, 2));
    add(StreamOp::draw_elements, {GL_LINES, 2, GL_UNSIGNED_INT, 1, 0, 0, offset, 0, payload_null});
    EXPECT_TRUE(run().is_ok());
    return has_called("DrawElements");
  };
  EXPECT_TRUE(draw(8, 0, 1));
  EXPECT_FALSE(draw(8, 0, 2));
  EXPECT_FALSE(draw(60, 0, 1)) << "they end beyond the buffer";
  EXPECT_FALSE(draw(0xFFFFFFFF, 0, 1));
}

TEST_F(ReplayTest, InstancesStayWithinWhatWasSupplied) {
  state.enabled_attributes = 1;
  state.divisor = 3;
  const auto draw = [&](std::uint32_t instances, std::uint32_t base) {
    add(StreamOp::array_data, two_vertices(1, 2));
    add(WireOp::DrawArraysInstancedBaseInstance, {GL_LINES, 0, 50, instances, base});
    EXPECT_TRUE(run().is_ok());
    return has_called("DrawArraysInstancedBaseInstance");
  };
  EXPECT_TRUE(draw(6, 1));
  EXPECT_FALSE(draw(7, 1));
  EXPECT_FALSE(draw(1, 0));
  EXPECT_TRUE(draw(3, 2));
  EXPECT_FALSE(draw(4, 2));
  EXPECT_FALSE(draw(1, 0xFFFFFFFF));
  EXPECT_FALSE(draw(0x7FFFFFFF, 1));
}

TEST_F(ReplayTest, OnlyARestartInFullIsNoVertex) {
  state.enabled_attributes = 1;
  const auto draw = [&](std::uint32_t indices) {  // two bytes
    add(StreamOp::array_data, two_vertices(0, 2));
    add(StreamOp::draw_elements, {GL_LINES, 2, GL_UNSIGNED_BYTE, 1, 0, 0, 0, 0, 2, indices});
    EXPECT_TRUE(run().is_ok());
    return has_called("DrawElements");
  };
  EXPECT_FALSE(draw(0xFF00)) << "255 is a vertex";
  state.capability = GL_PRIMITIVE_RESTART;
  state.numbers[GL_PRIMITIVE_RESTART_INDEX] = -1;
  EXPECT_FALSE(draw(0xFF00)) << "255 is not 2^32 - 1";
  state.numbers[GL_PRIMITIVE_RESTART_INDEX] = 255;
  EXPECT_TRUE(draw(0xFF00));
  EXPECT_FALSE(draw(0xFFFF)) << "no vertex at all";
  state.capability = GL_PRIMITIVE_RESTART_FIXED_INDEX;
  EXPECT_TRUE(draw(0xFF00));
}

TEST_F(ReplayTest, NoneOfSeveralDrawsBeginsBeforeWhatWasSupplied) {
  state.enabled_attributes = 1;
  const auto draw = [&](std::uint32_t first) {
    add(StreamOp::array_data, two_vertices(0, 2));
    add(WireOp::MultiDrawArrays, {GL_LINES, 2, 8, 0, first, 8, 2, 1});
    EXPECT_TRUE(run().is_ok());
    return has_called("MultiDrawArrays");
  };
  EXPECT_TRUE(draw(1));
  EXPECT_FALSE(draw(static_cast<std::uint32_t>(-1)));
}

TEST_F(ReplayTest, AnOffsetIsNeverAnAddress) {
  // Without a buffer of indices, and with one but indices of its own.
  add(StreamOp::draw_elements, {GL_LINES, 2, GL_UNSIGNED_INT, 1, 0, 0, 64, 0, payload_null});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("DrawElements"));
  state.elements = 5;
  add(StreamOp::draw_elements, {GL_LINES, 2, GL_UNSIGNED_INT, 1, 0, 0, 0, 0, 8, 0, 1});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("DrawElements"));
  add(StreamOp::draw_elements, {GL_LINES, 2, GL_UNSIGNED_INT, 1, 0, 0, 64, 0, payload_null});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("DrawElements"));
  // An array's place without a buffer.
  add(WireOp::VertexAttribPointer, {0, 2, GL_FLOAT, 0, 0, 4096, 0});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("VertexAttribPointer"));
}

TEST_F(ReplayTest, WhatDrawsAreOfIsNeverAnAddress) {
  const auto draw = [&](std::vector<std::uint32_t> body) {
    add(WireOp::MultiDrawArraysIndirect, body);
    EXPECT_TRUE(run().is_ok());
    return has_called("MultiDrawArraysIndirect");
  };
  const std::uint32_t lines = GL_LINES;
  EXPECT_FALSE(draw({lines, 1, 0, 64, 0, payload_null})) << "no buffer";
  EXPECT_TRUE(draw({lines, 1, 0, 0, 0, 16, 2, 1, 0, 0}));
  EXPECT_FALSE(draw({lines, 1, static_cast<std::uint32_t>(-16), 0, 0, 16, 2, 1, 0, 0}))
      << "backwards";
  add(WireOp::MultiDrawArraysIndirect, {lines, 2, 0, 0, 0, 16, 2, 1, 0, 0});
  expect_refused("shorter than its command says");
  add(WireOp::MultiDrawArraysIndirect, {lines, 2, 0x7FFFFFFC, 0, 0, 16, 2, 1, 0, 0});
  expect_refused("shorter than its command says");
  state.numbers[GL_DRAW_INDIRECT_BUFFER_BINDING] = 3;
  EXPECT_TRUE(draw({lines, 1, 0, 64, 0, payload_null}));
  EXPECT_FALSE(draw({lines, 1, 0, 0, 0, 16, 2, 1, 0, 0})) << "a buffer, and numbers of its own";
  state.enabled_attributes = 1;  // in no buffer, and nobody knows how much is read
  add(WireOp::EnableVertexAttribArray, {0});
  add(StreamOp::array_data, two_vertices(0, 2));
  EXPECT_FALSE(draw({lines, 1, 0, 64, 0, payload_null}));
}

TEST_F(ReplayTest, WhatMayHaveChangedArraysIsLookedAtAgain) {
  const auto draws = [&] {
    add(WireOp::DrawArrays, {GL_LINES, 0, 2});
    EXPECT_TRUE(run().is_ok());
    return has_called("DrawArrays");
  };
  EXPECT_TRUE(draws());
  state.enabled_attributes = 1;  // by a command of which nothing is known here
  add(WireOp::Enable, {GL_BLEND});
  EXPECT_TRUE(draws()) << "not by this one";
  for (const auto& [op, body] :
       std::initializer_list<std::pair<WireOp, std::vector<std::uint32_t>>>{
           {WireOp::Enable, {GL_VERTEX_ARRAY}},
           {WireOp::EnableClientState, {GL_VERTEX_ARRAY}},
           {WireOp::EnableVertexAttribArray, {0}},
           {WireOp::BindVertexArray, {0}},
           {WireOp::BindVertexBuffer, {0, 0, 0, 0, 16}},
           {WireOp::DeleteBuffers, {0, 0}},
           {WireOp::PopClientAttrib, {}},
           {WireOp::CallList, {0}},
           {WireOp::CallLists, {0, 0}}}) {
    state.enabled_attributes = 0;
    add(WireOp::EnableVertexAttribArray, {0});
    EXPECT_TRUE(draws());
    state.enabled_attributes = 1;
    add(op, body);
    EXPECT_FALSE(draws()) << static_cast<int>(op);
  }
}

// ---------------------------------------------------------------------------------- fences, texts

TEST_F(ReplayTest, FencesAreTheClients) {
  add(WireOp::FenceSync, {GL_SYNC_GPU_COMMANDS_COMPLETE, 0, 5});
  add(WireOp::DeleteSync, {100});  // the driver's own number
  add(WireOp::IsSync, {5, 4096});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(state.deleted.empty());
  EXPECT_EQ(content[4096], std::byte{1});
  add(WireOp::DeleteSync, {5});
  add(WireOp::IsSync, {5, 4096});
  ASSERT_TRUE(run().is_ok());
  EXPECT_EQ(state.deleted.size(), 1u);
  EXPECT_EQ(content[4096], std::byte{0});
}

TEST_F(ReplayTest, AsManyTextsAsItSays) {
  constexpr std::uint32_t a_b = 'a' | 'b' << 16;  // two texts of one letter
  add(WireOp::TransformFeedbackVaryings, {0, 2, GL_INTERLEAVED_ATTRIBS, 4, a_b});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("TransformFeedbackVaryings 0 2"));
  add(WireOp::TransformFeedbackVaryings, {0, 9, GL_INTERLEAVED_ATTRIBS, 4, a_b});
  expect_refused("too few texts");
  add(WireOp::TransformFeedbackVaryings, {0, 1u << 30, GL_INTERLEAVED_ATTRIBS, 4, a_b});
  expect_refused("too few texts");
}

// ------------------------------------------------------------------------------------------ images

std::vector<std::uint32_t> image(std::uint32_t width, std::uint32_t height, std::uint32_t bytes) {
  std::vector<std::uint32_t> body = {GL_TEXTURE_2D,    0, GL_RGBA, width, height, 0, GL_RGBA,
                                     GL_UNSIGNED_BYTE, 0, 0,       bytes};
  body.resize(body.size() + (bytes + 3) / 4);
  return body;
}

TEST_F(ReplayTest, PixelsAreAllThere) {
  add(WireOp::TexImage2D, image(2, 2, 16));
  EXPECT_TRUE(run().is_ok());
  add(WireOp::TexImage2D, image(2, 3, 16));
  expect_refused("shorter than its command says");
  add(WireOp::TexImage2D, image(0x40000000, 0x40000000, 16));  // 2^62 bytes and more
  expect_refused("shorter than its command says");
  add(WireOp::PixelStorei, {GL_UNPACK_ROW_LENGTH, 100});
  add(WireOp::TexImage2D, image(2, 2, 16));
  expect_refused("shorter than its command says");
  add(WireOp::PixelStorei, {GL_UNPACK_ROW_LENGTH, 0x7FFFFFFF});
  add(WireOp::PixelStorei, {GL_UNPACK_SKIP_ROWS, 0x7FFFFFFF});
  add(WireOp::PixelStorei, {GL_UNPACK_SKIP_IMAGES, 0x7FFFFFFF});
  add(WireOp::PixelStorei, {GL_UNPACK_IMAGE_HEIGHT, 0x7FFFFFFF});
  add(WireOp::TexImage2D, image(2, 2, 16));
  expect_refused("shorter than its command says");
}

TEST_F(ReplayTest, StorageThatComesBackCounts) {
  add(WireOp::PushClientAttrib, {GL_CLIENT_PIXEL_STORE_BIT});
  add(WireOp::TexImage2D, image(2, 2, 16));
  ASSERT_TRUE(run().is_ok());
  state.numbers[GL_UNPACK_ROW_LENGTH] = 100;  // as it was before a push
  state.numbers[GL_UNPACK_ALIGNMENT] = 4;
  add(WireOp::PopClientAttrib, {});
  add(WireOp::TexImage2D, image(2, 2, 16));
  expect_refused("shorter than its command says");
}

TEST_F(ReplayTest, BitmapsAreOfBits) {
  add(WireOp::Bitmap, {9, 2, 0, 0, 0, 0, 0, 0, 6, 0, 0});  // two rows of 4 and of 2 bytes
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("Bitmap 9 2"));
  add(WireOp::Bitmap, {9, 2, 0, 0, 0, 0, 0, 0, 5, 0, 0});
  expect_refused("shorter than its command says");
  add(WireOp::Bitmap, {0, 0, 0, 0, 0, 0, 0, 0, payload_null});  // only moves
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("Bitmap 0 0"));
}

TEST_F(ReplayTest, CompressedImagesComeFromWherePixelsDo) {
  // Target, level, format, width, height, border, bytes; an offset; the bytes.
  const auto tell = [&](std::vector<std::uint32_t> rest) {
    std::vector<std::uint32_t> body = {
        GL_TEXTURE_2D, 0, GL_COMPRESSED_RGB_S3TC_DXT1_EXT, 4, 4, 0, 8};
    body.insert(body.end(), rest.begin(), rest.end());
    add(WireOp::CompressedTexImage2D, body);
  };
  tell({0, 0, 8, 0, 0});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("CompressedTexImage2D"));
  tell({0, 0, 4, 0});
  expect_refused("shorter than its command says");
  tell({64, 0, payload_null});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("CompressedTexImage2D 3553 0 33776 4 4 0 8 (null)"))
      << "room, and nothing in it: an offset is no address";
  state.unpack_buffer = 5;
  tell({0, 0, 8, 0, 0});
  ASSERT_TRUE(run().is_ok());
  EXPECT_FALSE(has_called("CompressedTexImage2D")) << "an address is no offset";
}

TEST_F(ReplayTest, PixelsThatAreNotThereAreNotRead) {
  auto body = image(2, 2, 16);
  body.resize(10);
  body.push_back(payload_null);
  add(WireOp::TexImage2D, body);
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("TexImage2D 3553 0 6408 2 2 0 6408 5121 (null)"))
      << "room, and nothing in it";
  // TexSubImage2D: target, level, x, y, width, height, format, type, offset, pixels.
  add(WireOp::TexSubImage2D,
      {GL_TEXTURE_2D, 0, 0, 0, 2, 2, GL_RGBA, GL_UNSIGNED_BYTE, 64, 0, payload_null});
  ASSERT_TRUE(run().is_ok());
  EXPECT_TRUE(has_called("TexSubImage2D 3553 0 0 0 0 0")) << "none of it";
}

}  // namespace
}  // namespace blink::stackreplay
