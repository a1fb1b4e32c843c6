// The structured log: one line for each event, `time level event key=value ...` (logfmt), on
// standard error. Values are quoted where they need it and made printable, so that nothing which a
// client says can forge a line. Safe from any thread; a line is one write.
//
// Nothing that clients do makes it grow without end: of one kind of event (its name and level) only
// so many lines are written each second, and the next line says `left_out=N`; and the server's log
// file is bounded (limits.h).

#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/limits.h"

namespace blink {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

class LogField {
 public:
  LogField(std::string_view key, std::string_view value);
  LogField(std::string_view key, const std::string& value)
      : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, double value);
  template <std::integral T>
  LogField(std::string_view key, T value) : key_(key), value_(std::to_string(value)) {}

  std::string_view key() const { return key_; }
  const std::string& value() const { return value_; }

 private:
  std::string_view key_;
  std::string value_;  // as it is written: quoted if it needs to be
};

// Lines below this level are not written. The default is `info`.
void set_log_level(LogLevel level);

// If standard error is the file `path`: whenever it has grown to so many bytes it becomes `path`.1,
// in place of the one before, and a new file begins.
void bound_log(const std::string& path, std::uint64_t bytes_max = limits::log_bytes_max);

// `event` is a literal.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::debug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, event, fields);
}

}  // namespace blink
