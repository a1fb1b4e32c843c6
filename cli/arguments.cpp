#include "cli/arguments.h"

#include <cstdio>

#include "common/runtime_dir.h"
#include "common/text.h"

namespace blink::cli {
namespace {

Result<Arguments> parse(int argc, char** argv, const Syntax& syntax) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view name = argument.substr(0, argument.find('='));
    const bool is_negative =
        syntax.has_more_operands && argument.size() > 1 && argument[1] >= '0' && argument[1] <= '9';
    if (!argument.starts_with("-") || is_negative) {
      arguments.operands.emplace_back(argument);
      if (!syntax.has_more_operands && arguments.operands.size() > syntax.operands.size())
        return Status::system("too many arguments: " + printable(argument));
    } else if (std::ranges::count(syntax.flags, argument) > 0) {
      arguments.flags.emplace_back(argument);
    } else if (std::ranges::count(syntax.options, name) > 0) {
      const bool is_within = name.size() < argument.size();
      if (!is_within && ++i == argc) return Status::system(std::string(name) + " needs a value");
      const std::string_view value = is_within ? argument.substr(name.size() + 1) : argv[i];
      if (value.empty()) return Status::system(std::string(name) + " needs a value");
      arguments.options.insert_or_assign(std::string(name), value);
    } else {
      return Status::system("unknown option " + printable(argument));
    }
  }
  if (arguments.operands.size() < syntax.operands.size())
    return Status::system(std::string(syntax.operands[arguments.operands.size()]) + " is missing");
  return arguments;
}

}  // namespace

std::string Arguments::runtime_dir() const {
  return option("--runtime-dir", default_runtime_dir());
}

int run_command(int argc, char** argv, const Syntax& syntax,
                const std::function<Status(const Arguments&)>& work) {
  if (std::any_of(argv + 1, argv + argc, is_help)) {
    std::fputs(syntax.help, stdout);
    return 0;
  }
  const auto arguments = parse(argc, argv, syntax);
  if (!arguments.is_ok()) {
    std::fprintf(stderr, "blink: %s: %s; see blink %s --help\n", argv[0],
                 std::string(arguments.status().text()).c_str(), argv[0]);
    return 2;
  }
  const Status status = work(arguments.value());
  return status.is_ok() ? 0 : fail(status);
}

bool is_help(std::string_view argument) { return argument == "--help" || argument == "-h"; }

int fail(const Status& status, int code) {
  std::fprintf(stderr, "blink: %s\n", std::string(status.text()).c_str());
  return code;
}

}  // namespace blink::cli
