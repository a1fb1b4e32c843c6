// An ordinary program of EGL that knows nothing of Blink: it draws where nobody sees it, by several
// of EGL's ways, makes mistakes, and says what came of it.
//
//   egl_checks                  in pbuffers and without a surface
//   egl_checks WIDTH HEIGHT COMMANDS
//                               in a window of X11, until COMMANDS (a pipe with a name) ends

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES2/gl2.h>
#include <X11/Xlib.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

using Integers = std::vector<EGLint>;

void say(const char* what, long value) { std::printf("%s: %ld\n", what, value); }
// What a call gave, and the error after it.
void check(const char* what, bool is_good) {
  std::printf("%s: %s, error %x\n", what, is_good ? "good" : "no",
              static_cast<unsigned>(eglGetError()));
}

GLuint compile(GLenum kind, const char* source) {
  const GLuint shader = glCreateShader(kind);
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  return shader;
}

void draw(int width, int height, const char* version) {
  const std::string head = version;
  const GLuint program = glCreateProgram();
  const bool is_old = head.empty() || head == "#version 100\n";
  const std::string in = is_old ? "attribute" : "in", out = is_old ? "varying" : "out";
  const std::string vertex =
      head + in + " vec2 place;\n" + out +
      " vec2 at;\nvoid main() { at = place; gl_Position = vec4(place, 0.0, 1.0); }\n";
  const std::string fragment = head + "precision mediump float;\n" + (is_old ? "varying" : "in") +
                               " vec2 at;\n" + (is_old ? "" : "out vec4 colour;\n") +
                               "void main() { " + (is_old ? "gl_FragColor" : "colour") +
                               " = vec4(at * 0.5 + 0.5, 0.25, 1.0); }\n";
  glAttachShader(program, compile(GL_VERTEX_SHADER, vertex.c_str()));
  glAttachShader(program, compile(GL_FRAGMENT_SHADER, fragment.c_str()));
  glBindAttribLocation(program, 0, "place");
  glLinkProgram(program);
  glUseProgram(program);
  const GLfloat corners[] = {-0.9f, -0.9f, 0.9f, -0.7f, 0.1f, 0.95f};
  GLuint buffer = 0;
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  glBufferData(GL_ARRAY_BUFFER, sizeof corners, corners, GL_STATIC_DRAW);
  glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, 0, nullptr);
  glEnableVertexAttribArray(0);
  glViewport(0, 0, width, height);
  glClearColor(0.2f, 0.1f, 0.3f, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  glDrawArrays(GL_TRIANGLES, 0, 3);
}

void say_picture(const char* what, int width, int height) {
  std::vector<unsigned char> pixels(static_cast<std::size_t>(width * height) * 4);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  unsigned long sum = 5381;
  for (const unsigned char byte : pixels)
    sum = sum * 33 + byte;
  std::printf("%s: picture %lx, error %x\n", what, sum, glGetError());
}

EGLConfig config_for(EGLDisplay display, EGLint surface, EGLint api) {
  const Integers wanted = {EGL_SURFACE_TYPE, surface, EGL_RENDERABLE_TYPE, api, EGL_RED_SIZE, 8,
                           EGL_ALPHA_SIZE,   8,       EGL_DEPTH_SIZE,      24,  EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (eglChooseConfig(display, wanted.data(), &config, 1, &count) == EGL_FALSE || count != 1)
    std::printf("no config\n");
  return config;
}

EGLContext context_of(EGLDisplay display, EGLConfig config, EGLenum api, Integers attributes,
                      EGLContext shares = EGL_NO_CONTEXT) {
  eglBindAPI(api);
  attributes.push_back(EGL_NONE);
  return eglCreateContext(display, config, shares, attributes.data());
}

EGLSurface pbuffer_of(EGLDisplay display, EGLConfig config, EGLint width, EGLint height) {
  const Integers size = {EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
  return eglCreatePbufferSurface(display, config, size.data());
}

void draw_in_pbuffers(EGLDisplay display) {
  const struct {
    const char* name;
    EGLenum api;
    Integers attributes;
    const char* version;
  } kinds[] = {{"ES 2", EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, 2}, "#version 100\n"},
               {"ES 3", EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, 3}, "#version 300 es\n"},
               {"OpenGL", EGL_OPENGL_API, {}, "#version 130\n"},
               {"core",
                EGL_OPENGL_API,
                {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3,
                 EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_COMPATIBILITY_PROFILE_BIT},
                "#version 330\n"}};
  const EGLConfig config = config_for(display, EGL_PBUFFER_BIT, EGL_OPENGL_ES2_BIT);
  for (const auto& kind : kinds) {
    const EGLContext context = context_of(display, config, kind.api, kind.attributes);
    const EGLSurface surface = pbuffer_of(display, config, 64, 48);
    check(kind.name, eglMakeCurrent(display, surface, surface, context) != EGL_FALSE);
    EGLint value = 0;
    eglQuerySurface(display, surface, EGL_WIDTH, &value);
    say("width", value);
    eglQueryContext(display, context, EGL_CONTEXT_CLIENT_TYPE, &value);
    say("type", value);
    eglQueryContext(display, context, EGL_RENDER_BUFFER, &value);
    draw(64, 48, kind.version);
    say_picture(kind.name, 64, 48);
    // What is current lives until it is not.
    check("surface destroyed", eglDestroySurface(display, surface) != EGL_FALSE);
    check("context destroyed", eglDestroyContext(display, context) != EGL_FALSE);
    say_picture("after that", 64, 48);
    check("let go",
          eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT) != EGL_FALSE);
  }
}

void draw_without_surface(EGLDisplay display) {
  const EGLConfig config = config_for(display, EGL_PBUFFER_BIT, EGL_OPENGL_ES2_BIT);
  const Integers es = {EGL_CONTEXT_CLIENT_VERSION, 2};
  const EGLContext first = context_of(display, config, EGL_OPENGL_ES_API, es);
  check("without surface",
        eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, first) != EGL_FALSE);
  std::printf("status %x\n", glCheckFramebufferStatus(GL_FRAMEBUFFER));
  GLuint texture = 0, framebuffer = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, 32, 32, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glGenFramebuffers(1, &framebuffer);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
  std::printf("status %x\n", glCheckFramebufferStatus(GL_FRAMEBUFFER));
  draw(32, 32, "#version 100\n");
  say_picture("framebuffer", 32, 32);
  // Another thread, with a context that shares the texture.
  const EGLContext second = context_of(display, config, EGL_OPENGL_ES_API, es, first);
  glFinish();
  std::thread([&] {
    check("other thread",
          eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, first) != EGL_FALSE);
    check("other thread",
          eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, second) != EGL_FALSE);
    GLuint its = 0;
    glGenFramebuffers(1, &its);
    glBindFramebuffer(GL_FRAMEBUFFER, its);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
    say_picture("shared", 32, 32);
    eglReleaseThread();
  }).join();
  eglDestroyContext(display, first);
  eglDestroyContext(display, second);
  eglReleaseThread();
}

// One to draw to and another one to read from.
void read_from_another(EGLDisplay display) {
  const EGLConfig config = config_for(display, EGL_PBUFFER_BIT, EGL_OPENGL_ES2_BIT);
  for (const EGLint version : {2, 3}) {
    const EGLContext context =
        context_of(display, config, EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, version});
    const EGLSurface surface = pbuffer_of(display, config, 32, 32);
    const EGLSurface other = pbuffer_of(display, config, 48, 24);
    check("other", eglMakeCurrent(display, other, other, context) != EGL_FALSE);
    draw(48, 24, "#version 100\n");
    check("both", eglMakeCurrent(display, surface, other, context) != EGL_FALSE);
    say("as they are",
        eglGetCurrentSurface(EGL_DRAW) == surface && eglGetCurrentSurface(EGL_READ) == other);
    glClearColor(0, 1, 0, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    say_picture("read", 48, 24);
    check("destroyed", eglDestroySurface(display, other) != EGL_FALSE);
    say_picture("as it was", 48, 24);
    check("one", eglMakeCurrent(display, surface, surface, context) != EGL_FALSE);
    say_picture("drawn", 32, 32);
    check("one of two", eglMakeCurrent(display, surface, EGL_NO_SURFACE, context) != EGL_FALSE);
    eglDestroySurface(display, surface);
    eglDestroyContext(display, context);
    eglReleaseThread();
  }
}

void wait_for_syncs(EGLDisplay display) {
  const EGLConfig config = config_for(display, EGL_PBUFFER_BIT, EGL_OPENGL_ES2_BIT);
  EGLAttrib value = 0;
  check("sync of nothing", eglCreateSync(display, EGL_SYNC_FENCE, nullptr) != EGL_NO_SYNC);
  const EGLContext context =
      context_of(display, config, EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, 2});
  eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context);
  const EGLSync sync = eglCreateSync(display, EGL_SYNC_FENCE, nullptr);
  check("sync", sync != EGL_NO_SYNC);
  say("wait", eglClientWaitSync(display, sync, EGL_SYNC_FLUSH_COMMANDS_BIT, EGL_FOREVER));
  check("status", eglGetSyncAttrib(display, sync, EGL_SYNC_STATUS, &value) != EGL_FALSE);
  say("status", value);
  check("attribute", eglGetSyncAttrib(display, sync, EGL_WIDTH, &value) != EGL_FALSE);
  check("wait", eglWaitSync(display, sync, 0) != EGL_FALSE);
  std::thread([&] { say("elsewhere", eglClientWaitSync(display, sync, 0, 1'000'000'000)); }).join();
  const auto create =
      reinterpret_cast<PFNEGLCREATESYNCKHRPROC>(eglGetProcAddress("eglCreateSyncKHR"));
  const auto wait =
      reinterpret_cast<PFNEGLCLIENTWAITSYNCKHRPROC>(eglGetProcAddress("eglClientWaitSyncKHR"));
  const EGLSyncKHR other = create(display, EGL_SYNC_FENCE_KHR, nullptr);
  say("the extension's", wait(display, other, EGL_SYNC_FLUSH_COMMANDS_BIT_KHR, EGL_FOREVER_KHR));
  check("destroyed", eglDestroySync(display, sync) != EGL_FALSE);
  eglDestroyContext(display, context);
  eglReleaseThread();
  say("of what has gone", eglClientWaitSync(display, other, 0, EGL_FOREVER));
  check("destroyed", eglDestroySync(display, other) != EGL_FALSE);
}

void make_mistakes(EGLDisplay display) {
  const EGLConfig config = config_for(display, EGL_PBUFFER_BIT, EGL_OPENGL_ES2_BIT);
  const auto has = [&](const char* what, const void* made) { check(what, made != nullptr); };
  int somewhere = 0;
  void* const nothing = &somewhere;
  EGLint value = 0;
  has("version", context_of(display, config, EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, 7}));
  has("attribute", context_of(display, config, EGL_OPENGL_ES_API, {EGL_WIDTH, 7}));
  has("shares",
      context_of(display, config, EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, 2}, nothing));
  has("size", pbuffer_of(display, config, -1, 4));
  check("attribute", eglGetConfigAttrib(display, config, EGL_HEIGHT, &value) != EGL_FALSE);
  check("surface", eglQuerySurface(display, nothing, EGL_WIDTH, &value) != EGL_FALSE);
  check("context", eglQueryContext(display, nothing, EGL_CONFIG_ID, &value) != EGL_FALSE);
  check("current", eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, nothing) != EGL_FALSE);
  check("swap", eglSwapBuffers(display, nothing) != EGL_FALSE);
  check("destroy", eglDestroyContext(display, nothing) != EGL_FALSE);
  check("string", eglQueryString(display, EGL_WIDTH) != nullptr);
  check("configs", eglGetConfigs(display, nullptr, 0, nullptr) != EGL_FALSE);
  check("terminate", eglTerminate(display) != EGL_FALSE);
  check("down", eglGetConfigs(display, nullptr, 0, &value) != EGL_FALSE);
  check("up again", eglInitialize(display, nullptr, nullptr) != EGL_FALSE);
}

EGLDisplay up(EGLenum platform, void* native) {
  const EGLDisplay display = eglGetPlatformDisplay(platform, native, nullptr);
  EGLint major = 0, minor = 0;
  if (eglInitialize(display, &major, &minor) == EGL_FALSE) std::exit(1);
  std::printf("drawn by %s\n", eglQueryString(display, EGL_VENDOR));
  std::printf("version %d.%d\n", major, minor);
  return display;
}

template <typename Function>
Function function(const char* name) {
  return reinterpret_cast<Function>(eglGetProcAddress(name));
}

void draw_on_device() {
  const auto query = function<PFNEGLQUERYDEVICESEXTPROC>("eglQueryDevicesEXT");
  const auto text = function<PFNEGLQUERYDEVICESTRINGEXTPROC>("eglQueryDeviceStringEXT");
  const auto of_display = function<PFNEGLQUERYDISPLAYATTRIBEXTPROC>("eglQueryDisplayAttribEXT");
  for (const char* const name : {"EGL_EXT_device_base", "EGL_EXT_platform_device"})
    std::printf("%s %d\n", name,
                std::strstr(eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS), name) != nullptr);
  EGLDeviceEXT devices[4] = {};
  EGLint count = -1, somewhere = 0;
  EGLAttrib value = 0;
  check("how many", query(0, nullptr, &count) != EGL_FALSE);
  say("devices", count);
  check("none of them", query(0, devices, &count) != EGL_FALSE);
  check("no count", query(4, devices, nullptr) != EGL_FALSE);
  check("which", query(4, devices, &count) != EGL_FALSE);
  check("what it can", text(devices[0], EGL_EXTENSIONS) != nullptr);
  check("no text", text(devices[0], EGL_WIDTH) != nullptr);
  check("no device", text(&somewhere, EGL_EXTENSIONS) != nullptr);
  check("a display of none",
        eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, &somewhere, nullptr) != EGL_NO_DISPLAY);
  const EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, devices[0], nullptr);
  check("up", eglInitialize(display, nullptr, nullptr) != EGL_FALSE);
  check("device", of_display(display, EGL_DEVICE_EXT, &value) != EGL_FALSE);
  say("is it", reinterpret_cast<EGLDeviceEXT>(value) == devices[0]);
  check("no attribute", of_display(display, EGL_WIDTH, &value) != EGL_FALSE);
  draw_in_pbuffers(display);
  draw_without_surface(display);
  check("down", eglTerminate(display) != EGL_FALSE);
}

int show_in_window(unsigned width, unsigned height, const char* path) {
  Display* const x = XOpenDisplay(nullptr);
  if (x == nullptr) return 1;
  const EGLDisplay display = up(EGL_PLATFORM_X11_KHR, x);
  const Window window = XCreateSimpleWindow(x, DefaultRootWindow(x), 0, 0, width, height, 0, 0, 0);
  XStoreName(x, window, "Hexagons");
  XMapWindow(x, window);
  XSync(x, False);
  const EGLConfig config = config_for(display, EGL_WINDOW_BIT, EGL_OPENGL_ES2_BIT);
  const EGLContext context =
      context_of(display, config, EGL_OPENGL_ES_API, {EGL_CONTEXT_CLIENT_VERSION, 2});
  const EGLSurface surface = eglCreateWindowSurface(display, config, window, nullptr);
  check("window", eglMakeCurrent(display, surface, surface, context) != EGL_FALSE);
  FILE* const commands = std::fopen(path, "r");
  do {
    XResizeWindow(x, window, width, height);
    XSync(x, False);
    // The first may still go to the buffer of the size before.
    for (int i = 0; i < 3; ++i) {
      draw(static_cast<int>(width), static_cast<int>(height), "#version 100\n");
      eglSwapBuffers(display, surface);
    }
    EGLint is_wide = 0;
    eglQuerySurface(display, surface, EGL_WIDTH, &is_wide);
    std::printf("shown %d, error %x\n", is_wide, glGetError());
    std::fflush(stdout);
  } while (std::fscanf(commands, "%u %u", &width, &height) == 2);
  eglTerminate(display);
  XCloseDisplay(x);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3)
    return show_in_window(static_cast<unsigned>(std::atoi(argv[1])),
                          static_cast<unsigned>(std::atoi(argv[2])), argv[3]);
  const EGLDisplay display = up(EGL_PLATFORM_SURFACELESS_MESA, nullptr);
  draw_in_pbuffers(display);
  draw_without_surface(display);
  read_from_another(display);
  wait_for_syncs(display);
  make_mistakes(display);
  draw_on_device();
  std::printf("done\n");
  return 0;
}
