// Any bytes as a GL stream: its replay survives them, also while another thread changes them, and
// reads nothing beyond what is shared. The driver is one that writes down its arguments, and so
// reads the short arrays among them.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "gl/recording.h"
#include "stackreplay/replay.h"
#include "stackreplay/thunks.h"

using namespace blink;

namespace {

struct NoHost final : stackreplay::ReplayHost {
  Status set_surface(std::uint32_t, std::uint32_t, std::uint32_t) override { return {}; }
  Status drop_surface(std::uint32_t) override { return {}; }
  Result<gl::GLuint> framebuffer(std::uint32_t surface) override { return surface; }
  Status swap(std::uint32_t, std::uint32_t) override { return {}; }
  Result<SurfaceImages> surface_images(std::uint32_t) override {
    return SurfaceImages{1, 2, 64, 64};
  }
  Status beside(const std::function<void(const gl::Dispatch&)>& act) override {
    act(gl::null_dispatch());
    return {};
  }
};

// Makes most words that stand where a header is expected one of a command that there is.
void mend_headers(std::vector<std::uint32_t>& words) {
  for (std::size_t at = 0; at < words.size();) {
    std::uint32_t op = gl::wire_op(words[at]);
    if (op >= 256)
      while (op < gl::wire_ops && stackreplay::thunks[op] == nullptr)
        ++op;
    const auto left =
        static_cast<std::uint32_t>(std::min<std::size_t>(words.size() - at, gl::record_words_max));
    const std::uint32_t length = std::min(left, 1 + gl::wire_words(words[at]) % 64);
    words[at] = gl::wire_header(static_cast<std::uint16_t>(op), length);
    at += length;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const bool is_mended = (data[0] & 1) != 0, is_changed = (data[0] & 2) != 0;
  const auto free_names =
      (data[0] & 4) != 0 ? stackreplay::Replay::FreeNames::yes : stackreplay::Replay::FreeNames::no;
  std::vector<std::uint32_t> words((size - 1) / 4);
  if (words.empty()) return 0;
  std::memcpy(words.data(), data + 1, words.size() * 4);
  if (is_mended) mend_headers(words);
  // Exactly as large as it is: what lies behind belongs to somebody else.
  const auto memory = std::make_unique<std::uint32_t[]>(words.size());
  std::memcpy(memory.get(), words.data(), words.size() * 4);
  const auto span = vso::guest_span::adopt(memory.get(), words.size() * 4);
  constexpr std::size_t content_bytes = 300 * 1024;
  static std::byte room[content_bytes];
  const auto content = vso::guest_span::adopt(room, content_bytes);
  const stackreplay::BulkObjects bulk = {{1, content}, {2, span}};

  const gl::Recording recording;
  NoHost host;
  stackreplay::Replay replay(gl::recording_dispatch(), host, std::make_shared<stackreplay::Names>(),
                             free_names, true);
  std::atomic<bool> is_over{false};
  std::thread mutator;
  if (is_changed)
    mutator = std::thread([&] {
      auto* const bytes = reinterpret_cast<std::uint8_t*>(memory.get());
      for (std::size_t i = 0; !is_over; i = (i * 5 + 3) % (words.size() * 4))
        __atomic_fetch_xor(bytes + i, static_cast<std::uint8_t>(1u << i % 8), __ATOMIC_RELAXED);
    });
  const Status status = replay.run(span, content, bulk);
  is_over = true;
  if (mutator.joinable()) mutator.join();
  if (!status.is_ok() && (!status.is_guest() || status.text().empty())) std::abort();
  return 0;
}
