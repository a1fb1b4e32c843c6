// What a renderer says to blinkd that has been taken over by its client.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <filesystem>
#include <random>
#include <thread>

#include "server/gl_frames.h"
#include "server/renderer_link.h"
#include "server/screen/compositor.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

namespace local = vso::local;
using std::chrono::milliseconds;

RendererReport report_of(ReportKind kind) {
  RendererReport report;
  report.kind = kind;
  return report;
}

std::span<const std::byte> bytes_of(const RendererReport& report) {
  return std::as_bytes(std::span(&report, 1));
}

// --------------------------------------------------------------------------------- one message

TEST(RendererProtocol, WhatARendererSays) {
  RendererReport report = report_of(ReportKind::memory);
  report.surface = 7;
  report.width = 1;
  report.height = limits::picture_side_max;
  EXPECT_EQ(decode_report(bytes_of(report))->surface, 7u);
  report = report_of(ReportKind::end);
  report.set(Status::guest(BLINK_END_QUOTA, std::string(1'000, 'x')));
  const Status status = decode_report(bytes_of(report))->status();
  EXPECT_EQ(status.code(), std::uint32_t{BLINK_END_QUOTA});
  EXPECT_EQ(status.text(), std::string(report_text_bytes, 'x'));
  report.set(Status::system("no driver", 5));
  EXPECT_TRUE(decode_report(bytes_of(report))->status().is_system());
}

TEST(RendererProtocol, WhatNoRendererSays) {
  const auto refused = [](const RendererReport& report) {
    return decode_report(bytes_of(report)).status().code() == BLINK_END_RENDERER;
  };
  RendererReport report = report_of(ReportKind::answer);
  EXPECT_FALSE(refused(report));
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, sizeof report - 1})
    EXPECT_FALSE(decode_report(bytes_of(report).first(size)).is_ok());
  for (const std::uint32_t kind : {0u, 9u, ~0u})
    EXPECT_TRUE(refused(report_of(static_cast<ReportKind>(kind))));
  report.text_bytes = sizeof report.text + 1;
  EXPECT_TRUE(refused(report));
  report.text_bytes = 0;
  report.code = BLINK_END_RENDERER + 1;
  EXPECT_TRUE(refused(report));
  EXPECT_TRUE(refused(report_of(ReportKind::end))) << "without a reason";
  for (const auto& [width, height] :
       {std::pair(0u, 1u), {1u, 0u}, {1u, limits::picture_side_max + 1}, {~0u, 1u}}) {
    report = report_of(ReportKind::memory);
    report.width = width;
    report.height = height;
    EXPECT_TRUE(refused(report));
  }
}

TEST(RendererProtocol, AnyBytes) {
  std::mt19937 random(1);
  int taken = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    std::array<std::byte, sizeof(RendererReport) + 8> message;
    for (std::size_t at = 0; at < message.size(); at += 4) {
      // Small numbers get further than large ones.
      const auto word = static_cast<std::uint32_t>(random() >> random() % 32);
      std::memcpy(&message[at], &word, 4);
    }
    const std::size_t size =
        random() % 8 == 0 ? random() % (message.size() + 1) : sizeof(RendererReport);
    const auto report = decode_report(std::span(message).first(size));
    if (!report.is_ok()) {
      EXPECT_EQ(report.status().code(), std::uint32_t{BLINK_END_RENDERER});
      continue;
    }
    ++taken;
    ASSERT_EQ(size, sizeof(RendererReport));
    ASSERT_LE(report.value().text_bytes, sizeof report.value().text);
    ASSERT_LE(report.value().status().text().size(), 4 * sizeof report.value().text);
    if (report.value().kind != ReportKind::memory) continue;
    ASSERT_LE(report.value().width, limits::picture_side_max);
    ASSERT_LE(FrameMemory::bytes_for(report.value().width, report.value().height), 4ull << 30);
  }
  EXPECT_GT(taken, 1'000);
}

// -------------------------------------------------------------------------------- frames' memory

std::unique_ptr<FrameReader> reader_of(const FrameWriter& writer) {
  return FrameReader::adopt(UniqueFd(::dup(writer.fd())), writer.width(), writer.height()).take();
}

TEST(FrameMemory, TheNewestIsSeen) {
  const auto writer = FrameWriter::create(8, 4).take();
  const auto reader = reader_of(*writer);
  const auto write = [&](std::byte value) {
    std::fill_n(writer->slot(), 8 * 4 * 4, value);
    return writer->publish();
  };
  const auto seen = [&] { return reader->take()->copy_of<std::byte>(8 * 4 * 4 - 1); };
  EXPECT_FALSE(reader->take());
  EXPECT_TRUE(write(std::byte{1}));
  EXPECT_EQ(seen(), std::byte{1});
  EXPECT_FALSE(reader->take());
  EXPECT_TRUE(write(std::byte{2}));
  EXPECT_FALSE(write(std::byte{3})) << "it has been told";
  EXPECT_FALSE(write(std::byte{4}));
  EXPECT_EQ(seen(), std::byte{4});
  EXPECT_FALSE(reader->take());
  EXPECT_TRUE(write(std::byte{5}));
  EXPECT_EQ(seen(), std::byte{5});
}

TEST(FrameMemory, AFrameIsNeverWrittenWhileItIsRead) {
  constexpr std::uint32_t side = 64;
  const auto writer = FrameWriter::create(side, side).take();
  const auto reader = reader_of(*writer);
  std::atomic<bool> is_over{false};
  std::thread thread([&] {
    for (std::uint32_t frame = 1; !is_over; ++frame) {
      auto* const pixels = reinterpret_cast<std::uint32_t*>(writer->slot());
      for (std::uint32_t i = 0; i < side * side; ++i)
        __atomic_store_n(pixels + i, frame, __ATOMIC_RELAXED);
      (void)writer->publish();
    }
  });
  std::uint32_t newest = 0;
  for (int seen = 0; seen < 1'000;) {
    const auto frame = reader->take();
    if (!frame) continue;
    ++seen;
    const std::uint32_t first = frame->word<std::uint32_t>(0).load();
    EXPECT_GT(first, newest);
    newest = first;
    for (std::uint32_t at = 0; at < side * side; ++at)
      EXPECT_EQ(frame->word<std::uint32_t>(at * 4).load(), first);
  }
  is_over = true;
  thread.join();
}

TEST(FrameMemory, AnyWordInTheMiddleStaysWithin) {
  const auto writer = FrameWriter::create(16, 16).take();
  const auto reader = reader_of(*writer);
  auto* const middle = reinterpret_cast<std::uint32_t*>(
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, writer->fd(), 0));
  std::mt19937 random(1);
  for (int i = 0; i < 10'000; ++i) {
    *middle = static_cast<std::uint32_t>(random());
    const auto frame = reader->take();
    EXPECT_EQ(frame ? frame->copy_of<std::uint32_t>(1020) : 0, 0u);
  }
  ::munmap(middle, 4096);
}

// ------------------------------------------------------------------------- frames to the screen

class GlFramesTest : public ::testing::Test {
 protected:
  GlFramesTest() {
    compositor = Compositor::start({320, 200}).take();
    screen = std::make_unique<SessionScreen>(
        SessionIdentity{1, "test", nullptr, std::make_shared<ClientStats>()}, *compositor);
    frames = std::make_unique<GlFrames>(*screen);
  }
  static UniqueFd memory(std::uint64_t bytes, int seals = F_SEAL_SHRINK) {
    UniqueFd fd(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(bytes)), 0);
    EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS, seals), 0);
    return fd;
  }
  Status set_memory(UniqueFd fd, std::uint32_t surface = 1, std::uint32_t side = 64) {
    RendererReport report = report_of(ReportKind::memory);
    report.surface = surface;
    report.width = report.height = side;
    return frames->take(report, std::span(&fd, fd.is_open() ? 1 : 0));
  }
  Status show(std::uint32_t surface, std::uint32_t window) {
    RendererReport report = report_of(ReportKind::frame);
    report.surface = surface;
    report.window = window;
    return frames->take(report, {});
  }
  std::uint64_t updates() const { return screen->of().stats->updates; }

  const std::uint64_t bytes = FrameMemory::bytes_for(64, 64);
  std::unique_ptr<Compositor> compositor;
  std::unique_ptr<SessionScreen> screen;
  std::unique_ptr<GlFrames> frames;
};

TEST_F(GlFramesTest, Frames) {
  const auto writer = FrameWriter::create(64, 64).take();
  ASSERT_TRUE(set_memory(UniqueFd(::dup(writer->fd()))).is_ok());
  EXPECT_TRUE(show(1, 7).is_ok()) << "there is none yet";
  EXPECT_EQ(updates(), 0u);
  for (std::uint32_t i = 1; i <= 20; ++i) {  // under names that change: none keeps its picture
    (void)writer->publish();
    ASSERT_TRUE(show(1, 7 + i).is_ok());
    EXPECT_EQ(updates(), i);
  }
  ASSERT_TRUE(frames
                  ->take(
                      [] {
                        RendererReport report = report_of(ReportKind::drop);
                        report.surface = 1;
                        return report;
                      }(),
                      {})
                  .is_ok());
  EXPECT_FALSE(show(1, 7).is_ok());
}

TEST_F(GlFramesTest, MemoryThatCannotBeUsedSafely) {
  const auto refused = [&](UniqueFd fd) { return set_memory(std::move(fd)).is_guest(); };
  EXPECT_FALSE(refused(memory(bytes)));
  EXPECT_TRUE(refused(UniqueFd()));
  EXPECT_TRUE(refused(memory(bytes, 0))) << "not sealed";
  EXPECT_TRUE(refused(memory(bytes, F_SEAL_SHRINK | F_SEAL_WRITE)));
  EXPECT_TRUE(refused(memory(bytes - 4096)));
  EXPECT_TRUE(refused(memory(0)));
  EXPECT_TRUE(refused(memory(bytes + 4096)));
  EXPECT_TRUE(refused(UniqueFd(::open("/dev/zero", O_RDWR | O_CLOEXEC))));
  EXPECT_TRUE(refused(UniqueFd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC))));
  EXPECT_TRUE(refused(UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))));
}

TEST_F(GlFramesTest, MoreThanASessionMayHave) {
  for (std::uint32_t i = 0; i < limits::replayed_surfaces_max; ++i)
    ASSERT_TRUE(set_memory(memory(bytes), i).is_ok());
  EXPECT_TRUE(set_memory(memory(bytes), 5).is_ok()) << "in place of the one before";
  EXPECT_FALSE(set_memory(memory(bytes), 1'000).is_ok());
}

TEST_F(GlFramesTest, MoreBytesThanASessionMayHave) {
  const std::uint64_t large = FrameMemory::bytes_for(16'384, 16'384);
  EXPECT_TRUE(set_memory(memory(large), 1, 16'384).is_ok());
  EXPECT_TRUE(set_memory(memory(large), 1, 16'384).is_ok()) << "in place of the one before";
  EXPECT_EQ(set_memory(memory(large), 2, 16'384).code(), std::uint32_t{BLINK_END_QUOTA});
}

// --------------------------------------------------------------------------------- the talk

class RendererLinkTest : public ::testing::Test {
 protected:
  static std::pair<UniqueFd, UniqueFd> pair() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    return {UniqueFd(fds[0]), UniqueFd(fds[1])};
  }
  void say(const void* bytes, std::size_t size, std::vector<int> fds = {}) const {
    ASSERT_TRUE(local::send_packet(renderer.get(),
                                   std::span(static_cast<const std::byte*>(bytes), size), fds)
                    .is_ok());
  }
  void say(const RendererReport& report) const { say(&report, sizeof report); }
  // Waits for room; false: there is nobody any more.
  bool send_all(const RendererReport& report) const {
    return ::send(renderer.get(), &report, sizeof report, MSG_NOSIGNAL) > 0;
  }
  void expect_failed(const Status& status, const char* text) {
    EXPECT_EQ(status.code(), std::uint32_t{BLINK_END_RENDERER});
    EXPECT_NE(status.text().find(text), std::string_view::npos) << status.text();
    EXPECT_GE(ends, 1) << "it is ended first";
    EXPECT_TRUE(link.is_broken());
    EXPECT_EQ(link.look_around().text(), status.text());
    EXPECT_EQ(link.ask({}).text(), status.text());
  }

  std::pair<UniqueFd, UniqueFd> sockets = pair();
  UniqueFd &socket = sockets.first, &renderer = sockets.second;
  std::unique_ptr<local::MemoryFile> memory = local::MemoryFile::create(4096).take();
  local::Doorbell client = local::Doorbell::create().take();
  local::Doorbell wake = local::Doorbell::create().take();
  std::atomic<bool> is_ending{false};
  const SessionLink session{*memory, client, wake, [this] { return is_ending.load(); }};
  int ends = 0;
  RendererLink link{{.of = "its OpenGL",
                     .socket = socket.get(),
                     .take = [](const RendererReport&, std::span<UniqueFd>) { return Status(); },
                     .end =
                         [this] {
                           ++ends;
                           return "was ended";
                         }},
                    session,
                    milliseconds(300)};
};

TEST_F(RendererLinkTest, HangsUp) {
  renderer.reset();
  expect_failed(link.look_around(), "the renderer of its OpenGL was ended");
}

TEST_F(RendererLinkTest, HangsUpWhileItIsAsked) {
  std::thread thread([this] {
    ::usleep(50'000);
    renderer.reset();
  });
  expect_failed(link.ask({}), "the renderer of its OpenGL was ended");
  thread.join();
}

TEST_F(RendererLinkTest, DoesNotAnswer) { expect_failed(link.ask({}), "300 ms"); }

TEST_F(RendererLinkTest, DoesNotListen) {
  Status status;
  for (int i = 0; i < 100'000 && status.is_ok(); ++i)
    status = link.tell({});
  expect_failed(status, "300 ms");
}

TEST_F(RendererLinkTest, IsNotWaitedForWhenTheSessionEnds) {
  std::thread thread([this] {
    ::usleep(50'000);
    is_ending = true;
    wake.ring();
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(link.ask({}).code(), std::uint32_t{BLINK_END_STOPPING});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(250));
  EXPECT_EQ(ends, 1);
  thread.join();
}

TEST_F(RendererLinkTest, AnswersWhatNobodyAsked) {
  RendererReport report = report_of(ReportKind::answer);
  for (report.number = 0; report.number < 50; ++report.number)
    say(report);
  EXPECT_TRUE(link.look_around().is_ok());
  EXPECT_FALSE(link.ask({}).is_ok()) << "that was no answer to this";
}

// What it has seen by itself is no order, and may take as long.
TEST_F(RendererLinkTest, IsAskedAgainWhileItLooksByItself) {
  const auto question = [this] {  // its number; 0: there is none
    RendererOrder order;
    return ::recv(renderer.get(), &order, sizeof order, MSG_DONTWAIT) < 0 ? 0 : order.number;
  };
  ASSERT_TRUE(link.tell({}).is_ok());
  EXPECT_EQ(question(), 0u) << "the order itself";
  RendererReport report = report_of(ReportKind::answer);
  for (const std::uint32_t has_looked : {1u, 1u, 0u}) {
    report.number = question();
    ASSERT_NE(report.number, 0u);
    report.width = has_looked;
    say(report);
    ASSERT_TRUE(link.look_around().is_ok());
    EXPECT_EQ(link.awaited().until != vso::Awaited().until, has_looked != 0);
    ::usleep(1'010'000);
    ASSERT_TRUE(link.look_around().is_ok());
  }
  EXPECT_EQ(question(), 0u) << "it is idle";
}

TEST_F(RendererLinkTest, TalksTooMuch) {
  std::thread thread([this] {
    const RendererReport report = report_of(ReportKind::frame);
    while (send_all(report)) {
    }
  });
  Status status;
  for (int i = 0; i < 1'000'000 && status.is_ok(); ++i)
    status = link.look_around();
  socket.reset();
  thread.join();
  EXPECT_NE(status.text().find("talks too much"), std::string_view::npos) << status.text();
}

TEST_F(RendererLinkTest, SendsMessagesOfOtherSizes) {
  const std::vector<std::byte> bytes(100'000);
  say(bytes.data(), sizeof(RendererReport) + 1);
  expect_failed(link.look_around(), "another size");
}

TEST_F(RendererLinkTest, SendsAHugeMessage) {
  const std::vector<std::byte> bytes(100'000);
  say(bytes.data(), bytes.size());
  expect_failed(link.look_around(), "another size");
}

TEST_F(RendererLinkTest, SendsNothing) {
  say(nullptr, 0);
  expect_failed(link.look_around(), "was ended");
}

TEST_F(RendererLinkTest, SendsDescriptorsThatNobodyWants) {
  const auto open_files = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  const auto before = open_files();
  const RendererReport report = report_of(ReportKind::answer);
  for (int i = 0; i < 60; ++i)
    say(&report, sizeof report, {0, 0, 0, 0});
  EXPECT_TRUE(link.look_around().is_ok());
  EXPECT_EQ(open_files(), before);
}

// Whatever comes, the link is as it should be, or has failed for good.
TEST_F(RendererLinkTest, AnyMessages) {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    sockets = pair();
    RendererLink any{{.of = "its OpenGL",
                      .socket = socket.get(),
                      .take = [](const RendererReport&, std::span<UniqueFd>) { return Status(); },
                      .end = [] { return "was ended"; }},
                     session,
                     milliseconds(20)};
    for (int j = 0; j < 20; ++j) {
      std::array<std::uint32_t, 80> words{};
      for (std::uint32_t& word : words)
        word = random() % 3 == 0 ? static_cast<std::uint32_t>(random() >> random() % 32) : 0;
      words[0] = random() % 8;
      const std::size_t size =
          random() % 16 == 0 ? random() % sizeof words : sizeof(RendererReport);
      say(words.data(), size, std::vector<int>(random() % 5, 0));
      (void)any.look_around();
      if (random() % 4 == 0) (void)any.tell({});
    }
    EXPECT_TRUE(!any.is_broken() || !any.tell({}).is_ok());
  }
}

}  // namespace
}  // namespace blink::server
