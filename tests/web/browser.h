// What a browser does, in a few lines: HTTP and WebSocket over a socket of its own, and what good
// browsers would never send.

#pragma once

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <cstring>
#include <optional>
#include <string>

#include "tests/support/png_pixels.h"

namespace blink::test {

class Browser {
 public:
  explicit Browser(std::uint16_t its_port)
      : port(its_port), socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Browser() { ::close(socket); }
  Browser(const Browser&) = delete;

  std::string own_host() const { return "127.0.0.1:" + std::to_string(port); }
  void send(const std::string& bytes) {
    [[maybe_unused]] const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // So many bytes; fewer where the connection ends or nothing comes for `timeout_ms`.
  std::string receive(std::size_t size, int timeout_ms = 10'000) {
    std::string bytes;
    char chunk[65'536];
    pollfd readable{socket, POLLIN, 0};
    while (bytes.size() < size && ::poll(&readable, 1, timeout_ms) == 1) {
      const auto got = ::recv(socket, chunk, std::min(sizeof chunk, size - bytes.size()), 0);
      if (got <= 0) break;
      bytes.append(chunk, static_cast<std::size_t>(got));
    }
    return bytes;
  }
  std::string head() {
    std::string text;
    while (!text.ends_with("\r\n\r\n")) {
      const std::string next = receive(1);
      if (next.empty()) break;
      text += next;
    }
    return text;
  }
  std::string ask(const std::string& line, const std::string& host) {
    send(line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return head();
  }
  // Whether the server speaks WebSocket with it.
  bool upgrade(const std::string& host, const std::string& origin) {
    send("GET / HTTP/1.1\r\nHost: " + host + "\r\n" +
         (origin.empty() ? "" : "Origin: " + origin + "\r\n") +
         "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Protocol: blink-screen\r\n\r\n");
    return head().starts_with("HTTP/1.1 101");
  }
  bool upgrade() { return upgrade(own_host(), "http://" + own_host()); }
  // One frame of WebSocket, with a mask of zeros. `claimed`: the length that it says it has.
  void say(const std::string& text, char first = '\x81',
           std::optional<std::uint64_t> claimed = {}) {
    std::string bytes{first, '\xff'};
    const std::uint64_t size = claimed.value_or(text.size());
    if (size < 126)
      bytes[1] = static_cast<char>(0x80 | size);
    else if (size < 65'536)
      (bytes[1] = '\xfe', bytes += {static_cast<char>(size >> 8), static_cast<char>(size)});
    else
      for (int i = 7; i >= 0; --i)
        bytes += static_cast<char>(size >> (8 * i));
    send(bytes + std::string(4, '\0') + text);
  }
  // The next frame's content; the close code, as text, when that comes; empty: nothing.
  std::string hear(int timeout_ms = 10'000) {
    const std::string start = receive(2, timeout_ms);
    if (start.size() < 2) return "";
    std::uint64_t size = static_cast<unsigned char>(start[1]);
    const int more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more > 0) size = 0;
    for (const char byte : receive(static_cast<std::size_t>(more)))
      size = size << 8 | static_cast<unsigned char>(byte);
    const std::string content = receive(size);
    if ((start[0] & 0xF) != 8) return content;
    return content.size() < 2
               ? "closed"
               : "closed " + std::to_string(static_cast<unsigned char>(content[0]) << 8 |
                                            static_cast<unsigned char>(content[1]));
  }

  // Draws a message of the server on `screen`, as the page does, and tells it so.
  void show(const std::string& message) {
    const std::uint32_t number = little(message, 0, 4);
    screen.width = little(message, 4, 2);
    screen.height = little(message, 6, 2);
    screen.rgb.resize(std::size_t{screen.width} * screen.height * 3);
    for (std::size_t at = 8; at < message.size();) {
      const std::uint32_t bytes = little(message, at + 8, 4);
      ASSERT_LE(at + 12 + bytes, message.size());
      const auto* data = reinterpret_cast<const unsigned char*>(&message[at + 12]);
      draw(little(message, at, 2), little(message, at + 2, 2),
           little(message, at + 4, 4) == 0 ? jpeg(data, bytes)
                                           : picture_of(std::as_bytes(std::span(data, bytes))));
      at += 12 + bytes;
    }
    say("{\"shown\":" + std::to_string(number) + "}");
  }

  const std::uint16_t port;
  const int socket;
  Picture screen;

 private:
  static std::uint32_t little(const std::string& bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    while (count-- > 0)
      value = value << 8 | static_cast<unsigned char>(bytes.at(at + static_cast<unsigned>(count)));
    return value;
  }
  static Picture jpeg(const unsigned char* data, std::uint32_t bytes) {
    void* handle = ::tjInitDecompress();
    int width = 0, height = 0, sampling = 0, space = 0;
    EXPECT_EQ(::tjDecompressHeader3(handle, data, bytes, &width, &height, &sampling, &space), 0);
    Picture picture{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), {}};
    picture.rgb.resize(std::size_t{picture.width} * picture.height * 3);
    EXPECT_EQ(
        ::tjDecompress2(handle, data, bytes, picture.rgb.data(), width, 0, height, TJPF_RGB, 0), 0);
    ::tjDestroy(handle);
    return picture;
  }
  void draw(std::uint32_t x, std::uint32_t y, const Picture& area) {
    ASSERT_LE(x + area.width, screen.width);
    ASSERT_LE(y + area.height, screen.height);
    for (std::uint32_t row = 0; row < area.height; ++row)
      std::memcpy(&screen.rgb[(std::size_t{y + row} * screen.width + x) * 3],
                  &area.rgb[std::size_t{row} * area.width * 3], std::size_t{area.width} * 3);
  }
};

}  // namespace blink::test
