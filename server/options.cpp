#include "server/options.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>
#include <iterator>
#include <string_view>

#include "common/runtime_dir.h"
#include "common/text.h"

namespace blink::server {
namespace {

template <typename T>
Status parse_number(std::string_view text, T min, T max, T& number) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return Status::system("expected a number from " + std::to_string(min) + " to " +
                          std::to_string(max) + ", not '" + std::string(text) + "'");
  number = value;
  return {};
}

Status parse_size(std::string_view text, ScreenSize& size) {
  const std::size_t cross = text.find('x');
  if (cross == text.npos) return Status::system("expected WIDTHxHEIGHT");
  BLINK_TRY(parse_number(text.substr(0, cross), 64u, limits::picture_side_max, size.width));
  return parse_number(text.substr(cross + 1), 64u, limits::picture_side_max, size.height);
}

Status parse_kind(std::string_view text, OutputOptions::Kind& kind) {
  using Kind = OutputOptions::Kind;
  if (text == "headless")
    kind = Kind::headless;
  else if (text == "window")
    kind = Kind::window;
  else if (text == "auto")
    kind = Kind::automatic;
  else if (text == "none")
    kind = Kind::none;
  else
    return Status::system("expected headless, window, auto or none, not '" + printable(text) + "'");
  return {};
}

// N, N,N... or all.
Status parse_monitors(std::string_view text, OutputOptions& output) {
  output.monitors.clear();
  output.is_on_all_monitors = text == "all";
  if (output.is_on_all_monitors) return {};
  for (bool is_last = false; !is_last;) {
    const std::size_t comma = text.find(',');
    is_last = comma == text.npos;
    std::uint32_t number = 0;
    BLINK_TRY(parse_number(text.substr(0, comma), 1u, 1'000u, number));
    if (std::ranges::count(output.monitors, number) != 0)
      return Status::system(std::to_string(number) + " is there twice");
    output.monitors.push_back(number);
    if (!is_last) text.remove_prefix(comma + 1);
  }
  return {};
}

}  // namespace

Result<DaemonOptions> parse_options(int argc, char** argv) {
  DaemonOptions options;
  options.server.runtime_dir = default_runtime_dir();
  vso::Quotas& quotas = options.server.quotas;
  GlTerms gl;
  const auto number = [](auto& field, std::uint64_t min, std::uint64_t max) {
    return [&field, min, max](std::string_view text) {
      using T = std::remove_reference_t<decltype(field)>;
      return parse_number<T>(text, static_cast<T>(min), static_cast<T>(max), field);
    };
  };
  const struct {
    std::string_view name;
    std::function<Status(std::string_view)> set;
  } table[] = {
      {"--runtime-dir",
       [&](std::string_view text) {
         options.server.runtime_dir = text;
         return Status();
       }},
      {"--size", [&](std::string_view text) { return parse_size(text, options.screen); }},
      {"--output", [&](std::string_view text) { return parse_kind(text, options.output.kind); }},
      {"--monitor", [&](std::string_view text) { return parse_monitors(text, options.output); }},
      {"--keys",
       [&](std::string_view text) {
         options.desktop.keys = text;
         return Status();
       }},
      {"--web", number(options.web_port, 0, 65'535)},
      {"--redraw-ms",
       [&](std::string_view text) {
         std::uint32_t ms = 0;
         BLINK_TRY(parse_number<std::uint32_t>(text, 1, 60'000, ms));
         options.desktop.redraw_time_max = std::chrono::milliseconds(ms);
         return Status();
       }},
      {"--gl-memory",
       [&](std::string_view text) {
         std::uint64_t megabytes = 0;
         BLINK_TRY(parse_number<std::uint64_t>(text, 64, 1u << 24, megabytes));
         gl.memory_bytes_max = megabytes * limits::MiB;
         return Status();
       }},
      {"--gl-seconds",
       [&](std::string_view text) {
         std::uint32_t seconds = 0;
         BLINK_TRY(parse_number<std::uint32_t>(text, 1, 86'400, seconds));
         gl.time_max = std::chrono::seconds(seconds);
         return Status();
       }},
      {"--spin-us", number(options.server.spin_us, 0, 1'000'000)},
      {"--sessions", number(options.server.sessions_max, 1, 100'000)},
      {"--sessions-per-process", number(options.server.sessions_per_process_max, 1, 100'000)},
      {"--sessions-per-user", number(options.server.sessions_per_user_max, 1, 100'000)},
      {"--objects", number(quotas.objects_max, 1, BLINK_ARRAY_CAPACITY_MAX * BLINK_ARRAYS_MAX)},
      {"--extents", number(quotas.extents_max, 1, 1u << 30)},
      {"--object-bytes", number(quotas.object_bytes_max, 1, 1ull << 44)},
      {"--region-bytes", number(quotas.region_bytes_max, 1, 1ull << 44)},
      {"--notifications", number(quotas.notifications_per_s_max, 1, ~0u)},
      {"--ready-fd", number(options.ready_fd, 0, 1'000'000)},
  };
  for (int i = 1; i < argc; ++i) {
    // --name VALUE or --name=VALUE; of an option given twice the last counts.
    const std::string_view argument = argv[i];
    const std::string_view name = argument.substr(0, argument.find('='));
    if (argument == "--help" || argument == "-h") {
      options.help = true;
      return options;
    }
    if (argument == "--fullscreen") {
      options.output.is_fullscreen = true;
      continue;
    }
    if (argument == "--no-opengl") {
      options.takes_opengl = false;
      continue;
    }
    const auto* entry = std::find_if(std::begin(table), std::end(table),
                                     [&](const auto& known) { return known.name == name; });
    if (entry == std::end(table)) return Status::system("unknown option " + printable(argument));
    const bool is_within = name.size() < argument.size();
    if (!is_within && ++i == argc) return Status::system(std::string(name) + " needs a value");
    const std::string_view value = is_within ? argument.substr(name.size() + 1) : argv[i];
    if (value.empty()) return Status::system(std::string(name) + " needs a value");
    BLINK_TRY(entry->set(value).within(name));
  }
  options.gl = gl;
  if (options.output.is_for_several() && !options.output.is_fullscreen)
    return Status::system("--monitor: several are for --fullscreen");
  using Kind = OutputOptions::Kind;
  const Kind kind = options.output.kind;
  const bool is_seen_on_desktop = kind == Kind::window || kind == Kind::automatic;
  if (!options.output.monitors.empty() && !is_seen_on_desktop)
    return Status::system("--monitor is for a screen on a desktop: --output window");
  if (options.output.is_fullscreen && !is_seen_on_desktop)
    return Status::system("--fullscreen is for a screen on a desktop: --output window");
  return options;
}

const char* options_help() {
  return "  --runtime-dir DIR    where clients find the server ($BLINK_RUNTIME_DIR,\n"
         "                       $XDG_RUNTIME_DIR/blink or /tmp/blink-UID)\n"
         "  --output KIND        where the screen is seen: in a window on this desktop, in\n"
         "                       headless mode in screenshots, or auto: in a window if one can\n"
         "                       be opened (headless); none: nowhere, and GL commands do\n"
         "                       nothing, to measure what the server itself costs\n"
         "  --size WxH           size of the screen, or of the window, in pixels (1280x720)\n"
         "  --fullscreen         a window over all of a monitor\n"
         "  --monitor N[,N...]   which one, from 1 (the desktop's main one); several, or all: one\n"
         "                       screen over them, as they stand, the first one the main one\n"
         "  --keys LAYOUT        of the keyboard, as X11 names it: us, de, fr(bepo) (us)\n"
         "  --no-opengl          do not take the OpenGL of unmodified programs (client-icd/)\n"
         "  --web PORT           show the screen in browsers of this host too; 0: any free port\n"
         "  --sessions N         clients at once (1024)\n"
         "  --sessions-per-process N\n"
         "                       of them, of one process (128)\n"
         "  --sessions-per-user N\n"
         "                       of them, of one user (seven eighths)\n"
         "  --redraw-ms N        milliseconds that drawing a window may take of the screen's\n"
         "                       time; what takes longer is drawn beside it, by itself (8)\n"
         "  --spin-us N          microseconds that a session looks for more work before it\n"
         "                       sleeps: latency for processor time (0)\n"
         " For each client:\n"
         "  --objects N          objects, over all its arrays (131072)\n"
         "  --object-bytes N     bytes of all its objects (1 GiB)\n"
         "  --extents N          entries of all its page lists (524288)\n"
         "  --region-bytes N     size of its shared memory (4 GiB of addresses)\n"
         "  --notifications N    notifications each second (400000)\n"
         "  --gl-memory MB       that the driver may take for its OpenGL, and for what is drawn\n"
         "                       beside the screen (2048)\n"
         "  --gl-seconds N       that either may take for what it has in hand (10)\n";
}

}  // namespace blink::server
