// An ordinary program of OpenGL that knows nothing of Blink: it says how long calls take with the
// driver that it is given. `blink bench gl` starts it with one driver and with another.
//
//   bench-gl-calls SECONDS
//
// For SECONDS each it does one thing again and again, and prints its name and the nanoseconds that
// one takes, at best. What was called is done when the time ends: each series ends with glFinish.

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int side = 512;

double seconds_each = 0.3;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// `series` calls so many times what is measured.
template <class Series>
void measure(const char* name, int many, Series&& series) {
  series(many);
  glFinish();
  double best = 1e9;
  const double end = now() + seconds_each;
  do {
    const double begin = now();
    series(many);
    glFinish();
    best = std::min(best, (now() - begin) / many);
  } while (now() < end);
  std::printf("%s %.3f\n", name, best * 1e9);
  std::fflush(stdout);
}

GLuint make_program() {
  const auto shader = [](GLenum kind, const char* source) {
    const GLuint made = glCreateShader(kind);
    glShaderSource(made, 1, &source, nullptr);
    glCompileShader(made);
    return made;
  };
  const GLuint program = glCreateProgram();
  glAttachShader(program, shader(GL_VERTEX_SHADER,
                                 "#version 120\nvoid main() { gl_Position = gl_Vertex; }\n"));
  glAttachShader(program,
                 shader(GL_FRAGMENT_SHADER,
                        "#version 120\nuniform vec4 c;\nvoid main() { gl_FragColor = c; }\n"));
  glLinkProgram(program);
  return program;
}

// What is drawn lies outside of the picture, so that it is the calls that take the time.
void measure_draws() {
  measure("immediate", 20'000, [](int many) {
    glBegin(GL_TRIANGLES);
    for (int i = 0; i < many; ++i) {
      glColor3f(1, 0, 0);
      glVertex3f(5, 5, 0);
    }
    glEnd();
  });
  measure("state", 20'000, [](int many) {
    for (int i = 0; i < many; i += 4) {
      glEnable(GL_BLEND);
      glBlendFunc(GL_SRC_ALPHA, i & 8 ? GL_ONE : GL_ONE_MINUS_SRC_ALPHA);
      glDepthFunc(i & 4 ? GL_LESS : GL_LEQUAL);
      glDisable(GL_BLEND);
    }
  });
  const GLfloat triangle[] = {5, 5, 6, 5, 5, 6};
  GLuint buffer = 0;
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  std::vector<char> content(65536);
  std::copy_n(reinterpret_cast<const char*>(triangle), sizeof triangle, content.begin());
  glBufferData(GL_ARRAY_BUFFER, 65536, content.data(), GL_DYNAMIC_DRAW);
  glVertexPointer(2, GL_FLOAT, 0, nullptr);
  glEnableClientState(GL_VERTEX_ARRAY);
  measure("draw", 5'000, [](int many) {
    for (int i = 0; i < many; ++i)
      glDrawArrays(GL_TRIANGLES, 0, 3);
  });
  const GLuint program = make_program();
  glUseProgram(program);
  const GLint place = glGetUniformLocation(program, "c");
  measure("uniform_draw", 5'000, [place](int many) {
    for (int i = 0; i < many; ++i) {
      glUniform4f(place, 1, 0, 0, static_cast<GLfloat>(i));
      glDrawArrays(GL_TRIANGLES, 0, 3);
    }
  });
  glUseProgram(0);
  measure("buffer_sub_data", 2'000, [](int many) {
    const char bytes[64] = {};
    for (int i = 0; i < many; ++i)
      glBufferSubData(GL_ARRAY_BUFFER, 1024 + i % 512 * 64, sizeof bytes, bytes);
  });
  measure("map_draw", 1'000, [](int many) {
    for (int i = 0; i < many; ++i) {
      void* const at = glMapBufferRange(GL_ARRAY_BUFFER, 1024, 1024,
                                        GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT);
      if (at != nullptr) *static_cast<int*>(at) = i;
      glUnmapBuffer(GL_ARRAY_BUFFER);
      glDrawArrays(GL_TRIANGLES, 0, 3);
    }
  });
  glDisableClientState(GL_VERTEX_ARRAY);
}

void measure_images() {
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  constexpr int large = 1024;
  static std::vector<unsigned> texels(large * large, 0xFF336699u);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, large, large, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               texels.data());
  const auto upload = [](int size) {
    return [size](int many) {
      for (int i = 0; i < many; ++i)
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, size, size, GL_RGBA, GL_UNSIGNED_BYTE,
                        texels.data());
    };
  };
  measure("tex_sub_image_64", 500, upload(64));
  measure("tex_sub_image_1024", 10, upload(large));
}

void measure_answers(Display* display, Window window) {
  measure("get_error", 10'000, [](int many) {
    for (int i = 0; i < many; ++i)
      (void)glGetError();
  });
  measure("get_integer", 10'000, [](int many) {
    GLint value[4];
    for (int i = 0; i < many; ++i)
      glGetIntegerv(i & 1 ? GL_DEPTH_FUNC : GL_VIEWPORT, value);
  });
  measure("finish", 200, [](int many) {
    for (int i = 0; i < many; ++i)
      glFinish();
  });
  measure("read_pixel", 200, [](int many) {
    unsigned pixel = 0;
    for (int i = 0; i < many; ++i)
      glReadPixels(0, 0, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, &pixel);
  });
  measure("swap", 60, [&](int many) {
    for (int i = 0; i < many; ++i) {
      glClearColor(i & 1 ? 1.0f : 0.0f, 0, 0, 1);
      glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
      glXSwapBuffers(display, window);
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  seconds_each = std::atof(argv[1]);
  Display* const display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  int wanted[] = {GLX_RGBA, GLX_DOUBLEBUFFER, GLX_RED_SIZE, 8, GLX_DEPTH_SIZE, 16, None};
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
  XFree(visual);
  if (context == nullptr || !glXMakeCurrent(display, window, context)) return 4;
  std::printf("driver %s\n", glXGetClientString(display, GLX_VENDOR));
  std::printf("renderer %s\n", reinterpret_cast<const char*>(glGetString(GL_RENDERER)));
  measure_draws();
  measure_images();
  measure_answers(display, window);
  const GLenum error = glGetError();
  std::printf("error %u\n", error);
  glXMakeCurrent(display, None, nullptr);
  glXDestroyContext(display, context);
  XCloseDisplay(display);
  return error == GL_NO_ERROR ? 0 : 5;
}
