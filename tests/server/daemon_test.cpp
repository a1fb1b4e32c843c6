// The program blinkd where the host is short of something.

#include <gtest/gtest.h>

#include <sys/file.h>
#include <sys/resource.h>

#include "server/control.h"
#include "tests/support/daemon.h"
#include "tests/support/fuse_file.h"
#include "tests/support/raw_client.h"

namespace blink::server {
namespace {

using test::Daemon;
using test::RawClient;

TEST(Daemon, ACrowdLeavesDescriptorsToStopItWith) {
  Daemon daemon({}, [] {
    const rlimit few{64, 256};
    ::setrlimit(RLIMIT_NOFILE, &few);
  });
  std::vector<std::unique_ptr<RawClient>> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<RawClient>(daemon.socket_path()));
    crowd.back()->greet();
  }
  EXPECT_EQ(crowd.front()->welcome.code, 0u);
  EXPECT_EQ(crowd.back()->welcome.code, BLINK_END_BUSY);
  EXPECT_TRUE(ask_server(daemon.directory, "ps").is_ok());
  EXPECT_TRUE(ask_server(daemon.directory, "screenshot").is_ok());
  EXPECT_TRUE(ask_server(daemon.directory, "stop").is_ok());
  EXPECT_EQ(daemon.wait(5'000), 0);
}

// Milliseconds of processor time that it has used.
long cpu_ms(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text, ')');
  long user = 0, system = 0;
  for (int i = 3; i < 14; ++i)
    file >> text;
  file >> user >> system;
  return (user + system) * 1000 / ::sysconf(_SC_CLK_TCK);
}

// Nothing but the client's file system can end a close of its file.
TEST(Daemon, AFileThatCannotBeClosedHoldsItsSenderAlone) {
  Daemon daemon;
  test::FuseFile file;  // after it, or it would inherit the file; and it goes first
  if (!file.is_there()) GTEST_SKIP() << "this user may not mount a file system";
  {
    RawClient client(daemon.socket_path());
    client.say(RawClient::good_hello(), {file.fd.get()});
    file.fd.reset();  // here: a process that ends with it open may wait for itself
    for (int i = 0; i < 1000 && file.held() == 0; ++i)
      ::usleep(5'000);
    ASSERT_EQ(file.held(), 1);
  }  // it has gone, and the session cannot
  EXPECT_TRUE(daemon.connect().take()->ping().is_ok());
  EXPECT_TRUE(ask_server(daemon.directory, "ps").is_ok());
  const long before = cpu_ms(daemon.pid);
  ::usleep(500'000);
  EXPECT_LT(cpu_ms(daemon.pid) - before, 100);
  // It lets go of its directory, and of the process what the kernel lets it.
  EXPECT_TRUE(ask_server(daemon.directory, "stop").is_ok());
  const UniqueFd lock(::open((daemon.directory + "/lock").c_str(), O_RDWR | O_CLOEXEC));
  bool is_free = false;
  for (int i = 0; i < 1600 && !is_free; ++i) {
    is_free = ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
    ::usleep(5'000);
  }
  EXPECT_TRUE(is_free);
  EXPECT_NE(daemon.log().find("server.down"), std::string::npos);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they take their own memory

// No more addresses than it has now, but so many.
void leave_memory(pid_t pid, std::uint64_t bytes) {
  std::uint64_t pages = 0;
  std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> pages;
  const rlimit limit{pages * 4096 + bytes, RLIM_INFINITY};
  ASSERT_EQ(::prlimit(pid, RLIMIT_AS, &limit, nullptr), 0);
}

TEST(Daemon, ASessionWithoutMemoryEndsAlone) {
  Daemon daemon({"--objects", "10000000"});
  auto good = daemon.connect().take();
  auto greedy = daemon.connect(2ull << 30).take();
  leave_memory(daemon.pid, 24 << 20);
  Status status;
  for (std::uint32_t i = 0; i < BLINK_ARRAYS_MAX && status.is_ok(); ++i)
    status = greedy->add_array(BLINK_ARRAY_CAPACITY_MAX).take_status();
  EXPECT_EQ(status.code(), BLINK_END_SERVER);
  EXPECT_EQ(status.text(), "the host is out of memory");
  ASSERT_TRUE(daemon.is_alive());
  EXPECT_TRUE(good->ping().is_ok());
  EXPECT_TRUE(daemon.connect(1 << 20).is_ok());
  EXPECT_NE(daemon.log().find("code=18 reason=\"the host is out of memory\""), std::string::npos);
}

TEST(Daemon, AScreenshotWithoutMemoryIsRefused) {
  Daemon daemon({"--size", "4096x4096"});
  leave_memory(daemon.pid, 40 << 20);
  EXPECT_EQ(ask_server(daemon.directory, "screenshot").status().text(),
            "the host is out of memory");
  ASSERT_TRUE(daemon.is_alive());
  EXPECT_TRUE(ask_server(daemon.directory, "ps").is_ok());
  EXPECT_TRUE(ask_server(daemon.directory, "stop").is_ok());
  EXPECT_EQ(daemon.wait(5'000), 0);
}

#endif

}  // namespace
}  // namespace blink::server
