// Machine: what an application of its own runs in. A capsule is one (capsule.h), and so is a plain
// process that nothing holds back (plain_process.h), to compare with.
//
// Whoever starts a machine keeps it: waits for its end, and ends it. Its windows, its input and its
// name are the server's, which knows them by the machine's door (common/machine_folder.h).

#pragma once

#include <sys/types.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace blink::machines {

struct MachineOptions {
  std::string name;
  std::string door;  // a folder of the host, with the machine's client socket in it
  std::vector<std::string> command;
  bool has_host_network = false;
  std::string share;  // a folder of the host that the machine may change; empty: none
};

class Machine {
 public:
  // One that has not ended is killed.
  virtual ~Machine() = default;

  // The process whose end is the machine's.
  virtual pid_t pid() const = 0;
  // Can be read when it has ended.
  virtual int end_fd() const = 0;
  // What its programs print is to be read here, or they wait; -1: they print where we do.
  virtual int output_fd() const = 0;
  virtual int error_fd() const = 0;
  // Its programs are asked to end. kill() does not ask.
  virtual void ask_to_end() = 0;
  virtual void kill() = 0;
  // The exit status of its program, 128 and more: the signal that ended it. Waits for that.
  virtual int wait() = 0;
};

// A kind of machine, by its name on the command line.
struct Engine {
  std::string_view name;
  Result<std::unique_ptr<Machine>> (*start)(const MachineOptions& options);
};

// Null: there is none of that name.
const Engine* find_engine(std::string_view name);
// "capsule, process"
std::string engine_names();

}  // namespace blink::machines
