#include "cli/bench/targets.h"

namespace blink::bench {
namespace {

// bench, result, unit, better, target, where it comes from
constexpr Target table[] = {
    {"vso", "round_trip_asleep", "us", Better::lower, 15, "ground floor: notify to seen, asleep"},
    {"vso", "round_trip_spinning", "us", Better::lower, 1,
     "ground floor: notify to seen, spinning"},
    {"vso", "scan_10_of_10000", "us", Better::lower, 2, "ground floor: a scan of 10,000 objects"},
    {"vso", "scan_flatness", "ratio", Better::lower, 1.5,
     "ground floor: flat from 1,000 to 100,000 objects"},
    {"vso", "bulk_rate", "GB/s", Better::higher, 1, "ground floor: 1 GB/s of updates"},
    {"vso", "bulk_size_ratio", "ratio", Better::lower, 1.5,
     "ground floor: no copy in vso/, so the size of an object does not show"},
    {"vso", "idle_client_memory", "KiB", Better::lower, 1024, "ground floor: 1 MB an idle client"},
    {"vso", "idle_server_cpu", "ms/s", Better::lower, 0.01,
     "ground floor: 100 idle clients use no processor"},
    {"jit", "gl_compile_cold", "cycles", Better::lower, 200, "BlinkGL: the first time"},
    {"jit", "gl_compile_warm", "cycles", Better::lower, 60,
     "BlinkGL: verify and compile; thesis 41"},
    {"jit", "arithmetic_compile_cold", "cycles", Better::lower, 200, "BlinkGL: the first time"},
    {"jit", "arithmetic_compile_warm", "cycles", Better::lower, 60,
     "BlinkGL: verify and compile; thesis 55"},
    {"jit", "gl_execute_ratio", "ratio", Better::lower, 1.05,
     "BlinkGL: to g++ -O2; thesis 554/552"},
    {"jit", "arithmetic_execute", "cycles", Better::lower, 8, "BlinkGL: an operation; thesis 50"},
    {"jit", "arithmetic_execute_ratio", "ratio", Better::lower, 1.5, "BlinkGL: to g++ -O2"},
    {"jit", "compile_linearity", "ratio", Better::lower, 2,
     "BlinkGL: linear to 1,000,000 instructions"},
    {"fps", "gears_ratio", "ratio", Better::higher, 0.97,
     "compositor: to gears drawn directly; thesis 0.96"},
    {"fps", "clients_at_50_ratio", "ratio", Better::higher, 3,
     "thesis, figure 9.5: procedures to gears that ask for each frame"},
    {"scale", "redraw_of_1000", "us", Better::lower, 5,
     "compositor: 1,000 clients at 60 Hz on one core"},
    {"neighbours", "neighbours_p99", "ms", Better::lower, 33.4,
     "two frames at 60 Hz, whatever others do"},
    {"saves", "still_cpu", "ms/s", Better::lower, 0.1, "nothing is drawn when nothing changed"},
    {"gl", "immediate_rate", "ratio", Better::higher, 0.9, "OpenGL of programs: to direct"},
    {"gl", "state_rate", "ratio", Better::higher, 0.9, "OpenGL of programs: to direct"},
    {"gl", "draw_rate", "ratio", Better::higher, 0.8, "OpenGL of programs: to direct"},
    {"gl", "uniform_draw_rate", "ratio", Better::higher, 0.95, "OpenGL of programs: to direct"},
    {"gl", "buffer_sub_data_rate", "ratio", Better::higher, 0.5, "OpenGL of programs: to direct"},
    {"gl", "map_draw_rate", "ratio", Better::higher, 0.5, "OpenGL of programs: to direct"},
    {"gl", "tex_sub_image_1024_rate", "ratio", Better::higher, 0.7,
     "OpenGL of programs: to direct"},
    {"gl", "swap_rate", "ratio", Better::higher, 1 / 1.2, "OpenGL of programs: 512 x 512, Xvfb"},
    {"gl", "get_error_time", "ns", Better::lower, 10, "OpenGL of programs: without a round trip"},
    {"gl", "get_integer_time", "ns", Better::lower, 10, "OpenGL of programs: likewise"},
    {"gl", "finish_time", "ns", Better::lower, 15'000, "OpenGL of programs"},
    {"gl", "read_pixel_time", "ns", Better::lower, 20'000, "OpenGL of programs"},
    {"recovery", "small_back", "ms", Better::lower, 1'000, "every window is right again"},
    {"recovery", "textures_50mb_back", "ms", Better::lower, 200, "the first picture, by llvmpipe"},
    {"replay", "replay_ratio", "ratio", Better::lower, 1.5,
     "OpenGL of programs: to g++ -O2; thesis 1.44"},
    {"video", "redraw_clients", "clients", Better::higher, 12,
     "thesis, figure 9.6: of 12, with a GPU"},
    {"video", "update_clients", "clients", Better::higher, 5,
     "thesis, figure 9.6: of 12, with a GPU"},
};

}  // namespace

std::string_view better_text(Better better) { return better == Better::lower ? "lower" : "higher"; }

std::span<const Target> all_targets() { return table; }

const Target* find_target(std::span<const Target> targets, std::string_view bench,
                          std::string_view result) {
  for (const Target& target : targets)
    if (target.bench == bench && target.result == result) return &target;
  return nullptr;
}

bool holds(const Target& target, double value) {
  return target.better == Better::lower ? value <= target.value : value >= target.value;
}

}  // namespace blink::bench
