// blink: the command.

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string_view>

#include "cli/arguments.h"
#include "cli/bench/bench.h"
#include "cli/commands.h"
#include "cli/doctor/doctor.h"
#include "cli/sp/sp.h"
#include "common/memory_left.h"
#include "common/text.h"

namespace {

int help(int argc, char** argv);

constexpr struct Command {
  std::string_view name;
  const char* summary;
  int (*run)(int argc, char** argv);
} commands[] = {
    {"demo", "show the main job: a server, seven clients, one desktop", blink::cli::demo},
    {"up", "start the server", blink::cli::up},
    {"down", "stop the server", blink::cli::down},
    {"run", "run a program in a machine of its own", blink::cli::run},
    {"machines", "list the machines", blink::cli::list_machines},
    {"end", "end a machine", blink::cli::end},
    {"ps", "list the server's clients", blink::cli::ps},
    {"top", "watch what the server's clients cost and get", blink::cli::top},
    {"screenshot", "write the screen to a PNG file", blink::cli::screenshot},
    {"web", "tell where browsers find the screen", blink::cli::web},
    {"input", "do what a user would do with pointer and keyboard", blink::cli::input},
    {"freeze", "have a program let go of the display, so that its machine can be saved",
     blink::cli::freeze},
    {"thaw", "let it come back", blink::cli::thaw},
    {"doctor", "tell what this host offers: OpenGL, KVM, CRIU, Xen", blink::doctor::run},
    {"bench", "measure what shared objects and procedures cost", blink::bench::run},
    {"sp", "stored procedures: assemble, check, run, show", blink::sp::run},
    {"help", "this text, or that of a COMMAND", help},
};

const Command* find_command(std::string_view name) {
  const auto* found = std::ranges::find(commands, name, &Command::name);
  return found == std::end(commands) ? nullptr : found;
}

int no_command(const char* name) {
  std::fprintf(stderr, "blink: there is no command '%s'; `blink help` lists them\n",
               blink::printable(name).c_str());
  return 2;
}

int help(int argc, char** argv) {
  if (argc > 1 && !blink::cli::is_help(argv[1])) {
    const Command* command = find_command(argv[1]);
    if (command == nullptr) return no_command(argv[1]);
    char option[] = "--help";
    char* line[] = {argv[1], option, nullptr};
    return command->run(2, line);
  }
  std::printf(
      "blink: a trusted 3D display for applications in machines of their own\n\n"
      "usage: blink COMMAND [options]\n\n");
  for (const Command& command : commands)
    std::printf("  %-12s %s\n", command.name.data(), command.summary);
  std::printf(
      "\n`blink COMMAND --help` tells more of each, `blink --version` which Blink this is.\n"
      "From a source tree, ./blink builds first, and ./blink test runs the tests.\n");
  return 0;
}

int version() {
  std::printf("blink %s\n", BLINK_VERSION);
  return 0;
}

// Who reads what we print must not take half of it, or nothing, for all.
int told(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  std::fprintf(stderr, "blink: cannot write to the standard output\n");
  return status == 0 ? 1 : status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || blink::cli::is_help(argv[1])) return told(help(0, nullptr));
  if (std::string_view(argv[1]) == "--version") return told(version());
  const Command* command = find_command(argv[1]);
  if (command == nullptr) return told(no_command(argv[1]));
  int status = 1;
  if (!blink::with_memory([&] { status = command->run(argc - 1, argv + 1); }))
    std::fprintf(stderr, "blink: %s: %s\n", argv[1], blink::no_memory_text.data());
  return told(status);
}
