#include "server/input_json.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/limits.h"
#include "common/text.h"

namespace blink::server {
namespace {

using nlohmann::json;

constexpr std::string_view kinds[] = {"pointer", "button", "wheel", "key", "touch", "leave"};
static_assert(limits::input_place_max == 65'536, "as is said below");

// What is not there is 0.
Result<double> number(const json& event, const char* name) {
  const auto found = event.find(name);
  if (found == event.end()) return 0.0;
  if (!found->is_number()) return Status::system(std::string(name) + " is no number");
  return found->get<double>();
}

Result<float> place(const json& event, const char* name) {
  constexpr double max = limits::input_place_max;
  BLINK_ASSIGN(const double value, number(event, name));
  if (value >= -max && value <= max) return static_cast<float>(value);
  return Status::system(std::string(name) + " is not from -65536 to 65536");
}

Result<std::uint32_t> code(const json& event, InputEvent::Kind kind) {
  const bool is_finger = kind == InputEvent::Kind::touch;
  const std::uint32_t max = is_finger ? ~0u : limits::input_key_max;
  BLINK_ASSIGN(const double value, number(event, "code"));
  if (value >= 0 && value <= max && std::floor(value) == value)
    return static_cast<std::uint32_t>(value);
  return Status::system("code is no whole number from 0 to " + std::to_string(max));
}

Result<InputEvent> input_event(const json& from) {
  if (!from.is_object() || !from.contains("kind") || !from["kind"].is_string())
    return Status::system("an input event is {\"kind\": NAME, ...}");
  const auto kind = std::ranges::find(kinds, from["kind"].get<std::string>());
  if (kind == std::end(kinds))
    return Status::system("there is no kind of input '" +
                          printable(from["kind"].get<std::string>(), 40) + "'");
  InputEvent event;
  event.kind = static_cast<InputEvent::Kind>(kind - std::begin(kinds));
  BLINK_ASSIGN(event.x, place(from, "x"));
  BLINK_ASSIGN(event.y, place(from, "y"));
  BLINK_ASSIGN(event.code, code(from, event.kind));
  BLINK_ASSIGN(const double press, number(from, "press"));
  if (press != 0 && press != 1 && press != 2) return Status::system("press is 0, 1 or 2");
  event.press = static_cast<InputEvent::Press>(press);
  return event;
}

}  // namespace

Result<std::vector<InputEvent>> input_events(const std::string& text) {
  const json all = json::parse(text, nullptr, false);
  if (!all.is_array() || all.size() > limits::input_events_max)
    return Status::system("input is an array of events");
  std::vector<InputEvent> events;
  for (const json& from : all) {
    BLINK_ASSIGN(const InputEvent event, input_event(from));
    events.push_back(event);
  }
  return events;
}

}  // namespace blink::server
