#include "cli/doctor/kvm_guest.h"

#ifdef __x86_64__

#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "cli/doctor/tiny_guests.h"
#include "common/unique_fd.h"

namespace blink::doctor {
namespace {

constexpr std::size_t memory_bytes = std::size_t{1} << 20;
// Three pages that Intel's processors need for real mode, where no guest memory may be.
constexpr unsigned long real_mode_helper_address = 0xFFFB'D000;
constexpr unsigned cpuid_entries_max = 256;
constexpr int exits_max = 10'000;

// As in linux/kvm.h, whose struct kvm_cpuid2 has a different size in C++ than in C with the headers
// of Debian 12, so that its ioctl numbers come out wrong, too.
struct Features {
  std::uint32_t count;
  std::uint32_t padding;
  kvm_cpuid_entry2 entries[cpuid_entries_max];
};
static_assert(offsetof(Features, entries) == 8);
constexpr unsigned long get_supported_cpuid = _IOWR(KVMIO, 0x05, std::uint64_t);
constexpr unsigned long set_cpuid = _IOW(KVMIO, 0x90, std::uint64_t);

Status step(const char* what, bool is_good) {
  return is_good ? Status::ok() : Status::system(what, errno);
}

class Guest {
 public:
  explicit Guest(int kvm) : kvm_(kvm) {}
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  ~Guest() {
    if (run_) ::munmap(run_, run_bytes_);
    if (memory_) ::munmap(memory_, memory_bytes);
  }

  Status make() {
    BLINK_TRY(step("KVM_GET_API_VERSION", ::ioctl(kvm_, KVM_GET_API_VERSION, 0) == 12));
    vm_.reset(::ioctl(kvm_, KVM_CREATE_VM, 0));
    BLINK_TRY(step("KVM_CREATE_VM", vm_.is_open()));
    BLINK_TRY(step("KVM_SET_TSS_ADDR",
                   ::ioctl(vm_.get(), KVM_SET_TSS_ADDR, real_mode_helper_address) == 0));
    BLINK_TRY(make_memory());
    processor_.reset(::ioctl(vm_.get(), KVM_CREATE_VCPU, 0));
    BLINK_TRY(step("KVM_CREATE_VCPU", processor_.is_open()));
    const int bytes = ::ioctl(kvm_, KVM_GET_VCPU_MMAP_SIZE, 0);
    BLINK_TRY(step("KVM_GET_VCPU_MMAP_SIZE", bytes > 0));
    run_bytes_ = static_cast<std::size_t>(bytes);
    void* const at =
        ::mmap(nullptr, run_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, processor_.get(), 0);
    BLINK_TRY(step("mapping a virtual processor", at != MAP_FAILED));
    run_ = static_cast<kvm_run*>(at);
    BLINK_TRY(set_features());
    return set_registers();
  }

  // Until the sector halts, which it does at its end.
  Status run(std::string& written) {
    for (int i = 0; i < exits_max; ++i) {
      if (::ioctl(processor_.get(), KVM_RUN, 0) != 0) {
        if (errno == EINTR) continue;
        return Status::system("KVM_RUN", errno);
      }
      if (run_->exit_reason == KVM_EXIT_HLT) return Status::ok();
      if (run_->exit_reason != KVM_EXIT_IO) return name_exit();
      if (run_->io.direction == KVM_EXIT_IO_OUT && run_->io.port == serial_port)
        written.append(reinterpret_cast<const char*>(run_) + run_->io.data_offset,
                       std::size_t{run_->io.size} * run_->io.count);
    }
    return Status::system("the guest does not come to an end");
  }

 private:
  Status make_memory() {
    void* const at = ::mmap(nullptr, memory_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    BLINK_TRY(step("mmap", at != MAP_FAILED));
    memory_ = static_cast<char*>(at);
    const std::string_view sector = boot_sector();
    std::memcpy(memory_ + sector_address, sector.data(), sector.size());
    kvm_userspace_memory_region region{};
    region.memory_size = memory_bytes;
    region.userspace_addr = reinterpret_cast<std::uintptr_t>(memory_);
    return step("KVM_SET_USER_MEMORY_REGION",
                ::ioctl(vm_.get(), KVM_SET_USER_MEMORY_REGION, &region) == 0);
  }

  // All that the host can give: without this there is no long mode.
  Status set_features() {
    const auto features = std::make_unique<Features>();
    features->count = cpuid_entries_max;
    BLINK_TRY(
        step("KVM_GET_SUPPORTED_CPUID", ::ioctl(kvm_, get_supported_cpuid, features.get()) == 0));
    return step("KVM_SET_CPUID2", ::ioctl(processor_.get(), set_cpuid, features.get()) == 0);
  }

  Status set_registers() {
    kvm_sregs special{};
    BLINK_TRY(step("KVM_GET_SREGS", ::ioctl(processor_.get(), KVM_GET_SREGS, &special) == 0));
    special.cs.base = 0;
    special.cs.selector = 0;
    BLINK_TRY(step("KVM_SET_SREGS", ::ioctl(processor_.get(), KVM_SET_SREGS, &special) == 0));
    kvm_regs general{};
    general.rip = sector_address;
    general.rflags = 2;
    return step("KVM_SET_REGS", ::ioctl(processor_.get(), KVM_SET_REGS, &general) == 0);
  }

  Status name_exit() const {
    char text[120];
    switch (run_->exit_reason) {
      case KVM_EXIT_SHUTDOWN: return Status::system("the guest's processor shut down");
      case KVM_EXIT_FAIL_ENTRY:
        std::snprintf(text, sizeof text, "the processor refused to enter the guest (reason %#llx)",
                      run_->fail_entry.hardware_entry_failure_reason);
        break;
      case KVM_EXIT_INTERNAL_ERROR:
        std::snprintf(text, sizeof text, "KVM gave up with its internal error %u",
                      run_->internal.suberror);
        break;
      default:
        std::snprintf(text, sizeof text, "the guest ended with KVM's exit %u", run_->exit_reason);
    }
    return Status::system(text);
  }

  const int kvm_;
  UniqueFd vm_;
  UniqueFd processor_;
  char* memory_ = nullptr;
  kvm_run* run_ = nullptr;
  std::size_t run_bytes_ = 0;
};

}  // namespace

Result<std::string> run_kvm_guest(int kvm) {
  Guest guest(kvm);
  BLINK_TRY(guest.make());
  std::string written;
  Status status = guest.run(written);
  if (!status.is_ok()) {
    const std::string reached = written.empty() ? "before its first word" : "after " + written;
    return std::move(status).within(reached);
  }
  return written;
}

}  // namespace blink::doctor

#else

namespace blink::doctor {

Result<std::string> run_kvm_guest(int) {
  return Status::system("the small guest is written for x86-64 only");
}

}  // namespace blink::doctor

#endif
