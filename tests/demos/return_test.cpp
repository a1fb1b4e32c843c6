// A server that dies without a word, and the one that comes after it: programs go on, and find
// their windows where the user had them.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/demos/stage.h"

namespace blink::test {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

struct Desktop {
  explicit Desktop(std::vector<std::string> demos)
      : daemon({"--size", "800x600", "--redraw-ms", "10000"}) {
    for (const std::string& demo : demos) {
      programs.push_back(std::make_unique<Program>(
          demo, std::vector<std::string>{daemon.socket_path()}, daemon.directory + "/" + demo));
      EXPECT_TRUE(becomes([&] { return windows().size() == programs.size(); })) << demo;
    }
  }
  // By their names.
  std::vector<nlohmann::json> windows() const {
    std::vector<nlohmann::json> all;
    auto answer = server::ask_server(daemon.directory, "ps");
    if (!answer.is_ok()) return all;
    const auto body = nlohmann::json::parse(answer->json);
    for (const auto& session : body["sessions"])
      for (auto window : session["windows"]) {
        window["name"] = session["name"];
        all.push_back(window);
      }
    std::ranges::sort(all, {}, [](const auto& window) { return window["name"].dump(); });
    return all;
  }
  Picture screen() const {
    auto answer = server::ask_server(daemon.directory, "screenshot");
    return answer.is_ok() ? picture_of(answer->payload) : Picture{};
  }
  void tell(const std::string& events) const {
    const auto answer = server::ask_server(daemon.directory, "input", events);
    EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  }
  void drag(int x, int y, int to_x, int to_y) const {
    const auto at = [](int a, int b) {
      return R"({"kind":"pointer","x":)" + std::to_string(a) + R"(,"y":)" + std::to_string(b) + "}";
    };
    tell("[" + at(x, y) + R"(,{"kind":"button","code":1,"press":1},)" + at(to_x, to_y) +
         R"(,{"kind":"button","code":1,"press":0}])");
  }
  // What the file of the places says has been written.
  void settle() const { ::usleep(500'000); }

  Daemon daemon;
  std::vector<std::unique_ptr<Program>> programs;
};

TEST(Return, WindowsAreWhereTheyWere) {
  Desktop desktop({"demo-tiny", "demo-buttons"});
  const auto window = [&](const char* name) {
    const auto all = desktop.windows();
    return *std::ranges::find_if(all, [&](const auto& each) { return each["name"] == name; });
  };
  const auto by_title = [&](const char* name, int to_x, int to_y) {
    const auto place = window(name);
    const int x = place["x"].get<int>() + 120, y = place["y"].get<int>() - 12;
    desktop.drag(x, y, to_x, to_y);
  };
  by_title("tiny", 400, 300);
  by_title("buttons", 300, 200);  // and over the other
  desktop.tell(R"([{"kind":"pointer","x":790,"y":590}])");
  desktop.settle();
  const auto places = desktop.windows();
  const Picture before = desktop.screen();

  desktop.daemon.die();
  ::usleep(100'000);
  desktop.daemon.start();
  const auto begin = Clock::now();
  EXPECT_TRUE(becomes([&] { return desktop.windows().size() == 2; })) << desktop.daemon.log();
  const auto same = [](std::vector<nlohmann::json> all) {  // whoever they are now
    for (auto& each : all)
      each.erase("focused");
    return all;
  };
  EXPECT_EQ(same(desktop.windows()), same(places));
  EXPECT_LT(seconds_since(begin), 5);
  desktop.tell(R"([{"kind":"pointer","x":790,"y":590}])");
  EXPECT_TRUE(becomes([&] { return desktop.screen() == before; }));
  for (const auto& program : desktop.programs)
    EXPECT_EQ(program->said(), "");
}

TEST(Return, AgainAndAgain) {
  Desktop desktop({"demo-gears", "demo-tiny"});
  desktop.settle();
  const auto places = desktop.windows();
  for (int i = 0; i < 5; ++i) {
    desktop.daemon.die();
    desktop.daemon.start();
    EXPECT_TRUE(becomes([&] { return desktop.windows().size() == 2; })) << i;
    desktop.settle();
  }
  EXPECT_EQ(desktop.windows(), places);
}

// In the middle of what it waits for.
TEST(Return, WhoDrawsEachFrameGoesOn) {
  Desktop desktop({"demo-gears-switch"});
  const Program picture("demo-picture", {desktop.daemon.socket_path()},
                        desktop.daemon.directory + "/picture");
  const auto is_moving = [&] {
    const Picture now = desktop.screen();
    return becomes([&] { return desktop.screen() != now; });
  };
  EXPECT_TRUE(is_moving());
  desktop.daemon.die();
  desktop.daemon.start();
  EXPECT_TRUE(becomes([&] { return !desktop.windows().empty(); }));
  EXPECT_TRUE(is_moving());
}

TEST(Return, OfWhatIsWrittenThereNothingIsBelieved) {
  Desktop desktop({"demo-tiny"});
  desktop.settle();
  const std::string path = desktop.daemon.directory + "/places";
  const auto tiny = desktop.windows()[0];
  const std::string window = R"([{"pid":)" + std::to_string(desktop.programs[0]->pid()) +
                             R"(,"array":)" + tiny["array"].dump() + R"(,"object":)" +
                             tiny["object"].dump();
  for (const std::string& text :
       {std::string(), std::string("["), std::string("[[]]"), std::string(1 << 21, '['),
        window + R"(,"x":1e30,"y":0,"width":1,"height":1,"state":0,"minimised":false}])",
        window + R"(,"x":0,"y":0,"width":-5,"height":1e9,"state":0,"minimised":false}])",
        window + R"(,"x":0,"y":0,"width":99,"height":99,"state":77,"minimised":false}])",
        window + R"(,"x":"0","y":0,"width":99,"height":99,"state":0,"minimised":false}])"}) {
    desktop.daemon.die();
    std::ofstream(path) << text;
    desktop.daemon.start();
    EXPECT_TRUE(becomes([&] { return desktop.windows().size() == 1; })) << text.substr(0, 100);
    EXPECT_EQ(desktop.windows()[0]["width"], 300) << text.substr(0, 100);
  }
}

TEST(Return, NothingIsLeftOfAServerThatEndsInGoodOrder) {
  Desktop desktop({"demo-tiny"});
  desktop.settle();
  EXPECT_TRUE(std::filesystem::exists(desktop.daemon.directory + "/places"));
  ASSERT_TRUE(server::ask_server(desktop.daemon.directory, "stop").is_ok());
  EXPECT_EQ(desktop.daemon.wait(10'000), 0);
  EXPECT_FALSE(std::filesystem::exists(desktop.daemon.directory + "/places"));
}

}  // namespace
}  // namespace blink::test
