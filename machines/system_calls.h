// What the programs of a capsule may ask the kernel for. The list says what they may, not what they
// may not: what a later kernel brings is not there either.

#pragma once

#include "common/status.h"

namespace blink::machines {

// For this process and all that come from it. What is not allowed does not exist (ENOSYS), or is
// forbidden for these arguments (EPERM).
Status limit_system_calls();

}  // namespace blink::machines
