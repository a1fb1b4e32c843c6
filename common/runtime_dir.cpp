#include "common/runtime_dir.h"

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>

namespace blink {

std::string default_runtime_dir() {
  if (const char* own = std::getenv("BLINK_RUNTIME_DIR"); own != nullptr && *own != 0) return own;
  if (const char* xdg = std::getenv("XDG_RUNTIME_DIR"); xdg != nullptr && *xdg != 0)
    return std::string(xdg) + "/blink";
  return "/tmp/blink-" + std::to_string(::geteuid());
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

}  // namespace blink
