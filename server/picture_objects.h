// PictureObjects: what the server does with a session's objects: pictures go to the screen, plain
// bytes are noted. Some pictures are windows by themselves, others are shown by procedures.
//
// Threads: the session's own.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include "server/screen/picture_source.h"
#include "server/session_screen.h"
#include "vso/object_consumer.h"

namespace blink::server {

class PictureObjects final : public vso::ObjectConsumer {
 public:
  explicit PictureObjects(SessionScreen& screen) : screen_(screen) {}
  ~PictureObjects() override;

  bool knows(std::uint16_t type) const override;
  Status prepare(const vso::ObjectVersion& version) override;
  void commit(const vso::ObjectVersion& version) override;
  void discard(const vso::ObjectVersion& version) override;
  void retire(vso::ObjectKey key) override;

 private:
  struct Picture {
    PictureBudget::Share share;
    std::unique_ptr<PictureSource> source;
    std::uint64_t version = 0;  // shown
    bool is_in_procedures = false;
    std::optional<ScreenSize> size = {};  // of its window, if it has one
  };
  // To whoever shows it; null: it is gone.
  void hand_on(vso::ObjectKey key, bool is_in_procedures, std::shared_ptr<const PictureFace> face);

  SessionScreen& screen_;
  std::map<vso::ObjectKey, Picture> pictures_;
  std::chrono::steady_clock::time_point last_update_;
};

}  // namespace blink::server
