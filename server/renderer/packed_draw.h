// PackedDraw: what is to be drawn beside the screen, and what is new since the last time, on its
// way from blinkd to the session's process for procedures: in shared memory, between two programs
// of the same build, of which the second believes the first.
//
// Procedures travel as code, which is verified and compiled again; pictures as their pixels.
//
// Threads: any.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "server/screen/desktop_news.h"
#include "vso/local/memory_file.h"

namespace blink::server {

// Writes the pixels of a picture: rows of RGBA, the first of the image first.
using FaceReader = std::function<Status(const PictureFace& face, std::byte* to)>;

Result<std::unique_ptr<vso::local::MemoryFile>> pack_draw(const SessionNews& news,
                                                          jit::Callback callback,
                                                          const RedrawWish& wish,
                                                          const FaceReader& read);

struct UnpackedDraw {
  struct Picture {
    ObjectName name;
    std::uint32_t width = 0, height = 0;  // 0: it is gone
    vso::guest_span pixels;               // as long as the memory is mapped
  };
  SessionNews news;  // without the pictures
  std::vector<Picture> pictures;
  jit::Callback callback{};
  RedrawWish wish;
};

// A failure is a procedure that cannot be made.
Result<UnpackedDraw> unpack_draw(const vso::local::MemoryFile& memory);

}  // namespace blink::server
