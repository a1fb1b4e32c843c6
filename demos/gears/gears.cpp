// Gears as stored procedures: a window that turns without its program.
//
//   demo-gears [SOCKET [SIDE [SECONDS]]]
//
// The angles are functions of the time, which the server knows. After this program has left its
// procedures there it has nothing to do: stop it, and the gears go on. With SECONDS they stand
// still, as they are then.

#include "demos/gears/gears.h"
#include "demos/client.h"

using namespace blink::demos;

int main(int argc, char** argv) {
  Client client("gears", argc, argv, " [SIDE [SECONDS]]");
  const std::uint32_t side = gears_side_of(argc, argv);
  client.open("Gears", side, side);
  client.give(gears_init());
  client.give(gears_redraw([&](Builder& sp) {
    return argc > 3 ? sp.copy(std::strtof(argv[3], nullptr)) : sp.input(Input::time);
  }));
  return client.run();
}
