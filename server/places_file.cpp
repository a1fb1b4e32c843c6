#include "server/places_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/limits.h"
#include "common/log.h"
#include "common/memory_left.h"
#include "common/unique_fd.h"

namespace blink::server {
namespace {

using nlohmann::json;

constexpr std::string_view file_name = "places";
constexpr std::chrono::milliseconds pause{200};  // from one time that it is written to the next
constexpr std::streamsize bytes_max = 1 << 20;

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(file_name);
}

json to_json(const WindowView& window) {
  return {{"pid", window.pid},
          {"array", window.object.array},
          {"object", window.object.object},
          {"x", window.normal.x},
          {"y", window.normal.y},
          {"width", window.normal.width},
          {"height", window.normal.height},
          {"state", static_cast<std::uint32_t>(window.state)},
          {"minimised", window.is_minimised}};
}

template <typename T>
bool take(const json& from, const char* name, T& to) {
  const auto found = from.find(name);
  if (found == from.end() || !(found->is_number() || found->is_boolean())) return false;
  to = found->get<T>();
  return true;
}

bool is_sane(const Rect& rect) {
  constexpr float furthest = 1e6f;
  const auto is_side = [](float side) { return side >= 1 && side <= limits::picture_side_max; };
  return std::abs(rect.x) <= furthest && std::abs(rect.y) <= furthest && is_side(rect.width) &&
         is_side(rect.height);
}

std::optional<WindowMemory> memory_of(const json& from) {
  WindowMemory window;
  std::uint32_t state = 0;
  const bool is_whole =
      from.is_object() && take(from, "pid", window.pid) &&
      take(from, "array", window.object.array) && take(from, "object", window.object.object) &&
      take(from, "x", window.normal.x) && take(from, "y", window.normal.y) &&
      take(from, "width", window.normal.width) && take(from, "height", window.normal.height) &&
      take(from, "state", state) && take(from, "minimised", window.is_minimised);
  if (!is_whole || !is_sane(window.normal) ||
      state > static_cast<std::uint32_t>(WindowState::right_half))
    return std::nullopt;
  window.state = static_cast<WindowState>(state);
  return window;
}

}  // namespace

std::vector<WindowMemory> PlacesFile::load(const std::string& directory) {
  std::vector<WindowMemory> windows;
  std::ifstream file(path_in(directory));
  std::string text(bytes_max, '\0');
  file.read(text.data(), bytes_max);
  text.resize(static_cast<std::size_t>(file.gcount()));
  const json all = json::parse(text, nullptr, false);
  if (!all.is_array() || all.size() > limits::server_windows_max) return windows;
  for (const json& each : all)
    if (const auto window = memory_of(each)) windows.push_back(*window);
  return windows;
}

PlacesFile::PlacesFile(const std::string& directory, std::function<std::vector<WindowView>()> look)
    : path_(path_in(directory)), look_(std::move(look)), thread_([this] { run(); }) {}

PlacesFile::~PlacesFile() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  told_.notify_one();
  thread_.join();
  ::unlink(path_.c_str());
}

void PlacesFile::changed() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_changed_, true)) return;
  }
  told_.notify_one();
}

void PlacesFile::run() {
  std::string written;
  bool has_complained = false;
  std::unique_lock lock(mutex_);
  for (;;) {
    told_.wait(lock, [this] { return is_changed_ || is_over_; });
    if (is_over_) return;
    is_changed_ = false;
    lock.unlock();
    (void)with_memory([&] {
      json all = json::array();
      for (const WindowView& window : look_())
        all.push_back(to_json(window));
      std::string text = all.dump() + "\n";
      if (text != written) {
        const bool is_good = write(text);
        if (!is_good && !std::exchange(has_complained, true))
          log_warning("places", {{"about", "cannot write " + path_}});
        written = is_good ? std::move(text) : "";
      }
    });
    lock.lock();
    told_.wait_for(lock, pause, [this] { return is_over_; });
  }
}

// Whoever dies meanwhile leaves what was there before.
bool PlacesFile::write(const std::string& text) const {
  const std::string draft = path_ + ".new";
  const UniqueFd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const bool is_whole = fd.is_open() && ::write(fd.get(), text.data(), text.size()) ==
                                            static_cast<ssize_t>(text.size());
  if (is_whole && std::rename(draft.c_str(), path_.c_str()) == 0) return true;
  ::unlink(draft.c_str());
  return false;
}

}  // namespace blink::server
