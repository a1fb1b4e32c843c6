// The kvm check and the little guests it boots. The guests are tried under software emulation where
// QEMU is installed, so that they are known to be good where there is no KVM.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <fstream>

#include "cli/doctor/checks.h"
#include "cli/doctor/kvm_guest.h"
#include "cli/doctor/programs.h"
#include "cli/doctor/qemu_boot.h"
#include "cli/doctor/runner.h"
#include "cli/doctor/tiny_guests.h"
#include "tests/doctor/fake_server.h"

namespace blink::doctor {
namespace {

QemuBoot emulated(const std::string& scratch) {
  return {.program = find_program("qemu-system-x86_64").value_or(""),
          .accelerator = "tcg",
          .processor = "max",
          .scratch = scratch,
          .time_max = std::chrono::seconds(60)};
}

TEST(Guests, TheSectorIsASector) {
  const std::string_view sector = boot_sector();
  if (sector.empty()) GTEST_SKIP() << "not an x86-64 machine";
  ASSERT_EQ(sector.size(), 512u);
  EXPECT_EQ(sector.substr(510), "\x55\xAA");
  for (const std::string_view word : {sector_real, sector_protected, sector_long})
    EXPECT_NE(sector.find(word), std::string_view::npos) << word;
}

TEST(Guests, TheRamDiskIsAnArchive) {
  const std::string archive = make_initrd();
  ASSERT_TRUE(archive.starts_with("070701"));
  const std::size_t init = archive.find("init");
  ASSERT_NE(init, std::string::npos);
  if (boot_sector().empty()) GTEST_SKIP() << "not an x86-64 machine";
  // The name of four letters and its zero, from a head of 110 bytes on, padded to four bytes.
  const std::size_t content = (init + 5 + 3) / 4 * 4;
  EXPECT_EQ(archive.substr(content, 4),
            "\x7F"
            "ELF");
  EXPECT_NE(archive.find(init_word), std::string::npos);
  EXPECT_NE(archive.find("TRAILER!!!"), std::string::npos);
}

TEST(Guests, TheSectorBootsUnderEmulation) {
  const TemporaryFolder folder;
  const QemuBoot boot = emulated(folder.path());
  if (boot.program.empty()) GTEST_SKIP() << "QEMU is not installed";
  const BootTime time = boot_sector_in_qemu(boot);
  EXPECT_TRUE(time.is_ok()) << time.status().text();
}

TEST(Guests, AKernelReachesTheRamDiskUnderEmulation) {
  const TemporaryFolder folder;
  const QemuBoot boot = emulated(folder.path());
  const std::optional<std::string> kernel = find_kernel();
  if (boot.program.empty()) GTEST_SKIP() << "QEMU is not installed";
  if (!kernel) GTEST_SKIP() << "there is no kernel image in /boot that may be read";
  const BootTime time = boot_kernel_in_qemu(boot, *kernel);
  EXPECT_TRUE(time.is_ok()) << time.status().text();
}

TEST(Guests, ABootWithoutItsProofHasFailed) {
  const TemporaryFolder folder;
  QemuBoot boot = emulated(folder.path());
  boot.program = "/bin/true";
  EXPECT_FALSE(boot_sector_in_qemu(boot).is_ok());
  EXPECT_FALSE(boot_kernel_in_qemu(boot, "/boot/vmlinuz").is_ok());
}

TEST(Guests, KernelsAreChosenByVersion) {
  const TemporaryFolder folder;
  EXPECT_FALSE(find_kernel(folder.path()).has_value());
  for (const char* const name :
       {"vmlinuz-6.1.0-9-amd64", "vmlinuz-6.12.3-amd64", "config-7.0", "vmlinuz-6.9.7-amd64"})
    std::ofstream(folder.path() / name) << "kernel";
  EXPECT_EQ(find_kernel(folder.path()).value_or(""), folder.path() / "vmlinuz-6.12.3-amd64");
}

TEST(Kvm, IsOkOnlyIfAKernelWasSeenToBoot) {
  const Report report = run_check(*make_kvm_check());
  const Finding& finding = report.finding;
  SCOPED_TRACE(encode(finding));
  const int kvm = ::open("/dev/kvm", O_RDWR | O_CLOEXEC);
  const int error = errno;
  if (kvm < 0) {
    EXPECT_EQ(finding.state, error == ENOENT ? State::missing : State::failed);
    return;
  }
  ::close(kvm);
  EXPECT_FALSE(finding.detail("small_guest").empty());
  EXPECT_EQ(finding.state == State::ok, !finding.detail("kernel_to_user_space").empty());
}

TEST(Kvm, WhatIsNoKvmIsAFailureNotACrash) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  EXPECT_FALSE(run_kvm_guest(nothing).is_ok());
  ::close(nothing);
}

}  // namespace
}  // namespace blink::doctor
