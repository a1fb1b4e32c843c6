// A program of OpenGL on X11 that makes things once and draws them again and again, and prints what
// came of it: the same by any driver of the same kind, and whatever becomes of its server meanwhile
// (BLINK_GL_CHECK=journal).
//
//   gl_scenes

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int size = 64;

// Numbers that look like chance, the same each time.
std::vector<unsigned char> noise(std::size_t bytes, unsigned seed) {
  std::vector<unsigned char> all(bytes);
  for (unsigned char& byte : all) {
    seed = seed * 1664525u + 1013904223u;
    byte = static_cast<unsigned char>(seed >> 24);
  }
  return all;
}

void quad(float left, float bottom, float right, float top) {
  glBegin(GL_QUADS);
  for (const auto& [x, y] : {std::pair(0.0f, 0.0f), {1, 0}, {1, 1}, {0, 1}}) {
    glTexCoord2f(x, y);
    glVertex2f(x != 0 ? right : left, y != 0 ? top : bottom);
  }
  glEnd();
}

// ---- each makes something, and returns what draws it ----
using Draw = void (*)();

GLuint texture_name;

Draw texture() {
  glGenTextures(1, &texture_name);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 33, 17, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               noise(33 * 17 * 4, 1).data());
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 10);
  glPixelStorei(GL_UNPACK_SKIP_PIXELS, 2);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 5, 3, 7, 9, GL_RGB, GL_UNSIGNED_BYTE,
                  noise(10 * 9 * 3 + 6, 2).data());
  glTexSubImage2D(GL_TEXTURE_2D, 0, 20, 3, 7, 9, GL_RGBA, GL_UNSIGNED_BYTE,
                  noise(10 * 9 * 4 + 8, 3).data());
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  glPixelStorei(GL_UNPACK_SKIP_PIXELS, 0);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glTexEnvi(GL_TEXTURE_ENV, GL_TEXTURE_ENV_MODE, GL_MODULATE);
  glEnable(GL_TEXTURE_2D);
  return [] {
    glColor3f(1, 0.8f, 0.9f);
    quad(-0.9f, -0.8f, 0.9f, 0.7f);
  };
}

Draw mipmaps() {
  glGenTextures(1, &texture_name);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_LUMINANCE_ALPHA, 128, 128, 0, GL_LUMINANCE_ALPHA,
               GL_UNSIGNED_BYTE, noise(128 * 128 * 2, 4).data());
  glGenerateMipmap(GL_TEXTURE_2D);
  glTexImage2D(GL_TEXTURE_2D, 1, GL_LUMINANCE_ALPHA, 64, 64, 0, GL_LUMINANCE_ALPHA,
               GL_UNSIGNED_BYTE, noise(64 * 64 * 2, 5).data());
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST_MIPMAP_NEAREST);
  glEnable(GL_TEXTURE_2D);
  return [] {
    quad(-0.9f, -0.8f, 0.9f, 0.7f);
    quad(-0.4f, -0.3f, -0.1f, 0.1f);
  };
}

// Large enough to lie in memory of its own.
Draw large_texture() {
  glGenTextures(1, &texture_name);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 1024, 512, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               noise(1024 * 512 * 4, 40).data());
  glEnable(GL_TEXTURE_2D);
  return [] {
    static unsigned times = 0;
    if (++times == 2)
      glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, 1024, 512, GL_RGBA, GL_UNSIGNED_BYTE,
                      noise(1024 * 512 * 4, 41).data());
    else
      glTexSubImage2D(GL_TEXTURE_2D, 0, 300, 100, 300, 200, GL_RGBA, GL_UNSIGNED_BYTE,
                      noise(300 * 200 * 4, 42 + times).data());
    quad(-1, -1, 1, 1);
  };
}

// What no driver has room for is not kept either.
Draw too_much() {
  glGenTextures(1, &texture_name);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 2'000'000, 1'000'000, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               nullptr);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, 2, 2, GL_RGBA, GL_UNSIGNED_BYTE, noise(16, 50).data());
  GLuint buffer = 0;
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  glBufferData(GL_ARRAY_BUFFER, GLsizeiptr{1} << 40, nullptr, GL_STATIC_DRAW);
  while (glGetError() != 0) {
  }
  return [] {
    glColor3f(0.4f, 0.5f, 0.6f);
    quad(-0.5f, -0.5f, 0.9f, 0.8f);
  };
}

Draw texture_storage() {
  glGenTextures(1, &texture_name);
  glActiveTexture(GL_TEXTURE1);
  glBindTexture(GL_TEXTURE_3D, texture_name);
  glTexStorage3D(GL_TEXTURE_3D, 1, GL_RGB8, 8, 8, 4);
  for (int z = 0; z < 4; ++z)
    glTexSubImage3D(GL_TEXTURE_3D, 0, 0, 0, z, 8, 8, 1, GL_BGRA, GL_UNSIGNED_BYTE,
                    noise(8 * 8 * 4, 10u + static_cast<unsigned>(z)).data());
  glTexParameteri(GL_TEXTURE_3D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexEnvi(GL_TEXTURE_ENV, GL_TEXTURE_ENV_MODE, GL_REPLACE);
  glEnable(GL_TEXTURE_3D);
  glTexGeni(GL_R, GL_TEXTURE_GEN_MODE, GL_OBJECT_LINEAR);
  const float plane[] = {0.4f, 0.3f, 0, 0.5f};
  glTexGenfv(GL_R, GL_OBJECT_PLANE, plane);
  for (const GLenum coordinate : {GL_TEXTURE_GEN_S, GL_TEXTURE_GEN_T, GL_TEXTURE_GEN_R})
    glEnable(coordinate);
  glActiveTexture(GL_TEXTURE0);
  return [] { quad(-1, -1, 1, 1); };
}

Draw lights() {
  glMatrixMode(GL_PROJECTION);
  glFrustum(-1, 1, -1, 1, 2, 20);
  glMatrixMode(GL_MODELVIEW);
  const float place[] = {1, 2, 3, 1}, colour[] = {0.9f, 0.5f, 0.2f, 1};
  glRotatef(30, 0, 1, 0);  // the light's own
  glLightfv(GL_LIGHT0, GL_POSITION, place);
  glLightfv(GL_LIGHT0, GL_DIFFUSE, colour);
  glLoadIdentity();
  glTranslatef(0, 0, -5);
  glMaterialfv(GL_FRONT, GL_AMBIENT_AND_DIFFUSE, colour);
  glMaterialf(GL_FRONT, GL_SHININESS, 20);
  glFogf(GL_FOG_DENSITY, 0.1f);
  for (const GLenum cap : {GL_LIGHTING, GL_LIGHT0, GL_DEPTH_TEST, GL_FOG, GL_NORMALIZE})
    glEnable(cap);
  return [] {
    for (int i = 0; i < 4; ++i) {
      glPushMatrix();
      glRotatef(static_cast<float>(i) * 40, 1, 1, 0);
      glNormal3f(0, 0.3f, 1);
      quad(-1.2f, -1.2f, 1.2f, 1.2f);
      glPopMatrix();
    }
  };
}

Draw lists() {
  static GLuint list;
  list = glGenLists(2);
  glNewList(list, GL_COMPILE);
  glColor3f(0.2f, 0.9f, 0.4f);
  quad(-0.5f, -0.5f, 0.5f, 0.5f);
  glTranslatef(0.3f, 0.1f, 0);
  glEndList();
  glNewList(list + 1, GL_COMPILE);
  glCallList(list);
  glScalef(0.5f, 0.7f, 1);
  glCallList(list);
  glEnable(GL_COLOR_LOGIC_OP);
  glLogicOp(GL_XOR);
  glEndList();
  glPushMatrix();
  glCallList(list + 1);  // what it leaves behind stays
  return [] {
    glCallList(list);
    quad(0, 0, 0.8f, 0.9f);
    glLoadIdentity();
  };
}

Draw arrays() {
  GLuint buffers[2];
  glGenBuffers(2, buffers);
  glBindBuffer(GL_ARRAY_BUFFER, buffers[0]);
  const float vertices[] = {-0.9f, -0.9f, 1, 0, 0, 0.9f,  -0.7f, 0, 1, 0,
                            0.1f,  0.8f,  0, 0, 1, -0.6f, 0.9f,  1, 1, 0};
  glBufferData(GL_ARRAY_BUFFER, sizeof vertices, nullptr, GL_STATIC_DRAW);
  glBufferSubData(GL_ARRAY_BUFFER, 0, sizeof vertices, vertices);
  auto* const mapped = static_cast<float*>(
      glMapBufferRange(GL_ARRAY_BUFFER, 0, 8, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT));
  if (mapped != nullptr) {
    mapped[0] = -0.7f;
    mapped[1] = -0.6f;
  }
  glUnmapBuffer(GL_ARRAY_BUFFER);
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffers[1]);
  const unsigned short indices[] = {0, 1, 2, 0, 2, 3};
  glBufferData(GL_ELEMENT_ARRAY_BUFFER, sizeof indices, indices, GL_STATIC_DRAW);
  glVertexPointer(2, GL_FLOAT, 20, nullptr);
  glColorPointer(3, GL_FLOAT, 20, reinterpret_cast<void*>(8));
  glEnableClientState(GL_VERTEX_ARRAY);
  glEnableClientState(GL_COLOR_ARRAY);
  glBindBuffer(GL_ARRAY_BUFFER, 0);
  return [] { glDrawElements(GL_TRIANGLES, 6, GL_UNSIGNED_SHORT, nullptr); };
}

GLuint compiled(GLenum type, const char* text) {
  const GLuint shader = glCreateShader(type);
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  return shader;
}

Draw programs() {
  static GLuint program, vertex_array;
  program = glCreateProgram();
  const GLuint vertex = compiled(GL_VERTEX_SHADER, R"(#version 130
      in vec2 place; in vec3 tint; uniform mat2 turn; uniform vec2 offsets[3]; out vec3 colour;
      void main() {
        colour = tint;
        gl_Position = vec4(turn * place + offsets[gl_VertexID % 3], 0.0, 1.0);
      })");
  const GLuint fragment = compiled(GL_FRAGMENT_SHADER, R"(#version 130
      in vec3 colour; uniform sampler2D picture; uniform float much; out vec4 result;
      void main() { result = vec4(mix(colour, texture(picture, colour.xy).rgb, much), 1.0); })");
  glAttachShader(program, vertex);
  glAttachShader(program, fragment);
  glBindAttribLocation(program, 3, "place");
  glBindAttribLocation(program, 5, "tint");
  glLinkProgram(program);
  glDetachShader(program, vertex);
  glDeleteShader(vertex);
  glDeleteShader(fragment);  // goes with the program
  glUseProgram(program);
  const float turn[] = {0.8f, 0.3f, -0.3f, 0.8f}, offsets[] = {0, 0, 0.1f, 0.1f, -0.2f, 0};
  glUniformMatrix2fv(glGetUniformLocation(program, "turn"), 1, GL_FALSE, turn);
  glUniform2fv(glGetUniformLocation(program, "offsets"), 3, offsets);
  glUniform2f(glGetUniformLocation(program, "offsets[1]"), -0.1f, 0.2f);
  glUniform1f(glGetUniformLocation(program, "much"), 0.4f);
  glUniform1i(glGetUniformLocation(program, "picture"), 2);
  glActiveTexture(GL_TEXTURE2);
  glGenTextures(1, &texture_name);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 16, 16, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               noise(16 * 16 * 4, 30).data());
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  GLuint sampler = 0;
  glGenSamplers(1, &sampler);
  glSamplerParameteri(sampler, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glSamplerParameteri(sampler, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glBindSampler(2, sampler);
  glActiveTexture(GL_TEXTURE0);
  glGenVertexArrays(1, &vertex_array);
  glBindVertexArray(vertex_array);
  GLuint buffer = 0;
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  const float vertices[] = {-0.9f, -0.9f, 1, 0, 0, 0.9f, -0.7f, 0, 1, 0, 0.1f, 0.8f, 0, 0, 1};
  glBufferData(GL_ARRAY_BUFFER, sizeof vertices, vertices, GL_STATIC_DRAW);
  glVertexAttribPointer(3, 2, GL_FLOAT, GL_FALSE, 20, nullptr);
  glVertexAttribPointer(5, 3, GL_FLOAT, GL_FALSE, 20, reinterpret_cast<void*>(8));
  glEnableVertexAttribArray(3);
  glEnableVertexAttribArray(5);
  glBindVertexArray(0);
  return [] {
    glBindVertexArray(vertex_array);
    glDrawArrays(GL_TRIANGLES, 0, 3);
  };
}

Draw framebuffers() {
  static GLuint framebuffer;
  GLuint depth = 0;
  glGenFramebuffers(1, &framebuffer);
  glGenTextures(1, &texture_name);
  glGenRenderbuffers(1, &depth);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 32, 32, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glBindRenderbuffer(GL_RENDERBUFFER, depth);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_DEPTH_COMPONENT24, 32, 32);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_name, 0);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_RENDERBUFFER, depth);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  return [] {
    glPushAttrib(GL_ALL_ATTRIB_BITS);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glViewport(0, 0, 32, 32);
    glClearColor(0.1f, 0.6f, 0.3f, 1);
    glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
    glEnable(GL_DEPTH_TEST);
    glColor3f(1, 0, 0.5f);
    quad(-0.5f, -0.5f, 0.8f, 0.2f);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glPopAttrib();
    glEnable(GL_TEXTURE_2D);
    quad(-0.9f, -0.9f, 0.9f, 0.9f);
    glDisable(GL_TEXTURE_2D);
  };
}

// glPushAttrib is half way.
Draw pushed() {
  glEnable(GL_SCISSOR_TEST);
  glScissor(10, 10, 40, 30);
  glPushAttrib(GL_SCISSOR_BIT | GL_COLOR_BUFFER_BIT);
  glScissor(20, 5, 30, 50);
  glLogicOp(GL_INVERT);
  glMatrixMode(GL_MODELVIEW);
  glPushMatrix();
  glRotatef(20, 0, 0, 1);
  return [] {
    glPushAttrib(GL_SCISSOR_BIT);
    glDisable(GL_SCISSOR_TEST);
    glClear(GL_COLOR_BUFFER_BIT);
    glPopAttrib();
    quad(-0.9f, -0.9f, 0.9f, 0.9f);
    static bool has_popped = false;
    if (has_popped) return;
    has_popped = true;
    glPopAttrib();
    glPopMatrix();
    glColor3f(0.3f, 0.2f, 0.1f);
  };
}

void say_picture(const char* name) {
  std::vector<unsigned char> pixels(size * size * 4);
  glReadPixels(0, 0, size, size, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  std::uint64_t hash = 14695981039346656037u;
  int lit = 0;
  for (const unsigned char byte : pixels) {
    hash = (hash ^ byte) * 1099511628211u;
    lit += byte != 0 && byte != 255;
  }
  std::printf("%s: %016llx, %s, error %x\n", name, static_cast<unsigned long long>(hash),
              lit > 200 ? "a picture" : "hardly anything", glGetError());
}

}  // namespace

int main() {
  Display* const display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  int wanted[] = {GLX_RGBA, GLX_DOUBLEBUFFER, GLX_RED_SIZE, 8, GLX_DEPTH_SIZE, 16, None};
  XVisualInfo* const visual = glXChooseVisual(display, DefaultScreen(display), wanted);
  if (visual == nullptr) return 3;
  const Window root = RootWindow(display, visual->screen);
  XSetWindowAttributes attributes{};
  attributes.colormap = XCreateColormap(display, root, visual->visual, AllocNone);
  const Window window =
      XCreateWindow(display, root, 0, 0, size, size, 0, visual->depth, InputOutput, visual->visual,
                    CWColormap | CWBorderPixel, &attributes);
  XMapWindow(display, window);
  const struct {
    const char* name;
    Draw (*make)();
  } scenes[] = {{"texture", texture},
                {"large texture", large_texture},
                {"mipmaps", mipmaps},
                {"too much", too_much},
                {"texture storage", texture_storage},
                {"lights", lights},
                {"lists", lists},
                {"arrays", arrays},
                {"programs", programs},
                {"framebuffers", framebuffers},
                {"pushed", pushed}};
  for (const auto& scene : scenes) {
    const GLXContext context = glXCreateContext(display, visual, nullptr, True);
    if (context == nullptr || !glXMakeCurrent(display, window, context)) return 4;
    if (scene.make == texture)
      std::fprintf(stderr, "drawn by %s\n", glXGetClientString(display, GLX_VENDOR));
    glClearColor(0.2f, 0.3f, 0.4f, 1);
    const Draw draw = scene.make();
    for (int i = 0; i < 3; ++i) {
      glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
      draw();
      say_picture(scene.name);
    }
    glXMakeCurrent(display, None, nullptr);
    glXDestroyContext(display, context);
  }
  // What one context has made and another shows, when the first is gone.
  const GLXContext first = glXCreateContext(display, visual, nullptr, True);
  glXMakeCurrent(display, window, first);
  const Draw draw = large_texture();
  const GLXContext second = glXCreateContext(display, visual, first, True);
  glXMakeCurrent(display, window, second);
  glXDestroyContext(display, first);
  glEnable(GL_TEXTURE_2D);
  glBindTexture(GL_TEXTURE_2D, texture_name);
  for (int i = 0; i < 3; ++i) {
    glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
    draw();
    say_picture("shared");
  }
  std::printf("done\n");
  std::fflush(nullptr);
  std::_Exit(0);
}
