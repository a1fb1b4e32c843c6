#include "server/machine_doors.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "common/limits.h"
#include "common/log.h"
#include "common/machine_folder.h"
#include "common/runtime_dir.h"
#include "vso/local/interruption.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

std::string path_in(const std::string& folder, std::string_view name) {
  return std::string(folder).append("/").append(name);
}

// Its keeper holds the lock, and goes with it.
bool has_keeper(const std::string& folder) {
  const UniqueFd lock(::open(path_in(folder, machine_lock_name).c_str(), O_RDONLY | O_CLOEXEC));
  return lock.is_open() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::optional<std::uint32_t> read_colour(const std::string& folder) {
  std::ifstream file(path_in(folder, machine_colour_name));
  std::string text;
  if (!(file >> text)) return std::nullopt;
  return rgb_of(text);
}

Status write_colour(const std::string& folder, std::optional<std::uint32_t> rgb) {
  const std::string path = path_in(folder, machine_colour_name);
  if (!rgb) {
    ::unlink(path.c_str());
    return {};
  }
  char text[16];
  std::snprintf(text, sizeof text, "#%06x\n", *rgb & 0xffffff);
  std::ofstream file(path);
  file << text;
  return file.flush() ? Status() : Status::system("cannot write " + path, errno);
}

bool is_of(const std::shared_ptr<const MachineDoors::Door>& door, std::string_view name) {
  return door->machine.name == name;
}

}  // namespace

std::optional<std::uint32_t> rgb_of(std::string_view text) {
  std::uint32_t rgb = 0;
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), rgb, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return rgb;
}

MachineDoors::~MachineDoors() {
  const vso::local::Impatience impatience;  // with what was sent by those who were never accepted
  for (const auto& door : doors_)
    ::unlink(socket_path(door->machine.name).c_str());
  doors_.clear();
}

std::string MachineDoors::socket_path(std::string_view name) const {
  return path_in(path_in(machine_folder(runtime_dir_, name), machine_door_name),
                 client_socket_name);
}

void MachineDoors::open_again() {
  std::error_code none;
  for (const auto& entry :
       std::filesystem::directory_iterator(machines_folder(runtime_dir_), none)) {
    const std::string name = entry.path().filename();
    if (!is_machine_name(name) || !has_keeper(entry.path())) continue;
    const Status status = open({name, read_colour(entry.path())});
    if (!status.is_ok()) log_warning("machine.door", {{"machine", name}, {"error", status.text()}});
  }
}

// Whoever is in the machine is another user, perhaps, and may use the door and not change it. The
// folders around it are this user's alone.
Result<std::shared_ptr<const MachineDoors::Door>> MachineDoors::make(MachineLabel machine) const {
  const std::string folder = machine_folder(runtime_dir_, machine.name);
  const std::string door = path_in(folder, machine_door_name);
  if (::mkdir(door.c_str(), 0711) != 0 && errno != EEXIST)
    return Status::system("cannot make the machine's folder " + door, errno);
  const std::string path = socket_path(machine.name);
  BLINK_TRY(write_colour(folder, machine.rgb));
  BLINK_ASSIGN(UniqueFd listener, vso::local::listen_at(path));
  if (::chmod(door.c_str(), 0711) != 0 || ::chmod(path.c_str(), 0666) != 0)
    return Status::system("cannot open the door " + path, errno);
  ::fcntl(listener.get(), F_SETFL, O_NONBLOCK);  // who was there may have gone again
  return std::make_shared<const Door>(std::move(machine), std::move(listener));
}

Status MachineDoors::open(MachineLabel machine) {
  if (!is_machine_name(machine.name)) return Status::system(std::string(machine_name_rule));
  if (!has_keeper(machine_folder(runtime_dir_, machine.name)))
    return Status::system("nobody keeps a machine " + machine.name + "; `blink run` starts one");
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(doors_, [&](const auto& door) { return is_of(door, machine.name); });
  if (found == doors_.end() && doors_.size() >= limits::machines_max)
    return Status::system("the server has as many machines as it takes");
  BLINK_ASSIGN(auto door, make(std::move(machine)));
  if (found == doors_.end())
    doors_.push_back(std::move(door));
  else
    *found = std::move(door);
  return {};
}

bool MachineDoors::close(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(doors_, [&](const auto& door) { return is_of(door, name); });
  if (found == doors_.end()) return false;
  ::unlink(socket_path(name).c_str());
  doors_.erase(found);
  return true;
}

MachineDoors::Doors MachineDoors::all() const {
  const std::lock_guard lock(mutex_);
  return doors_;
}

}  // namespace blink::server
