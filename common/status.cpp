#include "common/status.h"

#include <cstring>
#include <system_error>

namespace blink {

Status::Status(StatusKind kind, std::uint32_t code, std::string text)
    : detail_(std::make_unique<Detail>(Detail{kind, code, std::move(text)})) {}

Status Status::guest(std::uint32_t code, std::string text) {
  return Status(StatusKind::guest, code, std::move(text));
}

Status Status::system(std::string text, int error) {
  // generic_category is the thread-safe strerror.
  if (error != 0) text += ": " + std::generic_category().message(error);
  return Status(StatusKind::system, static_cast<std::uint32_t>(error), std::move(text));
}

Status Status::within(std::string_view where) && {
  if (detail_) detail_->text.insert(0, std::string(where) + ": ");
  return std::move(*this);
}

}  // namespace blink
