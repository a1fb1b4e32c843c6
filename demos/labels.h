// Words in windows: drawn here, by the client, into one texture for all of them, a row for each.
// The server has no fonts for clients.
//
//   Labels labels({"Yes", "No"}, 14);
//   init:    labels.upload(sp, client);
//   redraw:  labels.begin(sp);
//            labels.at(sp, 0, {100, 40}, white);

#pragma once

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "demos/client.h"
#include "demos/shapes.h"

namespace blink::demos {

class Labels {
 public:
  // In Latin letters, of that many pixels.
  Labels(const std::vector<std::string>& texts, int size) : row_height_(size * 3 / 2), size_(size) {
    constexpr const char* file = "/usr/share/fonts/truetype/open-sans/OpenSans-Semibold.ttf";
    FT_Library library = nullptr;
    FT_Face face = nullptr;
    if (FT_Init_FreeType(&library) != 0 || FT_New_Face(library, file, 0, &face) != 0) {
      std::fprintf(stderr, "cannot use the font %s; install fonts-open-sans\n", file);
      std::exit(1);
    }
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size));
    for (const std::string& text : texts)
      widths_.push_back(write(face, text, nullptr));
    row_width_ = (*std::ranges::max_element(widths_) + 3) / 4 * 4;  // as GL unpacks rows
    coverage_.resize(texts.size() * static_cast<std::size_t>(row_width_ * row_height_));
    for (std::size_t i = 0; i < texts.size(); ++i)
      write(face, texts[i], &coverage_[i * static_cast<std::size_t>(row_width_ * row_height_)]);
    FT_Done_FreeType(library);
  }

  void upload(Builder& sp, Client& client) const {
    const std::uint32_t pixels = client.give_data(std::as_bytes(std::span(coverage_)));
    sp.GenTextures(texture);
    sp.BindTexture(GL_TEXTURE_2D, texture);
    sp.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    sp.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    sp.TexImage2D(GL_TEXTURE_2D, 0, GL_ALPHA8, row_width_, rows() * row_height_, GL_ALPHA,
                  GL_UNSIGNED_BYTE, {pixels});
  }
  // After shapes: in the same pixels.
  void begin(Builder& sp) const {
    sp.UseProgram(0);
    sp.BindTexture(GL_TEXTURE_2D, texture);
    sp.Enable(GL_TEXTURE_2D);
  }
  // At whole pixels where `from` is: letters stay sharp.
  void at(Builder& sp, int label, const Point& from, const Colour& colour) const {
    const auto row = static_cast<float>(label) / static_cast<float>(rows());
    const float end = static_cast<float>(width(label)) / static_cast<float>(row_width_);
    const float next_row = row + 1 / static_cast<float>(rows());
    const float w = static_cast<float>(width(label)), h = static_cast<float>(row_height_);
    sp.Color4f(colour.red, colour.green, colour.blue, colour.alpha);
    sp.PushMatrix();
    sp.Translatef(from.x, from.y, 0);
    sp.Begin(GL_QUADS);
    sp.TexCoord2f(0, row);
    sp.Vertex2f(0, 0);
    sp.TexCoord2f(end, row);
    sp.Vertex2f(w, 0);
    sp.TexCoord2f(end, next_row);
    sp.Vertex2f(w, h);
    sp.TexCoord2f(0, next_row);
    sp.Vertex2f(0, h);
    sp.End();
    sp.PopMatrix();
  }
  int width(int label) const { return widths_[static_cast<std::size_t>(label)]; }
  int height() const { return row_height_; }

 private:
  static constexpr int texture = 1000;  // the client's own number: not for anything else

  int rows() const { return static_cast<int>(widths_.size()); }
  // Into a row, where there is one. Returns how many pixels wide it is.
  int write(FT_Face face, const std::string& text, std::uint8_t* row) const {
    int x = 1;
    for (const char letter : text) {
      if (FT_Load_Char(face, static_cast<FT_ULong>(letter), FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT))
        continue;
      const FT_GlyphSlot glyph = face->glyph;
      const int left = x + glyph->bitmap_left, top = size_ + size_ / 8 - glyph->bitmap_top;
      for (int v = 0; row != nullptr && v < static_cast<int>(glyph->bitmap.rows); ++v)
        for (int u = 0; u < static_cast<int>(glyph->bitmap.width); ++u)
          if (top + v >= 0 && top + v < row_height_ && left + u >= 0 && left + u < row_width_)
            row[(top + v) * row_width_ + left + u] =
                glyph->bitmap.buffer[v * glyph->bitmap.pitch + u];
      x += static_cast<int>(glyph->advance.x >> 6);
    }
    return x + 1;
  }

  std::vector<int> widths_;
  int row_width_ = 0;
  const int row_height_, size_;
  std::vector<std::uint8_t> coverage_;
};

}  // namespace blink::demos
