// A program of the host as a machine: nothing holds it back. Its windows have the machine's name
// and colour like any machine's.

#pragma once

#include <memory>

#include "machines/machine.h"

namespace blink::machines {

Result<std::unique_ptr<Machine>> start_plain_process(const MachineOptions& options);

}  // namespace blink::machines
