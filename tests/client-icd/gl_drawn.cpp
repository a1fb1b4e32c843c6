// A program of OpenGL on X11 that has the GPU make things once, in each of the ways that there are,
// and prints what they have afterwards: the same whatever becomes of its server meanwhile.
//
//   gl_drawn [FILE]    with a file: shows frames until it is there, looks whether what was made is
//   as
//                      it was, while a thread draws to a window of its own, and prints then alone

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr int width = 19, height = 13;  // of what is made

// What is told of each thing: asked for whenever it is to be said.
using Bytes = std::vector<unsigned char>;
std::vector<std::pair<std::string, std::function<Bytes()>>> things;

std::uint64_t hash_of(const Bytes& bytes) {
  std::uint64_t hash = 14695981039346656037u;
  for (const unsigned char byte : bytes)
    hash = (hash ^ byte) * 1099511628211u;
  return hash;
}

void say_all() {
  for (const auto& [name, content] : things) {
    const Bytes bytes = content();
    const bool is_varied = Bytes(bytes.size(), bytes[0]) != bytes;
    std::printf("%s: %016llx, %s, error %x\n", name.c_str(),
                static_cast<unsigned long long>(hash_of(bytes)),
                is_varied ? "something" : "all alike", glGetError());
  }
}

// Whether all is as it was.
class Watch {
 public:
  Watch() {
    for (const auto& [name, content] : things)
      before_.push_back(hash_of(content()));
  }
  void look() {
    for (std::size_t i = 0; i < things.size(); ++i)
      if (hash_of(things[i].second()) != before_[i])
        std::printf("%s differs at look %d\n", things[i].first.c_str(), looks_);
    ++looks_;
    std::fflush(stdout);
  }

 private:
  std::vector<std::uint64_t> before_;
  int looks_ = 0;
};

GLuint new_framebuffer(GLenum target = GL_FRAMEBUFFER) {
  GLuint name = 0;
  glGenFramebuffers(1, &name);
  glBindFramebuffer(target, name);
  return name;
}

// Nine fields, each of another value, of what is bound to be drawn to.
template <typename Fill>
void fill_fields(Fill fill, int seed = 0) {
  glEnable(GL_SCISSOR_TEST);
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 3; ++x) {
      glScissor(x * 7, y * 5, 7, 5);
      fill(static_cast<float>((x * 3 + y * 5 + seed) % 11) / 11.0f);
    }
  glDisable(GL_SCISSOR_TEST);
}
void fill_colour(float value) {
  const float colour[] = {value, 1 - value, value * value, 0.25f + value / 2};
  glClearBufferfv(GL_COLOR, 0, colour);
}
void fill_numbers(float value) {
  const GLint colour[] = {static_cast<GLint>(value * 120), -3, 77, static_cast<GLint>(value * 55)};
  glClearBufferiv(GL_COLOR, 0, colour);
}
void fill_naturals(float value) {
  const GLuint colour[] = {static_cast<GLuint>(value * 200), 3, 250,
                           static_cast<GLuint>(value * 55)};
  glClearBufferuiv(GL_COLOR, 0, colour);
}
void fill_depth(float value) { glClearBufferfv(GL_DEPTH, 0, &value); }
void fill_both(float value) {
  glClearBufferfi(GL_DEPTH_STENCIL, 0, value, static_cast<GLint>(value * 200));
}

struct Format {
  const char* name;
  GLenum internal, format, type, attachment;
  void (*fill)(float);
};
constexpr Format formats[] = {
    {"RGBA8", GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, GL_COLOR_ATTACHMENT0, fill_colour},
    {"SRGB8_ALPHA8", GL_SRGB8_ALPHA8, GL_RGBA, GL_UNSIGNED_BYTE, GL_COLOR_ATTACHMENT0, fill_colour},
    {"RGB565", GL_RGB565, GL_RGB, GL_UNSIGNED_BYTE, GL_COLOR_ATTACHMENT0, fill_colour},
    {"R8", GL_R8, GL_RED, GL_UNSIGNED_BYTE, GL_COLOR_ATTACHMENT0, fill_colour},
    {"RG16", GL_RG16, GL_RG, GL_UNSIGNED_SHORT, GL_COLOR_ATTACHMENT0, fill_colour},
    {"RGB10_A2", GL_RGB10_A2, GL_RGBA, GL_FLOAT, GL_COLOR_ATTACHMENT0, fill_colour},
    {"RGBA16F", GL_RGBA16F, GL_RGBA, GL_FLOAT, GL_COLOR_ATTACHMENT0, fill_colour},
    {"R11F_G11F_B10F", GL_R11F_G11F_B10F, GL_RGB, GL_FLOAT, GL_COLOR_ATTACHMENT0, fill_colour},
    {"RGBA32F", GL_RGBA32F, GL_RGBA, GL_FLOAT, GL_COLOR_ATTACHMENT0, fill_colour},
    {"RGBA8I", GL_RGBA8I, GL_RGBA_INTEGER, GL_INT, GL_COLOR_ATTACHMENT0, fill_numbers},
    {"RG32UI", GL_RG32UI, GL_RG_INTEGER, GL_UNSIGNED_INT, GL_COLOR_ATTACHMENT0, fill_naturals},
    {"DEPTH16", GL_DEPTH_COMPONENT16, GL_DEPTH_COMPONENT, GL_FLOAT, GL_DEPTH_ATTACHMENT,
     fill_depth},
    {"DEPTH24", GL_DEPTH_COMPONENT24, GL_DEPTH_COMPONENT, GL_FLOAT, GL_DEPTH_ATTACHMENT,
     fill_depth},
    {"DEPTH32F", GL_DEPTH_COMPONENT32F, GL_DEPTH_COMPONENT, GL_FLOAT, GL_DEPTH_ATTACHMENT,
     fill_depth},
    {"DEPTH24_STENCIL8", GL_DEPTH24_STENCIL8, GL_DEPTH_STENCIL, GL_UNSIGNED_INT_24_8,
     GL_DEPTH_STENCIL_ATTACHMENT, fill_both},
    {"DEPTH32F_STENCIL8", GL_DEPTH32F_STENCIL8, GL_DEPTH_STENCIL, GL_FLOAT_32_UNSIGNED_INT_24_8_REV,
     GL_DEPTH_STENCIL_ATTACHMENT, fill_both}};

Bytes texture_content(GLenum target, GLuint name, GLenum face, GLint level, GLenum format,
                      GLenum type) {
  Bytes bytes(64 * 1024);
  glBindTexture(target, name);
  glGetTexImage(face, level, format, type, bytes.data());
  glBindTexture(target, 0);
  return bytes;
}

GLuint first_texture = 0;

void drawn_textures() {
  for (const Format& each : formats) {
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexImage2D(GL_TEXTURE_2D, 0, static_cast<GLint>(each.internal), width, height, 0, each.format,
                 each.type, nullptr);
    const GLuint framebuffer = new_framebuffer();
    glFramebufferTexture2D(GL_FRAMEBUFFER, each.attachment, GL_TEXTURE_2D, name, 0);
    fill_fields(each.fill);
    if (first_texture == 0) first_texture = name;
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glDeleteFramebuffers(1, &framebuffer);
    things.emplace_back(std::string("a texture, ") + each.name, [=] {
      return texture_content(GL_TEXTURE_2D, name, GL_TEXTURE_2D, 0, each.format, each.type);
    });
  }
}

// What a driver makes one sample of four may differ in its last bits.
void round_depth(Bytes& bytes) {
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    float value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    value = std::round(value * 10'000);
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }
}

// Of a framebuffer whose content may have many samples.
Bytes pixels_of(GLuint framebuffer, const Format& format) {
  Bytes bytes(64 * 1024);
  GLuint plain = 0;
  glGenRenderbuffers(1, &plain);
  glBindRenderbuffer(GL_RENDERBUFFER, plain);
  glRenderbufferStorage(GL_RENDERBUFFER, format.internal, width, height);
  const GLuint to = new_framebuffer(GL_DRAW_FRAMEBUFFER);
  glFramebufferRenderbuffer(GL_DRAW_FRAMEBUFFER, format.attachment, GL_RENDERBUFFER, plain);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer);
  const GLbitfield mask = format.attachment == GL_COLOR_ATTACHMENT0 ? GL_COLOR_BUFFER_BIT
                          : format.attachment == GL_DEPTH_ATTACHMENT
                              ? GL_DEPTH_BUFFER_BIT
                              : GL_DEPTH_BUFFER_BIT | GL_STENCIL_BUFFER_BIT;
  glBlitFramebuffer(0, 0, width, height, 0, 0, width, height, mask, GL_NEAREST);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, to);
  if (format.attachment == GL_COLOR_ATTACHMENT0) {
    glReadPixels(0, 0, width, height, format.format, format.type, bytes.data());
  } else {
    glReadPixels(0, 0, width, height, GL_DEPTH_COMPONENT, GL_FLOAT, bytes.data());
    round_depth(bytes);
    if (format.attachment == GL_DEPTH_STENCIL_ATTACHMENT)
      glReadPixels(0, 0, width, height, GL_STENCIL_INDEX, GL_UNSIGNED_BYTE, &bytes[32 * 1024]);
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glDeleteFramebuffers(1, &to);
  glDeleteRenderbuffers(1, &plain);
  return bytes;
}

void drawn_renderbuffers() {
  for (const int which : {0, 5, 6, 10, 12, 14})
    for (const GLsizei samples : {0, 4}) {
      const Format& format = formats[which];
      GLuint name = 0;
      glGenRenderbuffers(1, &name);
      glBindRenderbuffer(GL_RENDERBUFFER, name);
      if (samples == 0)
        glRenderbufferStorage(GL_RENDERBUFFER, format.internal, width, height);
      else
        glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, format.internal, width, height);
      const GLuint framebuffer = new_framebuffer();
      glFramebufferRenderbuffer(GL_FRAMEBUFFER, format.attachment, GL_RENDERBUFFER, name);
      fill_fields(format.fill, 4);
      glBindFramebuffer(GL_FRAMEBUFFER, 0);
      glBindRenderbuffer(GL_RENDERBUFFER, 0);
      things.emplace_back(std::string("a renderbuffer, ") + format.name + ", " +
                              std::to_string(samples) + " samples",
                          [=] { return pixels_of(framebuffer, formats[which]); });
    }
}

void drawn_samples() {
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D_MULTISAMPLE, name);
  glTexImage2DMultisample(GL_TEXTURE_2D_MULTISAMPLE, 4, GL_RGBA8, width, height, GL_TRUE);
  const GLuint framebuffer = new_framebuffer();
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D_MULTISAMPLE, name, 0);
  fill_fields(fill_colour, 2);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  things.emplace_back("a texture of samples", [=] { return pixels_of(framebuffer, formats[0]); });
}

void drawn_layers() {
  struct Kind {
    const char* name;
    GLenum target;
    GLsizei depth;
  };
  for (const Kind& kind : {Kind{"layers", GL_TEXTURE_2D_ARRAY, 3}, Kind{"depth", GL_TEXTURE_3D, 4},
                           Kind{"cubes", GL_TEXTURE_CUBE_MAP_ARRAY, 6}}) {
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(kind.target, name);
    const bool is_of_cubes = kind.target == GL_TEXTURE_CUBE_MAP_ARRAY;
    glTexStorage3D(kind.target, 2, GL_RGBA8, is_of_cubes ? height : width, height, kind.depth);
    const GLuint framebuffer = new_framebuffer();
    for (GLint layer = 0; layer < kind.depth; ++layer) {
      glFramebufferTextureLayer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, name, 0, layer);
      fill_fields(fill_colour, layer);
    }
    glFramebufferTextureLayer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, name, 1, 1);
    fill_fields(fill_colour, 7);
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glDeleteFramebuffers(1, &framebuffer);
    const GLenum target = kind.target;
    for (const GLint level : {0, 1})
      things.emplace_back(
          std::string("a texture with ") + kind.name + ", level " + std::to_string(level),
          [=] { return texture_content(target, name, target, level, GL_RGBA, GL_UNSIGNED_BYTE); });
  }
  GLuint cube = 0;
  glGenTextures(1, &cube);
  glBindTexture(GL_TEXTURE_CUBE_MAP, cube);
  (void)new_framebuffer();
  for (GLenum face = 0; face < 6; ++face) {
    const GLenum target = GL_TEXTURE_CUBE_MAP_POSITIVE_X + face;
    glTexImage2D(target, 0, GL_RGBA, 16, 16, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, target, cube, 0);
    fill_fields(fill_colour, static_cast<int>(face));
    things.emplace_back("a face of a cube", [=] {
      return texture_content(GL_TEXTURE_CUBE_MAP, cube, target, 0, GL_RGBA, GL_UNSIGNED_BYTE);
    });
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

GLuint plain_texture(const unsigned char* pixels) {
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(GL_TEXTURE_2D, name);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 16, 16, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  return name;
}

void copied_textures() {
  Bytes pixels(16 * 16 * 4);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<unsigned char>(i * 7 + i / 64);
  const auto say = [](const char* name, GLuint texture, GLint level = 0) {
    things.emplace_back(name, [=] {
      return texture_content(GL_TEXTURE_2D, texture, GL_TEXTURE_2D, level, GL_RGBA,
                             GL_UNSIGNED_BYTE);
    });
  };
  fill_fields(fill_colour, 9);  // of the window
  GLuint copy = 0;
  glGenTextures(1, &copy);
  glBindTexture(GL_TEXTURE_2D, copy);
  glCopyTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, 1, 1, 14, 11, 0);
  say("a copy of the window", copy);
  const GLuint part = plain_texture(pixels.data());
  glCopyTexSubImage2D(GL_TEXTURE_2D, 0, 3, 4, 2, 2, 9, 8);
  say("a part of it", part);
  const GLuint image = plain_texture(pixels.data());
  const GLuint from = plain_texture(pixels.data());
  glCopyImageSubData(part, GL_TEXTURE_2D, 0, 1, 2, 0, image, GL_TEXTURE_2D, 0, 5, 6, 0, 7, 8, 1);
  say("a copy of a texture", image);
  const unsigned char clear[] = {9, 8, 7, 6};
  glClearTexSubImage(from, 0, 2, 3, 0, 5, 6, 1, GL_RGBA, GL_UNSIGNED_BYTE, clear);
  say("a cleared part", from);
  const GLuint drawn = plain_texture(pixels.data());
  const GLuint framebuffer = new_framebuffer();
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, drawn, 0);
  fill_fields(fill_colour, 3);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glDeleteFramebuffers(1, &framebuffer);
  glGenerateMipmap(GL_TEXTURE_2D);
  say("what mipmaps are made of", drawn);
  say("mipmaps of what was drawn", drawn, 2);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 2, 2, 3, 3, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
}

GLuint shader_program(GLenum type, const char* text, const char* varying = nullptr) {
  const GLuint shader = glCreateShader(type), program = glCreateProgram();
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  glAttachShader(program, shader);
  if (varying != nullptr) glTransformFeedbackVaryings(program, 1, &varying, GL_INTERLEAVED_ATTRIBS);
  glLinkProgram(program);
  return program;
}

GLuint new_buffer(GLenum target) {
  GLuint name = 0;
  glGenBuffers(1, &name);
  glBindBuffer(target, name);
  glBufferData(target, 1024, nullptr, GL_STATIC_DRAW);
  things.emplace_back("a buffer, " + std::to_string(target), [=] {
    Bytes bytes(1024);
    glBindBuffer(GL_COPY_READ_BUFFER, name);
    glGetBufferSubData(GL_COPY_READ_BUFFER, 0, 1024, bytes.data());
    return bytes;
  });
  return name;
}

void written_buffers() {
  const GLuint zero = new_buffer(GL_ARRAY_BUFFER);
  const GLuint word = 0x01020304;
  glClearBufferSubData(GL_ARRAY_BUFFER, GL_R32UI, 256, 512, GL_RED_INTEGER, GL_UNSIGNED_INT, &word);
  (void)zero;

  const GLuint caught = new_buffer(GL_TRANSFORM_FEEDBACK_BUFFER);
  glBindBufferBase(GL_TRANSFORM_FEEDBACK_BUFFER, 0, caught);
  glUseProgram(shader_program(GL_VERTEX_SHADER, R"(#version 150
      out vec4 caught;
      void main() { caught = vec4(gl_VertexID, gl_VertexID * gl_VertexID, 1.5, -2.0); })",
                              "caught"));
  glEnable(GL_RASTERIZER_DISCARD);
  glBeginTransformFeedback(GL_POINTS);
  glDrawArrays(GL_POINTS, 0, 40);
  glEndTransformFeedback();
  glDisable(GL_RASTERIZER_DISCARD);

  const GLuint stored = new_buffer(GL_SHADER_STORAGE_BUFFER);
  glBindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, stored);
  GLuint image = 0;
  glGenTextures(1, &image);
  glBindTexture(GL_TEXTURE_2D, image);
  glTexStorage2D(GL_TEXTURE_2D, 1, GL_RGBA8, 16, 16);
  glBindImageTexture(2, image, 0, GL_FALSE, 0, GL_WRITE_ONLY, GL_RGBA8);
  glUseProgram(shader_program(GL_COMPUTE_SHADER, R"(#version 430
      layout(local_size_x = 16, local_size_y = 16) in;
      layout(std430, binding = 1) buffer Numbers { uint numbers[]; };
      layout(rgba8, binding = 2) writeonly uniform image2D picture;
      void main() {
        uvec2 at = gl_GlobalInvocationID.xy;
        numbers[at.y * 16u + at.x] = at.x * 1000u + at.y;
        imageStore(picture, ivec2(at), vec4(vec2(at) / 16.0, 0.5, 1.0));
      })"));
  glDispatchCompute(1, 1, 1);
  glMemoryBarrier(GL_ALL_BARRIER_BITS);
  things.emplace_back("what a shader has stored", [=] {
    return texture_content(GL_TEXTURE_2D, image, GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE);
  });
  glUseProgram(0);

  const GLuint packed = new_buffer(GL_PIXEL_PACK_BUFFER);
  (void)packed;
  fill_fields(fill_colour, 6);  // of the window
  glReadPixels(0, 0, 12, 12, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
}

// One frame is drawn on the other, and the last is half done.
void drawn_window(Display* display, Window window) {
  glClearColor(0.3f, 0.4f, 0.5f, 1);
  glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  fill_fields(fill_colour, 1);
  glXSwapBuffers(display, window);
  glEnable(GL_SCISSOR_TEST);
  glScissor(5, 5, 8, 8);
  glClear(GL_COLOR_BUFFER_BIT);
  glXSwapBuffers(display, window);
  glDisable(GL_SCISSOR_TEST);
  fill_fields(fill_depth, 2);
  glFinish();
  things.emplace_back("the window", [] {
    Bytes bytes(64 * 1024);
    glReadPixels(0, 0, 32, 32, GL_RGBA, GL_UNSIGNED_BYTE, bytes.data());
    return bytes;
  });
}

}  // namespace

// Draws to a window of its own what the other context has made, for as long as the program runs.
void draw_beside(Display* display, Window window, GLXContext context, GLuint texture) {
  glXMakeCurrent(display, window, context);
  glBindTexture(GL_TEXTURE_2D, texture);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glEnable(GL_TEXTURE_2D);
  for (float angle = 0;; angle += 3) {
    glClear(GL_COLOR_BUFFER_BIT);
    glPushMatrix();
    glRotatef(angle, 0, 0, 1);
    glBegin(GL_TRIANGLES);
    for (const auto& [x, y] : {std::pair(0.0f, 0.8f), {0.7f, -0.5f}, {-0.7f, -0.5f}}) {
      glTexCoord2f(x, y);
      glVertex2f(x, y);
    }
    glEnd();
    glPopMatrix();
    glXSwapBuffers(display, window);
    ::usleep(15'000);
  }
}

int main(int argc, char** argv) {
  XInitThreads();
  Display* const display = XOpenDisplay(nullptr);
  if (display == nullptr) return 2;
  int wanted[] = {GLX_RGBA, GLX_DOUBLEBUFFER, GLX_RED_SIZE, 8, GLX_DEPTH_SIZE, 24, None};
  XVisualInfo* const visual = glXChooseVisual(display, DefaultScreen(display), wanted);
  if (visual == nullptr) return 3;
  const Window root = RootWindow(display, visual->screen);
  XSetWindowAttributes attributes{};
  attributes.colormap = XCreateColormap(display, root, visual->visual, AllocNone);
  const Window window = XCreateWindow(display, root, 0, 0, 64, 64, 0, visual->depth, InputOutput,
                                      visual->visual, CWColormap | CWBorderPixel, &attributes);
  XMapWindow(display, window);
  const GLXContext context = glXCreateContext(display, visual, nullptr, True);
  if (context == nullptr || !glXMakeCurrent(display, window, context)) return 4;
  std::fprintf(stderr, "drawn by %s\n", glXGetClientString(display, GLX_VENDOR));
  drawn_textures();
  drawn_renderbuffers();
  drawn_samples();
  drawn_layers();
  copied_textures();
  written_buffers();
  drawn_window(display, window);
  if (argc > 1) {
    const Window other = XCreateWindow(display, root, 80, 0, 64, 64, 0, visual->depth, InputOutput,
                                       visual->visual, CWColormap | CWBorderPixel, &attributes);
    XMapWindow(display, other);
    const GLXContext sharing = glXCreateContext(display, visual, context, True);
    std::thread(draw_beside, display, other, sharing, first_texture).detach();
    Watch watch;
    std::fprintf(stderr, "waits\n");
    for (int i = 0; ::access(argv[1], F_OK) != 0; ::usleep(20'000)) {
      glXSwapBuffers(display, window);  // shows nothing of it
      if (++i % 10 == 0) watch.look();
    }
  } else {
    // Nothing is said of depth when a frame has been shown.
    things.emplace_back("the window's depth", [] {
      Bytes bytes(64 * 1024);
      glReadPixels(0, 0, 32, 32, GL_DEPTH_COMPONENT, GL_FLOAT, bytes.data());
      return bytes;
    });
    say_all();  // and again, when each was asked for
  }
  say_all();
  std::printf("done\n");
  std::fflush(nullptr);
  std::_Exit(0);
}
