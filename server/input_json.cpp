#include "server/input_json.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/limits.h"

namespace blink::server {
namespace {

using nlohmann::json;

constexpr std::string_view kinds[] = {"pointer", "button", "wheel", "key", "touch", "leave"};
constexpr float place_max = 65'536;  // pixels: what the largest screen has

float number(const json& event, const char* name) {
  const auto found = event.find(name);
  if (found == event.end() || !found->is_number()) return 0;
  const float value = found->get<float>();
  return std::isfinite(value) ? std::clamp(value, -place_max, place_max) : 0;
}

Result<InputEvent> input_event(const json& from) {
  if (!from.is_object() || !from.contains("kind") || !from["kind"].is_string())
    return Status::system("an input event is {\"kind\": NAME, ...}");
  const auto kind = std::ranges::find(kinds, from["kind"].get<std::string>());
  if (kind == std::end(kinds))
    return Status::system("there is no kind of input '" + from["kind"].get<std::string>() + "'");
  InputEvent event;
  event.kind = static_cast<InputEvent::Kind>(kind - std::begin(kinds));
  event.x = number(from, "x");
  event.y = number(from, "y");
  event.code = static_cast<std::uint32_t>(std::max(0.0f, number(from, "code")));
  const float press = number(from, "press");
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
