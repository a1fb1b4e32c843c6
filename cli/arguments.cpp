#include "cli/arguments.h"

#include <cstdio>
#include <utility>

#include "common/runtime_dir.h"
#include "common/text.h"

namespace blink::cli {
namespace {

bool is_negative_number(std::string_view argument) {
  return argument.size() > 1 && argument[0] == '-' &&
         (argument[1] == '.' || (argument[1] >= '0' && argument[1] <= '9'));
}

class Parser {
 public:
  Parser(int argc, char** argv, const Syntax& syntax) : argc_(argc), argv_(argv), syntax_(syntax) {}

  Result<Arguments> run() {
    // Who asks for help gets it, whatever else is in the line.
    Status wrong;
    while (at_ < argc_) {
      Status status = take(argv_[at_++]);
      if (made_.wants_help) return std::move(made_);
      if (wrong.is_ok()) wrong = std::move(status);
    }
    BLINK_TRY(std::move(wrong));
    if (made_.operands.size() < syntax_.operands.size())
      return Status::system(std::string(syntax_.operands[made_.operands.size()]) + " is missing");
    if (syntax_.check) BLINK_TRY(syntax_.check(made_));
    return std::move(made_);
  }

 private:
  Status take(std::string_view argument) {
    const bool is_text = std::exchange(is_text_next_, false);
    const bool is_operand = is_text || are_options_over_ || !argument.starts_with("-") ||
                            argument == "-" ||
                            (syntax_.has_more_operands && is_negative_number(argument));
    if (is_operand) {
      is_text_next_ = !is_text && !argument.empty() && argument == syntax_.text_after;
      return take_operand(argument);
    }
    if (is_help(argument)) made_.wants_help = true;
    if (argument == "--") are_options_over_ = true;
    if (made_.wants_help || are_options_over_) return {};
    if (std::ranges::count(syntax_.flags, argument) == 0) return take_option(argument);
    made_.flags.emplace_back(argument);
    return {};
  }
  Status take_operand(std::string_view argument) {
    made_.operands.emplace_back(argument);
    if (syntax_.has_more_operands || made_.operands.size() <= syntax_.operands.size()) return {};
    return Status::system("too many arguments: " + printable(argument));
  }
  Status take_option(std::string_view argument) {
    const std::string_view name = argument.substr(0, argument.find('='));
    if (std::ranges::count(syntax_.options, name) == 0)
      return Status::system("unknown option " + printable(argument));
    const bool is_within = name.size() < argument.size();
    if (!is_within && at_ == argc_) return Status::system(std::string(name) + " needs a value");
    const std::string_view value = is_within ? argument.substr(name.size() + 1) : argv_[at_++];
    if (value.empty()) return Status::system(std::string(name) + " needs a value");
    made_.options.insert_or_assign(std::string(name), value);
    return {};
  }

  const int argc_;
  char** const argv_;
  const Syntax& syntax_;
  int at_ = 1;
  bool is_text_next_ = false, are_options_over_ = false;
  Arguments made_;
};

}  // namespace

std::string Arguments::runtime_dir() const {
  return option("--runtime-dir", default_runtime_dir());
}

int run_command(int argc, char** argv, const Syntax& syntax,
                const std::function<Status(const Arguments&)>& work) {
  const auto arguments = Parser(argc, argv, syntax).run();
  if (!arguments.is_ok()) {
    std::fprintf(stderr, "blink: %s: %s; see blink %s --help\n", argv[0],
                 std::string(arguments.status().text()).c_str(), argv[0]);
    return 2;
  }
  if (arguments.value().wants_help) {
    std::fputs(syntax.help, stdout);
    return 0;
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
