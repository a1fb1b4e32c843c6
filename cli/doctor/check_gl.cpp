// gl: which OpenGL this host draws with, and whether all that the compositor rests on works. Each
// display is probed in a process of its own, so that one driver's crash does not hide another.

#include <unistd.h>
#include <algorithm>
#include <filesystem>

#include "cli/doctor/checks.h"
#include "cli/doctor/egl_probe.h"
#include "cli/doctor/runner.h"

namespace blink::doctor {
namespace {

using std::chrono::milliseconds;

constexpr GuardOptions library_guard{.time_max = milliseconds(3000)};
constexpr GuardOptions display_guard{.time_max = milliseconds(4000)};

struct Probed {
  std::string name;  // "surfaceless", "device0"
  Finding finding;
};

// Works before does not, then newer before older, then a GPU before the processor.
bool is_better(const Probed& a, const Probed& b) {
  const auto rank = [](const Probed& probed) {
    const Finding& finding = probed.finding;
    const int state = finding.state == State::ok ? 2 : finding.state == State::limited ? 1 : 0;
    const bool is_gpu = !is_software_renderer(finding.detail("renderer"));
    return std::tuple(state, version_in(finding.detail("core")), is_gpu);
  };
  return rank(a) > rank(b);
}

std::vector<Probed> probe_displays(const Finding& library) {
  std::vector<Probed> displays;
  const auto probe = [&displays](const std::string& name, int device) {
    displays.push_back({name, find_guarded("its driver", display_guard, [device](const auto&) {
                          return probe_egl_display(device);
                        })});
  };
  if (library.detail("surfaceless") == "yes") probe("surfaceless", surfaceless);
  const int devices = version_in(library.detail("devices")).major;
  for (int i = 0; i < devices; ++i)
    probe("device" + std::to_string(i), i);
  return displays;
}

// A GPU that is there, and that nothing draws with: why?
void advise_on_unused_gpu(Finding& finding) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", ignored)) {
    const std::string path = entry.path();
    if (path.find("render") == std::string::npos) continue;
    finding.advice.push_back(
        ::access(path.c_str(), R_OK | W_OK) != 0
            ? path + " may not be opened by this user: sudo adduser $USER render, and log in again."
            : path +
                  " is here, but drawing is done by the processor: is its driver installed "
                  "(libgl1-mesa-dri, firmware packages)?");
  }
  if (std::filesystem::exists("/dev/nvidiactl", ignored))
    finding.advice.push_back(
        "An NVIDIA GPU is here without its EGL driver: install libegl-nvidia0 "
        "(non-free), of the kernel module's version.");
}

void advise(const Finding& best, Finding& finding) {
  if (is_software_renderer(best.detail("renderer"))) advise_on_unused_gpu(finding);
  if (finding.state == State::failed)
    finding.advice.push_back(
        "Install Debian's packages libegl1, libegl-mesa0 and libgl1-mesa-dri; "
        "LIBGL_ALWAYS_SOFTWARE=1 keeps clear of a broken GPU driver.");
  if (finding.state != State::limited) return;
  if (version_in(best.detail("core")) < gl_wanted)
    finding.advice.push_back("Blink wants OpenGL " + to_string(gl_wanted) +
                             "; programs are offered only what is here. A newer Mesa, or "
                             "llvmpipe by LIBGL_ALWAYS_SOFTWARE=1, may give more.");
  if (best.detail("lacks") != "nothing")
    finding.advice.push_back("The driver lacks " + std::string(best.detail("lacks")) + ".");
  if (best.detail("sharing") != "works" || best.detail("robust_context") != "works")
    finding.advice.push_back("Not all that Blink rests on works; `blink doctor gl` tells what.");
}

// Details are told as "device0.core".
Finding merge(const Finding& library, const std::vector<Probed>& displays) {
  Finding finding;
  for (const Probed& probed : displays) {
    if (const std::string_view name = library.detail(probed.name); probed.name != "surfaceless")
      finding.note(probed.name + ".name", std::string(name));
    finding.note(probed.name + ".state", std::string(state_name(probed.finding.state)));
    if (probed.finding.state == State::failed)
      finding.note(probed.name + ".failure", probed.finding.headline);
    for (const Detail& detail : probed.finding.details)
      finding.note(probed.name + "." + detail.key, detail.value);
  }
  if (displays.empty()) {
    finding.state = State::failed;
    finding.headline = "EGL offers neither a surfaceless display nor a device";
    advise({}, finding);
    return finding;
  }
  const Probed& best = *std::min_element(displays.begin(), displays.end(), is_better);
  finding.state = best.finding.state;
  finding.headline = best.finding.headline;
  const bool is_software = is_software_renderer(best.finding.detail("renderer"));
  if (is_software) finding.headline += ", by the processor";
  advise(best.finding, finding);
  for (const Probed& other : displays)
    if (other.finding.state == State::failed && &other != &best)
      finding.advice.push_back(other.name + " does not work: " + other.finding.headline + ".");
  return finding;
}

class GlCheck final : public HostCheck {
 public:
  std::string_view name() const override { return "gl"; }
  std::string_view purpose() const override {
    return "everything that is drawn: OpenGL through EGL";
  }
  bool is_required() const override { return true; }
  milliseconds time_max() const override { return milliseconds(20'000); }

  Finding run(const RunContext&) override {
    Finding library =
        find_guarded("EGL", library_guard, [](const std::string&) { return probe_egl_library(); });
    if (library.state == State::ok) return merge(library, probe_displays(library));
    if (library.state == State::missing) library.headline = "EGL is not here: " + library.headline;
    library.advice.push_back(
        library.state == State::missing
            ? "Install Debian's packages libegl1, libegl-mesa0 and libgl1-mesa-dri."
            : "One of the drivers named in /usr/share/glvnd/egl_vendor.d does this. Mesa's alone: "
              "__EGL_VENDOR_LIBRARY_FILENAMES=/usr/share/glvnd/egl_vendor.d/50_mesa.json");
    return library;
  }
};

}  // namespace

std::unique_ptr<HostCheck> make_gl_check() { return std::make_unique<GlCheck>(); }

}  // namespace blink::doctor
