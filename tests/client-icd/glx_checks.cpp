// A program that asks GLX for more than one thing to draw on, and prints what comes of it: the same
// by any driver of the same kind.
//
//   glx_checks

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace {

int x_errors = 0;
int note_error(Display*, XErrorEvent* error) {
  std::printf("X error %d\n", error->error_code);
  ++x_errors;
  return 0;
}

void say_pixel(const char* what, int x, int y) {
  unsigned char pixel[4] = {};
  glReadPixels(x, y, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
  std::printf("%s: %d %d %d, error %x\n", what, pixel[0], pixel[1], pixel[2], glGetError());
}

void fill(float red, float green, float blue) {
  glClearColor(red, green, blue, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

GLXFBConfig config_for(Display* display, int drawables) {
  const int wanted[] = {GLX_DRAWABLE_TYPE,
                        drawables,
                        GLX_DOUBLEBUFFER,
                        True,
                        GLX_RED_SIZE,
                        8,
                        GLX_DEPTH_SIZE,
                        16,
                        None};
  int count = 0;
  GLXFBConfig* const configs = glXChooseFBConfig(display, DefaultScreen(display), wanted, &count);
  if (count == 0) std::exit(3);
  const GLXFBConfig config = configs[0];
  XFree(configs);
  return config;
}

GLXPbuffer pbuffer_of(Display* display, GLXFBConfig config, int width, int height) {
  const int size[] = {GLX_PBUFFER_WIDTH, width, GLX_PBUFFER_HEIGHT, height, None};
  return glXCreatePbuffer(display, config, size);
}

// One to draw to and another one to read from.
void read_from_another(Display* display) {
  const GLXFBConfig config = config_for(display, GLX_PBUFFER_BIT | GLX_WINDOW_BIT);
  const GLXContext context = glXCreateNewContext(display, config, GLX_RGBA_TYPE, nullptr, True);
  const GLXPbuffer draw = pbuffer_of(display, config, 32, 32);
  const GLXPbuffer read = pbuffer_of(display, config, 48, 24);
  glXMakeContextCurrent(display, read, read, context);
  std::fprintf(stderr, "drawn by %s\n", glXGetClientString(display, GLX_VENDOR));
  fill(1, 0, 0);
  glEnable(GL_SCISSOR_TEST);
  glScissor(40, 0, 8, 24);
  fill(1, 1, 0);
  glDisable(GL_SCISSOR_TEST);
  std::printf("both: %d\n", glXMakeContextCurrent(display, draw, read, context));
  std::printf("as they are: %d %d\n", glXGetCurrentDrawable() == draw,
              glXGetCurrentReadDrawable() == read);
  fill(0, 0, 1);
  say_pixel("read", 4, 4);
  say_pixel("beyond what is drawn to", 44, 20);
  GLuint texture = 0, framebuffer = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  glCopyTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, 36, 0, 8, 8, 0);
  glGenFramebuffers(1, &framebuffer);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
  say_pixel("copied", 2, 2);
  say_pixel("copied", 6, 2);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  say_pixel("again", 4, 4);
  glBlitFramebuffer(36, 0, 44, 8, 0, 0, 8, 8, GL_COLOR_BUFFER_BIT, GL_NEAREST);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, 0);
  say_pixel("and again", 4, 4);
  glReadBuffer(GL_BACK);
  std::printf("status %x %x, error %x\n", glCheckFramebufferStatus(GL_DRAW_FRAMEBUFFER),
              glCheckFramebufferStatus(GL_READ_FRAMEBUFFER), glGetError());
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, framebuffer);
  fill(0, 1, 0);
  glDeleteFramebuffers(1, &framebuffer);
  say_pixel("after a framebuffer has gone", 4, 4);
  std::printf("one: %d\n", glXMakeContextCurrent(display, draw, draw, context));
  say_pixel("what was drawn", 16, 16);
  say_pixel("what was blitted", 2, 2);
  say_pixel("what was blitted", 6, 2);
  if (reinterpret_cast<const char*>(glGetString(GL_VERSION))[0] >= '4') {
    std::printf("both: %d\n", glXMakeContextCurrent(display, draw, read, context));
    glBlitNamedFramebuffer(0, 0, 36, 0, 44, 8, 16, 16, 24, 24, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    glXMakeContextCurrent(display, draw, draw, context);
    say_pixel("by name", 18, 18);
    say_pixel("by name", 22, 18);
  }
  glXMakeContextCurrent(display, None, None, nullptr);
  glXDestroyPbuffer(display, draw);
  glXDestroyPbuffer(display, read);
  glXDestroyContext(display, context);
}

GLXFBConfig config_of_pixmaps(Display* display) {
  const int wanted[] = {GLX_DRAWABLE_TYPE,
                        GLX_PIXMAP_BIT,
                        GLX_BIND_TO_TEXTURE_RGB_EXT,
                        True,
                        GLX_BIND_TO_TEXTURE_TARGETS_EXT,
                        GLX_TEXTURE_2D_BIT_EXT,
                        GLX_DOUBLEBUFFER,
                        False,
                        None};
  int count = 0;
  GLXFBConfig* const configs = glXChooseFBConfig(display, DefaultScreen(display), wanted, &count);
  // Of the depth that the pixmap has.
  for (int i = 0; i < count; ++i) {
    XVisualInfo* const visual = glXGetVisualFromFBConfig(display, configs[i]);
    const bool is_it =
        visual != nullptr && visual->depth == DefaultDepth(display, DefaultScreen(display));
    if (visual != nullptr) XFree(visual);
    if (is_it) return configs[i];
  }
  std::exit(5);
}

// What X has painted is a texture.
void bind_pixmap(Display* display) {
  const GLXFBConfig config = config_of_pixmaps(display);
  const GLXContext context = glXCreateNewContext(display, config, GLX_RGBA_TYPE, nullptr, True);
  const GLXFBConfig other = config_for(display, GLX_PBUFFER_BIT);
  const GLXContext drawing = glXCreateNewContext(display, other, GLX_RGBA_TYPE, nullptr, True);
  const GLXPbuffer some = pbuffer_of(display, other, 32, 32);
  glXMakeContextCurrent(display, some, some, drawing);
  const Window root = DefaultRootWindow(display);
  const Pixmap pixmap = XCreatePixmap(
      display, root, 20, 12, static_cast<unsigned>(DefaultDepth(display, DefaultScreen(display))));
  const GC gc = XCreateGC(display, pixmap, 0, nullptr);
  const auto paint = [&](unsigned long colour, int x, int y, unsigned width, unsigned height) {
    XSetForeground(display, gc, colour);
    XFillRectangle(display, pixmap, gc, x, y, width, height);
    XSync(display, False);
  };
  paint(0xFF8000, 0, 0, 20, 12);
  paint(0x0000FF, 0, 0, 10, 4);
  const int attributes[] = {GLX_TEXTURE_TARGET_EXT, GLX_TEXTURE_2D_EXT, GLX_TEXTURE_FORMAT_EXT,
                            GLX_TEXTURE_FORMAT_RGB_EXT, None};
  const GLXPixmap drawable = glXCreatePixmap(display, config, pixmap, attributes);
  const auto bind = reinterpret_cast<PFNGLXBINDTEXIMAGEEXTPROC>(
      glXGetProcAddress(reinterpret_cast<const GLubyte*>("glXBindTexImageEXT")));
  const auto release = reinterpret_cast<PFNGLXRELEASETEXIMAGEEXTPROC>(
      glXGetProcAddress(reinterpret_cast<const GLubyte*>("glXReleaseTexImageEXT")));
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  // None of it is about what X has painted.
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 7);
  glPixelStorei(GL_UNPACK_SKIP_ROWS, 3);
  const auto say_texture = [&](const char* what) {
    GLint width = 0, height = 0, length = 0;
    glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_WIDTH, &width);
    glGetTexLevelParameteriv(GL_TEXTURE_2D, 0, GL_TEXTURE_HEIGHT, &height);
    glGetIntegerv(GL_UNPACK_ROW_LENGTH, &length);
    unsigned char pixels[12][20][4] = {};
    if (width == 20 && height == 12)
      glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
    std::printf("%s: %d x %d, row length %d, error %x:", what, width, height, length, glGetError());
    for (const auto& [x, y] : {std::pair(2, 2), {2, 10}, {15, 2}})
      std::printf(" (%d %d %d %d)", pixels[y][x][0], pixels[y][x][1], pixels[y][x][2],
                  pixels[y][x][3]);
    std::printf("\n");
  };
  bind(display, drawable, GLX_FRONT_LEFT_EXT, nullptr);
  say_texture("painted");
  release(display, drawable, GLX_FRONT_LEFT_EXT);
  paint(0x00FF00, 0, 8, 20, 4);
  bind(display, drawable, GLX_FRONT_LEFT_EXT, nullptr);
  say_texture("painted again");
  release(display, drawable, GLX_FRONT_LEFT_EXT);
  unsigned is = 0;
  for (const int name : {GLX_TEXTURE_TARGET_EXT, GLX_WIDTH}) {
    glXQueryDrawable(display, drawable, name, &is);
    std::printf("%x: %x\n", static_cast<unsigned>(name), is);
  }
  glXDestroyPixmap(display, drawable);
  glXMakeContextCurrent(display, None, None, nullptr);
  glXDestroyContext(display, context);
}

void make_mistakes(Display* display) {
  const GLXFBConfig config = config_for(display, GLX_PBUFFER_BIT);
  const GLXContext context = glXCreateNewContext(display, config, GLX_RGBA_TYPE, nullptr, True);
  const GLXPbuffer some = pbuffer_of(display, config, 32, 32);
  std::printf("nothing to read: %d\n", glXMakeContextCurrent(display, some, None, context));
  std::printf("nothing to draw: %d\n", glXMakeContextCurrent(display, None, some, context));
  std::printf("no context: %d\n", glXMakeContextCurrent(display, some, some, nullptr));
  std::printf("errors %d\n", x_errors);
  glXDestroyPbuffer(display, some);
  glXDestroyContext(display, context);
}

}  // namespace

int main() {
  Display* const display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  XSetErrorHandler(note_error);
  read_from_another(display);
  bind_pixmap(display);
  make_mistakes(display);
  std::printf("done\n");
  std::fflush(nullptr);
  std::_Exit(0);  // Mesa does not give back all that it made for this
}
