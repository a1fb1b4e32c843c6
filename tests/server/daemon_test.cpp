// The program blinkd where the host is short of something.

#include <gtest/gtest.h>

#include <sys/resource.h>

#include "server/control.h"
#include "tests/support/daemon.h"
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

}  // namespace
}  // namespace blink::server
