// kvm: virtual machines at full speed. That /dev/kvm opens proves nothing: some hosts (machines in
// machines, above all) offer it and then boot no kernel. So, as far as this host lets us: a small
// guest by KVM's own calls, then QEMU's firmware, then a stock kernel up to its first process. Only
// the last of these counts as "ok".

#include <fcntl.h>
#include <sys/stat.h>
#include <cerrno>
#include <cstring>

#include "cli/doctor/checks.h"
#include "cli/doctor/kvm_guest.h"
#include "cli/doctor/programs.h"
#include "cli/doctor/qemu_boot.h"
#include "cli/doctor/runner.h"
#include "cli/doctor/tiny_guests.h"
#include "common/unique_fd.h"

namespace blink::doctor {
namespace {

using std::chrono::milliseconds;

constexpr const char* device = "/dev/kvm";
constexpr const char* emulation_advice =
    "Virtual machines run without KVM, too, but slowly: QEMU with -accel tcg.";

Finding report_no_device(int error) {
  Finding finding;
  if (error == ENOENT) {
    finding = make_finding(State::missing, "there is no /dev/kvm");
    finding.advice.push_back(
        "Switch on virtualization in the firmware (VT-x, AMD-V) and load kvm_intel or kvm_amd. In "
        "a virtual machine, its host must allow nested virtualization; in a container, pass "
        "/dev/kvm in.");
  } else {
    finding =
        make_finding(State::failed, std::string("/dev/kvm does not open: ") + std::strerror(error));
    if (error == EACCES)
      finding.advice.push_back("Join its group and log in again: sudo adduser $USER kvm");
    if (error == ENODEV || error == ENXIO)
      finding.advice.push_back("Load the kernel module kvm_intel or kvm_amd.");
  }
  finding.advice.push_back(emulation_advice);
  return finding;
}

// In a guarded process of its own: a guest that never ends would hold it for ever.
Finding try_small_guest() {
  const GuardOptions options{.time_max = milliseconds(2000)};
  return find_guarded("the small guest", options, [](const std::string&) {
    const UniqueFd kvm(::open(device, O_RDWR | O_CLOEXEC));
    const Result<std::string> written = run_kvm_guest(kvm.get());
    if (!written.is_ok()) return make_finding(State::failed, std::string(written.status().text()));
    if (written.value().find(sector_long) == std::string::npos)
      return make_finding(State::failed, "the small guest wrote only: " + written.value());
    return make_finding(State::ok, written.value());
  });
}

std::string seconds(milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(time.count()) / 1000);
  return text;
}

class KvmCheck final : public HostCheck {
 public:
  std::string_view name() const override { return "kvm"; }
  std::string_view purpose() const override {
    return "applications in virtual machines at full speed";
  }
  milliseconds time_max() const override { return milliseconds(20'000); }

  Finding run(const RunContext& context) override {
    if (const UniqueFd kvm(::open(device, O_RDWR | O_CLOEXEC)); !kvm.is_open())
      return report_no_device(errno);
    Finding finding;
    finding.note(device, "opens");
    const Finding guest = try_small_guest();
    finding.note("small_guest", guest.headline);
    if (guest.state != State::ok) return fail(std::move(finding), "no guest runs", guest.headline);

    const std::optional<std::string> qemu = find_program("qemu-system-x86_64");
    if (!qemu) {
      finding.advice.push_back("Install Debian's package qemu-system-x86 for a full trial.");
      return limit(std::move(finding), "QEMU is not installed");
    }
    if (context.scratch.empty()) {
      finding.advice.push_back("Point TMPDIR to a folder that can be written.");
      return limit(std::move(finding), "there is no temporary folder");
    }
    return try_qemu({.program = *qemu, .scratch = context.scratch}, std::move(finding));
  }

 private:
  static Finding fail(Finding finding, const std::string& what, std::string_view why) {
    finding.state = State::failed;
    finding.headline = "/dev/kvm opens, but " + what + ": " + std::string(why);
    finding.advice.push_back(emulation_advice);
    return finding;
  }

  // What was seen is less than the boot of a kernel, and the headline says so.
  static Finding limit(Finding finding, const std::string& why) {
    finding.state = State::limited;
    finding.headline =
        "a small guest reaches 64-bit mode; whether a kernel boots is not known: " + why;
    return finding;
  }

  static Finding try_qemu(const QemuBoot& boot, Finding finding) {
    const std::optional<std::string> kernel = find_kernel();
    if (!kernel) {
      const BootTime sector = boot_sector_in_qemu(boot);
      if (!sector.is_ok())
        return fail(std::move(finding), "QEMU does not boot with it", sector.status().text());
      finding.note("qemu_firmware", "boots a small guest in " + seconds(sector.value()));
      finding.advice.push_back(
          "A kernel image in /boot that can be read (Debian's package linux-image-amd64) makes a "
          "full trial.");
      return limit(std::move(finding), "/boot holds no kernel image to try with");
    }
    finding.note("kernel", *kernel);
    const BootTime booted = boot_kernel_in_qemu(boot, *kernel);
    if (!booted.is_ok())
      return fail(std::move(finding), "a stock kernel does not boot", booted.status().text());
    finding.note("kernel_to_user_space", seconds(booted.value()));
    finding.state = State::ok;
    finding.headline = "boots a stock kernel in QEMU, to user space in " + seconds(booted.value());
    return finding;
  }
};

}  // namespace

std::unique_ptr<HostCheck> make_kvm_check() { return std::make_unique<KvmCheck>(); }

}  // namespace blink::doctor
