// blink freeze, blink thaw: a program lets go of the display, and comes back.

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "common/text.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;

constexpr char freeze_help[] =
    "usage: blink freeze CLIENT [--runtime-dir DIR]\n\n"
    "Has a client let go of the display: its windows go, what only the GPU had is in its memory, "
    "and\n"
    "nothing of the server's is open in it, which is looked up in /proc. So its machine can be\n"
    "saved. CLIENT is a name or a process, as `blink ps` has them; of a name all processes.\n"
    "Until `blink thaw` it waits wherever it needs the display.\n";
constexpr char thaw_help[] =
    "usage: blink thaw CLIENT [--runtime-dir DIR]\n\n"
    "Lets a client that was frozen come back; its windows are where they were.\n";

std::string folder_of(long pid) { return "/proc/" + std::to_string(pid); }

// Shared memory that has no name, by its number: what two processes have of these they share.
using Memories = std::set<ino_t>;

constexpr std::string_view memory_prefix = "/memfd:";

void add_open(long pid, Memories& to) {
  const std::string folder = folder_of(pid) + "/fd";
  DIR* const descriptors = ::opendir(folder.c_str());
  if (descriptors == nullptr) return;
  while (const dirent* const entry = ::readdir(descriptors)) {
    const std::string path = folder + "/" + entry->d_name;
    char target[256];
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    struct stat info {};
    if (length > 0 &&
        std::string_view(target, static_cast<std::size_t>(length)).starts_with(memory_prefix) &&
        ::stat(path.c_str(), &info) == 0)
      to.insert(info.st_ino);
  }
  ::closedir(descriptors);
}

void add_mapped(long pid, Memories& to) {
  std::ifstream maps(folder_of(pid) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::string addresses, access, offset, device, path;
    ino_t number = 0;
    words >> addresses >> access >> offset >> device >> number >> path;
    if (path.starts_with(memory_prefix)) to.insert(number);
  }
}

Memories memories_of(long pid) {
  Memories all;
  add_open(pid, all);
  add_mapped(pid, all);
  return all;
}

// The server, and the processes that it has started.
std::vector<long> family_of(long server) {
  std::vector<long> pids{server};
  for (std::size_t i = 0; i < pids.size(); ++i) {
    const std::string pid = std::to_string(pids[i]);
    DIR* const threads = ::opendir((folder_of(pids[i]) + "/task").c_str());
    if (threads == nullptr) continue;
    while (const dirent* const entry = ::readdir(threads)) {
      std::ifstream children(folder_of(pids[i]) + "/task/" + entry->d_name + "/children");
      for (long child = 0; children >> child;)
        pids.push_back(child);
    }
    ::closedir(threads);
  }
  return pids;
}

Status check_nothing_shared(long server, long pid) {
  const Memories its = memories_of(pid);
  for (const long other : family_of(server))
    for (const ino_t memory : memories_of(other))
      if (its.contains(memory))
        return Status::system("process " + std::to_string(pid) + " still shares memory with " +
                              std::to_string(other));
  return {};
}

Result<json> ask(const Arguments& arguments, const char* command) {
  const std::string client = json{{"client", arguments.operands[0]}}.dump();
  BLINK_ASSIGN(const auto answer, server::ask_server(arguments.runtime_dir(), command, client));
  return json::parse(answer.json);
}

void say(const char* what, const json& answer) {
  for (const json& pid : answer["processes"])
    std::printf("%s: process %ld\n", what, pid.get<long>());
}

}  // namespace

int freeze(int argc, char** argv) {
  return run_command(argc, argv,
                     {.help = freeze_help, .options = {"--runtime-dir"}, .operands = {"CLIENT"}},
                     [](const Arguments& arguments) -> Status {
                       BLINK_ASSIGN(const json answer, ask(arguments, "freeze"));
                       for (const json& pid : answer["processes"])
                         BLINK_TRY(check_nothing_shared(answer["pid"], pid.get<long>()));
                       say("frozen", answer);
                       return {};
                     });
}

int thaw(int argc, char** argv) {
  return run_command(argc, argv,
                     {.help = thaw_help, .options = {"--runtime-dir"}, .operands = {"CLIENT"}},
                     [](const Arguments& arguments) -> Status {
                       BLINK_ASSIGN(const json answer, ask(arguments, "thaw"));
                       say("thawed", answer);
                       return {};
                     });
}

}  // namespace blink::cli
