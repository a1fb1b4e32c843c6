// Booting something small in QEMU, with the proof on the serial port.

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/status.h"

namespace blink::doctor {

struct QemuBoot {
  std::string program;  // qemu-system-x86_64
  std::string accelerator = "kvm";
  std::string processor = "host";
  std::string scratch;  // a folder for the images and the serial port's output
  std::chrono::milliseconds time_max{8000};
};

// Each tells how long it took from QEMU's start to its end.
using BootTime = Result<std::chrono::milliseconds>;

// QEMU's firmware loads the boot sector of cli/doctor/tiny_guests.h.
BootTime boot_sector_in_qemu(const QemuBoot& boot);

// A stock kernel starts, unpacks an initial RAM disk and runs its first process.
BootTime boot_kernel_in_qemu(const QemuBoot& boot, const std::string& kernel);

// A kernel image in /boot that we may read: the running one's, or else the newest.
std::optional<std::string> find_kernel(const std::string& folder = "/boot");

}  // namespace blink::doctor
