#include "server/screen/fallback_fonts.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <utility>

#include "common/limits.h"

namespace blink::server {

FallbackFonts::FallbackFonts(FT_LibraryRec_* library) : library_(library) {
  FcConfig* const config = FcInitLoadConfigAndFonts();
  FcPattern* const wanted = FcPatternCreate();
  FcPatternAddString(wanted, FC_FAMILY, reinterpret_cast<const FcChar8*>("sans-serif"));
  FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
  FcPatternAddBool(wanted, FC_COLOR, FcFalse);
  FcConfigSubstitute(config, wanted, FcMatchPattern);
  FcDefaultSubstitute(wanted);
  FcResult result = FcResultMatch;
  // Without those that add no character.
  set_ = FcFontSort(config, wanted, FcTrue, nullptr, &result);
  FcPatternDestroy(wanted);
  if (config != nullptr) FcConfigDestroy(config);
  if (set_ != nullptr) fonts_.resize(static_cast<std::size_t>(set_->nfont));
}

FallbackFonts::~FallbackFonts() {
  if (set_ != nullptr) FcFontSetDestroy(set_);
}

FT_FaceRec_* FallbackFonts::face_with(char32_t character, int size_px) {
  std::size_t open = 0;
  for (std::size_t i = 0; i < fonts_.size(); ++i) {
    Font& font = fonts_[i];
    open += font.face != nullptr;
    FcPattern* const its = set_->fonts[i];
    FcCharSet* characters = nullptr;
    if (FcPatternGetCharSet(its, FC_CHARSET, 0, &characters) != FcResultMatch ||
        FcCharSetHasChar(characters, character) == FcFalse)
      continue;
    FcChar8* file = nullptr;
    int index = 0;
    if (!font.is_tried && open < limits::fallback_fonts_max) {
      font.is_tried = true;
      const bool is_known = FcPatternGetString(its, FC_FILE, 0, &file) == FcResultMatch;
      (void)FcPatternGetInteger(its, FC_INDEX, 0, &index);
      if (!is_known ||
          FT_New_Face(library_, reinterpret_cast<const char*>(file), index, &font.face) != 0)
        font.face = nullptr;
    }
    if (font.face == nullptr || !FT_IS_SCALABLE(font.face) ||
        FT_Get_Char_Index(font.face, character) == 0)
      continue;
    FT_Set_Pixel_Sizes(font.face, 0, static_cast<FT_UInt>(size_px));
    return font.face;
  }
  return nullptr;
}

}  // namespace blink::server
