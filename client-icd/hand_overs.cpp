#include "client-icd/hand_overs.h"

#include <atomic>
#include <utility>

#include "client-icd/stream_writer.h"

namespace blink::icd {

void HandOvers::add(StreamWriter& writer, std::uint32_t begin, std::uint32_t bytes,
                    std::vector<std::uint32_t> unsure) {
  const std::lock_guard lock(mutex_);
  parts_.push_back({&writer, begin, bytes, ++last_number_, std::move(unsure)});
}

void HandOvers::end_frame(StreamWriter& writer) {
  const std::lock_guard lock(mutex_);
  Frame& frame = frames_[&writer];
  frame.begin = frame.end;
  group->frame_time = group->last_time;
  for (const Part& part : parts_)
    if (part.writer == &writer) frame.end = part.number;
  take(nullptr, frame.begin);
}

void HandOvers::fold(StreamWriter& writer) {
  const std::lock_guard lock(mutex_);
  std::uint64_t last = 0;
  for (const Part& part : parts_)
    if (part.writer == &writer) last = part.number;
  take(&writer, last);
}

void HandOvers::forget(StreamWriter& writer) {
  fold(writer);
  const std::lock_guard lock(mutex_);
  frames_.erase(&writer);
}

// In the order in which it was handed over, because contexts share objects; but for the frames that
// are kept, unless they are this writer's.
void HandOvers::take(const StreamWriter* writer, std::uint64_t up_to) {
  std::erase_if(parts_, [&](const Part& part) {
    if (part.number > up_to) return false;
    const auto frame = frames_.find(part.writer);
    const bool is_kept = frame != frames_.end() && part.number > frame->second.begin;
    if (is_kept && part.writer != writer) return false;
    part.writer->take_into_journal(part);
    return true;
  });
}

}  // namespace blink::icd
