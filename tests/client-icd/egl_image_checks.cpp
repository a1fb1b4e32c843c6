// A program with contexts that share nothing but images of EGL's: what one has drawn the others
// see. It prints what comes of it: the same by any driver of the same kind.
//
//   egl_image_checks

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES2/gl2.h>
#include <GLES2/gl2ext.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

EGLDisplay display;
EGLConfig config;
PFNGLEGLIMAGETARGETTEXTURE2DOESPROC image_texture;
PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC image_renderbuffer;

void check(const char* what, bool is_good) {
  const auto error = static_cast<unsigned>(eglGetError());
  std::printf("%s: %s, error %x\n", what, is_good ? "good" : "no", error);
}

EGLContext make_context() {
  eglBindAPI(EGL_OPENGL_ES_API);
  const EGLint attributes[] = {EGL_CONTEXT_CLIENT_VERSION, 2, EGL_NONE};
  return eglCreateContext(display, config, EGL_NO_CONTEXT, attributes);
}

void use(EGLContext context) {
  glFinish();
  if (eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_FALSE) std::exit(4);
}

EGLImage image_of(EGLContext context, EGLenum target, GLuint name, EGLAttrib level = 0) {
  const EGLAttrib attributes[] = {EGL_GL_TEXTURE_LEVEL, level, EGL_NONE};
  return eglCreateImage(display, context, target,
                        reinterpret_cast<EGLClientBuffer>(std::uintptr_t{name}),
                        target == EGL_GL_RENDERBUFFER ? nullptr : attributes);
}

GLuint texture_of(int side, unsigned char grey, GLenum target = GL_TEXTURE_2D) {
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(target, texture);
  glTexParameteri(target, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  const std::vector<unsigned char> pixels(static_cast<std::size_t>(side * side) * 4, grey);
  for (GLenum face = 0; face < (target == GL_TEXTURE_2D ? 1u : 6u); ++face)
    glTexImage2D(target == GL_TEXTURE_2D ? target : GL_TEXTURE_CUBE_MAP_POSITIVE_X + face, 0,
                 GL_RGBA, side, side, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  return texture;
}

// Binds a framebuffer with it.
GLuint framebuffer_of(GLuint texture) {
  GLuint framebuffer = 0;
  glGenFramebuffers(1, &framebuffer);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
  return framebuffer;
}

void say_pixel(const char* what, int x = 2, int y = 2) {
  unsigned char pixel[4] = {};
  const GLenum status = glCheckFramebufferStatus(GL_FRAMEBUFFER);
  glReadPixels(x, y, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
  std::printf("%s: %d %d %d %d, status %x, error %x\n", what, pixel[0], pixel[1], pixel[2],
              pixel[3], status, glGetError());
}

void say_error(const char* what) { std::printf("%s: error %x\n", what, glGetError()); }

GLuint target_texture(EGLImage image) {
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  image_texture(GL_TEXTURE_2D, image);
  say_error("it shows the image");
  return texture;
}

void share_textures(EGLContext one, EGLContext other) {
  use(one);
  const GLuint source = texture_of(16, 80);
  const EGLImage image = image_of(one, EGL_GL_TEXTURE_2D, source);
  check("image", image != EGL_NO_IMAGE);
  use(other);
  const GLuint target = target_texture(image);
  (void)framebuffer_of(target);
  say_pixel("as the program gave it");
  // What either does to it the other sees.
  glClearColor(1, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  use(one);
  glBindTexture(GL_TEXTURE_2D, source);
  const unsigned char green[] = {0, 255, 0, 255};
  glTexSubImage2D(GL_TEXTURE_2D, 0, 8, 8, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, green);
  (void)framebuffer_of(source);
  say_pixel("as the other drew it");
  use(other);
  say_pixel("as this one wrote it", 8, 8);
  // It goes on without the image, and without its source.
  check("ended", eglDestroyImage(display, image) != EGL_FALSE);
  check("ended again", eglDestroyImage(display, image) != EGL_FALSE);
  say_pixel("without the image", 8, 8);
  // Mesa without a GPU takes the handle for an address, and ends the program.
  if (std::strcmp(eglQueryString(display, EGL_VENDOR), "Blink") == 0) {
    image_texture(GL_TEXTURE_2D, image);
    if (glGetError() != GL_INVALID_VALUE) std::exit(5);
  }
  use(one);
  glDeleteTextures(1, &source);
  use(other);
  say_pixel("without its source", 8, 8);
  // It becomes another one.
  texture_of(16, 40);
  glBindTexture(GL_TEXTURE_2D, target);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, 4, 4, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 2, 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, green);
  say_pixel("another");
}

void share_others(EGLContext one, EGLContext other) {
  use(one);
  const GLuint cube = texture_of(8, 120, GL_TEXTURE_CUBE_MAP);
  const EGLImage face = image_of(one, EGL_GL_TEXTURE_CUBE_MAP_POSITIVE_Y, cube);
  check("face", face != EGL_NO_IMAGE);
  GLuint renderbuffer = 0, framebuffer = 0;
  glGenRenderbuffers(1, &renderbuffer);
  glBindRenderbuffer(GL_RENDERBUFFER, renderbuffer);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8_OES, 16, 16);
  glGenFramebuffers(1, &framebuffer);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, renderbuffer);
  const EGLImage drawn = image_of(one, EGL_GL_RENDERBUFFER, renderbuffer);
  check("renderbuffer", drawn != EGL_NO_IMAGE);
  use(other);
  (void)framebuffer_of(target_texture(face));
  say_pixel("face");
  GLuint its = 0, its_framebuffer = 0;
  glGenRenderbuffers(1, &its);
  glBindRenderbuffer(GL_RENDERBUFFER, its);
  image_renderbuffer(GL_RENDERBUFFER, drawn);
  say_error("renderbuffer");
  GLint width = 0;
  glGetRenderbufferParameteriv(GL_RENDERBUFFER, GL_RENDERBUFFER_WIDTH, &width);
  std::printf("width %d\n", width);
  glGenFramebuffers(1, &its_framebuffer);
  glBindFramebuffer(GL_FRAMEBUFFER, its_framebuffer);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, its);
  glClearColor(0, 0, 1, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  use(one);
  say_pixel("drawn there");
  // The image is of a context that is in use on another thread.
  const GLuint shared = texture_of(8, 200);
  glFinish();
  std::thread([&] {
    use(other);
    const EGLImage image = image_of(one, EGL_GL_TEXTURE_2D, shared);
    check("of another thread's", image != EGL_NO_IMAGE);
    (void)framebuffer_of(target_texture(image));
    say_pixel("of another thread's");
    eglReleaseThread();
  }).join();
}

void make_mistakes(EGLContext one, EGLContext other) {
  use(one);
  const GLuint texture = texture_of(8, 10);
  GLuint empty = 0;
  glGenTextures(1, &empty);
  glBindTexture(GL_TEXTURE_2D, empty);
  check("empty", image_of(one, EGL_GL_TEXTURE_2D, empty) != EGL_NO_IMAGE);
  check("no name", image_of(one, EGL_GL_TEXTURE_2D, 0) != EGL_NO_IMAGE);
  check("no such name", image_of(one, EGL_GL_TEXTURE_2D, 7777) != EGL_NO_IMAGE);
  check("of another kind",
        image_of(one, EGL_GL_TEXTURE_CUBE_MAP_POSITIVE_X, texture) != EGL_NO_IMAGE);
  check("no such level", image_of(one, EGL_GL_TEXTURE_2D, texture, 5) != EGL_NO_IMAGE);
  check("no renderbuffer", image_of(one, EGL_GL_RENDERBUFFER, 7777) != EGL_NO_IMAGE);
  check("no target", image_of(one, EGL_WIDTH, texture) != EGL_NO_IMAGE);
  check("not its own", image_of(other, EGL_GL_TEXTURE_2D, texture + 100) != EGL_NO_IMAGE);
  const EGLImage image = image_of(one, EGL_GL_TEXTURE_2D, texture);
  use(other);
  (void)target_texture(image);
  image_texture(GL_TEXTURE_CUBE_MAP, image);
  say_error("as a cube");
  image_texture(GL_TEXTURE_2D, nullptr);
  say_error("nothing");
  image_renderbuffer(GL_TEXTURE_2D, image);
  say_error("as no renderbuffer");
  check("no image", eglDestroyImage(display, EGL_NO_IMAGE) != EGL_FALSE);
  // Many, and not one too many.
  for (int i = 0; i < 40; ++i) {
    const EGLImage each = image_of(one, EGL_GL_TEXTURE_2D, texture);
    if (each == EGL_NO_IMAGE || eglDestroyImage(display, each) == EGL_FALSE)
      return check("many", 0);
  }
  check("many", true);
}

}  // namespace

int main() {
  display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr);
  if (eglInitialize(display, nullptr, nullptr) == EGL_FALSE) return 1;
  std::printf("drawn by %s\n", eglQueryString(display, EGL_VENDOR));
  for (const char* const name :
       {"EGL_KHR_image_base", "EGL_KHR_gl_texture_2D_image", "EGL_KHR_gl_texture_cubemap_image",
        "EGL_KHR_gl_renderbuffer_image"})
    std::printf("%s %d\n", name,
                std::strstr(eglQueryString(display, EGL_EXTENSIONS), name) != nullptr);
  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE,
                           EGL_OPENGL_ES2_BIT, EGL_NONE};
  EGLint count = 0;
  eglChooseConfig(display, wanted, &config, 1, &count);
  image_texture = reinterpret_cast<PFNGLEGLIMAGETARGETTEXTURE2DOESPROC>(
      eglGetProcAddress("glEGLImageTargetTexture2DOES"));
  image_renderbuffer = reinterpret_cast<PFNGLEGLIMAGETARGETRENDERBUFFERSTORAGEOESPROC>(
      eglGetProcAddress("glEGLImageTargetRenderbufferStorageOES"));
  const EGLContext one = make_context(), other = make_context();
  use(one);
  std::printf("GL_OES_EGL_image %d\n",
              std::strstr(reinterpret_cast<const char*>(glGetString(GL_EXTENSIONS)),
                          "GL_OES_EGL_image") != nullptr);
  share_textures(one, other);
  share_others(one, other);
  make_mistakes(one, other);
  use(EGL_NO_CONTEXT);
  eglTerminate(display);
  std::printf("done\n");
  return 0;
}
