// Finding: what one check found out about this host, in words for people and in fields for
// programs.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace blink::doctor {

enum class State : std::uint8_t {
  ok,       // tried, and it does all that Blink wants of it
  limited,  // tried, and a part of it works, or only a part could be tried
  missing,  // not here: not installed, or not offered by this machine
  failed,   // here, but it does not work
  unknown,  // could not be tried
};

std::string_view state_name(State state);

struct Detail {
  std::string key;
  std::string value;

  bool operator==(const Detail&) const = default;
};

struct Finding {
  State state = State::unknown;
  std::string headline;             // one line, no full stop
  std::vector<Detail> details;      // in the order in which they were found out
  std::vector<std::string> advice;  // what to do about it, most useful first

  void note(std::string key, std::string value);
  // The value of the first detail of this key, or an empty string.
  std::string_view detail(std::string_view key) const;

  bool operator==(const Finding&) const = default;
};

inline Finding make_finding(State state, std::string headline) {
  return {.state = state, .headline = std::move(headline), .details = {}, .advice = {}};
}

// A check runs in a process of its own and sends its finding home as text.
std::string encode(const Finding& finding);
std::optional<Finding> decode(std::string_view text);

}  // namespace blink::doctor
