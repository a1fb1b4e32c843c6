// `blink doctor`: what this host offers to Blink, found out by trying.

#pragma once

#include <memory>
#include <vector>

#include "cli/doctor/host_check.h"

namespace blink::doctor {

// argv[0] is "doctor". The exit status: 0 if Blink can run here, 1 if something that it always
// needs is broken or missing, 2 for a command line that makes no sense.
int run(int argc, char** argv);

// Every check, in the order in which they are shown.
std::vector<std::unique_ptr<HostCheck>> all_checks();

}  // namespace blink::doctor
