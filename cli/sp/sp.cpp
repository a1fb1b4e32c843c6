#include "cli/sp/sp.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "cli/sp/commands.h"
#include "common/status.h"
#include "common/text.h"

namespace blink::sp {
namespace {

constexpr char usage[] =
    "usage: blink sp COMMAND FILE... [options]\n\n"
    "Stored procedures: what a client leaves with the server, to be run without the client.\n"
    "FILE is a procedure as text or as words (it is seen which); - is the standard input.\n"
    "In text there is one instruction a line, and its operands are separated by commas.\n"
    "docs/formats/blinkgl.md describes both forms.\n\n"
    "  asm FILE [-o OUT]     text to words; OUT is else FILE with the ending .blgl, so the text\n"
    "                        has another one: .sp is a good one\n"
    "  disasm FILE [-o OUT]  words to text\n"
    "  check FILE            what the verifier does about each instruction: adjusts it, skips it,\n"
    "                        mends the end, or refuses the procedure (then the status is 1)\n"
    "  run FILE              interpret it: the calls of GL that it makes, then registers and "
    "cells\n"
    "                        that are not 0. Names of objects stand for themselves.\n"
    "      --input NAME=VALUE   outside state, else 0: time, pointer_x, window_width, ...\n"
    "      --param N=VALUE      number N (0 to 255) that the client may change\n"
    "      --cell N=VALUE       number N (0 to 63) that procedures keep\n"
    "  show FILE...          in a window of the server that is up: one procedure for each "
    "callback.\n"
    "                        Ends when the window is closed, or by Ctrl-C\n"
    "      --size WxH           of the window (480x360)\n"
    "      --title TEXT         of the window, else the first FILE's name\n"
    "      --param N=VALUE      as above\n"
    "      --data FILE          bytes that the procedures use; which number they name it by is\n"
    "                           printed: 262144 for the first, 262145 for the next, ...\n"
    "      --runtime-dir DIR    the server's\n"
    "  cost FILE [--json]    what it needs in the worst case, and what it does\n"
    "  opcodes [WORD]        what there is with WORD in its name, and its operands; of the one\n"
    "                        that is called so also where it may stand, and what its operands may\n"
    "                        be: blink sp opcodes BlendFunc\n\n"
    "A procedure in five lines, for a file like wheel.sp:\n\n"
    "  .procedure redraw\n"
    "    input r0, time\n"
    "    sin r0, r0              # of radians: there and back in 6 seconds\n"
    "    Color3f 1, 0.6, r0\n"
    "    Rectf -0.5, -0.5, r0, 0.5\n";

struct Command {
  std::string_view name;
  int (*run)(const Request& request);
  std::string_view options;    // that it takes
  bool takes_several = false;  // files
  bool takes_none = false;     // as well
};
constexpr Command commands[] = {
    {"asm", assemble_file, "-o"},
    {"disasm", disassemble_file, "-o"},
    {"check", check, ""},
    {"run", run_file, "--input --param --cell"},
    {"cost", cost, "--json"},
    {"show", show_files, "--size --title --param --data --runtime-dir", true},
    {"opcodes", list_opcodes, "", false, true},
};

bool takes(const Command& command, std::string_view option) {
  for (std::string_view rest = command.options; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == option) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Result<Request> parse(const Command& command, int argc, char** argv) {
  Request request;
  for (int i = 2; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "-" || !argument.starts_with('-')) {
      if (!request.paths.empty() && !command.takes_several)
        return Status::system(command.takes_none ? "one WORD only" : "one FILE only");
      request.paths.emplace_back(argument);
      continue;
    }
    // --name VALUE or --name=VALUE
    const std::string_view name = argument.substr(0, argument.find('='));
    const bool is_within = name.size() < argument.size();
    if (!takes(command, name) || (is_within && name == "--json"))
      return Status::system("unknown option " + printable(argument));
    if (argument == "--json") {
      request.as_json = true;
      continue;
    }
    if (!is_within && ++i == argc) return Status::system(std::string(name) + " needs a value");
    const std::string value(is_within ? argument.substr(name.size() + 1) : argv[i]);
    if (value.empty()) return Status::system(std::string(name) + " needs a value");
    if (name == "-o") request.out = value;
    if (name == "--input") request.inputs.push_back(value);
    if (name == "--param") request.params.push_back(value);
    if (name == "--cell") request.cells.push_back(value);
    if (name == "--size") request.size = value;
    if (name == "--title") request.title = value;
    if (name == "--data") request.data.push_back(value);
    if (name == "--runtime-dir") request.runtime_dir = value;
  }
  if (request.paths.empty() && !command.takes_none) return Status::system("FILE is missing");
  return request;
}

}  // namespace

int run(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--help" || std::string_view(argv[i]) == "-h") {
      std::fputs(usage, stdout);
      return 0;
    }
  for (const Command& command : commands) {
    if (name != command.name) continue;
    auto request = parse(command, argc, argv);
    if (request.is_ok()) return command.run(request.value());
    std::fprintf(stderr, "blink: sp %s: %s; see blink sp --help\n", argv[1],
                 std::string(request.status().text()).c_str());
    return 2;
  }
  if (name.empty())
    std::fputs(usage, stderr);
  else
    std::fprintf(stderr, "blink: sp: there is no command '%s'; see blink sp --help\n",
                 printable(name).c_str());
  return 2;
}

}  // namespace blink::sp
