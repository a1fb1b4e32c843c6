#include "common/log.h"

#include <unistd.h>
#include <atomic>
#include <cstdio>
#include <ctime>

#include "common/text.h"

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

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < level_min.load(std::memory_order_relaxed)) return;
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
  line += '\n';
  // A log that cannot be written (closed, full disk) must not stop the server: nothing to be done.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace blink
