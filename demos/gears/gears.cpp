// Gears as stored procedures: a window that turns without its program.
//
//   demo-gears [SOCKET]
//
// The angles are functions of the time, which the server knows. After this program has left its
// procedures there it has nothing to do: stop it, and the gears go on.

#include "demos/gears/gears.h"
#include "demos/client.h"

using namespace blink::demos;

int main(int argc, char** argv) {
  Client client("gears", argc, argv);
  client.open("Gears", gears_side, gears_side);
  client.give(gears_init());
  client.give(gears_redraw([](Builder& sp) { return sp.input(Input::time); }));
  return client.run();
}
