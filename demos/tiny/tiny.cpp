// The smallest whole client: a window with a sun in it, which follows the pointer.
//
//   demo-tiny [SOCKET]
//
// A client says what is to be seen by leaving things in memory that it shares with the server, the
// *objects*: here a window, and a procedure that draws it. The server runs that whenever the window
// must be drawn. The client is not asked: after it has left its objects, it only waits.

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>

#include "jit/builder/procedure_builder.h"  // writes procedures
#include "vso/blink_client.h"               // shares objects

using namespace blink::jit;
using namespace blink::gl;

// This runs now, and writes down the commands that will run in the server. A Register is a number
// that is known only there: what is computed from it is computed there.
static std::vector<Word> redraw() {
  Builder sp(Callback::redraw);
  const Register width = sp.input(Input::window_width), height = sp.input(Input::window_height);
  sp.MatrixMode(GL_PROJECTION);
  sp.Ortho(0, width, height, 0, -1, 1);  // pixels, from the upper left, as the pointer is told
  sp.MatrixMode(GL_MODELVIEW);

  sp.Begin(GL_QUADS);  // the sky
  sp.Color3f(0.10f, 0.12f, 0.24f);
  sp.Vertex2f(0, 0);
  sp.Vertex2f(width, 0);
  sp.Color3f(0.86f, 0.45f, 0.36f);
  sp.Vertex2f(width, height);
  sp.Vertex2f(0, height);
  sp.End();

  // Reading an input is enough: when the pointer moves the server draws again.
  const Register inside = sp.input(Input::pointer_inside);
  sp.Translatef(sp.select_equal(inside, 1, sp.input(Input::pointer_x), width / 2),
                sp.select_equal(inside, 1, sp.input(Input::pointer_y), height / 2), 0);
  sp.Enable(GL_BLEND);
  sp.BlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
  const auto ring = [&](float from, float to, float alpha_from, float alpha_to) {
    sp.Begin(GL_QUAD_STRIP);
    for (int i = 0; i <= 96; ++i) {  // a loop here: in the procedure it is 194 vertices
      const float x = std::cos(float(i) * 0.06545f), y = std::sin(float(i) * 0.06545f);
      sp.Color4f(1, 0.83f, 0.55f, alpha_from);
      sp.Vertex2f(x * from, y * from);
      sp.Color4f(1, 0.83f, 0.55f, alpha_to);
      sp.Vertex2f(x * to, y * to);
    }
    sp.End();
  };
  ring(0, 29, 1, 1);
  ring(29, 30.5f, 1, 0.35f);  // a soft edge
  ring(30.5f, 90, 0.35f, 0);  // the glow
  return sp.finish();
}

static blink_array* array;

// Puts an object there. From blink_object_end() on, the server may read it.
static uint32_t put(uint16_t type, const void* content, size_t bytes, uint32_t a, uint32_t b) {
  const uint32_t parameters[8] = {a, b};
  const uint32_t object = blink_object_create(array, type, bytes, parameters);
  if (object == 0) return 0;
  std::memcpy(blink_object_content(array, object), content, bytes);
  blink_object_end(array, object, 0, 0);
  return object;
}

int main(int argc, char** argv) {
  if (argc > 1 && argv[1][0] == '-') return std::puts("usage: demo-tiny [SOCKET]") < 0;
  blink_client* client = blink_connect(argc > 1 ? argv[1] : nullptr, "tiny", 0);
  if (client != nullptr) array = blink_array_add(client, 16);
  if (array != nullptr) {
    const std::string title = "Tiny";
    const uint32_t window = put(BLINK_OBJECT_WINDOW, title.data(), title.size(), 300, 180);
    const auto words = redraw();
    put(BLINK_OBJECT_PROCEDURE, words.data(), words.size() * sizeof(Word), window, 0);

    // Events tell what happened; the one that matters here: the user closes the window. Should the
    // server die, the next one shows what this one has shown.
    while (blink_ended(client) == 0 ||
           (blink_ended(client) == 2 && blink_reconnect(client, 60'000) == 0)) {
      blink_client_event event;
      if (blink_next_event(client, &event, 60'000) != 1) continue;
      if (event.type == BLINK_EVENT_CLOSE) return 0;
      if (event.type != BLINK_EVENT_RELEASE) continue;
      blink_release(client);  // the machine is frozen, for as long as it takes
      while (blink_reconnect(client, 60'000) != 0 && blink_ended(client) == 2)
        ;
    }
  }
  std::fprintf(stderr, "demo-tiny: %s\n", blink_error());
  return 1;
}
