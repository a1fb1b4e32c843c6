// blink: the command.

#include <cstdio>
#include <cstring>

#include "cli/bench/bench.h"
#include "cli/commands.h"
#include "cli/doctor/doctor.h"
#include "cli/sp/sp.h"
#include "server/options.h"

namespace {

int help(int, char**);

constexpr struct {
  const char* name;
  const char* summary;
  int (*run)(int argc, char** argv);
} commands[] = {
    {"demo", "show the main job: a server, a client, a picture [--out FOLDER]", blink::cli::demo},
    {"up", "start the server [--foreground] [options below]", blink::cli::up},
    {"down", "stop the server", blink::cli::down},
    {"ps", "list the server's clients [--json]", blink::cli::ps},
    {"screenshot", "write the screen to a PNG file", blink::cli::screenshot},
    {"doctor", "tell what this host offers [--json]", blink::doctor::run},
    {"bench", "measure [--list] [NAME...]", blink::bench::run},
    {"sp", "stored procedures: assemble, check, run; see blink sp --help", blink::sp::run},
    {"help", "this text", help},
};

int help(int, char**) {
  std::printf(
      "blink: a trusted 3D display for applications in machines of their own\n\n"
      "usage: blink COMMAND [options]\n\n");
  for (const auto& command : commands)
    std::printf("  %-12s %s\n", command.name, command.summary);
  std::printf(
      "\nFrom a source tree, ./blink builds first, and ./blink test runs the tests.\n\n"
      "Options of `up`; --runtime-dir also of down, ps and screenshot:\n%s",
      blink::server::options_help());
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
  if (argc < 2 || std::strcmp(argv[1], "--help") == 0) return told(help(0, nullptr));
  for (const auto& command : commands)
    if (std::strcmp(argv[1], command.name) == 0) return told(command.run(argc - 1, argv + 1));
  std::fprintf(stderr, "blink: there is no command '%s'; `blink help` lists them\n", argv[1]);
  return 2;
}
