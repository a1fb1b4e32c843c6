// The machine that a benchmark ran on: no figure means anything without it.

#pragma once

#include <string>

namespace blink::bench {

struct Host {
  std::string cpu;
  int cores;  // that are online
  std::string kernel;
  std::string os;
};

// What cannot be found out is "unknown".
Host describe_host();

// One line for people.
std::string host_text(const Host& host);

}  // namespace blink::bench
