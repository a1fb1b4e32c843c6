// The runner: a check becomes a report, whatever the check does.

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "cli/doctor/finding.h"
#include "cli/doctor/guard.h"
#include "cli/doctor/host_check.h"

namespace blink::doctor {

struct Report {
  std::string name;
  std::string purpose;
  bool is_required = false;
  Finding finding = {};
  std::chrono::milliseconds took{0};

  // Blink cannot run on this host because of this.
  bool is_fatal() const {
    return is_required && (finding.state == State::failed || finding.state == State::missing);
  }
};

Report run_check(HostCheck& check);

// Finds something out in guarded processes: a crash, a hang and an answer that makes no sense
// become findings, too. `what` begins their headline.
Finding find_guarded(std::string_view what, const GuardOptions& options,
                     const std::function<Finding(const std::string& scratch)>& work);

}  // namespace blink::doctor
