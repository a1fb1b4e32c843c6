// A program of OpenGL on X11 that changes the state of contexts, by rule and by chance, and asks
// for it. With BLINK_GL_CHECK=state the driver compares whatever it answers by itself with what the
// server says, and ends the program where they differ.
//
//   gl_state items KIND       each command of the table by itself, with many arguments; in contexts
//                             of the compatibility profile (0), the core profile (1), or ES (2)
//   gl_state say KIND         the same of every ninth, and says all values after each
//   gl_state chance SEED ROUNDS [threads]
//   gl_state say SEED ROUNDS               the same, and says all values in the end of each
//
// What was called goes to the standard output.

#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "tests/client-icd/chance.h"

namespace blink::test {

namespace {

class Program {
 public:
  Program() {
    display_ = XOpenDisplay(nullptr);
    if (display_ == nullptr) std::exit(2);
    int count = 0;
    const int wanted[] = {GLX_DOUBLEBUFFER, True, GLX_DEPTH_SIZE, 16, GLX_STENCIL_SIZE, 8, None};
    GLXFBConfig* const configs =
        glXChooseFBConfig(display_, DefaultScreen(display_), wanted, &count);
    if (configs == nullptr || count == 0) std::exit(3);
    config_ = configs[0];
    XFree(configs);
    const int size[] = {GLX_PBUFFER_WIDTH, 64, GLX_PBUFFER_HEIGHT, 48, None};
    surface_ = glXCreatePbuffer(display_, config_, size);
    blink::gl::load_dispatch(gl_, [](const char* name) {
      return reinterpret_cast<blink::gl::Procedure>(
          glXGetProcAddress(reinterpret_cast<const unsigned char*>(name)));
    });
  }
  ~Program() {
    glXDestroyPbuffer(display_, surface_);
    XCloseDisplay(display_);
  }
  Program(const Program&) = delete;

  // Of the compatibility profile, the core one, or ES.
  GLXContext make(int kind, GLXContext shares) {
    const int attributes[][7] = {
        {None},
        {GLX_CONTEXT_MAJOR_VERSION_ARB, 4, GLX_CONTEXT_MINOR_VERSION_ARB, 1,
         GLX_CONTEXT_PROFILE_MASK_ARB, GLX_CONTEXT_CORE_PROFILE_BIT_ARB, None},
        {GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_MINOR_VERSION_ARB, 1,
         GLX_CONTEXT_PROFILE_MASK_ARB, GLX_CONTEXT_ES2_PROFILE_BIT_EXT, None},
    };
    const auto create = reinterpret_cast<PFNGLXCREATECONTEXTATTRIBSARBPROC>(
        glXGetProcAddress(reinterpret_cast<const unsigned char*>("glXCreateContextAttribsARB")));
    const GLXContext made = create(display_, config_, shares, True, attributes[kind]);
    if (made == nullptr) std::exit(4);
    return made;
  }
  void use(GLXContext context) {
    if (!glXMakeContextCurrent(display_, context != nullptr ? surface_ : 0,
                               context != nullptr ? surface_ : 0, context))
      std::exit(5);
  }
  void end(GLXContext context) { glXDestroyContext(display_, context); }
  const blink::gl::Dispatch& gl() const { return gl_; }

 private:
  Display* display_ = nullptr;
  GLXFBConfig config_ = nullptr;
  GLXPbuffer surface_ = 0;
  blink::gl::Dispatch gl_{};
};

void drain_errors(const blink::gl::Dispatch& gl) {
  for (int i = 0; i < 4 && gl.GetError() != 0; ++i) {
  }
}

void ask(const blink::gl::Dispatch& gl, Chance& chance) {
  const std::uint32_t number = chance.below(static_cast<std::uint32_t>(item_count()));
  const unsigned name = item_name(number);
  double room[16] = {};
  void* const to = room;
  const std::uint32_t how = chance.below(6);
  std::printf("  ask %s %u\n", item_text(number), how);
  switch (how) {
    case 0: return gl.GetIntegerv(name, static_cast<int*>(to));
    case 1: return gl.GetFloatv(name, static_cast<float*>(to));
    case 2: return gl.GetDoublev(name, room);
    case 3: return gl.GetBooleanv(name, static_cast<unsigned char*>(to));
    case 4:
      if (gl.GetIntegeri_v != nullptr)
        return gl.GetIntegeri_v(name, chance.below(9), static_cast<int*>(to));
      return;
    default: (void)gl.IsEnabled(name);
  }
}

void call(const blink::gl::Dispatch& gl, const RandomCommand& command, Chance& chance) {
  std::printf("%s\n", command.name);
  command.call(gl, chance);
}

bool is_mode(const char* name) {
  for (const char* const mode : {"glBegin", "glEnd", "glNewList", "glEndList"})
    if (std::strcmp(name, mode) == 0) return true;
  return false;
}

void make_names(const blink::gl::Dispatch& gl) {
  unsigned names[3];
  gl.GenTextures(3, names);
  gl.GenBuffers(3, names);
  gl.GenFramebuffers(3, names);
  gl.GenRenderbuffers(3, names);
  gl.GenVertexArrays(3, names);
}

// All that there is to be asked.
void say_all(const blink::gl::Dispatch& gl) {
  drain_errors(gl);
  for (std::uint32_t number = 0; number < item_count(); ++number) {
    float values[16] = {};
    gl.GetFloatv(item_name(number), values);
    std::printf("  %s: error %x,", item_text(number), gl.GetError());
    for (const float value : values)
      std::printf(" %.7g", static_cast<double>(value));
    std::printf("\n");
  }
}

// Each command with many arguments, and what there is to be asked after each, or in the end.
void run_items(Program& program, int kind, bool says) {
  const std::size_t step = says ? 9 : 1;  // saying takes long
  for (std::size_t i = 0; i < random_command_count; i += step) {
    const RandomCommand& command = random_commands[i];
    if (is_mode(command.name)) continue;
    const GLXContext context = program.make(kind, nullptr);
    program.use(context);
    make_names(program.gl());
    Chance chance(static_cast<std::uint32_t>(i) + 1);
    for (int j = 0; j < 12; ++j) {
      call(program.gl(), command, chance);
      drain_errors(program.gl());
      if (!says) ask(program.gl(), chance);
    }
    if (says) say_all(program.gl());
    program.use(nullptr);
    program.end(context);
  }
}

void run_by_chance(Program& program, std::uint32_t seed, int rounds, bool says) {
  GLXContext first = program.make(0, nullptr);
  for (int round = 0; round < rounds; ++round) {
    Chance chance(seed + static_cast<std::uint32_t>(round));
    std::printf("round %u\n", seed + static_cast<std::uint32_t>(round));
    const int kind = chance.below(6) == 0 ? 1 + static_cast<int>(chance.below(2)) : 0;
    const GLXContext context = program.make(kind, kind == 0 && chance.below(2) ? first : nullptr);
    program.use(context);
    make_names(program.gl());
    for (int i = 0; i < 150; ++i) {
      const RandomCommand* command = nullptr;
      do
        command = &random_commands[chance.below(static_cast<std::uint32_t>(random_command_count))];
      while (is_mode(command->name) && chance.below(3) != 0);
      call(program.gl(), *command, chance);
      // What is often between others, and nests.
      if (chance.below(12) == 0) {
        std::printf("push\n");
        program.gl().PushAttrib(chance.below(2) != 0 ? ~0u : chance.below(1 << 20));
      }
      if (chance.below(12) == 0) {
        std::printf("pop\n");
        program.gl().PopAttrib();
      }
      if (chance.below(3) == 0) drain_errors(program.gl());
      if (chance.below(4) == 0) ask(program.gl(), chance);
    }
    if (says) {
      // Nothing is half done.
      program.gl().End();
      program.gl().EndList();
      say_all(program.gl());
    }
    program.use(nullptr);
    program.end(context);
  }
  program.end(first);
}

}  // namespace
}  // namespace blink::test

int main(int argc, char** argv) {
  XInitThreads();
  if (argc == 3) {
    blink::test::Program program;
    blink::test::run_items(program, std::atoi(argv[2]), std::strcmp(argv[1], "items") != 0);
  } else if (argc >= 4) {
    const auto seed = static_cast<std::uint32_t>(std::atoi(argv[2]));
    const int rounds = std::atoi(argv[3]);
    const bool says = std::strcmp(argv[1], "say") == 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < (argc == 5 ? std::atoi(argv[4]) : 1); ++i)
      threads.emplace_back([=] {
        blink::test::Program program;
        blink::test::run_by_chance(program, seed + static_cast<std::uint32_t>(i) * 1000, rounds,
                                   says);
      });
    for (std::thread& thread : threads)
      thread.join();
  }
  std::printf("done\n");
  std::fflush(nullptr);
  std::_Exit(0);
}
