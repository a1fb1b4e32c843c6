// What a hostile client can do to a running server: through the handshake, with its descriptors,
// with its doorbells, and by dying. Whatever it is, a good client beside it notices nothing.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include "tests/support/raw_client.h"
#include "tests/support/server_fixture.h"
#include "vso/local/interruption.h"

namespace blink::server {
namespace {

using test::in_seconds;
using test::RawClient;
using test::RawRegion;

class HostileClient : public test::ServerFixture {
 protected:
  explicit HostileClient(std::uint32_t handshake_ms = 300) {
    options.handshake_ms_max = handshake_ms;
    options.sessions_max = 40;
    options.sessions_per_user_max = 40;
    start();
    good_ = connect();
    array_ = good_->add_array(4).take();
    object_ = array_->create(BLINK_OBJECT_BYTES, 5000, {}).take();
  }
  // The good client, which is there all the time, is still served.
  void others_are_fine() {
    array_->begin_update(object_);
    const auto version = array_->end_update(object_);
    const Status status = array_->wait_for_fence(object_, version, in_seconds(5));
    EXPECT_TRUE(status.is_ok()) << status.text();
  }
  std::uint32_t told_for(const blink_hello& hello, std::vector<int> fds) {
    RawClient client(socket_path());
    client.say(hello, std::move(fds));
    const std::uint32_t code = client.hear();
    others_are_fine();
    EXPECT_TRUE(sessions_become(1));
    return code;
  }

  std::unique_ptr<vso::Client> good_;
  vso::ClientArray* array_ = nullptr;
  std::uint32_t object_ = 0;
};

// Clients that take all the places there are and say nothing. They keep them for as long as it
// takes this process to fill them all, on however slow a machine.
class SilentCrowd : public HostileClient {
 protected:
  SilentCrowd() : HostileClient(120'000) {}
};

int memfd(std::uint64_t bytes, int seals, unsigned flags = MFD_ALLOW_SEALING) {
  const int fd = ::memfd_create("test", flags | MFD_CLOEXEC);
  EXPECT_EQ(::ftruncate(fd, static_cast<off_t>(bytes)), 0);
  EXPECT_TRUE(seals == 0 || ::fcntl(fd, F_ADD_SEALS, seals) == 0);
  return fd;
}

TEST_F(HostileClient, WrongHellos) {
  RawRegion raw;
  raw.at<blink_region_header>(0) = raw.header;
  const int fd = raw.memory->fd();
  auto hello = RawClient::good_hello();
  hello.magic = 1;
  EXPECT_EQ(told_for(hello, {fd}), BLINK_END_HANDSHAKE);
  hello = RawClient::good_hello();
  hello.bytes = 7;
  EXPECT_EQ(told_for(hello, {fd}), BLINK_END_HANDSHAKE);
  hello = RawClient::good_hello();
  hello.version_major = 9;
  EXPECT_EQ(told_for(hello, {fd}), BLINK_END_VERSION);
  EXPECT_EQ(told_for(RawClient::good_hello(), {}), BLINK_END_HANDSHAKE);
  EXPECT_EQ(told_for(RawClient::good_hello(), {fd, fd, fd}), BLINK_END_HANDSHAKE);
}

TEST_F(HostileClient, MemoryThatCannotBeTrusted) {
  const auto told = [&](int fd) {
    const std::uint32_t code = told_for(RawClient::good_hello(), {fd});
    ::close(fd);
    return code;
  };
  EXPECT_EQ(told(memfd(1 << 20, 0)), BLINK_END_MEMORY) << "could be truncated";
  EXPECT_EQ(told(memfd(1 << 20, 0, 0)), BLINK_END_MEMORY) << "cannot be sealed";
  EXPECT_EQ(told(memfd(1 << 20, F_SEAL_SHRINK | F_SEAL_WRITE)), BLINK_END_MEMORY);
  EXPECT_EQ(told(memfd(0, F_SEAL_SHRINK)), BLINK_END_MEMORY);
  EXPECT_EQ(told(memfd(5000, F_SEAL_SHRINK)), BLINK_END_MEMORY);
  EXPECT_EQ(told(memfd(1ull << 40, F_SEAL_SHRINK)), BLINK_END_QUOTA);
  EXPECT_EQ(told(memfd(1 << 20, F_SEAL_SHRINK)), BLINK_END_VERSION) << "no header in it";
  for (const int access : {O_RDONLY, O_WRONLY}) {
    const int fd = memfd(1 << 20, F_SEAL_SHRINK);
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    EXPECT_EQ(told(::open(path.c_str(), access)), BLINK_END_MEMORY);
    ::close(fd);
  }
  EXPECT_EQ(told(::open("/dev/zero", O_RDWR)), BLINK_END_MEMORY);
  EXPECT_EQ(told(::open("/etc/passwd", O_RDONLY)), BLINK_END_MEMORY);
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  ::close(fds[1]);
  EXPECT_EQ(told(fds[0]), BLINK_END_MEMORY);
}

TEST_F(HostileClient, TruncationIsImpossible) {
  RawClient client(socket_path());
  client.open();
  EXPECT_NE(::ftruncate(client.raw.memory->fd(), 4096), 0);
  // Holes can be punched; they read as zeroes.
  ASSERT_EQ(::fallocate(client.raw.memory->fd(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                        static_cast<off_t>(client.raw.memory->bytes())),
            0);
  client.server_doorbell.ring();
  others_are_fine();
}

TEST_F(HostileClient, UnmapsEverythingWhileItIsRead) {
  for (int i = 0; i < 20; ++i) {
    RawClient client(socket_path());
    client.open();
    client.raw.put_object(1, 40, 1 << 20);
    client.server_doorbell.ring();
    client.raw.region.reset();
    client.raw.memory.reset();
  }
  others_are_fine();
  EXPECT_TRUE(sessions_become(1));
}

TEST_F(HostileClient, SaysNothingForTooLong) {
  RawClient client(socket_path());
  EXPECT_EQ(client.hear(), BLINK_END_HANDSHAKE);
  others_are_fine();
}

TEST_F(SilentCrowd, IsTooMany) {
  std::vector<std::unique_ptr<RawClient>> crowd;
  for (int i = 0; i < 60; ++i)
    crowd.push_back(std::make_unique<RawClient>(socket_path()));
  EXPECT_EQ(crowd.back()->hear(), BLINK_END_BUSY);
  others_are_fine();
  crowd.clear();
  EXPECT_TRUE(sessions_become(1));
}

TEST_F(HostileClient, FloodsTheDoorbell) {
  RawClient client(socket_path());
  client.open();
  // One write can claim any number of rings.
  const std::uint64_t many = 10'000'000;
  ASSERT_EQ(::write(client.server_doorbell.fd(), &many, sizeof many), 8);
  EXPECT_EQ(client.end_code(), BLINK_END_NOTIFICATIONS);
  others_are_fine();
}

TEST_F(HostileClient, LiesInItsRegion) {
  RawClient client(socket_path());
  client.open();
  client.raw.put_object(2, 0, 4096);  // the header as content
  client.server_doorbell.ring();
  EXPECT_EQ(client.end_code(), BLINK_END_PAGES);
  const auto& words = client.raw.server_words();
  EXPECT_NE(std::string(words.end_text, words.end_text_bytes), "");
  others_are_fine();
}

// The open file behind an eventfd is shared: the client makes the server's ring block.
TEST_F(HostileClient, BlocksTheServersRing) {
  auto client = std::make_unique<RawClient>(socket_path());
  client->open();
  const int fd = client->client_doorbell.fd();
  const std::uint64_t full = ~0ull - 1;
  ASSERT_EQ(::write(fd, &full, sizeof full), 8);
  ASSERT_EQ(::fcntl(fd, F_SETFL, 0), 0);
  client->raw.client_words().client_sleeping = 1;
  client->raw.put_command(BLINK_COMMAND_PING);
  client->server_doorbell.ring();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  others_are_fine();
  // Its session does not outlive it, and does not stop the server from stopping.
  client.reset();
  EXPECT_TRUE(sessions_become(1));
  others_are_fine();
}

// Its doorbell is full, and blocks whoever rings it: the server does, to answer.
void block_the_servers_ring(RawClient& client) {
  client.open();
  const std::uint64_t full = ~0ull - 1;
  ASSERT_EQ(::write(client.client_doorbell.fd(), &full, sizeof full), 8);
  ASSERT_EQ(::fcntl(client.client_doorbell.fd(), F_SETFL, 0), 0);
  client.raw.client_words().client_sleeping = 1;
  client.raw.put_command(BLINK_COMMAND_PING);
  client.server_doorbell.ring();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

TEST_F(HostileClient, BlocksTheServersRingAndLives) {
  RawClient client(socket_path());
  ASSERT_NO_FATAL_FAILURE(block_the_servers_ring(client));
  const auto before = vso::Client::Clock::now();
  stop();
  EXPECT_LT(vso::Client::Clock::now() - before, std::chrono::seconds(2));
}

// The user can be rid of it all the same.
TEST_F(HostileClient, BlocksTheServersRingAndIsClosed) {
  RawClient client(socket_path());
  ASSERT_NO_FATAL_FAILURE(block_the_servers_ring(client));
  ask_newest_to_end(BLINK_END_CLOSED, "closed by the user");
  EXPECT_TRUE(sessions_become(1, 5));
  others_are_fine();
}

TEST_F(HostileClient, SendsMoreOnTheSocket) {
  RawClient client(socket_path());
  client.open();
  client.say(RawClient::good_hello(), {client.raw.memory->fd()});
  EXPECT_TRUE(sessions_become(1)) << "nothing may follow the hello";
  others_are_fine();
}

// A TCP socket with bytes that nobody reads: whoever closes it last waits for a minute.
class Lingering {
 public:
  Lingering() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::bind(listener.get(), generic, sizeof address), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    EXPECT_EQ(::getsockname(listener.get(), generic, &bytes), 0);
    fd.reset(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::connect(fd.get(), generic, sizeof address), 0);
    reader_.reset(::accept(listener.get(), nullptr, nullptr));
    const std::vector<char> much(1 << 16);
    while (::send(fd.get(), much.data(), much.size(), MSG_DONTWAIT) > 0) {
    }
    const linger minute{1, 60};
    EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &minute, sizeof minute), 0);
  }

  // Leaves it to the server to close it last; unless the server was faster.
  void let_go() {
    const vso::local::Impatience impatience;
    fd.reset();
  }

  UniqueFd fd;

 private:
  UniqueFd reader_;  // never read from
};

TEST_F(HostileClient, SendsWhatBlocksWhenItIsClosed) {
  Lingering lingering;
  RawClient client(socket_path());
  client.open();
  client.say(RawClient::good_hello(), {lingering.fd.get()});
  lingering.let_go();
  EXPECT_TRUE(sessions_become(1));
  const auto before = vso::Client::Clock::now();
  EXPECT_TRUE(connect()->ping().is_ok());
  stop();
  EXPECT_LT(vso::Client::Clock::now() - before, std::chrono::seconds(5));
}

TEST_F(SilentCrowd, SendsWhatBlocksWhenItIsRefused) {
  std::vector<std::unique_ptr<RawClient>> crowd;
  while (crowd.size() + 1 < options.sessions_max)
    crowd.push_back(std::make_unique<RawClient>(socket_path()));
  EXPECT_TRUE(sessions_become(options.sessions_max));
  Lingering lingering;
  const auto hello = RawClient::good_hello();
  const int fd = lingering.fd.get();
  std::unique_ptr<RawClient> client;
  do {  // until it has said hello before it was refused
    client = std::make_unique<RawClient>(socket_path());
  } while (!vso::local::send_packet(client->socket.get(), std::as_bytes(std::span(&hello, 1)),
                                    std::span(&fd, 1))
                .is_ok());
  lingering.let_go();
  EXPECT_EQ(client->hear(), BLINK_END_BUSY);
  crowd.clear();
  EXPECT_TRUE(sessions_become(1, 5));
}

TEST_F(HostileClient, LeaksNoDescriptors) {
  const auto count = [] {
    int open = 0;
    for (int fd = 0; fd < 1024; ++fd)
      open += ::fcntl(fd, F_GETFD) >= 0;
    return open;
  };
  const int before = count();
  for (int i = 0; i < 10; ++i) {
    const int fd = memfd(1 << 20, 0);
    told_for(RawClient::good_hello(), {fd, fd, fd});
    ::close(fd);
  }
  // A session leaves the list a little before its descriptors are closed.
  for (const auto deadline = in_seconds(10);
       count() > before && vso::Client::Clock::now() < deadline;)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_LE(count(), before);
}

// ------------------------------------------------------------------ dying at every possible point

// What the child does: everything that the library offers, once.
void whole_life(const std::string& path) {
  auto client = vso::Client::connect({.socket_path = path, .region_bytes = 1 << 20});
  if (!client.is_ok()) return;
  auto array = client->get()->add_array(8);
  if (!array.is_ok()) return;
  for (int round = 0; round < 3; ++round) {
    auto object = array.value()->create(BLINK_OBJECT_BYTES, 20'000, {},
                                        round == 1 ? vso::ClientArray::Placement::scattered
                                                   : vso::ClientArray::Placement::together);
    if (!object.is_ok()) return;
    for (int i = 0; i < 3; ++i) {
      array.value()->begin_update(object.value());
      std::memset(array.value()->content(object.value()).data(), i, 20'000);
      const auto version = array.value()->end_update(object.value());
      if (!array.value()->wait_for_fence(object.value(), version, in_seconds(5)).is_ok()) return;
    }
    array.value()->retire(object.value());
  }
  (void)client->get()->ping();
  (void)client->get()->remove_array(array.value());
  (void)client->get()->bye();
}

// Runs the child until its n-th system call (entry or exit) and kills it there. False when it ended
// before that.
bool die_at_system_call(const std::string& path, int n) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::raise(SIGSTOP);
    whole_life(path);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  for (int i = 0; i < n; ++i) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) return false;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return true;
}

TEST_F(HostileClient, DiesAtEverySystemCall) {
  int n = 0;
  while (die_at_system_call(socket_path(), n)) {
    ++n;
    ASSERT_LT(n, 5000) << "the child never ends";
    if (n % 20 == 0) others_are_fine();
  }
  EXPECT_GT(n, 30) << "the child did not do its work";
  EXPECT_TRUE(sessions_become(1));
  others_are_fine();
}

TEST_F(HostileClient, DiesAtRandomMoments) {
  for (int i = 0; i < 150; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (;;)
        whole_life(socket_path());
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 137 * i % 9000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (i % 10 == 0) others_are_fine();
  }
  EXPECT_TRUE(sessions_become(1));
  others_are_fine();
}

}  // namespace
}  // namespace blink::server
