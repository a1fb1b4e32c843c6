// The smallest virtual machine: one processor and a mebibyte of memory made with KVM's own calls,
// which runs the boot sector of cli/doctor/tiny_guests.h. No firmware, no devices, no interrupts.

#pragma once

#include <string>

#include "common/status.h"

namespace blink::doctor {

// What the sector wrote. A failure says which call of KVM, or which exit of the machine, it was;
// the words that came before it are in its text.
Result<std::string> run_kvm_guest(int kvm);

}  // namespace blink::doctor
