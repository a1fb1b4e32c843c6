// PictureBudget: what one session may have on the screen, in pictures and in bytes of textures.
//
// Counts against the session's share and the server's. A Share is what was taken; it goes back when
// the last one who uses the thing is done with it, which may be the compositor.
//
// Threads: any.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "common/status.h"

namespace blink::server {

class PictureBudget : public std::enable_shared_from_this<PictureBudget> {
 public:
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept { *this = std::move(other); }
    Share& operator=(Share&& other) noexcept;
    ~Share();

   private:
    friend PictureBudget;
    std::shared_ptr<PictureBudget> of_;
    std::uint32_t pictures_ = 0;
    std::uint64_t bytes_ = 0;
  };

  Result<Share> take(std::uint32_t pictures, std::uint64_t texture_bytes);
  std::uint64_t pictures() const { return pictures_; }
  std::uint64_t texture_bytes() const { return bytes_; }

 private:
  std::atomic<std::uint64_t> pictures_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace blink::server
