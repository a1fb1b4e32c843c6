// HostCheck: one question about this host, answered by trying.
//
// run() is called in a process of its own (cli/doctor/guard.h): it may crash, hang or leave
// children and files behind, and none of that reaches `blink doctor`. A device's presence proves
// nothing; a check says "ok" only for what it has seen working.

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/doctor/finding.h"

namespace blink::doctor {

struct RunContext {
  std::string scratch;  // a private folder that is removed afterwards; empty if there is none
};

class HostCheck {
 public:
  virtual ~HostCheck() = default;

  virtual std::string_view name() const = 0;
  // What Blink wants it for, in one line.
  virtual std::string_view purpose() const = 0;
  // Whether Blink does not run at all without it.
  virtual bool is_required() const { return false; }
  virtual std::chrono::milliseconds time_max() const { return std::chrono::seconds(5); }

  virtual Finding run(const RunContext& context) = 0;
};

}  // namespace blink::doctor
