// blink bench replay: what it costs the server to replay a program's commands from its stream, each
// checked, to the same calls as g++ compiles them. Callees return at once.

#include <algorithm>
#include <vector>

#include "cli/bench/benchmarks.h"
#include "cli/bench/cycles.h"
#include "cli/bench/jit_programs.h"
#include "gl/wire.h"
#include "stackreplay/replay.h"

namespace blink::bench {
namespace {

// Shows nothing.
class NoHost final : public stackreplay::ReplayHost {
 public:
  Status set_surface(std::uint32_t, std::uint32_t, std::uint32_t) override { return {}; }
  Status drop_surface(std::uint32_t) override { return {}; }
  Result<gl::GLuint> framebuffer(std::uint32_t) override { return 0u; }
  Status swap(std::uint32_t, std::uint32_t) override { return {}; }
  Result<SurfaceImages> surface_images(std::uint32_t) override { return SurfaceImages(); }
  Status beside(const std::function<void(const gl::Dispatch&)>&) override { return {}; }
};

}  // namespace

Status run_replay(const Options& options, Report& report) {
  gl::Dispatch dispatch = gl::null_dispatch();
  dispatch.GenLists = [](gl::GLsizei) -> gl::GLuint { return 1; };  // else no list has a name
  NoHost host;
  stackreplay::Replay replay(dispatch, host, std::make_shared<stackreplay::Names>(),
                             stackreplay::Replay::FreeNames::yes, true);
  std::vector<std::uint32_t> stream = gl_mix_stream;
  const auto span = vso::guest_span::adopt(stream.data(), stream.size() * 4);
  jit::NameTable lists{};
  std::ranges::fill(lists, 1u);
  double records = 0;
  for (std::size_t at = 0; at < stream.size(); at += gl::wire_words(stream[at]))
    ++records;
  const stackreplay::BulkObjects bulk;
  std::vector<double> replayed, native;
  for (std::size_t i = 0; i < options.pick(2000, 50); ++i) {
    Status status;
    replayed.push_back(cycles_of([&] { status = replay.run(span, span, bulk); }) / records);
    BLINK_TRY(std::move(status));
    native.push_back(cycles_of([&] { gl_mix_native(dispatch, lists); }) / records);
  }
  report.add("replay", "cycles", Better::lower, summarize(replayed),
             {{"records", static_cast<std::int64_t>(records)}});
  report.add("native", "cycles", Better::lower, summarize(native));
  report.add_ratio("replay_ratio", Better::lower, compare_samples(replayed, native), "replayed",
                   "native");
  return {};
}

}  // namespace blink::bench
