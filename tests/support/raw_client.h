// A client by hand on the real socket: it may say hello wrongly, or rightly and then misbehave.

#pragma once

#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>
#include <string>
#include <vector>

#include "tests/support/raw_region.h"
#include "vso/local/doorbell.h"
#include "vso/local/socket.h"

namespace blink::test {

class RawClient {
 public:
  explicit RawClient(const std::string& path) { socket = vso::local::connect_to(path).take(); }

  static blink_hello good_hello() {
    blink_hello hello{};
    hello.magic = BLINK_VSO_MAGIC;
    hello.version_major = BLINK_VSO_VERSION_MAJOR;
    hello.bytes = sizeof hello;
    std::strcpy(hello.name, "raw");
    return hello;
  }
  void say(const blink_hello& hello, std::vector<int> fds) {
    EXPECT_TRUE(
        vso::local::send_packet(socket.get(), std::as_bytes(std::span(&hello, 1)), fds).is_ok());
  }
  // The welcome's code; ~0 when the server closed without one.
  std::uint32_t hear(int timeout_ms = 10'000) {
    pollfd fd{socket.get(), POLLIN, 0};
    if (::poll(&fd, 1, timeout_ms) != 1) return ~0u;
    auto packet =
        vso::local::receive_packet(socket.get(), std::as_writable_bytes(std::span(&welcome, 1)));
    if (!packet.is_ok() || packet->bytes != sizeof welcome) return ~0u;
    if (packet->fds.size() == 2) {
      server_doorbell = vso::local::Doorbell(std::move(packet->fds[0]));
      client_doorbell = vso::local::Doorbell(std::move(packet->fds[1]));
    }
    return welcome.code;
  }
  // A session in good order, with array 0.
  void open() {
    raw.at<blink_region_header>(0) = raw.header;
    say(good_hello(), {raw.memory->fd()});
    ASSERT_EQ(hear(), 0u);
    raw.add_array(0, RawRegion::array_page, RawRegion::capacity);
    server_doorbell.ring();
  }
  // Says hello rightly, and hears what the server makes of it.
  std::uint32_t greet() {
    raw.at<blink_region_header>(0) = raw.header;
    const auto hello = good_hello();
    const int fd = raw.memory->fd();
    // A server that has refused already hears no more.
    (void)vso::local::send_packet(socket.get(), std::as_bytes(std::span(&hello, 1)),
                                  std::span(&fd, 1));
    return hear();
  }
  // Waits for the end, and says why it came.
  std::uint32_t end_code(int timeout_ms = 10'000) {
    pollfd fd{socket.get(), POLLIN, 0};
    if (::poll(&fd, 1, timeout_ms) != 1) return 0;
    return raw.server_words().end_code;
  }

  UniqueFd socket;
  RawRegion raw;
  blink_welcome welcome{};
  vso::local::Doorbell server_doorbell;
  vso::local::Doorbell client_doorbell;
};

}  // namespace blink::test
