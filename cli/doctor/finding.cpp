#include "cli/doctor/finding.h"

#include <array>
#include <nlohmann/json.hpp>

namespace blink::doctor {
namespace {

constexpr std::array<std::string_view, 5> state_names = {"ok", "limited", "missing", "failed",
                                                         "unknown"};
static_assert(state_names.size() == static_cast<std::size_t>(State::unknown) + 1);

std::optional<State> state_of(std::string_view name) {
  for (std::size_t i = 0; i < state_names.size(); ++i)
    if (state_names[i] == name) return static_cast<State>(i);
  return std::nullopt;
}

}  // namespace

std::string_view state_name(State state) { return state_names[static_cast<std::size_t>(state)]; }

void Finding::note(std::string key, std::string value) {
  details.push_back({std::move(key), std::move(value)});
}

std::string_view Finding::detail(std::string_view key) const {
  for (const Detail& one : details)
    if (one.key == key) return one.value;
  return {};
}

std::string encode(const Finding& finding) {
  nlohmann::json document = {{"state", state_name(finding.state)},
                             {"headline", finding.headline},
                             {"details", nlohmann::json::array()},
                             {"advice", finding.advice}};
  for (const Detail& one : finding.details)
    document["details"].push_back({one.key, one.value});
  // A driver may call itself anything: bytes that are no UTF-8 are replaced, not thrown about.
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<Finding> decode(std::string_view text) {
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return std::nullopt;
  try {
    const std::optional<State> state = state_of(document.at("state").get<std::string>());
    if (!state) return std::nullopt;
    Finding finding = make_finding(*state, document.at("headline").get<std::string>());
    for (const nlohmann::json& one : document.at("details"))
      finding.note(one.at(0).get<std::string>(), one.at(1).get<std::string>());
    finding.advice = document.at("advice").get<std::vector<std::string>>();
    return finding;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace blink::doctor
