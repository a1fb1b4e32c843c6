// PictureSource: the pixels of one picture object on their way to the screen, on the session's
// thread.
//
// Rows go straight from the client's pages into a texture that nobody looks at; only publish()
// makes it the picture's face. The compositor may still be drawing the one before, so there are
// several textures, and one that is in use is never written. Each knows which rows it lacks, so
// that a small change uploads few rows also when the textures take turns.
//
// Threads: the session's own, where the source's context is current.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "common/driver_pixels.h"
#include "common/status.h"
#include "server/screen/output_egl.h"
#include "server/screen/picture_budget.h"

namespace blink::server {

enum class PixelOrder : std::uint8_t { rgbx, bgrx };

struct PictureShape {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t stride_bytes = 0;
  PixelOrder order = PixelOrder::rgbx;

  bool operator==(const PictureShape&) const = default;
  // Whether the last pixel of the last row lies within so many bytes.
  bool fits(std::uint64_t bytes) const;
};

struct RowRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool is_empty() const { return begin >= end; }
  RowRange with(RowRange other) const;
};

// What the compositor draws: never written while somebody else holds it.
struct PictureFace {
  PictureBudget::Share share;  // goes after the image
  std::shared_ptr<TextureImage> image;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

class PictureSource {
 public:
  PictureSource(EglContext& context, PictureBudget& budget) : context_(context), budget_(budget) {}
  ~PictureSource();

  // Uploads what differs from the face shown now. `changed` is relative to that face; nothing: all.
  // The shape fits the pixels (the caller has checked).
  Status upload(const PictureShape& shape, DriverPixels pixels, std::optional<RowRange> changed);
  // Makes what was uploaded last the face.
  std::shared_ptr<const PictureFace> publish();
  // Forgets what was uploaded last.
  void discard();

 private:
  struct Buffer {
    gl::GLuint texture = 0;
    std::shared_ptr<const PictureFace> face;
    RowRange lacking;  // rows that differ from the published face
  };
  static constexpr std::size_t buffers_max = 4;

  Result<Buffer*> take_free_buffer(const PictureShape& shape);
  Result<Buffer*> find_free_buffer(const PictureShape& shape);
  Status make(Buffer& buffer, const PictureShape& shape);
  void drop(Buffer& buffer);

  EglContext& context_;
  PictureBudget& budget_;
  std::array<Buffer, buffers_max> buffers_;
  Buffer* front_ = nullptr;
  PictureShape front_shape_;  // how the pixels of front_ lay
  Buffer* uploaded_ = nullptr;
  PictureShape uploaded_shape_;
  RowRange uploaded_changes_;  // of uploaded_ against front_
};

}  // namespace blink::server
