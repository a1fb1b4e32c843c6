// LabelFont: text as a bitmap of one line, by FreeType.
//
// What is drawn is one character after the other, from left to right, whatever the text asks for:
// controls and what turns a line around (common/text.h) are a replacement character, what the
// fonts lack is a box, what nobody could see is left out. Nothing is drawn outside the bitmap, so
// marks piled on a letter end at the line's edge.
//
// Hinting is vertical only. Letters stand where they belong to a fraction of a pixel: text keeps
// its rhythm at every size and scale.
//
// Threads: one at a time.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"
#include "server/screen/fallback_fonts.h"

struct FT_LibraryRec_;
struct FT_FaceRec_;

namespace blink::server {

enum class LabelWeight : std::uint8_t { regular, semibold };

struct LabelStyle {
  LabelWeight weight = LabelWeight::regular;
  int size_px = 13;

  auto operator<=>(const LabelStyle&) const = default;
};

struct LabelBitmap {
  int width = 0, height = 0;
  int baseline = 0;    // rows from the top to the line on which letters stand
  int cap_height = 0;  // of a capital letter above it
  std::vector<std::uint8_t> coverage;
};

class LabelFont {
 public:
  static Result<std::unique_ptr<LabelFont>> open(
      const std::string& folder = "/usr/share/fonts/truetype");
  ~LabelFont();

  // As much of the text as fits into the width, with an ellipsis when something is missing; of no
  // width when not even that fits.
  LabelBitmap render(std::string_view text, LabelStyle style, int width_max);

 private:
  struct Glyph {
    FT_FaceRec_* face = nullptr;
    std::uint32_t index = 0;
    long x = 0;        // 1/64 pixels from the line's left
    long advance = 0;  // likewise
  };
  LabelFont() = default;
  Glyph find_glyph(char32_t character, LabelStyle style);
  std::vector<Glyph> lay_out(std::string_view text, LabelStyle style, long width_max);

  FT_LibraryRec_* library_ = nullptr;      // owns the faces
  std::array<FT_FaceRec_*, 3> faces_{};    // the two weights, and where to look when they lack it
  std::unique_ptr<FallbackFonts> others_;  // and then
};

}  // namespace blink::server
