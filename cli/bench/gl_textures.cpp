// A program of OpenGL that has so many megabytes of textures, and shows all of them again and
// again.
//
//   bench-gl-textures MEGABYTES

#include <GL/gl.h>
#include <GL/glx.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace {

constexpr int side = 512, texture_side = 1024;  // of the window; a texture has four megabytes

void make_texture(GLuint name) {
  std::vector<unsigned> pixels(std::size_t{texture_side} * texture_side);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<unsigned>(i * 2654435761u + name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, texture_side, texture_side, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               pixels.data());
}

void draw_strip(float bottom, float top) {
  glBegin(GL_QUADS);
  for (const auto& [x, y] : {std::pair(0.0f, 0.0f), {1, 0}, {1, 1}, {0, 1}}) {
    glTexCoord2f(x, y);
    glVertex2f(x * 2 - 1, y != 0 ? top : bottom);
  }
  glEnd();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  Display* const display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  int wanted[] = {GLX_RGBA, GLX_DOUBLEBUFFER, GLX_RED_SIZE, 8, None};
  XVisualInfo* const visual = glXChooseVisual(display, DefaultScreen(display), wanted);
  if (visual == nullptr) return 3;
  const Window root = RootWindow(display, visual->screen);
  XSetWindowAttributes attributes{};
  attributes.colormap = XCreateColormap(display, root, visual->visual, AllocNone);
  const Window window =
      XCreateWindow(display, root, 0, 0, side, side, 0, visual->depth, InputOutput, visual->visual,
                    CWColormap | CWBorderPixel, &attributes);
  XMapWindow(display, window);
  const GLXContext context = glXCreateContext(display, visual, nullptr, True);
  if (context == nullptr || !glXMakeCurrent(display, window, context)) return 4;
  std::vector<GLuint> textures(static_cast<std::size_t>(std::atoi(argv[1])) / 4 + 1);
  glGenTextures(static_cast<GLsizei>(textures.size()), textures.data());
  for (const GLuint texture : textures)
    make_texture(texture);
  glEnable(GL_TEXTURE_2D);
  const float step = 2.0f / static_cast<float>(textures.size());
  for (;; ::usleep(10'000)) {
    for (std::size_t i = 0; i < textures.size(); ++i) {
      glBindTexture(GL_TEXTURE_2D, textures[i]);
      draw_strip(-1 + step * static_cast<float>(i), -1 + step * static_cast<float>(i + 1));
    }
    glXSwapBuffers(display, window);
  }
}
