// Guarded work: what may crash, hang or leave processes behind runs in processes of its own.
//
//     caller ─── warden ─── worker ─── whatever the worker starts
//
// The worker does the work and writes its answer into a pipe. The warden does nothing but watch: it
// is the reaper of everything below it, so nothing escapes by detaching itself, and it ends it all
// and removes the scratch folder when the worker is done, when the time is over, or when the caller
// has gone (Ctrl-C included). The caller only reads. It may have threads; guarded work starts with
// one, in a copy of the caller's memory, and nothing of it but the answer comes back.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace blink::doctor {

struct GuardOptions {
  std::chrono::milliseconds time_max{5000};
  bool wants_scratch = false;
  // Leave what the worker started running if it ends in time: for a guard inside a guard, whose
  // warden then takes it over.
  bool leaves_children = false;
};

enum class End : std::uint8_t {
  exited,     // value is the exit status
  signaled,   // value is the signal's number
  timed_out,  // ended by the warden
  lost,       // no process could be had, or the warden itself was killed; value is an errno or 0
};

struct Outcome {
  End end = End::lost;
  int value = 0;
  bool left_behind = false;  // something would not even obey SIGKILL (stuck in a driver)
  std::string answer;        // what the work returned; empty unless it ended by itself
  std::string said;          // what it and its children wrote to stdout and stderr

  bool is_success() const { return end == End::exited && value == 0; }
};

// More than this of an answer, or of what was said, is dropped.
inline constexpr std::size_t guarded_bytes_max = std::size_t{1} << 20;
// How long the warden waits for killed processes to be gone.
inline constexpr std::chrono::milliseconds kill_time_max{1000};

using Work = std::function<std::string(const std::string& scratch)>;

Outcome run_guarded(const Work& work, const GuardOptions& options);

// Runs a program, without a shell, with nothing on its standard input. Exit status 127 also means
// that it could not be started.
Outcome run_program(const std::vector<std::string>& arguments, const GuardOptions& options);

// "ended with status 3", "crashed: SIGSEGV (Segmentation fault)", "gave no answer within 2.0 s", …
std::string describe(const Outcome& outcome, const GuardOptions& options);

// "SIGSEGV"; "signal 40" where there is no name.
std::string signal_name(int signal);

}  // namespace blink::doctor
