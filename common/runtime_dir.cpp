#include "common/runtime_dir.h"

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>

namespace blink {
namespace {

std::string dir_in_tmp() { return "/tmp/blink-" + std::to_string(::geteuid()); }

}  // namespace

std::string default_runtime_dir() {
  if (const char* own = std::getenv("BLINK_RUNTIME_DIR"); own != nullptr && *own != 0) return own;
  if (const char* xdg = std::getenv("XDG_RUNTIME_DIR"); xdg != nullptr && *xdg != 0)
    return std::string(xdg) + "/blink";
  return dir_in_tmp();
}

Status prepare_runtime_dir(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return Status::system("cannot make the directory " + path, errno);
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return Status::system("cannot look at " + path, errno);
  if (!S_ISDIR(info.st_mode)) return Status::system(path + " is no directory");
  if (info.st_uid != ::geteuid()) return Status::system(path + " belongs to another user");
  if ((info.st_mode & 077) != 0)
    return Status::system(path + " is open to other users; `chmod 700` it");
  return {};
}

Status check_runtime_dir(const std::string& path) {
  if (path != dir_in_tmp()) return {};
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    // Also when it is missing: who makes it now may not be our server.
    if (errno != ENOENT) return Status::system("cannot look at " + path, errno);
    return Status::system("no Blink server is running in " + path + "; start one with `blink up`");
  }
  if (!S_ISDIR(info.st_mode)) return Status::system(path + " is no directory");
  if (info.st_uid != ::geteuid() && info.st_uid != 0)
    return Status::system(path +
                          " belongs to another user, who may have made it to be taken for "
                          "your server; set BLINK_RUNTIME_DIR to another place");
  if ((info.st_mode & 022) != 0)
    return Status::system(path + " can be written by other users; `chmod 700` it");
  return {};
}

}  // namespace blink
