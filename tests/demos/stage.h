// A server with one demo on its screen, and a user before it.

#pragma once

#include <string>
#include <vector>

#include "server/control.h"
#include "server/screen/window_frames.h"
#include "tests/support/becomes.h"
#include "tests/support/daemon.h"
#include "tests/support/golden.h"
#include "tests/support/png_pixels.h"
#include "tests/support/program.h"

namespace blink::test {

class Stage {
 public:
  // Where the server puts the first window's content.
  static constexpr int left = 24, top = 54;

  // `driver`: of Mesa's software drivers; "": the host's choice.
  explicit Stage(const std::string& demo, std::vector<std::string> arguments = {},
                 const std::string& driver = "")
      : daemon({"--size", "640x480", "--redraw-ms", "10000"},  // however slow the host is
               [driver] {
                 if (!driver.empty()) ::setenv("GALLIUM_DRIVER", driver.c_str(), 1);
               }),
        empty(screen()) {
    arguments.insert(arguments.begin(), daemon.socket_path());
    program.emplace(demo, arguments, daemon.directory + "/said");
  }

  Picture screen() const {
    auto answer = server::ask_server(daemon.directory, "screenshot");
    EXPECT_TRUE(answer.is_ok()) << answer.status().text();
    return answer.is_ok() ? picture_of(answer->payload) : Picture{};
  }
  // What the window of that size shows.
  Picture window(std::uint32_t width, std::uint32_t height) const {
    return part_of(screen(), left, top, width, height);
  }
  bool is_up() const {  // that is: all of it has been drawn
    return becomes([&] { return screen().at(left + 2, top + 2) != empty.at(left + 2, top + 2); });
  }

  // What the user does: places are those in the window.
  void point(float x, float y) const {
    tell(R"({"kind":"pointer","x":)" + std::to_string(left + x) + R"(,"y":)" +
         std::to_string(top + y) + "}");
  }
  void press() const { tell(R"({"kind":"button","code":1,"press":1})"); }
  void release() const { tell(R"({"kind":"button","code":1,"press":0})"); }
  void click(const server::Rect& at) const {
    point(at.x + at.width / 2 - left, at.y + at.height / 2 - top);
    press();
    release();
  }
  static server::FrameParts frame(float width, float height) {
    return server::WindowFrames::parts({left, top, width, height}, 1);
  }

  Daemon daemon;
  const Picture empty;
  std::optional<Program> program;

 private:
  void tell(const std::string& event) const {
    const auto answer = server::ask_server(daemon.directory, "input", "[" + event + "]");
    EXPECT_TRUE(answer.is_ok()) << answer.status().text();
  }
};

}  // namespace blink::test
