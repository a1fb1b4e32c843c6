// The same gears, turned by their program: what procedures save, for comparison.
//
//   demo-gears-switch [SOCKET [SIDE]]
//
// The time is a param here, and the program sets it, 60 times a second. Each frame costs a message
// to the server, and two switches of process: there and back. Stop the program, and the gears stop.

#include <chrono>

#include "demos/client.h"
#include "demos/gears/gears.h"

using namespace blink::demos;

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  Client client("gears-switch", argc, argv, " [SIDE]");
  const std::uint32_t side = gears_side_of(argc, argv);
  client.open("Gears, frame by frame", side, side);
  client.give(gears_init());
  client.give(gears_redraw([](Builder& sp) { return sp.param(0); }));

  const auto begin = Clock::now();
  for (auto frame = begin;;) {
    const float time[] = {std::chrono::duration<float>(Clock::now() - begin).count()};
    client.set_params(time);
    // Who was stopped for a while does not make up for what it missed.
    frame = std::max(frame + std::chrono::microseconds(16'667), Clock::now());
    do {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(frame - Clock::now());
      if (!client.listen(static_cast<int>(left.count()))) return 0;
    } while (Clock::now() < frame);
  }
}
