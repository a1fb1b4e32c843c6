#include "machines/capsule_users.h"

#include <fcntl.h>
#include <grp.h>
#include <unistd.h>
#include <cerrno>
#include <string>

#include "common/unique_fd.h"
#include "machines/capsule_root.h"

namespace blink::machines {
namespace {

// systemd keeps these for containers, too: 0x0008'0000 to 0x6fff'ffff.
constexpr std::uint32_t range_users = 0x1'0000, ranges_first = 8, ranges_last = 0x6fff;

Status write_to(pid_t process, const char* name, const std::string& text) {
  const std::string path = "/proc/" + std::to_string(process) + "/" + name;
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.is_open() ||
      ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return Status::system("this host does not allow capsules: cannot write " + path, errno);
  return {};
}

std::string line(std::uint32_t within, std::uint32_t outside, std::uint32_t count) {
  return std::to_string(within) + " " + std::to_string(outside) + " " + std::to_string(count);
}

}  // namespace

CapsuleUsers::CapsuleUsers(std::string_view machine) : has_range_(::geteuid() == 0) {
  std::uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : machine)
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  first_ = (ranges_first + hash % (ranges_last - ranges_first + 1)) * range_users;
}

Status CapsuleUsers::map(pid_t process) const {
  if (has_range_) {
    BLINK_TRY(write_to(process, "uid_map", line(0, first_, range_users)));
    return write_to(process, "gid_map", line(0, first_, range_users));
  }
  BLINK_TRY(write_to(process, "setgroups", "deny"));
  BLINK_TRY(write_to(process, "uid_map", line(capsule_user, ::geteuid(), 1)));
  return write_to(process, "gid_map", line(capsule_user, ::getegid(), 1));
}

Status CapsuleUsers::become_root() const {
  if (!has_range_) return {};
  if (::setgroups(0, nullptr) != 0 || ::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
    return Status::system("cannot become the capsule's root", errno);
  return {};
}

Status CapsuleUsers::become_user() const {
  if (!has_range_) return {};
  if (::setresgid(capsule_user, capsule_user, capsule_user) != 0 ||
      ::setresuid(capsule_user, capsule_user, capsule_user) != 0)
    return Status::system("cannot become the capsule's user", errno);
  return {};
}

Status CapsuleUsers::give_streams() const {
  for (const char* path : {capsule_output, capsule_errors})
    if (::chown(path, capsule_user, capsule_user) != 0)
      return Status::system(std::string("cannot give away ") + path, errno);
  return {};
}

}  // namespace blink::machines
