// A real server on a thread of the test, in a directory of its own, with recording consumers.

#pragma once

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "server/server.h"
#include "tests/support/raw_region.h"
#include "vso/client.h"
#include "vso/client_array.h"

namespace blink::test {

inline auto in_seconds(double seconds) {
  return vso::Client::Clock::now() + std::chrono::duration_cast<vso::Client::Clock::duration>(
                                         std::chrono::duration<double>(seconds));
}

class ServerFixture : public ::testing::Test {
 protected:
  ServerFixture() {
    char name[] = "/tmp/blink-test-XXXXXX";
    options.runtime_dir = ::mkdtemp(name);
  }
  ~ServerFixture() override {
    stop();
    std::filesystem::remove_all(options.runtime_dir);
  }

  void start() {
    auto started =
        server::Server::start(options, [this](std::uint32_t, const std::string&,
                                              const std::shared_ptr<server::ClientMail>& mail,
                                              const server::SessionLink&) {
          const std::lock_guard lock(mutex);
          latest_mail = mail;
          latest = std::make_shared<RecordingConsumer>();
          latest->during_prepare = on_prepare;
          return std::unique_ptr<vso::ObjectConsumer>(std::make_unique<Forward>(latest, mutex));
        });
    ASSERT_TRUE(started.is_ok()) << started.status().text();
    server = started.take();
    thread = std::thread([this] { server->run(); });
  }
  void stop() {
    if (!server) return;
    server->stop();
    thread.join();
    server.reset();
  }

  std::string socket_path() const { return options.runtime_dir + "/clients"; }
  std::unique_ptr<vso::Client> connect(std::uint64_t region_bytes = 16 << 20) {
    auto client = vso::Client::connect(
        {.socket_path = socket_path(), .name = "test", .region_bytes = region_bytes});
    EXPECT_TRUE(client.is_ok()) << client.status().text();
    return client.is_ok() ? client.take() : nullptr;
  }
  // Waits until the server has so many sessions.
  bool sessions_become(std::size_t count, double seconds = 10) {
    for (const auto deadline = in_seconds(seconds); vso::Client::Clock::now() < deadline;) {
      if (server->sessions().size() == count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

  // look(RecordingConsumer&): at what the newest session has shown, or to tell it what to do.
  // Fences order the two threads already, but through shared memory, where ThreadSanitizer cannot
  // see it: the lock shows it.
  template <typename Look>
  auto with_recorded(Look&& look) {
    const std::lock_guard lock(mutex);
    return look(*latest);
  }

  // As the screen does when the user wants the newest session's client gone.
  void ask_newest_to_end(std::uint32_t code, std::string_view text) {
    const std::lock_guard lock(mutex);
    latest_mail->ask_to_end(code, text);
  }

  // What a session has shown stays to be looked at after its end.
  class Forward : public vso::ObjectConsumer {
   public:
    Forward(std::shared_ptr<RecordingConsumer> to, std::mutex& mutex)
        : to_(std::move(to)), mutex_(mutex) {}
    bool knows(std::uint16_t type) const override { return to_->knows(type); }
    Status prepare(const vso::ObjectVersion& v) override {
      const std::lock_guard lock(mutex_);
      return to_->prepare(v);
    }
    void commit(const vso::ObjectVersion& v) override {
      const std::lock_guard lock(mutex_);
      to_->commit(v);
    }
    void discard(const vso::ObjectVersion& v) override {
      const std::lock_guard lock(mutex_);
      to_->discard(v);
    }
    void retire(vso::ObjectKey key) override {
      const std::lock_guard lock(mutex_);
      to_->retire(key);
    }

   private:
    std::shared_ptr<RecordingConsumer> to_;
    std::mutex& mutex_;
  };

  std::function<void(const vso::ObjectVersion&)> on_prepare;  // of consumers made from now on
  server::ServerOptions options;
  std::unique_ptr<server::Server> server;
  std::thread thread;

 private:
  std::mutex mutex;
  std::shared_ptr<RecordingConsumer> latest;
  std::shared_ptr<server::ClientMail> latest_mail;
};

}  // namespace blink::test
