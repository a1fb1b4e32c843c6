// A client's window in a running blinkd, and what the screen shows of it.

#pragma once

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "jit/text/assembler.h"
#include "server/control.h"
#include "tests/support/becomes.h"
#include "tests/support/daemon.h"
#include "tests/support/png_pixels.h"
#include "vso/client_array.h"

namespace blink::test {

inline Picture screen_of(const Daemon& daemon) {
  auto answer = server::ask_server(daemon.directory, "screenshot");
  EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  return test::picture_of(answer->payload);
}

inline std::size_t windows_of(const Daemon& daemon) {
  const auto body = nlohmann::json::parse(server::ask_server(daemon.directory, "ps")->json);
  std::size_t windows = 0;
  for (const auto& session : body["sessions"])
    windows += session["windows"].size();
  return windows;
}

class Window {
 public:
  explicit Window(const Daemon& daemon, std::string_view title = "window",
                  std::uint64_t region_bytes = 16 << 20)
      : client(daemon.connect(region_bytes).take()) {
    array = client->add_array(16).value();
    object = put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span(title)), {side, side});
  }
  static constexpr std::uint32_t side = 100;
  std::uint32_t put(std::uint16_t type, std::span<const std::byte> bytes,
                    const vso::ClientArray::Params& params) {
    const std::uint32_t made = array->create(type, bytes.size(), params).value();
    std::ranges::copy(bytes, array->content(made).begin());
    array->end_update(made);
    return made;
  }
  std::uint32_t give(const std::string& text) {
    const auto assembly = jit::assemble(".procedure " + text);
    EXPECT_TRUE(assembly.is_good()) << assembly.errors[0].text << "\n" << text;
    const auto& words = assembly.words;
    return put(BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(words)), {object});
  }

  // The next event of that type; others before it are passed over.
  std::optional<vso::ClientEvent> wait_for(std::uint16_t type) {
    const auto deadline = vso::Client::Clock::now() + std::chrono::seconds(10);
    while (client->wait_for_event(deadline)) {
      auto event = client->next_event();
      if (!event.is_ok() || !event.value()) break;
      if (event.value()->type == type) return event.take();
    }
    return std::nullopt;
  }

  std::unique_ptr<vso::Client> client;
  vso::ClientArray* array = nullptr;
  std::uint32_t object = 0;
};

}  // namespace blink::test
