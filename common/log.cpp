#include "common/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <optional>
#include <utility>

#include "common/text.h"
#include "common/unique_fd.h"

namespace blink {
namespace {

std::atomic<LogLevel> level_min{LogLevel::info};

constexpr std::string_view level_names[] = {"debug", "info", "warning", "error"};

bool is_bare(std::string_view value) {
  for (const char c : value)
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c > '~') return false;
  return !value.empty();
}

void append_time(std::string& line) {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  std::tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  char text[40];
  const std::size_t used = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + used, sizeof text - used, ".%03ldZ", now.tv_nsec / 1'000'000);
  line += text;
}

// Lines of each kind of event that may still be written: a bucket that is filled each second.
class Throttle {
 public:
  // Nothing: this line is left out. Else how many were, since the last one that was written.
  std::optional<std::uint64_t> ask(LogLevel level, std::string_view event) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = seconds();
    Kind& kind = kind_of(level, event);
    kind.lines =
        std::min<std::int64_t>(kind.lines + (now - kind.filled_s) * limits::log_lines_per_s_max,
                               limits::log_lines_at_once_max);
    kind.filled_s = now;
    if (kind.lines == 0) {
      ++kind.left_out;
      return std::nullopt;
    }
    --kind.lines;
    return std::exchange(kind.left_out, 0);
  }

 private:
  struct Kind {
    LogLevel level{};
    std::string_view event;
    std::int64_t lines = limits::log_lines_at_once_max;
    std::int64_t filled_s = 0;
    std::uint64_t left_out = 0;
  };

  static std::int64_t seconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
  }
  // Kinds that find the table full share its last row.
  Kind& kind_of(LogLevel level, std::string_view event) {
    auto* const found = std::find_if(kinds_.begin(), kinds_.end() - 1, [&](const Kind& kind) {
      return kind.event.empty() || (kind.level == level && kind.event == event);
    });
    if (found->event.empty()) *found = {.level = level, .event = event};
    return *found;
  }

  std::mutex mutex_;
  std::array<Kind, limits::log_kinds_max> kinds_;
};

Throttle throttle;

// The file that standard error is, if it is to be bounded.
class LogFile {
 public:
  void bound(const std::string& path, std::uint64_t bytes_max) {
    const std::lock_guard lock(mutex_);
    path_ = path;
    previous_ = path + ".1";
    bytes_max_ = is_ours(STDERR_FILENO) ? bytes_max : 0;
  }

  void keep_small() {
    const std::uint64_t bytes_max = bytes_max_.load(std::memory_order_relaxed);
    if (bytes_max == 0 || !is_full(bytes_max)) return;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock || !is_full(bytes_max)) return;  // somebody else sees to it, or has
    if (begin_another()) return;
    [[maybe_unused]] const int truncated = ::ftruncate(STDERR_FILENO, 0);  // then this one again
  }

 private:
  static bool is_full(std::uint64_t bytes_max) {
    struct stat info {};
    return ::fstat(STDERR_FILENO, &info) == 0 &&
           static_cast<std::uint64_t>(info.st_size) >= bytes_max;
  }
  bool is_ours(int fd) const {
    struct stat named {};
    struct stat open {};
    return ::lstat(path_.c_str(), &named) == 0 && ::fstat(fd, &open) == 0 &&
           S_ISREG(open.st_mode) && named.st_dev == open.st_dev && named.st_ino == open.st_ino;
  }
  bool begin_another() const {
    const bool also_output = is_ours(STDOUT_FILENO);
    if (!is_ours(STDERR_FILENO) || ::rename(path_.c_str(), previous_.c_str()) != 0) return false;
    const UniqueFd fd(
        ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
    if (also_output) ::dup2(fd.get(), STDOUT_FILENO);
    return ::dup2(fd.get(), STDERR_FILENO) >= 0;
  }

  std::mutex mutex_;
  std::string path_;
  std::string previous_;
  std::atomic<std::uint64_t> bytes_max_{0};  // 0: not bounded
};

LogFile log_file;

}  // namespace

LogField::LogField(std::string_view key, std::string_view value) : key_(key) {
  if (is_bare(value))
    value_ = value;
  else
    value_ = '"' + printable(value) + '"';
}

LogField::LogField(std::string_view key, double value) : key_(key) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  value_ = text;
}

void set_log_level(LogLevel level) { level_min.store(level, std::memory_order_relaxed); }

void bound_log(const std::string& path, std::uint64_t bytes_max) {
  log_file.bound(path, bytes_max);
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < level_min.load(std::memory_order_relaxed)) return;
  const std::optional<std::uint64_t> left_out = throttle.ask(level, event);
  if (!left_out) return;
  std::string line;
  line.reserve(160);
  append_time(line);
  line += ' ';
  line += level_names[static_cast<int>(level)];
  line += ' ';
  line += event;
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key();
    line += '=';
    line += field.value();
  }
  if (*left_out != 0) line += " left_out=" + std::to_string(*left_out);
  line += '\n';
  // A log that cannot be written (closed, full disk) must not stop the server: nothing to be done.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  log_file.keep_small();
}

}  // namespace blink
