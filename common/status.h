// Status and Result: how a function says that it could not do its job.
//
// Three kinds of failure are kept apart, because three different things must happen:
//   guest    a client broke the rules. The client is told the reason and loses its object or its
//            session; the server goes on.
//   system   the host could not do what was asked (no memory, no file, no driver). Reported with
//            its context to whoever asked.
//   our own bug: never a Status. That is CHECK (common/check.h), which stops the process.
//
// A guest's fault carries an EndReason, the number which the client sees in shared memory
// (docs/formats/vso.md); here it is a plain integer so that common/ knows no protocol.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/check.h"

namespace blink {

enum class StatusKind : std::uint8_t { ok, guest, system };

class [[nodiscard]] Status {
 public:
  Status() = default;

  static Status ok() { return {}; }
  // The client's fault: `code` is the number it is told, `text` says what was wrong and where.
  static Status guest(std::uint32_t code, std::string text);
  // The host's failure. `error` is an errno value, or 0 where there is none.
  static Status system(std::string text, int error = 0);

  bool is_ok() const { return detail_ == nullptr; }
  explicit operator bool() const = delete;  // "if (status)" would read both ways
  StatusKind kind() const { return detail_ ? detail_->kind : StatusKind::ok; }
  bool is_guest() const { return kind() == StatusKind::guest; }
  bool is_system() const { return kind() == StatusKind::system; }

  // guest: the reason's number; system: errno; ok: 0.
  std::uint32_t code() const { return detail_ ? detail_->code : 0; }
  std::string_view text() const { return detail_ ? std::string_view(detail_->text) : "ok"; }

  // The same failure with "where: " put before its text; ok stays ok.
  Status within(std::string_view where) &&;

 private:
  struct Detail {
    StatusKind kind;
    std::uint32_t code;
    std::string text;
  };
  Status(StatusKind kind, std::uint32_t code, std::string text);

  std::unique_ptr<Detail> detail_;  // null means ok, so that the good case is one pointer
};

// A value, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit by design, as in `return x;`
  Result(Status status) : status_(std::move(status)) { CHECK(!status_.is_ok()); }  // NOLINT

  bool is_ok() const { return value_.has_value(); }
  const Status& status() const& { return status_; }
  Status take_status() { return std::move(status_); }

  T& value() & {
    CHECK(is_ok());
    return *value_;
  }
  const T& value() const& {
    CHECK(is_ok());
    return *value_;
  }
  T take() {
    CHECK(is_ok());
    return std::move(*value_);
  }
  T* operator->() { return &value(); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace blink

// Passes a failure on to the caller.
#define BLINK_TRY(expression)                                                      \
  do {                                                                             \
    if (auto try_status_ = (expression); !try_status_.is_ok()) return try_status_; \
  } while (0)

#define BLINK_CONCAT_(a, b) a##b
#define BLINK_CONCAT(a, b) BLINK_CONCAT_(a, b)

// BLINK_ASSIGN(auto value, may_fail()): the value, or the failure passed on to the caller.
#define BLINK_ASSIGN(target, expression) \
  BLINK_ASSIGN_(BLINK_CONCAT(try_result_, __LINE__), target, expression)
#define BLINK_ASSIGN_(result, target, expression)   \
  auto result = (expression);                       \
  if (!result.is_ok()) return result.take_status(); \
  target = result.take()
