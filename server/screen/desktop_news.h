// DesktopNews: what sessions tell the desktop, and where it waits until the next frame.
//
// Only the newest of everything waits, so a session that changes faster than frames are drawn costs
// no more than one that does not.
//
// Threads: any.

#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/client_mail.h"
#include "server/screen/beside_gate.h"
#include "server/screen/client_stats.h"
#include "server/screen/colour.h"
#include "server/screen/object_name.h"
#include "server/screen/picture_source.h"
#include "server/screen/procedure.h"
#include "server/screen/redraw_wishes.h"

namespace blink::server {

struct WindowShape {
  std::string title;
  std::uint32_t width = 0;  // of what it shows, in pixels
  std::uint32_t height = 0;
};

// Whose windows they are.
struct SessionIdentity {
  std::uint32_t session = 0;
  std::string machine;               // that it runs in; without one the client's name
  std::shared_ptr<ClientMail> mail;  // how the client is told; there may be none
  std::shared_ptr<ClientStats> stats = std::make_shared<ClientStats>();
  std::shared_ptr<RedrawWishes> wishes = std::make_shared<RedrawWishes>();
  std::shared_ptr<BesideGate> gate = std::make_shared<BesideGate>();
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  std::int32_t pid = 0;               // the client's process; 0: not known
  std::optional<Colour> colour = {};  // the machine's; none: the one that goes with the name

  // What procedures know as `time`, and events as their time.
  double seconds_at(std::chrono::steady_clock::time_point when) const {
    return std::chrono::duration<double>(when - begin).count();
  }
};

using Params = std::array<float, jit::params_max>;
using Bytes = std::vector<std::byte>;

// What was drawn beside the screen because it was asked for; null: it could not be.
struct Redrawn {
  std::shared_ptr<const PictureFace> face;
  std::chrono::nanoseconds took{};
  std::array<float, jit::cells_max> cells{};  // as it left them
  std::string failure;                        // the end of the procedure; else empty
};

// What is not set has not changed; a null pointer or an empty shape: it is gone.
struct WindowNews {
  std::optional<std::optional<WindowShape>> shape;
  std::array<std::optional<std::shared_ptr<const Procedure>>, jit::callback_count> procedures;
  std::optional<std::shared_ptr<const Params>> params;
  std::optional<std::shared_ptr<const PictureFace>> picture;  // where it has no redraw
  std::optional<Redrawn> redrawn;
};

struct SessionNews {
  SessionIdentity of;
  bool is_over = false;  // before everything else that is here
  std::map<ObjectName, WindowNews> windows;
  std::map<ObjectName, std::shared_ptr<const Bytes>> data;
  std::map<ObjectName, std::shared_ptr<const PictureFace>> pictures;  // for procedures
};

// What is newer counts; what was said before of other things still does.
void merge(SessionNews& waiting, SessionNews news);

using DesktopNews = std::map<std::uint32_t, SessionNews>;  // by session

}  // namespace blink::server
