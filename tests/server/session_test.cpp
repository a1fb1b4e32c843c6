#include "server/session.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <cstring>
#include <fstream>

#include "server/control.h"
#include "server/options.h"
#include "tests/support/raw_client.h"
#include "tests/support/server_fixture.h"

namespace blink::server {
namespace {

class SessionTest : public test::ServerFixture {};

TEST_F(SessionTest, TwoServersDoNotShareADirectory) {
  start();
  auto second = Server::start(options, nullptr);
  ASSERT_FALSE(second.is_ok());
  EXPECT_NE(second.status().text().find("already"), std::string_view::npos);
}

TEST_F(SessionTest, ADeadServersSocketIsNoObstacle) {
  start();
  stop();
  std::ofstream(socket_path()) << "left behind";
  start();
  EXPECT_TRUE(connect()->ping().is_ok());
}

TEST_F(SessionTest, TellsWhatASessionHas) {
  start();
  auto client = connect();
  auto* array = client->add_array(10).take();
  const auto object = array->create(BLINK_OBJECT_BYTES, 9000, {}).take();
  const auto version = array->end_update(object);
  ASSERT_TRUE(array->wait_for_fence(object, version, test::in_seconds(5)).is_ok());
  const SessionInfo info = server->sessions().at(0);
  EXPECT_EQ(info.name, "test");
  EXPECT_EQ(info.pid, ::getpid());
  EXPECT_EQ(info.state, "live");
  EXPECT_EQ(info.objects, 1u);
  EXPECT_EQ(info.object_bytes, 9000u);
}

TEST_F(SessionTest, ANameCannotForgeALogLine) {
  start();
  test::RawClient client(socket_path());
  client.raw.at<blink_region_header>(0) = client.raw.header;
  auto hello = test::RawClient::good_hello();
  std::strcpy(hello.name, "x\n\x1b[31mforged");
  client.say(hello, {client.raw.memory->fd()});
  ASSERT_EQ(client.hear(), 0u);
  EXPECT_EQ(server->sessions().at(0).name, "x\\n\\x1b[31mforged");
}

// An idle client costs no processor: its session's thread does not wake.
TEST_F(SessionTest, TheUserEndsOneAndNoOther) {
  start();
  auto other = connect();
  auto client = connect();
  ask_newest_to_end(BLINK_END_CLOSED, "closed by the user");
  ask_newest_to_end(BLINK_END_SERVER, "something else");
  ASSERT_TRUE(client->wait_for_event(test::in_seconds(10)));
  const auto end = client->next_event();
  ASSERT_TRUE(end.is_ok() && end.value());
  EXPECT_EQ(end.value()->type, BLINK_EVENT_END);
  EXPECT_EQ(end.value()->code, std::uint32_t{BLINK_END_CLOSED});
  EXPECT_EQ(end.value()->text, "closed by the user");
  EXPECT_TRUE(sessions_become(1));
  EXPECT_TRUE(other->ping().is_ok());
}

TEST_F(SessionTest, IdleSessionsSleep) {
  start();
  std::vector<std::unique_ptr<vso::Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect(1 << 20));
    ASSERT_TRUE(clients.back()->ping().is_ok());
  }
  const auto beats = [&] {
    std::uint64_t sum = 0;
    for (const auto& client : clients)
      sum += client->memory().span().copy_of<blink_server_words>(2 * 4096).server_heartbeat;
    return sum;
  };
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto before = beats();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(beats(), before);
}

TEST_F(SessionTest, RingsOnlyWhenTheServerSleeps) {
  options.spin_us = 100'000;
  start();
  auto client = connect();
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(client->ping().is_ok());
  EXPECT_LT(server->sessions().at(0).notifications, 100u);
}

TEST(Control, AnswersAndRefuses) {
  char name[] = "/tmp/blink-test-XXXXXX";
  const std::string directory = ::mkdtemp(name);
  {
    auto control = Control::start(directory, [](const ControlRequest& request) {
      const std::string& command = request.command;
      if (command == "big")
        return Result<ControlAnswer>(ControlAnswer{"", std::vector<std::byte>(3 << 20)});
      if (command == "good") return Result<ControlAnswer>(ControlAnswer{"{\"a\":1}", {}});
      return Result<ControlAnswer>(Status::system("unknown"));
    });
    ASSERT_TRUE(control.is_ok());
    EXPECT_EQ(ask_server(directory, "good").take().json, "{\"a\":1}");
    EXPECT_EQ(ask_server(directory, "big").take().payload.size(), 3u << 20);
    EXPECT_EQ(ask_server(directory, "bad").status().text(), "unknown");
    EXPECT_FALSE(ask_server(directory, std::string(100'000, 'x')).is_ok());
  }
  EXPECT_NE(ask_server(directory, "good").status().text().find("blink up"), std::string_view::npos);
  std::filesystem::remove_all(directory);
}

// A request that never ends, a byte now and then, is given up.
TEST(Control, ARequestThatDripsHasAnEnd) {
  char name[] = "/tmp/blink-test-XXXXXX";
  const std::string directory = ::mkdtemp(name);
  {
    auto control = Control::start(directory, [](const ControlRequest&) {
      return Result<ControlAnswer>(ControlAnswer{"{}", {}});
    });
    ASSERT_TRUE(control.is_ok());
    const UniqueFd slow(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (directory + "/control").c_str());
    ASSERT_EQ(::connect(slow.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const auto before = vso::Client::Clock::now();
    while (::send(slow.get(), " ", 1, MSG_NOSIGNAL) == 1 &&
           vso::Client::Clock::now() - before < std::chrono::seconds(30))
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_LT(vso::Client::Clock::now() - before, std::chrono::seconds(10));
  }
  std::filesystem::remove_all(directory);
}

// Any number of those who ask for much and read nothing; also with the answer on its way.
TEST(Control, SlowReadersDelayNobody) {
  char name[] = "/tmp/blink-test-XXXXXX";
  const std::string directory = ::mkdtemp(name);
  {
    auto control = Control::start(directory, [](const ControlRequest& request) {
      const std::string& command = request.command;
      return Result<ControlAnswer>(
          ControlAnswer{"{}", std::vector<std::byte>(command == "big" ? 8 << 20 : 0)});
    });
    ASSERT_TRUE(control.is_ok());
    std::vector<UniqueFd> readers;
    for (int i = 0; i < 30; ++i) {
      readers.emplace_back(::socket(AF_UNIX, SOCK_STREAM, 0));
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      std::strcpy(address.sun_path, (directory + "/control").c_str());
      auto* generic = reinterpret_cast<sockaddr*>(&address);
      ASSERT_EQ(::connect(readers.back().get(), generic, sizeof address), 0);
      const std::string request = i % 2 == 0 ? "{\"command\":\"big\"}\n" : "{";
      ASSERT_EQ(::send(readers.back().get(), request.data(), request.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(request.size()));
      const auto before = vso::Client::Clock::now();
      EXPECT_TRUE(ask_server(directory, "good").is_ok());
      EXPECT_LT(vso::Client::Clock::now() - before, std::chrono::seconds(1));
    }
  }
  std::filesystem::remove_all(directory);
}

TEST(Options, AreChecked) {
  const auto parse = [](std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "blinkd");
    return parse_options(static_cast<int>(arguments.size()), const_cast<char**>(arguments.data()));
  };
  EXPECT_EQ(parse({"--objects", "77"})->server.quotas.objects_max, 77u);
  EXPECT_EQ(parse({"--size", "640x480"})->screen.height, 480u);
  EXPECT_FALSE(parse({"--objects"}).is_ok());
  EXPECT_FALSE(parse({"--objects", "0"}).is_ok());
  EXPECT_FALSE(parse({"--objects", "12x"}).is_ok());
  EXPECT_FALSE(parse({"--size", "640"}).is_ok());
  EXPECT_FALSE(parse({"--nonsense", "1"}).is_ok());
}

}  // namespace
}  // namespace blink::server
