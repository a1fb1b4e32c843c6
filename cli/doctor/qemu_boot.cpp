#include "cli/doctor/qemu_boot.h"

#include <sys/utsname.h>
#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/doctor/guard.h"
#include "cli/doctor/programs.h"
#include "cli/doctor/tiny_guests.h"

namespace blink::doctor {
namespace {

using std::chrono::milliseconds;

Status write_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file ? Status::ok() : Status::system("cannot write " + path);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A machine with a serial port and nothing else, which ends when the guest restarts it.
std::vector<std::string> machine(const QemuBoot& boot, const char* memory) {
  return {boot.program,
          "-accel",
          boot.accelerator,
          "-cpu",
          boot.processor,
          "-m",
          memory,
          "-nodefaults",
          "-no-user-config",
          "-display",
          "none",
          "-monitor",
          "none",
          "-no-reboot",
          "-serial",
          "file:" + boot.scratch + "/serial"};
}

BootTime run(const QemuBoot& boot, const std::vector<std::string>& arguments,
             std::string_view proof) {
  const GuardOptions options{.time_max = boot.time_max};
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = run_program(arguments, options);
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  const std::string serial = read_file(boot.scratch + "/serial");
  std::filesystem::remove(boot.scratch + "/serial");
  if (serial.find(proof) != std::string::npos) return took;

  std::string text = "QEMU " + describe(outcome, options);
  if (const std::string line = last_line_with(outcome.said, "rror"); !line.empty())
    text += "; it said: " + line;
  if (const std::string line = last_line_with(serial, "anic"); !line.empty())
    text += "; the guest's last line: " + line;
  return Status::system(text);
}

}  // namespace

BootTime boot_sector_in_qemu(const QemuBoot& boot) {
  const std::string disk = boot.scratch + "/disk";
  BLINK_TRY(write_file(disk, boot_sector()));
  std::vector<std::string> arguments = machine(boot, "32");
  arguments.insert(arguments.end(), {"-drive", "if=ide,format=raw,file=" + disk, "-device",
                                     "isa-debug-exit,iobase=0xf4,iosize=1"});
  return run(boot, arguments, sector_long);
}

BootTime boot_kernel_in_qemu(const QemuBoot& boot, const std::string& kernel) {
  const std::string initrd = boot.scratch + "/initrd";
  BLINK_TRY(write_file(initrd, make_initrd()));
  std::vector<std::string> arguments = machine(boot, "256");
  arguments.insert(arguments.end(), {"-kernel", kernel, "-initrd", initrd, "-append",
                                     "console=ttyS0 quiet panic=-1"});
  return run(boot, arguments, init_word);
}

std::optional<std::string> find_kernel(const std::string& folder) {
  utsname names{};
  ::uname(&names);
  const std::string running = folder + "/vmlinuz-" + names.release;
  if (::access(running.c_str(), R_OK) == 0) return running;
  std::optional<std::string> newest;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string path = entry.path();
    if (!entry.path().filename().native().starts_with("vmlinuz-")) continue;
    if (::access(path.c_str(), R_OK) != 0) continue;
    if (!newest || version_in(*newest) < version_in(path)) newest = path;
  }
  return newest;
}

}  // namespace blink::doctor
