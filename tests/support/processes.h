// What becomes of processes.

#pragma once

#include <sys/types.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace blink::test {

// What /proc says of a process: R, S, T, Z...; nothing when it is not there.
inline char state_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  std::getline(file, word, ')');
  char state = 0;
  file >> state;
  return state;
}

inline bool is_running(pid_t pid) {
  const char state = state_of(pid);
  return state != 0 && state != 'Z' && state != 'X';
}

inline bool is_gone_soon(pid_t pid) {
  for (int i = 0; i < 1'000 && is_running(pid); ++i)
    ::usleep(10'000);
  return !is_running(pid);
}

inline std::set<pid_t> children_of(pid_t pid) {
  std::set<pid_t> children;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream file(task.path() / "children");
    for (pid_t child = 0; file >> child;)
      children.insert(child);
  }
  return children;
}

}  // namespace blink::test
