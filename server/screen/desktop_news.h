// DesktopNews: what sessions tell the desktop, and where it waits until the next frame.
//
// Only the newest of everything waits, so a session that changes faster than frames are drawn costs
// no more than one that does not.
//
// Threads: any.

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/client_mail.h"
#include "server/screen/client_stats.h"
#include "server/screen/picture_source.h"
#include "server/screen/procedure.h"

namespace blink::server {

// An object within its session.
struct ObjectName {
  std::uint32_t array = 0;
  std::uint32_t object = 0;

  auto operator<=>(const ObjectName&) const = default;
};

struct WindowShape {
  std::string title;
  std::uint32_t width = 0;  // of what it shows, in pixels
  std::uint32_t height = 0;
};

// Whose windows they are.
struct SessionIdentity {
  std::uint32_t session = 0;
  std::string machine;               // the client's name
  std::shared_ptr<ClientMail> mail;  // how the client is told; there may be none
  std::shared_ptr<ClientStats> stats = std::make_shared<ClientStats>();
};

using Params = std::array<float, jit::params_max>;
using Bytes = std::vector<std::byte>;

// What is not set has not changed; a null pointer or an empty shape: it is gone.
struct WindowNews {
  std::optional<std::optional<WindowShape>> shape;
  std::array<std::optional<std::shared_ptr<const Procedure>>, jit::callback_count> procedures;
  std::optional<std::shared_ptr<const Params>> params;
};

struct SessionNews {
  SessionIdentity of;
  bool is_over = false;  // before everything else that is here
  std::map<ObjectName, WindowNews> windows;
  std::map<ObjectName, std::shared_ptr<const Bytes>> data;
  std::map<ObjectName, std::shared_ptr<const PictureFace>> pictures;  // for procedures
};

using DesktopNews = std::map<std::uint32_t, SessionNews>;  // by session

}  // namespace blink::server
