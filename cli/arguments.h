// The command line of a small command: what it takes, and what of that was given.
//
// The value of an option stands behind it or after a =: --out DIR, --out=DIR. Of an option given
// twice the last counts. -h or --help anywhere prints the help, and nothing else happens. Behind --
// there are no options; - alone is none.

#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace blink::cli {

struct Arguments {
  std::vector<std::string> flags;
  std::map<std::string, std::string, std::less<>> options;
  std::vector<std::string> operands;
  bool wants_help = false;

  bool has(std::string_view flag) const { return std::ranges::count(flags, flag) > 0; }
  std::string option(std::string_view name, const std::string& otherwise) const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
  std::string runtime_dir() const;
};

struct Syntax {
  const char* help;
  std::vector<std::string_view> flags = {};     // options without a value
  std::vector<std::string_view> options = {};   // options with one
  std::vector<std::string_view> operands = {};  // what else must be there, by name
  bool has_more_operands = false;               // as many as are given; numbers may be negative
  std::string_view text_after = {};  // what follows this operand is one, however it looks
  std::function<Status(const Arguments&)> check = {};  // what else is wrong with the line
};

// Does `work` with what the command line says, unless that is wrong or asks for help. argv[0] is
// the command. Says what is wrong and returns the exit status: 0 done, 1 not, 2 a wrong line.
int run_command(int argc, char** argv, const Syntax& syntax,
                const std::function<Status(const Arguments&)>& work);

bool is_help(std::string_view argument);
int fail(const Status& status, int code = 1);

}  // namespace blink::cli
