#include "cli/doctor/egl_probe.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <vector>

#include "cli/doctor/egl_api.h"
#include "cli/doctor/gl_trial.h"

namespace blink::doctor {
namespace {

constexpr int devices_max = 16;

constexpr std::array<Version, 13> gl_versions = {{{4, 6},
                                                  {4, 5},
                                                  {4, 4},
                                                  {4, 3},
                                                  {4, 2},
                                                  {4, 1},
                                                  {4, 0},
                                                  {3, 3},
                                                  {3, 2},
                                                  {3, 1},
                                                  {3, 0},
                                                  {2, 1},
                                                  {2, 0}}};
constexpr std::array<Version, 4> es_versions = {{{3, 2}, {3, 1}, {3, 0}, {2, 0}}};

// What Blink needs of a display, and since which EGL version that is part of EGL itself.
struct Need {
  const char* extension;
  Version part_of;
};
constexpr Version never{99, 0};
constexpr Need needs[] = {
    {"EGL_KHR_surfaceless_context", never},  {"EGL_KHR_no_config_context", never},
    {"EGL_KHR_create_context", {1, 5}},      {"EGL_KHR_image_base", {1, 5}},
    {"EGL_KHR_gl_texture_2D_image", {1, 5}}, {"EGL_KHR_fence_sync", {1, 5}},
    {"EGL_KHR_wait_sync", {1, 5}},           {"EGL_EXT_create_context_robustness", {1, 5}},
};

struct Kind {
  const char* key;
  egl::Enum api;
  egl::Int profile;  // 0 where the API has no profiles
  std::span<const Version> versions;
};
// Below 3.2 there are no profiles, so a core one cannot be older.
const Kind core_kind = {"core", egl::api_gl, egl::profile_core_bit,
                        std::span(gl_versions).first(9)};
const Kind compatibility_kind = {"compatibility", egl::api_gl, egl::profile_compatibility_bit,
                                 gl_versions};
const Kind es_kind = {"es", egl::api_es, 0, es_versions};

std::vector<egl::Device> list_devices(const egl::Api& api) {
  std::vector<egl::Device> devices(devices_max);
  egl::Int count = 0;
  if (!api.query_devices || !api.query_devices(devices_max, devices.data(), &count)) count = 0;
  devices.resize(static_cast<std::size_t>(std::clamp(count, 0, devices_max)));
  return devices;
}

std::string device_name(const egl::Api& api, egl::Device device) {
  if (!api.query_device_string) return "unnamed";
  const char* const list = api.query_device_string(device, egl::extensions);
  if (egl::has_extension(list, "EGL_MESA_device_software")) return "software";
  if (egl::has_extension(list, "EGL_EXT_device_drm"))
    if (const char* const file = api.query_device_string(device, egl::drm_device_file)) return file;
  return egl::has_extension(list, "EGL_NV_device_cuda") ? "NVIDIA" : "unnamed";
}

// One display while it is probed.
class Probe {
 public:
  Probe(const egl::Api& api, egl::Display display) : api_(api), display_(display) {}

  Status start(Finding& finding) {
    egl::Int major = 0;
    egl::Int minor = 0;
    if (!api_.initialize(display_, &major, &minor))
      return Status::system("the display cannot be initialized: " + error());
    version_ = {major, minor};
    finding.note("egl", to_string(version_) + ", " + text(egl::vendor));
    std::string lacks;
    for (const Need& need : needs)
      if (!offers(need)) lacks += (lacks.empty() ? "" : " ") + std::string(need.extension);
    finding.note("lacks", lacks.empty() ? "nothing" : lacks);
    return choose_config();
  }

  // The newest context of this kind, or null. It says what it is in the finding.
  egl::Context open_newest(const Kind& kind, Finding& finding) {
    api_.bind_api(kind.api);
    for (const Version& version : kind.versions) {
      const egl::Context context = create(kind, version, /*is_robust=*/false);
      if (!context) continue;
      if (!use(context)) break;
      // A driver may give a newer one than was asked for.
      const GlStrings strings = read_gl_strings(api_);
      finding.note(kind.key, to_string(version_in(strings.version)));
      if (finding.detail("renderer").empty()) {
        finding.note("vendor", strings.vendor);
        finding.note("renderer", strings.renderer);
        finding.note("version", strings.version);
      }
      return context;
    }
    finding.note(kind.key, "none");
    return nullptr;
  }

  egl::Context create(const Kind& kind, const Version& version, bool is_robust) {
    std::vector<egl::Int> words = {egl::context_major_version, version.major,
                                   egl::context_minor_version, version.minor};
    if (kind.profile != 0) words.insert(words.end(), {egl::context_profile_mask, kind.profile});
    if (is_robust && version_ >= Version{1, 5})
      words.insert(words.end(), {egl::context_robust_access, 1, egl::context_reset_strategy,
                                 egl::lose_context_on_reset});
    else if (is_robust)
      words.insert(words.end(), {egl::context_robust_access_ext, 1, egl::context_reset_strategy_ext,
                                 egl::lose_context_on_reset});
    words.push_back(egl::none);
    return api_.create_context(display_, config_, nullptr, words.data());
  }

  bool use(egl::Context context) {
    return api_.make_current(display_, nullptr, nullptr, context) != 0;
  }

  std::string error() const {
    char text[32];
    std::snprintf(text, sizeof text, "EGL's error 0x%04X", api_.get_error());
    return text;
  }

  const egl::Api& api() const { return api_; }
  egl::Display display() const { return display_; }

 private:
  bool offers(const Need& need) const {
    return version_ >= need.part_of || has_extension(need.extension);
  }
  bool has_extension(const char* name) const {
    return egl::has_extension(api_.query_string(display_, egl::extensions), name);
  }
  std::string text(egl::Int name) const {
    const char* const value = api_.query_string(display_, name);
    return value ? value : "?";
  }

  Status choose_config() {
    if (has_extension("EGL_KHR_no_config_context")) return Status::ok();
    constexpr egl::Int wanted[] = {egl::surface_type, 0, egl::renderable_type,
                                   egl::renderable_gl_bit, egl::none};
    egl::Int count = 0;
    api_.choose_config(display_, wanted, &config_, 1, &count);
    return count > 0 ? Status::ok() : Status::system("there is no configuration for OpenGL");
  }

  const egl::Api& api_;
  const egl::Display display_;
  Version version_;
  egl::Config config_ = nullptr;
};

std::string outcome_of(const Status& status) {
  return status.is_ok() ? "works" : std::string(status.text());
}

// What the compositor and a session do, in a context of the newest core version.
void try_core(Probe& probe, egl::Context core, Finding& finding) {
  const Version version = version_in(finding.detail("core"));
  const egl::Context robust = probe.create(core_kind, version, /*is_robust=*/true);
  finding.note("robust_context", robust ? "works" : probe.error());
  const egl::Context second =
      robust ? robust : probe.create(core_kind, version, /*is_robust=*/false);
  probe.use(core);
  finding.note("drawing", outcome_of(try_drawing(probe.api())));
  finding.note("sharing", second
                              ? outcome_of(try_sharing(probe.api(), probe.display(), core, second))
                              : "no second context: " + probe.error());
}

// The state and the headline, from what is noted.
void judge(Finding& finding) {
  const std::string renderer(finding.detail("renderer"));
  if (renderer.empty()) {
    finding.state = State::failed;
    finding.headline = "gives no context";
    return;
  }
  const std::string core(finding.detail("core"));
  finding.headline = "OpenGL " + core + " (compatibility " +
                     std::string(finding.detail("compatibility")) + ") and ES " +
                     std::string(finding.detail("es")) + " on " + renderer;
  if (core != "none" && finding.detail("drawing") != "works") {
    finding.state = State::failed;
    finding.headline += ", but drawing fails: " + std::string(finding.detail("drawing"));
    return;
  }
  const bool does_all = version_in(core) >= gl_wanted && finding.detail("lacks") == "nothing" &&
                        finding.detail("robust_context") == "works" &&
                        finding.detail("sharing") == "works";
  finding.state = does_all ? State::ok : State::limited;
}

egl::Display open_display(const egl::Api& api, int device) {
  if (!api.get_platform_display) return nullptr;
  if (device == surfaceless)
    return api.get_platform_display(egl::platform_surfaceless, nullptr, nullptr);
  const std::vector<egl::Device> devices = list_devices(api);
  const auto index = static_cast<std::size_t>(device);
  if (index >= devices.size()) return nullptr;
  return api.get_platform_display(egl::platform_device, devices[index], nullptr);
}

}  // namespace

Finding probe_egl_library() {
  Result<egl::Api> loaded = egl::load();
  if (!loaded.is_ok()) return make_finding(State::missing, std::string(loaded.status().text()));
  const egl::Api& api = loaded.value();
  const char* const list = api.query_string(nullptr, egl::extensions);
  Finding finding = make_finding(State::ok, "libEGL is here");
  const bool has_surfaceless = egl::has_extension(list, "EGL_MESA_platform_surfaceless");
  finding.note("surfaceless", has_surfaceless ? "yes" : "no");
  const bool has_devices = egl::has_extension(list, "EGL_EXT_platform_device") &&
                           (egl::has_extension(list, "EGL_EXT_device_enumeration") ||
                            egl::has_extension(list, "EGL_EXT_device_base"));
  const std::vector<egl::Device> devices =
      has_devices ? list_devices(api) : std::vector<egl::Device>();
  finding.note("devices", std::to_string(devices.size()));
  for (std::size_t i = 0; i < devices.size(); ++i)
    finding.note("device" + std::to_string(i), device_name(api, devices[i]));
  return finding;
}

Finding probe_egl_display(int device) {
  Result<egl::Api> loaded = egl::load();
  if (!loaded.is_ok()) return make_finding(State::missing, std::string(loaded.status().text()));
  const egl::Api& api = loaded.value();
  const egl::Display display = open_display(api, device);
  if (!display) return make_finding(State::failed, "EGL gives no display");
  Finding finding;
  Probe probe(api, display);
  if (const Status status = probe.start(finding); !status.is_ok()) {
    finding.state = State::failed;
    finding.headline = status.text();
    return finding;
  }
  const egl::Context core = probe.open_newest(core_kind, finding);
  if (core) try_core(probe, core, finding);
  probe.open_newest(compatibility_kind, finding);
  probe.open_newest(es_kind, finding);
  judge(finding);
  return finding;
}

bool is_software_renderer(std::string_view renderer) {
  for (const std::string_view name : {"llvmpipe", "softpipe", "swrast", "Software Rasterizer"})
    if (renderer.find(name) != std::string_view::npos) return true;
  return false;
}

}  // namespace blink::doctor
