// blink input: does what a user would do with pointer and keyboard.

#include <linux/input-event-codes.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "common/limits.h"
#include "common/text.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;

constexpr const char* input_help =
    "usage: blink input [options] [--] STEP...\n\n"
    "does what a user would do with pointer and keyboard, one step after the other:\n\n"
    "  move X Y        the pointer, to a place on the screen in pixels\n"
    "  press BUTTON    left, middle or right\n"
    "  release BUTTON\n"
    "  click BUTTON    press and release\n"
    "  wheel X Y       steps to the right and away from the user\n"
    "  down KEY        a, b, ... 0, 1, ... f1, ... enter, tab, escape, space, backspace,\n"
    "  up KEY          delete, left, right, up, down, home, end, pageup, pagedown,\n"
    "  key KEY         shift, control, alt, super; a key's number; key: down and up\n"
    "  type TEXT       of a keyboard of the layout us\n\n"
    "  --runtime-dir DIR    the server's\n\n"
    "TEXT is what follows `type`, also when it begins with a -. Behind -- there are no options.\n\n"
    "  blink input move 200 300 click left type 'hello' key enter\n"
    "  blink input down alt key tab up alt\n";

struct Key {
  std::string_view name;
  std::uint32_t code;
};
constexpr Key keys[] = {
    {"enter", KEY_ENTER},
    {"tab", KEY_TAB},
    {"escape", KEY_ESC},
    {"space", KEY_SPACE},
    {"backspace", KEY_BACKSPACE},
    {"delete", KEY_DELETE},
    {"left", KEY_LEFT},
    {"right", KEY_RIGHT},
    {"up", KEY_UP},
    {"down", KEY_DOWN},
    {"home", KEY_HOME},
    {"end", KEY_END},
    {"pageup", KEY_PAGEUP},
    {"pagedown", KEY_PAGEDOWN},
    {"shift", KEY_LEFTSHIFT},
    {"control", KEY_LEFTCTRL},
    {"alt", KEY_LEFTALT},
    {"super", KEY_LEFTMETA},
    {"f1", KEY_F1},
    {"f2", KEY_F2},
    {"f3", KEY_F3},
    {"f4", KEY_F4},
    {"f5", KEY_F5},
    {"f6", KEY_F6},
    {"f7", KEY_F7},
    {"f8", KEY_F8},
    {"f9", KEY_F9},
    {"f10", KEY_F10},
    {"f11", KEY_F11},
    {"f12", KEY_F12},
};

// The keys of a us keyboard, row by row, as they are numbered; plain, and with shift.
struct Row {
  std::uint32_t first;
  std::string_view plain, shifted;
};
constexpr Row rows[] = {
    {KEY_1, "1234567890-=", "!@#$%^&*()_+"},
    {KEY_Q, "qwertyuiop[]", "QWERTYUIOP{}"},
    {KEY_A, "asdfghjkl;'`", "ASDFGHJKL:\"~"},
    {KEY_BACKSLASH, "\\zxcvbnm,./", "|ZXCVBNM<>?"},
    {KEY_SPACE, " ", ""},
    {KEY_TAB, "\t", ""},
    {KEY_ENTER, "\n", ""},
};

struct Stroke {
  std::uint32_t code = 0;
  bool is_shifted = false;
};

std::optional<Stroke> stroke_of(char c) {
  for (const Row& row : rows) {
    if (const auto at = row.plain.find(c); at != row.plain.npos)
      return Stroke{row.first + static_cast<std::uint32_t>(at), false};
    if (const auto at = row.shifted.find(c); at != row.shifted.npos)
      return Stroke{row.first + static_cast<std::uint32_t>(at), true};
  }
  return std::nullopt;
}

static_assert(limits::input_place_max == 65'536 && limits::input_key_max == 767, "as is said");
static_assert(limits::input_key_max == KEY_MAX);
constexpr std::size_t words_quoted_max = 60;

// Makes events from words.
class Steps {
 public:
  explicit Steps(const std::vector<std::string>& words) : words_(words) {}

  Result<json> events() {
    while (at_ < words_.size())
      BLINK_TRY(numbered_step());
    return std::move(events_);
  }

 private:
  Result<std::string> word(const char* what) {
    if (at_ == words_.size()) return Status::system(std::string(what) + " is missing");
    return words_[at_++];
  }
  Result<double> number() {
    BLINK_ASSIGN(const std::string text, word("a number"));
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) value = HUGE_VAL;  // or too small: as absurd
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
      return Status::system("'" + printable(text) + "' is no number");
    constexpr double max = limits::input_place_max;
    if (!(value >= -max && value <= max))
      return Status::system("'" + printable(text) + "' is not from -65536 to 65536");
    return value;
  }
  Result<std::uint32_t> button() {
    BLINK_ASSIGN(const std::string name, word("a button"));
    constexpr std::string_view names[] = {"left", "middle", "right"};
    const auto found = std::ranges::find(names, name);
    if (found == std::end(names))
      return Status::system("there is no button '" + printable(name) + "'");
    return static_cast<std::uint32_t>(found - std::begin(names)) + 1;
  }
  Result<std::uint32_t> key() {
    BLINK_ASSIGN(const std::string name, word("a key"));
    const auto found = std::ranges::find(keys, name, &Key::name);
    if (found != std::end(keys)) return found->code;
    if (name.size() == 1)
      if (const auto stroke = stroke_of(name[0]); stroke && !stroke->is_shifted)
        return stroke->code;
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code);
    if (error == std::errc::invalid_argument || end != name.data() + name.size())
      return Status::system("there is no key '" + printable(name) + "'");
    if (error != std::errc() || code < 1 || code > limits::input_key_max)
      return Status::system("'" + printable(name) + "' is no key: their numbers are 1 to 767");
    return code;
  }
  void press(const char* kind, std::uint32_t code, int press) {
    events_.push_back({{"kind", kind}, {"code", code}, {"press", press}});
  }
  void strike(std::uint32_t code) {
    press("key", code, 1);
    press("key", code, 0);
  }
  Status place(const char* kind) {
    BLINK_ASSIGN(const double x, number());
    BLINK_ASSIGN(const double y, number());
    events_.push_back({{"kind", kind}, {"x", x}, {"y", y}});
    return {};
  }
  Status type() {
    BLINK_ASSIGN(const std::string text, word("a text"));
    for (std::string_view rest = text; !rest.empty();) {
      const auto stroke = stroke_of(rest.front());
      const std::string_view before = rest;
      take_character(rest);
      if (!stroke)
        return Status::system("no key of this keyboard types '" +
                              printable(before.substr(0, before.size() - rest.size())) + "'");
      if (stroke->is_shifted) press("key", KEY_LEFTSHIFT, 1);
      strike(stroke->code);
      if (stroke->is_shifted) press("key", KEY_LEFTSHIFT, 0);
    }
    return {};
  }
  // With the words of the step, as far as they were understood.
  Status numbered_step() {
    const std::size_t begin = at_;
    ++count_;
    Status status = step();
    std::string words;
    for (std::size_t i = begin; i < at_; ++i)
      (words += i == begin ? "" : " ") += words_[i];
    return std::move(status).within("step " + std::to_string(count_) + " (" +
                                    printable(words, words_quoted_max) + ")");
  }
  Status step() {
    const std::string name = words_[at_++];
    if (name == "move") return place("pointer");
    if (name == "wheel") return place("wheel");
    if (name == "type") return type();
    if (name == "press" || name == "release" || name == "click") {
      BLINK_ASSIGN(const std::uint32_t code, button());
      if (name != "release") press("button", code, 1);
      if (name != "press") press("button", code, 0);
      return {};
    }
    if (name == "down" || name == "up" || name == "key") {
      BLINK_ASSIGN(const std::uint32_t code, key());
      if (name != "up") press("key", code, 1);
      if (name != "down") press("key", code, 0);
      return {};
    }
    return Status::system("there is no step '" + printable(name) + "'");
  }

  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;  // of steps so far
  json events_ = json::array();
};

}  // namespace

int input(int argc, char** argv) {
  const Syntax syntax{.help = input_help,
                      .options = {"--runtime-dir"},
                      .operands = {"a step"},
                      .has_more_operands = true,
                      .text_after = "type",
                      .check = [](const Arguments& arguments) {
                        return Steps(arguments.operands).events().take_status();
                      }};
  return run_command(argc, argv, syntax, [](const Arguments& arguments) -> Status {
    BLINK_ASSIGN(const json events, Steps(arguments.operands).events());
    constexpr std::size_t at_once = 32;  // within the size of a request
    for (std::size_t at = 0; at < events.size(); at += at_once) {
      json part = json::array();
      for (std::size_t i = at; i < std::min(events.size(), at + at_once); ++i)
        part.push_back(events[i]);
      BLINK_TRY(server::ask_server(arguments.runtime_dir(), "input", part.dump()).take_status());
    }
    return {};
  });
}

}  // namespace blink::cli
