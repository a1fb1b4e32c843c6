#include "jit/builder/picture_procedures.h"

#include <utility>

#include "jit/builder/procedure_builder.h"

namespace blink::jit {

using namespace gl;

namespace {

constexpr int texture = 1;

}  // namespace

std::vector<Word> picture_init() {
  Builder sp(Callback::init);
  sp.GenTextures(texture);
  sp.BindTexture(GL_TEXTURE_2D, texture);
  for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    sp.TexParameteri(GL_TEXTURE_2D, filter, GL_LINEAR);
  for (const GLenum side : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
    sp.TexParameteri(GL_TEXTURE_2D, side, GL_CLAMP_TO_EDGE);
  return sp.finish();
}

std::vector<Word> picture_redraw(std::uint32_t picture, UppermostRow uppermost) {
  Builder sp(Callback::redraw);
  sp.Enable(GL_TEXTURE_2D);
  sp.BindTexture(GL_TEXTURE_2D, texture);
  sp.EGLImageTargetTexture2DOES(GL_TEXTURE_2D, picture);
  sp.Begin(GL_QUADS);
  for (const auto& [x, y] : {std::pair(0.0f, 0.0f), {1, 0}, {1, 1}, {0, 1}}) {
    sp.TexCoord2f(x, uppermost == UppermostRow::last ? y : 1 - y);
    sp.Vertex2f(x * 2 - 1, y * 2 - 1);
  }
  sp.End();
  return sp.finish();
}

}  // namespace blink::jit
