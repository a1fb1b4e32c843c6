// WindowProcedures: the procedures of a window, and what lives from one run to the next.
//
// Threads: the one where the GL context is current in which they run.

#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>

#include "server/screen/client_gl.h"
#include "server/screen/desktop_news.h"

namespace blink::server {

class WindowProcedures {
 public:
  explicit WindowProcedures(ObjectName window) : window_(window) {}

  ObjectName window() const { return window_; }
  // What is new of procedures and params.
  void take(WindowNews& news);
  // Null: there is none, or it has failed.
  const jit::VerifiedProgram* program(jit::Callback callback) const;
  bool is_empty() const;
  // Why they do not run any more; empty: they do.
  const std::string& failure() const { return failure_; }
  bool has_failed() const { return !failure_.empty(); }
  // They do not run any more.
  void fail(const std::string& why) { failure_ = why; }

  // Why they are not run here, where others wait for them; empty: they are. The client is not told.
  const std::string& too_much() const;

  // Runs a procedure where there is one. What it did not do is told to the client.
  void run(jit::Callback callback, ClientGl& gl, const DrawTarget& target,
           const SessionIdentity& of);
  // Run init and reshape when they are due.
  void init(ClientGl& gl, const DrawTarget& target, const SessionIdentity& of);
  void reshape(ClientGl& gl, const DrawTarget& target, const SessionIdentity& of);
  void is_reshaped() { must_reshape_ = true; }
  // Run `show`, `hide`, when they are due; what is to be shown was prepared.
  void show(ClientGl& gl, const SessionIdentity& of);
  void hide(ClientGl& gl, const SessionIdentity& of);
  bool is_shown() const { return !must_show_; }

  float& input(jit::Input which) { return context_.inputs[static_cast<std::size_t>(which)]; }
  jit::RunContext& context() { return context_; }
  // What init has left in the cells, here or elsewhere, is there.
  bool has_cells() const { return !must_init_ || has_others_cells_; }
  // As others, who have run init, left them.
  void take_cells(std::span<const float, jit::cells_max> cells);

 private:
  const std::shared_ptr<const Procedure>& procedure(jit::Callback callback) const {
    return procedures_[static_cast<std::size_t>(callback)];
  }

  const ObjectName window_;
  std::array<std::shared_ptr<const Procedure>, jit::callback_count> procedures_;
  jit::RunContext context_;
  bool must_init_ = true;
  bool has_others_cells_ = false;
  bool must_reshape_ = true;
  bool must_show_ = true;
  std::string failure_;
  std::array<std::string, jit::callback_count> too_much_;  // what is, of each
  std::array<std::string, jit::callback_count> told_;      // complaints that the client knows of
};

}  // namespace blink::server
