#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>

#include "cli/doctor/checks.h"
#include "cli/doctor/display_hello.h"
#include "cli/doctor/runner.h"
#include "tests/doctor/environment.h"
#include "tests/doctor/fake_server.h"
#include "tests/support/xvfb.h"

namespace blink::doctor {
namespace {

using test::Xvfb;

// ---- X11 ----

TEST(X11, ReadsDisplayNames) {
  const auto parsed = [](std::string_view text) { return parse_x11_address(text); };
  EXPECT_EQ(parsed(":0").value(), (X11Address{"", 0}));
  EXPECT_EQ(parsed(":12.1").value(), (X11Address{"", 12}));
  EXPECT_EQ(parsed("unix:3").value(), (X11Address{"", 3}));
  EXPECT_EQ(parsed("localhost:10.0").value(), (X11Address{"localhost", 10}));
  EXPECT_EQ(parsed("::1:4").value(), (X11Address{"::1", 4}));
  for (const char* const text : {"", "0", ":", ":x", ":0x", ":-1", ":99999", ":999999999999"})
    EXPECT_FALSE(parsed(text).is_ok()) << text;
}

std::string counted(std::string_view text) {
  return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size())} +
         std::string(text);
}

std::string authority_entry(std::string_view family, std::string_view host,
                            std::string_view display, std::string_view name,
                            std::string_view cookie) {
  return std::string(family) + counted(host) + counted(display) + counted(name) + counted(cookie);
}

constexpr std::string_view local = {"\x01\x00", 2};
constexpr std::string_view wild = {"\xFF\xFF", 2};
constexpr std::string_view internet = {"\x00\x00", 2};
constexpr std::string_view magic = "MIT-MAGIC-COOKIE-1";

TEST(X11, FindsItsCookie) {
  const std::string file = authority_entry(internet, "here", "0", magic, "by address") +
                           authority_entry(local, "elsewhere", "0", magic, "other host") +
                           authority_entry(local, "here", "1", magic, "other display") +
                           authority_entry(local, "here", "0", "XDM-AUTHORIZATION-1", "other way") +
                           authority_entry(local, "here", "0", magic, "ours") +
                           authority_entry(wild, "", "7", magic, "anywhere");
  EXPECT_EQ(find_x11_cookie(file, "here", 0), "ours");
  EXPECT_EQ(find_x11_cookie(file, "here", 7), "anywhere");
  EXPECT_EQ(find_x11_cookie(file, "here", 2), "");
  EXPECT_EQ(find_x11_cookie("", "here", 0), "");
}

TEST(X11, ABrokenAuthorityFileIsNotReadPastItsEnd) {
  const std::string file = authority_entry(local, "here", "0", magic, "0123456789abcdef");
  for (std::size_t length = 0; length < file.size(); ++length)
    EXPECT_EQ(find_x11_cookie(std::string_view(file).substr(0, length), "here", 0), "");
}

TEST(X11, IsGreetedForReal) {
  const Xvfb server;
  if (!server.is_running()) GTEST_SKIP() << "Xvfb is not installed";
  const ScopedVariable display("DISPLAY", server.display().c_str());
  const Report report = run_check(*make_display_check());
  EXPECT_EQ(report.finding.state, State::ok) << encode(report.finding);
  EXPECT_NE(report.finding.headline.find("320x200, 24 bits"), std::string::npos)
      << encode(report.finding);
}

TEST(X11, TheCookieOpensAServerThatWantsOne) {
  const TemporaryFolder folder;
  const std::string right = folder.path() / "right";
  const std::string wrong = folder.path() / "wrong";
  for (int display = 0; display < 200; ++display) {
    const std::string number = std::to_string(display);
    std::ofstream(right, std::ios::app)
        << authority_entry(wild, "", number, magic, "0123456789abcdef");
    std::ofstream(wrong, std::ios::app)
        << authority_entry(wild, "", number, magic, "fedcba9876543210");
  }
  const Xvfb server("320x200x24", right);
  if (!server.is_running()) GTEST_SKIP() << "Xvfb is not installed";
  const ScopedVariable display("DISPLAY", server.display().c_str());
  const ScopedVariable no_wayland("WAYLAND_DISPLAY", nullptr);
  {
    const ScopedVariable authority("XAUTHORITY", right.c_str());
    const Report report = run_check(*make_display_check());
    EXPECT_EQ(report.finding.state, State::ok) << encode(report.finding);
  }
  const ScopedVariable authority("XAUTHORITY", wrong.c_str());
  const Report report = run_check(*make_display_check());
  EXPECT_EQ(report.finding.state, State::failed) << encode(report.finding);
  EXPECT_NE(report.finding.detail("x11").find("cookie"), std::string::npos)
      << encode(report.finding);
}

TEST(X11, ADisplayThatIsNotThereHasFailed) {
  const ScopedVariable display("DISPLAY", ":59000");
  const ScopedVariable no_wayland("WAYLAND_DISPLAY", nullptr);
  const Report report = run_check(*make_display_check());
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_FALSE(report.is_fatal());
}

// ---- Wayland ----

std::string word(std::uint32_t value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string event(std::uint32_t object, std::uint32_t opcode, const std::string& body) {
  return word(object) + word(static_cast<std::uint32_t>(8 + body.size()) << 16 | opcode) + body;
}

std::string global(std::uint32_t name, std::string interface, std::uint32_t version) {
  const auto length = static_cast<std::uint32_t>(interface.size() + 1);
  interface.resize((length + 3) / 4 * 4);
  return event(2, 0, word(name) + word(length) + interface + word(version));
}

TEST(Wayland, NamesWhatTheCompositorOffers) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "wayland-9";
  const FakeServer server(path, global(1, "wl_compositor", 5) + global(2, "xdg_wm_base", 3) +
                                    event(1, 1, word(3)) + event(3, 0, word(0)));
  const Result<WaylandServer> greeted = greet_wayland("wayland-9", folder.path().native());
  ASSERT_TRUE(greeted.is_ok()) << greeted.status().text();
  EXPECT_EQ(greeted.value().globals,
            (std::vector<std::string>{"wl_compositor 5", "xdg_wm_base 3"}));
  EXPECT_TRUE(greeted.value().offers("wl_compositor"));
  EXPECT_FALSE(greeted.value().offers("wl_comp"));
}

TEST(Wayland, AloneIsLimitedSinceWindowsComeThroughX11) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "socket";
  const FakeServer server(
      path, global(1, "wl_compositor", 5) + global(2, "xdg_wm_base", 3) + event(3, 0, word(0)));
  const ScopedVariable no_x11("DISPLAY", nullptr);
  const ScopedVariable display("WAYLAND_DISPLAY", path.c_str());
  const Report report = run_check(*make_display_check());
  EXPECT_EQ(report.finding.state, State::limited) << encode(report.finding);
}

TEST(Wayland, AHostileServerIsOnlyAFailure) {
  const std::string answers[] = {
      "HTTP/1.1 400 Bad Request\r\n\r\n",        // another protocol
      event(2, 0, word(1) + word(0xFFFFFFFF)),   // a string without end
      event(2, 0, ""),                           // a global without fields
      event(2, 0, word(1) + word(0) + word(1)),  // an empty name
      word(2) + word(0xFFFF0000),                // longer than a message can be
      event(1, 0, word(1) + word(0) + word(0)),  // an error
  };
  for (const std::string& answer : answers) {
    const TemporaryFolder folder;
    const std::string path = folder.path() / "socket";
    const FakeServer server(path, answer, /*hangs_up=*/true);
    EXPECT_FALSE(greet_wayland(path, "").is_ok());
  }
}

TEST(Wayland, ASilentServerIsGivenUp) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "socket";
  const FakeServer server(path, "");
  const Result<WaylandServer> greeted = greet_wayland(path, "");
  ASSERT_FALSE(greeted.is_ok());
  EXPECT_EQ(greeted.status().text(), "the server says nothing");
}

TEST(Wayland, ARelativeNameNeedsARuntimeFolder) {
  EXPECT_FALSE(greet_wayland("wayland-0", "").is_ok());
  EXPECT_FALSE(greet_wayland("wayland-0", "/nowhere").is_ok());
  EXPECT_FALSE(greet_wayland("/" + std::string(200, 'x'), "").is_ok());
}

}  // namespace
}  // namespace blink::doctor
