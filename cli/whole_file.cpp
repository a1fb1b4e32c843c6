#include "cli/whole_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "common/text.h"
#include "common/unique_fd.h"

namespace blink::cli {
namespace {

namespace fs = std::filesystem;
using Bytes = std::span<const std::byte>;

constexpr int links_max = 40;  // that one path leads over, as for the kernel

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Where a path ends once its symbolic links are followed, also when nothing is there yet. Nothing:
// behind a link of procfs, which stands for an open file and not for a name (/dev/stdout).
std::optional<fs::path> end_of(fs::path path) {
  for (int i = 0; i < links_max; ++i) {
    std::error_code error;
    const fs::path target = fs::read_symlink(path, error);
    if (error) return path;
    struct statfs info {};
    if (::statfs(folder_of(path).c_str(), &info) == 0 && info.f_type == PROC_SUPER_MAGIC)
      return std::nullopt;
    path = folder_of(path) / target;  // an absolute one replaces what stands before it
  }
  return std::nullopt;
}

// Returns an errno value, or 0.
int write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

// Some file systems say only now that there is no room.
int close_all(UniqueFd& fd) { return ::close(fd.release()) == 0 || errno == EINTR ? 0 : errno; }

int write_standard_output(Bytes bytes) {
  if (std::fflush(stdout) != 0) return errno;
  return write_all(STDOUT_FILENO, bytes);
}

int write_in_place(const std::string& path, int flags, Bytes bytes) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666));
  if (!fd.is_open()) return errno;
  const int error = write_all(fd.get(), bytes);
  return error != 0 ? error : close_all(fd);
}

// A new file in the folder, which is there until it is renamed or this goes. It gets a name when it
// is complete: whoever is ended before leaves nothing. Not every file system can do that; there it
// has one from the beginning.
class Draft {
 public:
  explicit Draft(const fs::path& folder) : folder_(folder) {
    if (::access(own_files, F_OK) == 0)
      fd_ = UniqueFd(::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666));
    if (fd_.is_open()) return;
    error_ = take_name([&] {
      fd_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      return fd_.is_open();
    });
  }
  ~Draft() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  int error() const { return error_; }  // 0: it could be made
  // Owner and permissions as that file has them, as far as this user may give them.
  int look_like(const struct stat& before) {
    [[maybe_unused]] const int ignored = ::fchown(fd_.get(), before.st_uid, before.st_gid);
    return ::fchmod(fd_.get(), before.st_mode & 07777) == 0 ? 0 : errno;
  }
  int fill(Bytes bytes) {
    int error = write_all(fd_.get(), bytes);
    const std::string self = std::string(own_files) + "/" + std::to_string(fd_.get());
    if (error == 0 && path_.empty())
      error = take_name([&] {
        return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) == 0;
      });
    return error != 0 ? error : close_all(fd_);
  }
  int become(const fs::path& path) {
    if (::rename(path_.c_str(), path.c_str()) != 0) return errno;
    path_.clear();
    return 0;
  }

 private:
  static constexpr char own_files[] = "/proc/self/fd";

  // The first name that nobody has; `take` says whether it has got it. An errno value, or 0.
  template <typename Take>
  int take_name(const Take& take) {
    for (int i = 0;; ++i) {
      path_ = folder_ / (".blink-" + std::to_string(::getpid()) + "-" + std::to_string(i));
      if (take()) return 0;
      const int error = errno;
      if (error == EEXIST) continue;
      path_.clear();
      return error;
    }
  }

  fs::path folder_, path_;  // no path: it has no name
  UniqueFd fd_;
  int error_ = 0;
};

// `before`: of what is there, or null.
int write_beside(const std::string& path, const fs::path& end, const struct stat* before,
                 Bytes bytes) {
  if (before != nullptr && ::access(path.c_str(), W_OK) != 0) return errno;
  Draft draft(folder_of(end));
  const bool may_make_none =
      draft.error() == EACCES || draft.error() == EPERM || draft.error() == EROFS;
  if (may_make_none && before != nullptr) return write_in_place(path, O_TRUNC, bytes);
  int error = draft.error();
  if (error == 0 && before != nullptr) error = draft.look_like(*before);
  if (error == 0) error = draft.fill(bytes);
  return error != 0 ? error : draft.become(end);
}

int write_any(const std::string& path, Bytes bytes) {
  if (is_standard_output(path)) return write_standard_output(bytes);
  struct stat info {};
  const bool is_there = ::stat(path.c_str(), &info) == 0;
  const auto end = end_of(path);
  // What others have opened grows at its end.
  if (!end) return write_in_place(path, O_APPEND, bytes);
  if (is_there && !S_ISREG(info.st_mode)) return write_in_place(path, O_TRUNC, bytes);
  return write_beside(path, *end, is_there ? &info : nullptr, bytes);
}

bool are_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool look_at(const std::string& path, int standard, struct stat& info) {
  return (path == "-" ? ::fstat(standard, &info) : ::stat(path.c_str(), &info)) == 0;
}

}  // namespace

Status write_whole(const std::string& path, Bytes bytes) {
  const int error = write_any(path, bytes);
  if (error == 0) return {};
  return Status::system("cannot write " + (path == "-" ? "the standard output" : printable(path)),
                        error);
}

Status write_whole(const std::string& path, const std::string& text) {
  return write_whole(path, std::as_bytes(std::span(text)));
}

bool is_standard_output(const std::string& path) {
  struct stat info {
  }, output{};
  return path == "-" || (::stat(path.c_str(), &info) == 0 && ::fstat(STDOUT_FILENO, &output) == 0 &&
                         are_same(info, output));
}

bool is_same_file(const std::string& input, const std::string& output) {
  struct stat in {
  }, out{};
  return look_at(input, STDIN_FILENO, in) && look_at(output, STDOUT_FILENO, out) &&
         S_ISREG(in.st_mode) && are_same(in, out);
}

}  // namespace blink::cli
