// What programs in a capsule cannot do. Each way out is tried twice: in a capsule, where it is held
// back, and by a plain process, where it gets through: so no attempt is one that never works. (What
// a plain process may not either, where the tests are not root's, is left out there.)

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <ostream>
#include <string>

#include "common/unique_fd.h"
#include "tests/machines/capsule_fixture.h"

namespace blink {
namespace {

struct Way {
  const char* name;  // of the test
  const char* escape;
  const char* argument = "";  // {X} is put in
  bool needs_root = false;    // outside
};

void PrintTo(const Way& way, std::ostream* to) { *to << way.escape << ' ' << way.argument; }

class Attempt : public test::CapsuleFixture {
 protected:
  void SetUp() override {
    test::CapsuleFixture::SetUp();
    std::ofstream(file("secret")) << "the user's";
    ::setenv("BLINK_TEST_SECRET", "known", 1);
    left_open.reset(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
    take_terminal();
    listen_by_name();
    listen_at_port();
    shm_key = 0x62000000u + static_cast<unsigned>(::getpid());
    shared_memory = ::shmget(static_cast<key_t>(shm_key), 4096, IPC_CREAT | 0666);
  }
  void TearDown() override {
    ::shmctl(shared_memory, IPC_RMID, nullptr);
    if (own_input.is_open()) ::dup2(own_input.get(), STDIN_FILENO);
    test::CapsuleFixture::TearDown();
  }

  // As if somebody had started the test in one.
  void take_terminal() {
    terminal.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(terminal.is_open() && ::grantpt(terminal.get()) == 0 &&
                ::unlockpt(terminal.get()) == 0);
    const UniqueFd side(::open(::ptsname(terminal.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    own_input.reset(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    ASSERT_EQ(::dup2(side.get(), STDIN_FILENO), STDIN_FILENO);
  }

  void listen_by_name() {
    named.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name = "blink-test-" + std::to_string(::getpid());
    name.copy(&address.sun_path[1], name.size());
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    ASSERT_EQ(::bind(named.get(), reinterpret_cast<sockaddr*>(&address), bytes), 0);
    ASSERT_EQ(::listen(named.get(), 8), 0);
  }
  void listen_at_port() {
    numbered.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    ASSERT_EQ(::bind(numbered.get(), reinterpret_cast<sockaddr*>(&address), bytes), 0);
    ASSERT_EQ(::listen(numbered.get(), 8), 0);
    ::getsockname(numbered.get(), reinterpret_cast<sockaddr*>(&address), &bytes);
    port = ntohs(address.sin_port);
  }
  // A capsule that others want something of.
  pid_t other_capsule() {
    other_ = run_window("other");
    EXPECT_TRUE(window_of("other"));
    return machines()[0]["pid"];
  }
  std::string with_values(std::string text) {
    const auto put = [&](const std::string& what, const std::function<std::string()>& value) {
      if (const std::size_t at = text.find(what); at != text.npos)
        text.replace(at, what.size(), value());
    };
    put("{runtime}", [&] { return daemon.directory; });
    put("{name}", [&] { return name; });
    put("{port}", [&] { return std::to_string(port); });
    put("{pid}", [&] { return std::to_string(::getpid()); });
    put("{shm}", [&] { return std::to_string(shm_key); });
    put("{other}", [&] { return std::to_string(other_capsule()); });
    put("{other-door}", [&] {
      other_capsule();
      return file("machines/other/door/clients");
    });
    return text;
  }

  UniqueFd left_open, named, numbered, terminal, own_input;
  std::string name;
  unsigned port = 0, shm_key = 0;
  int shared_memory = -1;

 private:
  std::unique_ptr<test::Program> other_;
};

class Escapes : public Attempt, public ::testing::WithParamInterface<Way> {};

TEST_P(Escapes, AreHeldBackInACapsule) {
  const auto attempt =
      run("jail", {"/share/escapes", GetParam().escape, with_values(GetParam().argument)});
  EXPECT_EQ(attempt->wait(), 0) << attempt->said();
}

TEST_P(Escapes, GetThroughOutside) {
  if (GetParam().needs_root && ::geteuid() != 0) GTEST_SKIP() << "only root may do this outside";
  const auto attempt = blink({"run", "--name", "free", "--machine", "process", "--",
                              folder_of_programs() + "/escapes", GetParam().escape,
                              with_values(GetParam().argument)});
  const int status = attempt->wait();
  if (status == 3) GTEST_SKIP() << "it cannot be tried here";
  EXPECT_EQ(status, 1) << attempt->said();
}

// Names without a file are the network's, and the host's X server and buses have some. Linux is
// asked to keep the capsule from them (Landlock), and where it cannot there is no such capsule.
class HostNetwork : public Attempt {};

TEST_F(HostNetwork, HasTheHostsPortsAndNotItsNames) {
  const auto port_tried =
      run("net", {"/share/escapes", "internet_socket", std::to_string(port)}, {"--net", "host"});
  const int status = port_tried->wait();
  if (port_tried->said().find("needs Linux 6.12") != std::string::npos)
    GTEST_SKIP() << port_tried->said();
  EXPECT_EQ(status, 1) << port_tried->said();
  const auto name_tried =
      run("net", {"/share/escapes", "abstract_socket", name}, {"--net", "host"});
  EXPECT_EQ(name_tried->wait(), 0) << name_tried->said();
  const auto process_tried = run(
      "net", {"/share/escapes", "signal_process", std::to_string(::getpid())}, {"--net", "host"});
  EXPECT_EQ(process_tried->wait(), 0) << process_tried->said();
  const auto window = run_window("net", {"--net", "host"});
  EXPECT_TRUE(window_of("net")) << window->said();
}

constexpr Way ways[] = {{"FileOfTheUser", "read_file", "{runtime}/secret"},
                        {"Shadow", "read_file", "/etc/shadow", true},
                        {"UsersOfTheHost", "read_file", "/etc/subuid"},
                        {"LogOfTheServer", "read_file", "{runtime}/log"},
                        {"ControlSocketByPath", "stream_socket", "{runtime}/control"},
                        {"ControlSocketWhereverItIs", "find_control_socket", "{runtime}"},
                        {"ServersOwnClientSocket", "packet_socket", "{runtime}/clients"},
                        {"DoorOfAnotherCapsule", "packet_socket", "{other-door}"},
                        {"XServerOfAnotherCapsule", "stream_socket",
                         "/proc/{other}/root"
                         "/tmp/.X11-unix/X1000",
                         true},
                        {"AbstractSocket", "abstract_socket", "{name}"},
                        {"PortOfTheHost", "internet_socket", "{port}"},
                        {"NetworkOfTheHost", "network_interfaces"},
                        {"RawSockets", "raw_sockets", "", true},
                        {"ProcessOfTheHost", "signal_process", "{pid}"},
                        {"ListOfProcesses", "see_process", "blinkd"},
                        {"Trace", "trace"},
                        {"MemoryOfAProcess", "read_memory_of_another"},
                        {"Mount", "mount_something", "", true},
                        {"MountByDescriptor", "mount_by_descriptor", "", true},
                        {"WriteToPrograms", "write_to_read_only", "/usr", true},
                        {"WriteToTheRoot", "write_to_read_only", "/", true},
                        {"AnotherRoot", "another_root", "", true},
                        {"NewUserNamespace", "new_user_namespace"},
                        {"EnterANamespace", "enter_namespace", "", true},
                        {"Keyring", "keyring"},
                        {"WordsIntoATerminal", "type_into_terminal", "", true},
                        {"TerminalOfTheCaller", "callers_terminal"},
                        {"Descriptors", "descriptors"},
                        {"Environment", "environment", "BLINK_TEST_SECRET"},
                        {"Rights", "rights"},
                        {"MakeADevice", "make_device", "", true},
                        {"OpenADevice", "open_device", "", true},
                        {"InterfacesOfTheKernel", "kernel_interfaces"},
                        {"SharedMemory", "shared_memory", "{shm}"},
                        {"SettingsOfTheHost", "host_settings", "", true},
                        {"DevicesOfTheHost", "host_devices_told"}};

std::string name_of(const ::testing::TestParamInfo<Way>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Of, Escapes, ::testing::ValuesIn(ways), name_of);

}  // namespace
}  // namespace blink
