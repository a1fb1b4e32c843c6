// A variable of the environment, set for as long as this lives. A null value unsets it.

#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace blink::doctor {

class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* const before = std::getenv(name)) before_ = before;
    set(value);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { set(before_ ? before_->c_str() : nullptr); }

 private:
  void set(const char* value) {
    if (value)
      ::setenv(name_, value, 1);
    else
      ::unsetenv(name_);
  }

  const char* const name_;
  std::optional<std::string> before_;
};

}  // namespace blink::doctor
