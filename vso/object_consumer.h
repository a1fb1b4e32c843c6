// ObjectConsumer: what the server does with objects, by their type.
//
// A version is consumed in two steps, because the client may change it meanwhile: prepare() reads
// the content and shows nothing; then the record is looked at once more, and either commit() shows
// the result, or discard() throws it away and the object comes again when the client is done with
// it.

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "common/status.h"
#include "vso/blink_vso.h"
#include "vso/content.h"

namespace blink::vso {

// Names an object within its session.
struct ObjectKey {
  std::uint32_t array = 0;
  std::uint32_t object = 0;

  auto operator<=>(const ObjectKey&) const = default;
};

// The changed bytes, for whoever still holds version `since` or a later one. since 0: all.
struct Damage {
  std::uint64_t since = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct ObjectVersion {
  ObjectKey key;
  std::uint16_t type = BLINK_OBJECT_NONE;
  std::uint64_t version = 0;
  std::span<const std::uint32_t, 8> param;
  Damage damage;  // within the content
  Content& content;
};

// Until one of these descriptors can be read, or a time has come.
struct Awaited {
  static constexpr std::size_t fds_max = 2;

  std::array<int, fds_max> fds{-1, -1};
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();

  void add(int fd) { *std::ranges::find(fds, -1) = fd; }
  void add(const Awaited& other) {
    for (const int fd : other.fds)
      if (fd >= 0) add(fd);
    until = std::min(until, other.until);
  }
};

class ObjectConsumer {
 public:
  virtual ~ObjectConsumer() = default;

  virtual bool knows(std::uint16_t type) const = 0;
  // A guest's fault refuses this version of the object, and the session goes on; a system failure
  // likewise, and is the server's to log.
  virtual Status prepare(const ObjectVersion& version) = 0;
  virtual void commit(const ObjectVersion& version) = 0;
  virtual void discard(const ObjectVersion& version) = 0;
  // The object is gone: it was retired, or its array or its session has ended. Only for objects of
  // which a version was committed.
  virtual void retire(ObjectKey key) = 0;
  // The client asks that `update` of a window be run, after all that it published before. A guest's
  // fault is its answer.
  virtual Status update(ObjectKey window) {
    (void)window;
    return Status::guest(BLINK_END_CONTENT, "there is no such window");
  }
  // The client asks that a part of a GL stream be replayed, after all that it published before.
  // That may go on beside the caller, unless it is awaited. A guest's fault ends the session: what
  // a stream says is written by its driver, not by a program.
  virtual Status eval(ObjectKey stream, std::uint32_t begin, std::uint32_t bytes, bool is_awaited) {
    (void)stream, (void)begin, (void)bytes, (void)is_awaited;
    return Status::guest(BLINK_END_COMMAND, "there is no such stream");
  }
  // The same of its ring, up to that place.
  virtual Status added(ObjectKey stream, std::uint64_t place, bool is_awaited) {
    (void)stream, (void)place, (void)is_awaited;
    return Status::guest(BLINK_END_COMMAND, "there is no such stream");
  }
  // Called now and then by the owner's thread: work that others have asked for. A failure ends the
  // session.
  virtual Status look_around() { return {}; }
  // What look_around() waits for, where the owner would sleep.
  virtual Awaited awaited() const { return {}; }
};

}  // namespace blink::vso
