// An ordinary program that says how long its frames take, by intervals of swaps.
//
//   swap_program glx|egl [INTERVAL...]    -1: it says none

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>

namespace {

constexpr int frames = 60;

// Two to begin with: the window is not there yet, and the first is not waited for.
void measure(const char* interval, const std::function<void()>& swap) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin;
  for (int i = -2; i < frames; ++i) {
    if (i == 0) begin = Clock::now();
    swap();
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  std::printf("interval %s: %d ms\n", interval, static_cast<int>(took.count()));
}

template <typename Function>
Function of_glx(const char* name) {
  return reinterpret_cast<Function>(glXGetProcAddress(reinterpret_cast<const GLubyte*>(name)));
}

int run_glx(Display* x, char** intervals) {
  int wanted[] = {GLX_RGBA, GLX_DOUBLEBUFFER, None};
  XVisualInfo* const visual = glXChooseVisual(x, DefaultScreen(x), wanted);
  XSetWindowAttributes attributes{};
  attributes.colormap = XCreateColormap(x, DefaultRootWindow(x), visual->visual, AllocNone);
  const Window window =
      XCreateWindow(x, DefaultRootWindow(x), 0, 0, 200, 150, 0, visual->depth, InputOutput,
                    visual->visual, CWColormap | CWBorderPixel, &attributes);
  XStoreName(x, window, "Hexagons");
  XMapWindow(x, window);
  const auto set_ext = of_glx<PFNGLXSWAPINTERVALEXTPROC>("glXSwapIntervalEXT");
  const auto set_mesa = of_glx<PFNGLXSWAPINTERVALMESAPROC>("glXSwapIntervalMESA");
  const auto get_mesa = of_glx<PFNGLXGETSWAPINTERVALMESAPROC>("glXGetSwapIntervalMESA");
  const auto set_sgi = of_glx<PFNGLXSWAPINTERVALSGIPROC>("glXSwapIntervalSGI");
  const GLXContext context = glXCreateContext(x, visual, nullptr, True);
  XFree(visual);
  glXMakeCurrent(x, window, context);
  std::printf("drawn by %s\n", glXGetClientString(x, GLX_VENDOR));
  const auto say = [&](const char* after) {
    unsigned is = 99;
    glXQueryDrawable(x, window, GLX_SWAP_INTERVAL_EXT, &is);
    std::printf("%s: %u, %d\n", after, is, get_mesa());
  };
  say("first");
  std::printf("SGI 0: %d, ", set_sgi(0));
  std::printf("SGI 1: %d, ", set_sgi(1));
  say("then");
  std::printf("MESA 2: %d, ", set_mesa(2));
  say("then");
  std::printf("MESA -1: %d, ", set_mesa(~0u));
  say("then");
  std::printf("MESA 0: %d, ", set_mesa(0));
  say("then");
  for (; *intervals != nullptr; ++intervals) {
    const int interval = std::atoi(*intervals);
    if (interval >= 0) set_ext(x, window, interval);
    say("EXT");
    measure(*intervals, [&] { glXSwapBuffers(x, window); });
  }
  return 0;
}

int run_egl(Display* x, char** intervals) {
  const EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_X11_KHR, x, nullptr);
  if (eglInitialize(display, nullptr, nullptr) == EGL_FALSE) return 2;
  std::printf("drawn by %s\n", eglQueryString(display, EGL_VENDOR));
  const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_WINDOW_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT,
                           EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  eglChooseConfig(display, wanted, &config, 1, &count);
  eglBindAPI(EGL_OPENGL_API);
  const Window window = XCreateSimpleWindow(x, DefaultRootWindow(x), 0, 0, 200, 150, 0, 0, 0);
  XStoreName(x, window, "Hexagons");
  XMapWindow(x, window);
  const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, nullptr);
  const EGLSurface surface = eglCreateWindowSurface(display, config, window, nullptr);
  std::printf("of nothing: %d\n", static_cast<int>(eglSwapInterval(display, 1)));
  eglMakeCurrent(display, surface, surface, context);
  for (; *intervals != nullptr; ++intervals) {
    const int interval = std::atoi(*intervals);
    if (interval >= 0) eglSwapInterval(display, interval);
    measure(*intervals, [&] { eglSwapBuffers(display, surface); });
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Display* const x = XOpenDisplay(nullptr);
  if (x == nullptr || argc < 2) return 1;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return std::string_view(argv[1]) == "egl" ? run_egl(x, argv + 2) : run_glx(x, argv + 2);
}
