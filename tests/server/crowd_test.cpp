// Those who come in numbers: others still find a place.

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/raw_client.h"
#include "tests/support/server_fixture.h"

namespace blink::server {
namespace {

using test::RawClient;

class Crowd : public test::ServerFixture {
 protected:
  void come(int clients) {
    for (int i = 0; i < clients; ++i)
      crowd_.push_back(std::make_unique<RawClient>(socket_path()));
  }
  std::string last_is_told() {
    if (crowd_.back()->hear() != BLINK_END_BUSY) return "";
    return {crowd_.back()->welcome.text, crowd_.back()->welcome.text_bytes};
  }
  // Whether another process is served, as this user or as another.
  bool serves_another(uid_t uid = ::geteuid()) const {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::setuid(uid) != 0) ::_exit(2);
      const auto client =
          vso::Client::connect({.socket_path = socket_path(), .region_bytes = 1 << 20});
      ::_exit(client.is_ok() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status == 0;
  }

 private:
  std::vector<std::unique_ptr<RawClient>> crowd_;
};

TEST_F(Crowd, OfOneProcessLeavesRoomForOthers) {
  options.sessions_max = 16;
  options.sessions_per_process_max = 4;
  start();
  come(20);
  EXPECT_EQ(last_is_told(), "the process has as many sessions as one may have");
  EXPECT_TRUE(serves_another());
}

TEST_F(Crowd, OfOneUserLeavesRoomForOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  options.sessions_max = 16;
  start();
  ASSERT_EQ(::chmod(options.runtime_dir.c_str(), 0711), 0);
  ASSERT_EQ(::chmod(socket_path().c_str(), 0666), 0);
  come(20);
  EXPECT_EQ(last_is_told(), "the user has as many sessions as one may have");
  EXPECT_FALSE(serves_another());
  EXPECT_TRUE(serves_another(54'321));
}

// Anybody may make /tmp/blink-UID before its user does, and listen there.
TEST_F(Crowd, AServerInAnothersDirectoryIsNoServer) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  const uid_t victim = 100'000 + static_cast<uid_t>(::getpid());
  const uid_t attacker = victim + 1;
  std::filesystem::remove(options.runtime_dir);
  options.runtime_dir = "/tmp/blink-" + std::to_string(victim);
  start();  // root's own
  ASSERT_EQ(::chmod(options.runtime_dir.c_str(), 0711), 0);
  ASSERT_EQ(::chmod(socket_path().c_str(), 0666), 0);
  EXPECT_TRUE(serves_another(victim));
  ASSERT_EQ(::chown(options.runtime_dir.c_str(), victim, victim), 0);
  EXPECT_TRUE(serves_another(victim));
  ASSERT_EQ(::chmod(options.runtime_dir.c_str(), 0733), 0);
  EXPECT_FALSE(serves_another(victim)) << "the socket may be anybody's";
  ASSERT_EQ(::chmod(options.runtime_dir.c_str(), 0711), 0);
  ASSERT_EQ(::chown(options.runtime_dir.c_str(), attacker, attacker), 0);
  EXPECT_FALSE(serves_another(victim));
  EXPECT_TRUE(serves_another(attacker + 1)) << "who names the place has chosen it";
}

}  // namespace
}  // namespace blink::server
