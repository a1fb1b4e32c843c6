// FallbackFonts: the fonts of this host for what those of the frames lack: scripts of other parts
// of the world, symbols. Which there are is asked once, for that takes long; a file is opened when
// something of it is drawn.
//
// Threads: one at a time.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

struct FT_LibraryRec_;
struct FT_FaceRec_;
struct _FcFontSet;

namespace blink::server {

class FallbackFonts {
 public:
  // As the host is configured; where it is not there are none. The library owns the faces.
  explicit FallbackFonts(FT_LibraryRec_* library);
  ~FallbackFonts();
  FallbackFonts(const FallbackFonts&) = delete;
  FallbackFonts& operator=(const FallbackFonts&) = delete;

  // One that has the character, of that size; null: there is none.
  FT_FaceRec_* face_with(char32_t character, int size_px);

 private:
  struct Font {
    FT_FaceRec_* face = nullptr;
    bool is_tried = false;
  };

  FT_LibraryRec_* const library_;
  _FcFontSet* set_ = nullptr;  // the most usual ones first
  std::vector<Font> fonts_;    // of the set
};

}  // namespace blink::server
