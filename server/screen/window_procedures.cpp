#include "server/screen/window_procedures.h"

#include <algorithm>

#include "common/log.h"

namespace blink::server {

using jit::Callback;

void WindowProcedures::take(WindowNews& news) {
  for (std::size_t i = 0; i < news.procedures.size(); ++i) {
    if (!news.procedures[i]) continue;
    procedures_[i] = std::move(*news.procedures[i]);
    failure_.clear();
    too_much_[i].clear();
    told_[i].clear();
    if (static_cast<Callback>(i) == Callback::init) {
      must_init_ = true;
      has_others_cells_ = false;
    }
    if (static_cast<Callback>(i) == Callback::reshape) must_reshape_ = true;
    if (static_cast<Callback>(i) == Callback::show) must_show_ = true;
  }
  if (!news.params) return;
  if (*news.params)
    std::ranges::copy(**news.params, std::begin(context_.params));
  else
    std::ranges::fill(context_.params, 0.0f);
}

const jit::VerifiedProgram* WindowProcedures::program(Callback callback) const {
  const auto& its = procedure(callback);
  return its && failure_.empty() ? &its->program() : nullptr;
}

const std::string& WindowProcedures::too_much() const {
  const auto found = std::ranges::find_if(too_much_, [](const auto& its) { return !its.empty(); });
  return found != too_much_.end() ? *found : too_much_.front();
}

bool WindowProcedures::is_empty() const {
  return std::ranges::none_of(procedures_, [](const auto& its) { return its != nullptr; });
}

void WindowProcedures::run(Callback callback, ClientGl& gl, const DrawTarget& target,
                           const SessionIdentity& of) {
  if (program(callback) == nullptr) return;
  const auto [complaint, is_driver_error, is_too_much] =
      gl.run(*procedure(callback), context_, target, window_);
  if (is_too_much) {
    too_much_[static_cast<std::size_t>(callback)] = complaint;
    return;
  }
  if (is_driver_error) failure_ = complaint;
  if (complaint.empty()) return;
  ++of.stats->complaints;
  // Each is told once, however often it runs.
  std::string& told = told_[static_cast<std::size_t>(callback)];
  if (complaint == told) return;
  told = complaint;
  const std::string name(jit::callback_name(callback));
  log_warning("procedure", {{"session", of.session},
                            {"window", window_.object},
                            {"callback", name},
                            {"about", complaint}});
  if (of.mail)
    of.mail->put_complaint(
        window_.array, window_.object,
        is_driver_error ? std::uint32_t{BLINK_END_CONTENT} : std::uint32_t{BLINK_END_NONE},
        name + ": " + complaint);
}

void WindowProcedures::init(ClientGl& gl, const DrawTarget& target, const SessionIdentity& of) {
  if (!std::exchange(must_init_, false)) return;
  const auto cells = std::to_array(context_.cells);
  run(Callback::init, gl, target, of);
  if (has_others_cells_) std::ranges::copy(cells, std::begin(context_.cells));
}

void WindowProcedures::reshape(ClientGl& gl, const DrawTarget& target, const SessionIdentity& of) {
  if (std::exchange(must_reshape_, false)) run(Callback::reshape, gl, target, of);
}

void WindowProcedures::take_cells(std::span<const float, jit::cells_max> cells) {
  std::ranges::copy(cells, std::begin(context_.cells));
  has_others_cells_ = true;
}

void WindowProcedures::show(ClientGl& gl, const SessionIdentity& of) {
  if (std::exchange(must_show_, false)) run(Callback::show, gl, {}, of);
}

void WindowProcedures::hide(ClientGl& gl, const SessionIdentity& of) {
  if (!std::exchange(must_show_, true)) run(Callback::hide, gl, {}, of);
}

}  // namespace blink::server
