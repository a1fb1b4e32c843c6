// display: whether there is a desktop to show Blink on. Without one Blink renders headless, which
// is no fault.

#include <cstdlib>

#include "cli/doctor/checks.h"
#include "cli/doctor/display_hello.h"

namespace blink::doctor {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

enum class Answer { not_set, refused, welcome };

Answer try_x11(const std::string& display, Finding& finding) {
  if (display.empty()) return Answer::not_set;
  Result<X11Address> address = parse_x11_address(display);
  Result<X11Server> server =
      address.is_ok() ? greet_x11(address.value()) : Result<X11Server>(address.take_status());
  if (!server.is_ok()) {
    finding.note("x11", display + ": " + std::string(server.status().text()));
    return Answer::refused;
  }
  finding.note("x11", display + ": " + server->vendor + ", screen " + server->screen);
  finding.headline = "X11 display " + display + " lets us in (" + server->screen + ")";
  return Answer::welcome;
}

Answer try_wayland(const std::string& display, Finding& finding) {
  if (display.empty()) return Answer::not_set;
  Result<WaylandServer> server = greet_wayland(display, variable("XDG_RUNTIME_DIR"));
  if (!server.is_ok()) {
    finding.note("wayland", display + ": " + std::string(server.status().text()));
    return Answer::refused;
  }
  const bool has_windows = server->offers("wl_compositor") && server->offers("xdg_wm_base");
  finding.note("wayland", display + ": " + std::to_string(server->globals.size()) +
                              " interfaces, " + (has_windows ? "with" : "without") +
                              " desktop windows");
  return has_windows ? Answer::welcome : Answer::refused;
}

class DisplayCheck final : public HostCheck {
 public:
  std::string_view name() const override { return "display"; }
  std::string_view purpose() const override {
    return "Blink in a window on this desktop; without it, headless with pictures and a page";
  }

  Finding run(const RunContext&) override {
    Finding finding;
    const std::string x11_display = variable("DISPLAY");
    const std::string wayland_display = variable("WAYLAND_DISPLAY");
    const Answer x11 = try_x11(x11_display, finding);
    const Answer wayland = try_wayland(wayland_display, finding);
    if (x11 == Answer::welcome) {
      finding.state = State::ok;
    } else if (wayland == Answer::welcome) {
      finding.state = State::limited;
      finding.headline = "Wayland compositor " + wayland_display + " answers, X11 does not";
      finding.advice.push_back(
          "Debian 12's libglfw3 opens windows through X11 alone: start Xwayland, "
          "or install libglfw3-wayland.");
    } else if (x11 == Answer::not_set && wayland == Answer::not_set) {
      finding.state = State::missing;
      finding.headline = "headless: neither DISPLAY nor WAYLAND_DISPLAY is set";
      finding.advice.push_back(
          "Fine for a server. To see a window here: Debian's package xvfb "
          "(xvfb-run blink ...), or ssh -X.");
    } else {
      finding.state = State::failed;
      finding.headline = "headless: no display lets us in, though " +
                         (x11 == Answer::refused ? "DISPLAY is " + x11_display
                                                 : "WAYLAND_DISPLAY is " + wayland_display);
      finding.advice.push_back(
          "Unset it, or allow this user in: xhost +si:localuser:$USER, or "
          "XAUTHORITY with the session's cookie.");
    }
    return finding;
  }
};

}  // namespace

std::unique_ptr<HostCheck> make_display_check() { return std::make_unique<DisplayCheck>(); }

}  // namespace blink::doctor
