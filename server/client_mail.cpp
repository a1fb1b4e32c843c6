#include "server/client_mail.h"

#include <algorithm>
#include <cstring>

#include "common/limits.h"

namespace blink::server {
namespace {

bool is_motion(const blink_event_window& letter) {
  return letter.message.type == BLINK_EVENT_INPUT &&
         (letter.kind == BLINK_INPUT_POINTER ||
          (letter.kind == BLINK_INPUT_TOUCH && letter.value == 2));
}

// Whether `letter` makes `before`, the last one, worthless.
bool replaces(const blink_event_window& letter, const blink_event_window& before) {
  if (letter.message.type != before.message.type || letter.array != before.array ||
      letter.window != before.window)
    return false;
  if (letter.message.type == BLINK_EVENT_CONFIGURE || letter.message.type == BLINK_EVENT_SHOWN)
    return true;
  return is_motion(letter) && is_motion(before) && letter.kind == before.kind &&
         letter.code == before.code && letter.value == before.value;
}

}  // namespace

void ClientMail::put(std::uint16_t type, blink_event_window letter) {
  letter.message = {sizeof letter, type, 0, 0};
  put(Letter(letter));
}

void ClientMail::put_complaint(std::uint32_t array, std::uint32_t window, std::uint32_t code,
                               std::string_view text) {
  blink_event_refusal letter{};
  letter.message = {sizeof letter, BLINK_EVENT_PROCEDURE, 0, 0};
  letter.array = array;
  letter.object = window;
  letter.code = code;
  text = text.substr(0, sizeof letter.text);
  letter.text_bytes = static_cast<std::uint32_t>(text.size());
  std::memcpy(letter.text, text.data(), text.size());
  put(Letter(letter));
}

void ClientMail::put(Letter letter) {
  const std::lock_guard lock(mutex_);
  if (doorbell_ == nullptr) return;
  if (const auto* window = std::get_if<blink_event_window>(&letter);
      window != nullptr && !letters_.empty()) {
    auto* before = std::get_if<blink_event_window>(&letters_.back());
    if (before != nullptr && replaces(*window, *before)) {
      *before = *window;
      return;
    }
  }
  if (letters_.size() >= limits::session_letters_max) return;
  letters_.push_back(letter);
  if (letters_.size() == 1) doorbell_->ring();
}

void ClientMail::ask_to_end(std::uint32_t code, std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (doorbell_ == nullptr || end_) return;
  end_ = {code, std::string(text)};
  doorbell_->ring();
  if (ending_ != nullptr) ending_->ring();
}

std::optional<ClientMail::End> ClientMail::end_asked() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

std::vector<ClientMail::Letter> ClientMail::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(letters_, {});
}

void ClientMail::wake() {
  const std::lock_guard lock(mutex_);
  if (doorbell_ != nullptr) doorbell_->ring();
}

void ClientMail::is_over() {
  const std::lock_guard lock(mutex_);
  doorbell_ = nullptr;
  letters_.clear();
}

bool is_passing(const ClientMail::Letter& letter) {
  const auto* window = std::get_if<blink_event_window>(&letter);
  return window != nullptr && (is_motion(*window) || window->message.type == BLINK_EVENT_SHOWN);
}

}  // namespace blink::server
