#include "server/screen/label_font.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H
#include FT_OUTLINE_H

#include <algorithm>
#include <cstddef>
#include <span>

#include "common/limits.h"
#include "common/text.h"

namespace blink::server {
namespace {

struct FontFile {
  const char* path;
  const char* package;
};
constexpr FontFile font_files[] = {
    {"/open-sans/OpenSans-Regular.ttf", "fonts-open-sans"},
    {"/open-sans/OpenSans-Semibold.ttf", "fonts-open-sans"},
    {"/dejavu/DejaVuSans.ttf", "fonts-dejavu-core"},
};
constexpr std::size_t fallback = 2;

constexpr char32_t ellipsis = U'…';
constexpr long edge = 64;  // free at either end, for what letters put beyond their advance

// Unicode's default ignorable characters, which have no shape; a font without them would show
// boxes.
bool is_invisible(char32_t c) {
  constexpr struct {
    char32_t first, last;
  } ranges[] = {{0xAD, 0xAD},     {0x34F, 0x34F},     {0x115F, 0x1160},   {0x17B4, 0x17B5},
                {0x180B, 0x180F}, {0x200B, 0x200D},   {0x2060, 0x2064},   {0x206A, 0x206F},
                {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
                {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
  return std::ranges::any_of(ranges,
                             [&](auto range) { return c >= range.first && c <= range.last; });
}

int rounded_up(long value_64) { return static_cast<int>((value_64 + 63) >> 6); }

// Adds a glyph's grey to the line; what lies outside is left out.
void blit(const FT_Bitmap& from, int left, int top, LabelBitmap& onto) {
  const int rows = static_cast<int>(from.rows), columns = static_cast<int>(from.width);
  for (int y = std::max(0, -top); y < std::min(rows, onto.height - top); ++y) {
    for (int x = std::max(0, -left); x < std::min(columns, onto.width - left); ++x) {
      std::uint8_t& pixel =
          onto.coverage[static_cast<std::size_t>(top + y) * onto.width + left + x];
      const int sum = pixel + from.buffer[y * from.pitch + x];
      pixel = static_cast<std::uint8_t>(std::min(sum, 255));
    }
  }
}

}  // namespace

Result<std::unique_ptr<LabelFont>> LabelFont::open(const std::string& folder) {
  std::unique_ptr<LabelFont> font(new LabelFont);
  if (FT_Init_FreeType(&font->library_) != 0) return Status::system("FreeType cannot start");
  static_assert(std::size(font_files) == std::tuple_size_v<decltype(font->faces_)>);
  for (std::size_t i = 0; i < std::size(font_files); ++i) {
    const std::string path = folder + font_files[i].path;
    if (FT_New_Face(font->library_, path.c_str(), 0, &font->faces_[i]) != 0)
      return Status::system("cannot use the font " + path + "; install " + font_files[i].package);
  }
  font->others_ = std::make_unique<FallbackFonts>(font->library_);
  return font;
}

LabelFont::~LabelFont() { FT_Done_FreeType(library_); }

LabelFont::Glyph LabelFont::find_glyph(char32_t character, LabelStyle style) {
  Glyph glyph{faces_[static_cast<std::size_t>(style.weight)]};
  const auto look = [&](FT_Face face) {
    if (glyph.index != 0 || face == nullptr) return;
    glyph.index = FT_Get_Char_Index(face, character);
    if (glyph.index != 0) glyph.face = face;
  };
  look(glyph.face);
  look(faces_[fallback]);
  if (glyph.index == 0) look(others_->face_with(character, style.size_px));
  // Glyph 0 is the box.
  FT_Fixed advance = 0;
  FT_Get_Advance(glyph.face, glyph.index, FT_LOAD_NO_HINTING, &advance);
  glyph.advance = advance >> 10;
  return glyph;
}

std::vector<LabelFont::Glyph> LabelFont::lay_out(std::string_view text, LabelStyle style,
                                                 long width_max) {
  std::vector<Glyph> glyphs;
  const auto end = [&] { return glyphs.empty() ? edge : glyphs.back().x + glyphs.back().advance; };
  const bool is_cut = text.size() > limits::label_bytes_max;
  bool is_full = false;
  text = first_bytes(text, limits::label_bytes_max);
  while (!text.empty() && !is_full) {
    const char32_t character = take_character(text);
    if (is_invisible(character)) continue;
    Glyph glyph = find_glyph(character, style);
    FT_Vector kerning{};
    if (!glyphs.empty() && glyphs.back().face == glyph.face)
      FT_Get_Kerning(glyph.face, glyphs.back().index, glyph.index, FT_KERNING_UNFITTED, &kerning);
    glyph.x = end() + kerning.x;
    glyphs.push_back(glyph);
    is_full = end() + edge > width_max;
  }
  if (!is_cut && !is_full) return glyphs;

  Glyph dots = find_glyph(ellipsis, style);
  while (!glyphs.empty() && end() + dots.advance + edge > width_max)
    glyphs.pop_back();
  dots.x = end();
  if (dots.x + dots.advance + edge <= width_max) glyphs.push_back(dots);
  return glyphs;
}

LabelBitmap LabelFont::render(std::string_view text, LabelStyle style, int width_max) {
  style.size_px = std::clamp(style.size_px, 1, limits::label_size_px_max);
  const int size = style.size_px;
  for (FT_Face face : faces_)
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size));
  const long width_64 = 64L * std::clamp(width_max, 0, limits::label_width_px_max);
  const std::vector<Glyph> glyphs = lay_out(text, style, width_64);
  if (glyphs.empty()) return {};

  const FT_Face main = faces_[static_cast<std::size_t>(style.weight)];
  LabelBitmap line;
  line.width = rounded_up(glyphs.back().x + glyphs.back().advance + edge);
  line.baseline = rounded_up(main->size->metrics.ascender);
  line.height = line.baseline + rounded_up(-main->size->metrics.descender);
  line.cap_height = (size * 714 + 500) / 1000;  // Open Sans: 1462 of 2048
  line.coverage.resize(static_cast<std::size_t>(line.width) * line.height);
  for (const Glyph& glyph : glyphs) {
    const FT_GlyphSlot slot = glyph.face->glyph;
    if (FT_Load_Glyph(glyph.face, glyph.index, FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP) != 0)
      continue;
    FT_Outline_Translate(&slot->outline, glyph.x & 63, 0);
    if (FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0) continue;
    blit(slot->bitmap, static_cast<int>(glyph.x >> 6) + slot->bitmap_left,
         line.baseline - slot->bitmap_top, line);
  }
  return line;
}

}  // namespace blink::server
