// Windows of X11 programs in capsules: seen, used, resized, closed.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>

#include "tests/machines/capsule_fixture.h"

namespace blink {
namespace {

using nlohmann::json;

class Windows : public test::CapsuleFixture {
 protected:
  static constexpr std::uint32_t red = 0xff0000, green = 0x00ff00, blue = 0x0000ff,
                                 magenta = 0xff00ff;

  std::unique_ptr<test::Program> run_plain() { return run("plain", {"/share/x_program"}); }
  // Once it shows that colour at that place, of its own.
  bool shows(const std::string& title, std::uint32_t x, std::uint32_t y, std::uint32_t colour) {
    return test::becomes([&] {
      seen_ = content_of(title);
      return seen_ && x < seen_->width && y < seen_->height && seen_->at(x, y) == colour;
    });
  }
  std::optional<test::Picture> content_of(const std::string& title) const {
    auto answer =
        server::ask_server(daemon.directory, "screenshot", json{{"window", title}}.dump());
    if (!answer.is_ok()) return std::nullopt;
    return test::picture_of(answer->payload);
  }
  json window_called(const std::string& title) const {
    json found;
    test::becomes([&] {
      const json all = ps();
      for (const json& session : all["sessions"])
        for (const json& window : session["windows"])
          if (window["title"] == title) found = window;
      return !found.is_null();
    });
    return found;
  }
  std::size_t windows() const {
    std::size_t count = 0;
    const json all = ps();
    for (const json& session : all["sessions"])
      count += session["windows"].size();
    return count;
  }
  void use(std::vector<std::string> events) {
    events.insert(events.begin(), "input");
    const auto input = blink(std::move(events));
    EXPECT_EQ(input->wait(), 0) << input->said();
  }
  void click(const std::string& title, int x, int y, const std::string& button) {
    const json window = window_called(title);
    ASSERT_FALSE(window.is_null());
    use({"move", std::to_string(window["x"].get<int>() + x),
         std::to_string(window["y"].get<int>() + y), "click", button});
  }
  const test::Picture& seen() const { return *seen_; }

 private:
  std::optional<test::Picture> seen_;
};

TEST_F(Windows, AreSeenWithTitleAndSize) {
  const auto program = run_plain();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  EXPECT_EQ(seen().width, 200u);
  EXPECT_EQ(seen().height, 100u);
  EXPECT_TRUE(std::ranges::all_of(std::views::iota(0u, 200u * 100u), [&](std::uint32_t i) {
    return seen().at(i % 200, i / 200) == red;
  }));
  const json all = ps();
  EXPECT_EQ(all["sessions"][0]["machine"], "plain");
}

TEST_F(Windows, HearTheUserAndShowWhatChanges) {
  const auto program = run_plain();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  click("Plain", 150, 50, "left");
  ASSERT_TRUE(shows("Plain", 10, 50, blue));
  EXPECT_EQ(seen().at(10, 39), red);
  EXPECT_EQ(seen().at(10, 59), blue);
  EXPECT_EQ(seen().at(10, 60), red);
  click("Plain", 50, 50, "left");
  EXPECT_TRUE(shows("Plain", 10, 50, green));
  use({"key", "a"});
  EXPECT_FALSE(window_called("key 38").is_null());  // KEY_A of evdev, and 8
}

// All programs of a machine let go of the display, by its name.
TEST_F(Windows, AreFrozenAndThawed) {
  const auto program = run(
      "both", {"sh", "-c",
               "mkfifo /tmp/c; /share/gl_program 120 90 /tmp/c & sleep 1; exec /share/x_program"});
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  ASSERT_TRUE(test::becomes([&] { return windows() == 2; })) << program->said();
  click("Plain", 50, 50, "left");
  ASSERT_TRUE(shows("Plain", 10, 50, green));
  const json before = window_called("Plain");
  for (int i = 0; i < 2; ++i) {
    const auto frozen = blink({"freeze", "both"});
    EXPECT_EQ(frozen->wait(), 0) << frozen->said();
    EXPECT_EQ(ps()["sessions"], json::array());
    const auto thawed = blink({"thaw", "both"});
    EXPECT_EQ(thawed->wait(), 0) << thawed->said();
    EXPECT_TRUE(shows("Plain", 10, 50, green));
    EXPECT_TRUE(test::becomes([&] { return windows() == 2; }));
  }
  const json after = window_called("Plain");
  for (const char* const side : {"x", "y", "width", "height"})
    EXPECT_EQ(before[side], after[side]) << side;
  click("Plain", 150, 50, "left");
  EXPECT_TRUE(shows("Plain", 10, 50, blue));
}

TEST_F(Windows, TakeTheSizeThatTheUserGives) {
  const auto program = run_plain();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  click("Plain", 50, 50, "left");
  ASSERT_TRUE(shows("Plain", 199, 99, green));
  use({"down", "super", "key", "up", "up", "super"});
  // By its machine: the key of Super, which it hears, too, is its title now. And red is what was
  // not there before.
  EXPECT_TRUE(shows("plain", 310, 150, red)) << program->said();
  const json window = window_of("plain").value_or(json::object());
  EXPECT_EQ(window["state"], "maximised");
  EXPECT_NE(program->said().find("size " + window["width"].dump() + " " + window["height"].dump()),
            std::string::npos)
      << program->said();
  EXPECT_EQ(seen().width, window["width"]);
}

TEST_F(Windows, HaveMenus) {
  const auto program = run_plain();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  click("Plain", 50, 50, "right");
  EXPECT_TRUE(test::becomes([&] { return windows() == 2; }));
  EXPECT_TRUE(shows("", 30, 20, magenta));
  EXPECT_EQ(seen().width, 60u);
}

TEST_F(Windows, AreClosedByTheirPrograms) {
  const auto program = run_plain();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  use({"down", "alt", "key", "f4", "up", "alt"});
  EXPECT_EQ(program->wait(), 0) << program->said();
  EXPECT_TRUE(test::becomes([&] { return windows() == 0; }));
}

TEST_F(Windows, AreThereAgainWithTheNextServer) {
  const auto program = run_plain();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  daemon.die();
  daemon.start();
  ASSERT_TRUE(shows("Plain", 0, 0, red)) << program->said();
  click("Plain", 50, 50, "left");
  EXPECT_TRUE(shows("Plain", 10, 50, green));
}

// What the OpenGL driver shows, the agent does not.
TEST_F(Windows, OfOpenGlAreShownOnce) {
  const auto program = run_window("gl");
  ASSERT_FALSE(window_called("Hexagons").is_null()) << program->said();
  const auto are_seen = [&](std::size_t sessions, std::size_t count) {
    return ps()["sessions"].size() == sessions && windows() == count;
  };
  EXPECT_TRUE(test::becomes([&] { return are_seen(2, 1); }));
  ::usleep(300'000);
  EXPECT_TRUE(are_seen(2, 1));
}

}  // namespace
}  // namespace blink
