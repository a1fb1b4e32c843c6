// A Unix-socket server for one connection: it hears something, says what it was told to say, and
// then hangs up, or waits until the other side does.

#pragma once

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "common/unique_fd.h"

namespace blink::doctor {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    char name[] = "/tmp/doctor-test-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class FakeServer {
 public:
  FakeServer(const std::string& path, std::string answer, bool hangs_up = false)
      : answer_(std::move(answer)), hangs_up_(hangs_up) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    thread_ = std::thread([this] { serve(); });
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

 private:
  void serve() {
    const UniqueFd peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer.is_open()) return;
    char heard[4096];
    if (::recv(peer.get(), heard, sizeof heard, 0) <= 0) return;
    ::send(peer.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
    while (!hangs_up_ && ::recv(peer.get(), heard, sizeof heard, 0) > 0) {
    }
  }

  const std::string answer_;
  const bool hangs_up_;
  UniqueFd listener_;
  std::thread thread_;
};

}  // namespace blink::doctor
