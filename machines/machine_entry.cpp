#include "machines/machine_entry.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "common/machine_folder.h"
#include "common/runtime_dir.h"

namespace blink::machines {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int end_ms_max = 10'000, kill_ms_max = 5'000;

std::string path_in(const std::string& folder, std::string_view name) {
  return std::string(folder).append("/").append(name);
}

// When a process began, in clock ticks since the start of the host; 0: there is none.
std::uint64_t start_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  // After the name, which may hold anything, the 20th.
  const std::size_t end = text.rfind(')');
  if (pid <= 0 || end == text.npos) return 0;
  std::istringstream rest(text.substr(end + 1));
  std::string word;
  for (int i = 0; i < 20; ++i)
    rest >> word;
  return std::strtoull(word.c_str(), nullptr, 10);
}

// Still open when another has made the folder away and anew: then it is not the same file.
bool is_at(int fd, const std::string& path) {
  struct stat open {
  }, there{};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &there) == 0 &&
         open.st_ino == there.st_ino && open.st_dev == there.st_dev;
}

bool has_keeper(const std::string& folder) {
  const UniqueFd lock(::open(path_in(folder, machine_lock_name).c_str(), O_RDONLY | O_CLOEXEC));
  return lock.is_open() && ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

MachineAbout about_in(const std::string& folder) {
  std::ifstream file(path_in(folder, machine_about_name));
  const json all = json::parse(file, nullptr, false);
  MachineAbout about;
  if (!all.is_object()) return about;
  const auto text = [&](const char* name) {
    return all.contains(name) && all[name].is_string() ? all[name].get<std::string>() : "";
  };
  const auto number = [&](const char* name) {
    return all.contains(name) && all[name].is_number_unsigned() ? all[name].get<std::uint64_t>()
                                                                : 0;
  };
  about.engine = text("engine");
  about.command = text("command");
  about.keeper = static_cast<pid_t>(number("keeper"));
  about.pid = static_cast<pid_t>(number("pid"));
  about.started = number("started");
  return about;
}

void kill_process(const MachineAbout& about) {
  if (about.started != 0 && start_of(about.pid) == about.started) ::kill(about.pid, SIGKILL);
}

template <typename IsRight>
bool becomes(IsRight is_right, int ms_max) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms_max);
  while (!is_right()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace

Result<MachineEntry> MachineEntry::take(const std::string& runtime_dir, const std::string& name) {
  if (!is_machine_name(name)) return Status::system(std::string(machine_name_rule));
  BLINK_TRY(prepare_runtime_dir(machines_folder(runtime_dir)));
  const std::string folder = machine_folder(runtime_dir, name);
  for (;;) {
    BLINK_TRY(prepare_runtime_dir(folder));
    const std::string path = path_in(folder, machine_lock_name);
    UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock.is_open() && errno == ENOENT) continue;
    if (!lock.is_open()) return Status::system("cannot open " + path, errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
      return Status::system("there is a machine " + name + " already");
    if (!is_at(lock.get(), path)) continue;
    kill_process(about_in(folder));
    return MachineEntry(folder, std::move(lock));
  }
}

MachineEntry::~MachineEntry() {
  std::error_code none;
  if (lock_.is_open()) fs::remove_all(folder_, none);
}

std::string MachineEntry::path_of(std::string_view file) const { return path_in(folder_, file); }

// As a whole or not at all.
Status MachineEntry::tell(MachineAbout about) const {
  const json all = {{"engine", about.engine},
                    {"keeper", about.keeper},
                    {"pid", about.pid},
                    {"started", start_of(about.pid)},
                    {"command", about.command}};
  const std::string path = path_of(machine_about_name), next = path + ".new";
  std::ofstream file(next);
  file << all.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  if (!file.flush() || ::rename(next.c_str(), path.c_str()) != 0)
    return Status::system("cannot write " + path, errno);
  return {};
}

std::vector<KnownMachine> known_machines(const std::string& runtime_dir) {
  std::vector<KnownMachine> all;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(machines_folder(runtime_dir), none)) {
    const std::string name = entry.path().filename();
    if (is_machine_name(name))
      all.push_back({name, has_keeper(entry.path()), about_in(entry.path())});
  }
  std::ranges::sort(all, {}, &KnownMachine::name);
  return all;
}

Status end_machine(const std::string& runtime_dir, const std::string& name) {
  const std::string folder = machine_folder(runtime_dir, name);
  if (!is_machine_name(name) || !fs::is_directory(folder))
    return Status::system("there is no machine " + name);
  const MachineAbout about = about_in(folder);
  const auto is_over = [&] { return !has_keeper(folder); };
  if (!is_over()) {
    if (about.keeper <= 0) return Status::system("the machine " + name + " is about to start");
    ::kill(about.keeper, SIGTERM);
    if (becomes(is_over, end_ms_max)) return {};
  }
  kill_process(about);
  if (!becomes(is_over, kill_ms_max))
    return Status::system("the machine " + name + " does not end");
  std::error_code none;
  fs::remove_all(folder, none);
  return {};
}

}  // namespace blink::machines
