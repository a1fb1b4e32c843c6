// The checks: each is one file, check_NAME.cpp, and is known by its maker alone.

#pragma once

#include <filesystem>
#include <memory>

#include "cli/doctor/host_check.h"

namespace blink::doctor {

std::unique_ptr<HostCheck> make_criu_check();
std::unique_ptr<HostCheck> make_display_check();
std::unique_ptr<HostCheck> make_gl_check();
std::unique_ptr<HostCheck> make_kvm_check();
std::unique_ptr<HostCheck> make_memory_check();
std::unique_ptr<HostCheck> make_userns_check();
// `root` is where /proc, /sys, /dev and /run are looked for.
std::unique_ptr<HostCheck> make_xen_check(const std::filesystem::path& root = "/");

}  // namespace blink::doctor
