// HandOvers: what the contexts of a share group have handed over to the server lately, and the
// journal of all that came before.
//
// The last frame stays here as it was written, so that another server can be shown it again. What
// is older is in the journals alone.
//
// Threads: any; the journals belong to whoever holds the lock.

#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "gl/state/journal.h"

namespace blink::icd {

class StreamWriter;

class HandOvers {
 public:
  struct Part {
    StreamWriter* writer;
    std::uint32_t begin, bytes;         // in its stream's content
    std::uint64_t number;               // by the time it was handed over
    std::vector<std::uint32_t> unsure;  // where in it records are that may be errors: words
  };

  void add(StreamWriter& writer, std::uint32_t begin, std::uint32_t bytes,
           std::vector<std::uint32_t> unsure);
  // A frame of this writer's has ended: the one before is kept no longer.
  void end_frame(StreamWriter& writer);
  // All of this writer's goes into the journal, and what is older.
  void fold(StreamWriter& writer);
  void forget(StreamWriter& writer);
  // Whether the GPU alone has something that is to be read back; `settled`: that was not drawn in
  // the last frame that was read, as what is drawn in each frame is.
  bool has_drawn(bool settled) {
    const std::lock_guard lock(mutex_);
    return group->has_drawn && (!settled || !group->drawn(group->frame_time).empty());
  }
  // Of the last part that any writer has handed over.
  static std::uint64_t last_number() { return last_number_.load(std::memory_order_relaxed); }
  template <typename Do>
  void with_journal(Do&& act) {
    const std::lock_guard lock(mutex_);
    act();
  }

  // ---- with all threads stopped ----
  const std::deque<Part>& parts() const { return parts_; }

  const std::shared_ptr<gl::state::GroupJournal> group =
      std::make_shared<gl::state::GroupJournal>();

 private:
  // Where the frame begins that is kept, and where it ends: numbers.
  struct Frame {
    std::uint64_t begin = 0, end = 0;
  };
  void take(const StreamWriter* writer, std::uint64_t up_to);

  static inline std::atomic<std::uint64_t> last_number_{0};  // of all groups

  std::mutex mutex_;
  std::deque<Part> parts_;
  std::map<const StreamWriter*, Frame> frames_;  // of those that have ended one
};

}  // namespace blink::icd
