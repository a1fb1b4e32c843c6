// A program of OpenGL on X11 that asks its driver many things, and prints what it says: the same by
// any driver of the same kind.
//
//   gl_checks

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <GL/glx.h>
#include <GL/glxext.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>

namespace {

void say_error(const char* what) { std::printf("%s: error %x\n", what, glGetError()); }

GLint number(GLenum name) {
  GLint value = -1;
  glGetIntegerv(name, &value);
  return value;
}

void errors() {
  say_error("nothing");
  glDeleteSync(reinterpret_cast<GLsync>(std::uintptr_t{12345}));
  say_error("a fence that there is not");
  std::printf("fence %d\n", glFenceSync(GL_ALPHA, 0) != nullptr);
  say_error("a condition that there is not");
  glShaderSource(0, -1, nullptr, nullptr);
  say_error("fewer than no texts");
  glDeleteLists(1, -1);
  say_error("fewer than no lists");
  glCallLists(1, GL_RGBA, "");
  say_error("lists of no type");
  glDrawPixels(1, 1, GL_RGBA, GL_TRIANGLES, "    ");
  say_error("pixels of no type");
  glEnable(GL_RGBA);
  glCallLists(-1, GL_BYTE, "");
  say_error("the first of two");
  say_error("nothing more");
}

void maps() {
  GLuint buffer = 0;
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  glBufferData(GL_ARRAY_BUFFER, 256, nullptr, GL_STATIC_DRAW);
  glBufferSubData(GL_ARRAY_BUFFER, 0, sizeof text, text);
  const auto map = [](GLintptr offset, GLsizeiptr length, GLbitfield access) {
    void* const at = glMapBufferRange(GL_ARRAY_BUFFER, offset, length, access);
    if (at == nullptr) return static_cast<char*>(nullptr);
    const auto place = reinterpret_cast<std::uintptr_t>(at);
    std::printf("mapped, its place is as in the buffer: %d\n",
                (place - static_cast<std::uintptr_t>(offset)) % 64 == 0);
    return static_cast<char*>(at);
  };
  struct {
    GLintptr offset;
    GLsizeiptr length;
    GLbitfield access;
  } const wrong[] = {{-1, 4, GL_MAP_READ_BIT},
                     {0, -4, GL_MAP_READ_BIT},
                     {0, 0, GL_MAP_READ_BIT},
                     {0, 257, GL_MAP_READ_BIT},
                     {250, 8, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT},
                     {0, 4, 0},
                     {0, 4, 1u << 30 | GL_MAP_READ_BIT},
                     {0, 4, GL_MAP_READ_BIT | GL_MAP_INVALIDATE_BUFFER_BIT},
                     {0, 4, GL_MAP_READ_BIT | GL_MAP_FLUSH_EXPLICIT_BIT}};
  for (const auto& each : wrong) {
    std::printf("map %d, ", map(each.offset, each.length, each.access) != nullptr);
    say_error("what may not be");
  }
  if (const char* at = map(3, 10, GL_MAP_READ_BIT)) std::printf("%.10s\n", at);
  GLint is_mapped = 0, length = 0;
  glGetBufferParameteriv(GL_ARRAY_BUFFER, GL_BUFFER_MAPPED, &is_mapped);
  glGetBufferParameteriv(GL_ARRAY_BUFFER, GL_BUFFER_MAP_LENGTH, &length);
  void* pointer = nullptr;
  glGetBufferPointerv(GL_ARRAY_BUFFER, GL_BUFFER_MAP_POINTER, &pointer);
  std::printf("mapped %d, %d bytes, at %d\n", is_mapped, length, pointer != nullptr);
  std::printf("again %d, ", map(0, 4, GL_MAP_READ_BIT) != nullptr);
  say_error("mapped already");
  glBufferSubData(GL_ARRAY_BUFFER, 0, 4, "ABCD");
  say_error("written while it is mapped");
  std::printf("unmap %d\n", glUnmapBuffer(GL_ARRAY_BUFFER));
  std::printf("unmap %d, ", glUnmapBuffer(GL_ARRAY_BUFFER));
  say_error("not mapped");
  if (char* at = map(70, 4, GL_MAP_WRITE_BIT)) std::memcpy(at, "wxyz", 4);
  glUnmapBuffer(GL_ARRAY_BUFFER);
  if (char* at = map(64, 16, GL_MAP_WRITE_BIT | GL_MAP_FLUSH_EXPLICIT_BIT)) {
    std::memcpy(at, "FEDCBA", 6);
    glFlushMappedBufferRange(GL_ARRAY_BUFFER, 1, 4);
    say_error("flushed");
    glFlushMappedBufferRange(GL_ARRAY_BUFFER, 8, 9);
    say_error("flushed beyond");
  }
  glUnmapBuffer(GL_ARRAY_BUFFER);
  char read[12] = {};
  glGetBufferSubData(GL_ARRAY_BUFFER, 65, 4, read);
  glGetBufferSubData(GL_ARRAY_BUFFER, 70, 4, read + 4);
  std::printf("%s\n", read);
  map(0, 4, GL_MAP_WRITE_BIT);
  glBufferData(GL_ARRAY_BUFFER, 32, nullptr, GL_STATIC_DRAW);  // ends that
  std::printf("mapped anew %d\n", map(0, 4, GL_MAP_WRITE_BIT) != nullptr);
  glDeleteBuffers(1, &buffer);  // and so does this
  say_error("mapped");
  GLuint counters = 0;
  glGenBuffers(1, &counters);
  glBindBufferBase(GL_UNIFORM_BUFFER, 0, counters);  // binds it as well
  glBufferData(GL_UNIFORM_BUFFER, 16, text, GL_STATIC_DRAW);
  const void* const at = glMapBuffer(GL_UNIFORM_BUFFER, GL_READ_ONLY);
  std::printf("%.16s\n", at != nullptr ? static_cast<const char*>(at) : "nothing");
  glUnmapBuffer(GL_UNIFORM_BUFFER);
  say_error("a buffer by its number");
}

// Of buffers that stay mapped while commands read and write them.
void lasting_maps() {
  constexpr GLsizeiptr bytes = 3 * 4096 + 10;
  GLuint buffers[3];
  glGenBuffers(3, buffers);
  glBindBuffer(GL_COPY_WRITE_BUFFER, buffers[1]);
  glBufferData(GL_COPY_WRITE_BUFFER, bytes, nullptr, GL_STATIC_DRAW);
  std::string begun(bytes, 'a');
  constexpr GLbitfield both = GL_MAP_READ_BIT | GL_MAP_WRITE_BIT;
  const GLbitfield kinds[] = {both | GL_MAP_COHERENT_BIT, both, GL_MAP_WRITE_BIT,
                              GL_MAP_WRITE_BIT | GL_MAP_FLUSH_EXPLICIT_BIT};
  const auto say_copy = [&](GLintptr at, GLsizeiptr size) {
    glCopyBufferSubData(GL_ARRAY_BUFFER, GL_COPY_WRITE_BUFFER, at, 0, size);
    std::string read(static_cast<std::size_t>(size), 'x');
    glGetBufferSubData(GL_COPY_WRITE_BUFFER, 0, size, read.data());
    std::printf("copied %s\n", read.c_str());
  };
  for (const GLbitfield kind : kinds) {
    GLuint buffer = 0;
    glGenBuffers(1, &buffer);
    glBindBuffer(GL_ARRAY_BUFFER, buffer);
    const GLbitfield stays = GL_MAP_PERSISTENT_BIT;
    glBufferStorage(GL_ARRAY_BUFFER, bytes, begun.data(),
                    stays | (kind & (both | GL_MAP_COHERENT_BIT)));
    auto* const at =
        static_cast<char*>(glMapBufferRange(GL_ARRAY_BUFFER, 5, bytes - 5, stays | kind));
    std::printf("stays mapped %d, its place is as in the buffer: %d, ", at != nullptr,
                (reinterpret_cast<std::uintptr_t>(at) - 5) % 64 == 0);
    say_error("mapped");
    if (at == nullptr) continue;
    const auto wrote = [&](GLintptr offset, GLsizeiptr length) {
      if ((kind & GL_MAP_FLUSH_EXPLICIT_BIT) != 0)
        glFlushMappedBufferRange(GL_ARRAY_BUFFER, offset, length);
      else if ((kind & GL_MAP_COHERENT_BIT) == 0)
        glMemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    };
    if ((kind & GL_MAP_READ_BIT) != 0) std::printf("has %.3s%c\n", at, at[bytes - 6]);
    std::memcpy(at, "written", 7);
    at[bytes - 6] = 'z';  // the last
    wrote(0, bytes - 5);
    say_copy(0, 16);
    say_copy(bytes - 4, 4);
    std::memcpy(at + 4090, "over two pages", 14);
    wrote(4090, 14);
    say_copy(4093, 20);
    at[4100] = '-';  // only that
    wrote(4100, 1);
    say_copy(4093, 20);
    // What the GPU writes, beside what the program does.
    glBindBuffer(GL_COPY_READ_BUFFER, buffers[1]);
    glCopyBufferSubData(GL_COPY_READ_BUFFER, GL_ARRAY_BUFFER, 0, 8200, 6);
    at[8205 - 5 + 4] = '+';
    wrote(8204, 1);
    say_copy(8196, 20);
    if ((kind & GL_MAP_READ_BIT) != 0) {
      glMemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
      glFinish();
      std::printf("sees %.20s\n", at + 8190);
      glCopyBufferSubData(GL_COPY_READ_BUFFER, GL_ARRAY_BUFFER, 0, 8300, 6);
      glMemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
      const GLsync fence = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
      glClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, 5'000'000'000);
      glDeleteSync(fence);
      std::printf("sees %.20s\n", at + 8290);
    }
    GLint flags = 0, is_mapped = 0;
    glGetBufferParameteriv(GL_ARRAY_BUFFER, GL_BUFFER_ACCESS_FLAGS, &flags);
    glGetBufferParameteriv(GL_ARRAY_BUFFER, GL_BUFFER_MAPPED, &is_mapped);
    std::printf("flags %x, mapped %d\n", flags, is_mapped);
    std::memcpy(at + 100, "last", 4);
    if ((kind & GL_MAP_FLUSH_EXPLICIT_BIT) != 0) wrote(100, 4);
    std::printf("unmapped %d\n", glUnmapBuffer(GL_ARRAY_BUFFER));
    say_copy(100, 12);
    say_error("one that stayed mapped");
    glDeleteBuffers(1, &buffer);
  }
  glBindBuffer(GL_ARRAY_BUFFER, buffers[2]);
  glBufferStorage(GL_ARRAY_BUFFER, 64, nullptr, GL_MAP_WRITE_BIT);
  std::printf("%d, ", glMapBufferRange(GL_ARRAY_BUFFER, 0, 64,
                                       GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT) != nullptr);
  say_error("what may not stay mapped");
  glDeleteBuffers(3, buffers);
}

// One that says that it is larger than it is, where memory ends.
void wrong_sizes() {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const pages =
      ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ::munmap(static_cast<char*>(pages) + page, page);
  constexpr GLsizei image = 4 * 4 * 8;
  const void* const data = static_cast<char*>(pages) + page - image;
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  for (const GLsizei size : {image, image + 1, image - 1, image + 10'000, image + 1'000'000}) {
    glCompressedTexImage2D(GL_TEXTURE_2D, 0, GL_COMPRESSED_RGB_S3TC_DXT1_EXT, 16, 14, 0, size,
                           data);
    std::printf("%d, ", size);
    say_error("an image of blocks");
    glCompressedTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, 16, 14, GL_COMPRESSED_RGB_S3TC_DXT1_EXT, size,
                              data);
    say_error("a part of it");
  }
  glDeleteTextures(1, &texture);
  ::munmap(pages, page);
}

void names() {
  GLuint textures[3], framebuffer = 0, renderbuffer = 0, buffer = 0;
  glGenTextures(3, textures);
  glGenFramebuffers(1, &framebuffer);
  glGenRenderbuffers(1, &renderbuffer);
  glGenBuffers(1, &buffer);
  glBindTexture(GL_TEXTURE_2D, textures[2]);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, 4, 4, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glBindRenderbuffer(GL_RENDERBUFFER, renderbuffer);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_DEPTH_COMPONENT24, 4, 4);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  const auto is = [](const char* what, GLint is_it, GLuint name) {
    std::printf("%s: %s\n", what, static_cast<GLuint>(is_it) == name ? "its name" : "another");
  };
  is("texture", number(GL_TEXTURE_BINDING_2D), textures[2]);
  is("renderbuffer", number(GL_RENDERBUFFER_BINDING), renderbuffer);
  is("buffer", number(GL_ARRAY_BUFFER_BINDING), buffer);
  is("no framebuffer", number(GL_FRAMEBUFFER_BINDING), 0);
  std::printf("drawn to %x, read from %x\n", number(GL_DRAW_BUFFER), number(GL_READ_BUFFER));
  glDrawBuffer(GL_NONE);
  const GLenum back = GL_BACK_LEFT;
  std::printf("drawn to %x\n", number(GL_DRAW_BUFFER));
  glDrawBuffers(1, &back);
  std::printf("drawn to %x\n", number(GL_DRAW_BUFFER));
  say_error("buffers");
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, textures[2], 0);
  say_error("attached to a window");
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  is("framebuffer", number(GL_FRAMEBUFFER_BINDING), framebuffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, textures[2], 0);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_RENDERBUFFER, renderbuffer);
  const auto attached = [](GLenum where) {
    GLint name = -1;
    glGetFramebufferAttachmentParameteriv(GL_FRAMEBUFFER, where,
                                          GL_FRAMEBUFFER_ATTACHMENT_OBJECT_NAME, &name);
    return name;
  };
  is("attached texture", attached(GL_COLOR_ATTACHMENT0), textures[2]);
  is("attached renderbuffer", attached(GL_DEPTH_ATTACHMENT), renderbuffer);
  say_error("names");
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  GLint type = -1;
  glGetFramebufferAttachmentParameteriv(GL_FRAMEBUFFER, GL_BACK_LEFT,
                                        GL_FRAMEBUFFER_ATTACHMENT_OBJECT_TYPE, &type);
  std::printf("a window's buffer: %x\n", type);
  say_error("a window's buffer");
  // What is copied from is a texture, or a renderbuffer, of that number.
  const GLubyte red[4 * 4 * 4] = {255, 0, 0, 255};
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, 4, 4, GL_RGBA, GL_UNSIGNED_BYTE, red);
  glBindTexture(GL_TEXTURE_2D, textures[1]);
  glTexStorage2D(GL_TEXTURE_2D, 1, GL_RGBA8, 4, 4);
  glCopyImageSubData(textures[2], GL_TEXTURE_2D, 0, 0, 0, 0, textures[1], GL_TEXTURE_2D, 0, 0, 0, 0,
                     4, 4, 1);
  GLubyte pixels[4 * 4 * 4] = {};
  glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
  std::printf("copied %d\n", std::memcmp(red, pixels, sizeof red) == 0);
  const GLubyte blue[4] = {0, 0, 255, 128};
  glClearTexImage(textures[1], 0, GL_RGBA, GL_UNSIGNED_BYTE, blue);
  glGetTextureImage(textures[1], 0, GL_RGBA, GL_UNSIGNED_BYTE, sizeof pixels, pixels);
  std::printf("cleared to %d %d %d %d\n", pixels[0], pixels[1], pixels[62], pixels[63]);
  glGetTextureImage(textures[1], 0, GL_RGBA, GL_UNSIGNED_BYTE, 63, pixels);
  say_error("too little memory");
}

void draws() {
  const GLfloat corners[] = {-1, -1, 3, -1, -1, 3};
  glEnableClientState(GL_VERTEX_ARRAY);
  GLuint vertices = 0;
  glGenBuffers(1, &vertices);
  glBindBuffer(GL_ARRAY_BUFFER, vertices);
  glBufferData(GL_ARRAY_BUFFER, sizeof corners, corners, GL_STATIC_DRAW);
  glVertexPointer(2, GL_FLOAT, 0, nullptr);
  const auto pixel = [](const char* what) {
    GLubyte rgb[4] = {};
    glReadPixels(2, 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgb);
    std::printf("%s: %d %d %d, error %x\n", what, rgb[0], rgb[1], rgb[2], glGetError());
    glClear(GL_COLOR_BUFFER_BIT);
  };
  const GLuint one[] = {3, 1, 0, 0};
  glColor3f(1, 0, 0);
  glDrawArraysIndirect(GL_TRIANGLES, one);
  pixel("indirect, of the program's memory");
  GLuint commands = 0;
  glGenBuffers(1, &commands);
  glBindBuffer(GL_DRAW_INDIRECT_BUFFER, commands);
  glBufferData(GL_DRAW_INDIRECT_BUFFER, sizeof one, one, GL_STATIC_DRAW);
  glColor3f(0, 1, 0);
  glMultiDrawArraysIndirect(GL_TRIANGLES, nullptr, 1, 0);
  pixel("indirect, of a buffer");
  const GLushort indices[] = {0, 1, 2};
  const void* const all[] = {indices};
  const GLsizei count = std::size(indices);
  glColor3f(0, 0, 1);
  glMultiDrawElements(GL_TRIANGLES, &count, GL_UNSIGNED_SHORT, all, 1);
  pixel("several draws");
  const GLuint program = glCreateProgram();
  GLuint assembly = 0;
  glGenProgramsARB(1, &assembly);
  glBindProgramARB(GL_FRAGMENT_PROGRAM_ARB, assembly);
  const char text[] = "!!ARBfp1.0\nMOV result.color, {1, 1, 0, 1};\nEND\n";
  glProgramStringARB(GL_FRAGMENT_PROGRAM_ARB, GL_PROGRAM_FORMAT_ASCII_ARB, sizeof text - 1, text);
  glEnable(GL_FRAGMENT_PROGRAM_ARB);
  glMultiDrawArraysIndirect(GL_TRIANGLES, nullptr, 1, 0);
  pixel("a program in assembly");
  glDeleteProgram(program);
}

void clears_and_labels() {
  const GLfloat purple[4] = {1, 0, 1, 1};
  glClearBufferfv(GL_COLOR, 0, purple);
  GLubyte rgb[4] = {};
  glReadPixels(2, 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgb);
  std::printf("cleared to %d %d %d\n", rgb[0], rgb[1], rgb[2]);
  GLuint buffer = 0;
  glGenTextures(-1, &buffer);
  say_error("fewer than no textures");
  glGenBuffers(1, &buffer);
  glBindBuffer(GL_ARRAY_BUFFER, buffer);
  glObjectLabel(GL_BUFFER, buffer, 5, "corners of it");
  char label[32] = "";
  GLsizei length = 0;
  glGetObjectLabel(GL_BUFFER, buffer, sizeof label, &length, label);
  std::printf("label %s, %d\n", label, length);
  glObjectLabel(GL_BUFFER, 7777, -1, "nobody's");
  say_error("a label of nothing");
  glGetObjectLabel(GL_TEXTURE, 8888, sizeof label, &length, label);
  say_error("nothing's label");
  const GLsync fence = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  glObjectPtrLabel(fence, -1, "fence");
  glGetObjectPtrLabel(fence, sizeof label, &length, label);
  std::printf("label %s, %d\n", label, length);
  glDeleteSync(fence);
  glVertexAttribI4i(3, 7, -8, 9, 10);
  GLint four[4] = {};
  glGetVertexAttribIiv(3, GL_CURRENT_VERTEX_ATTRIB, four);
  std::printf("attribute %d %d %d %d\n", four[0], four[1], four[2], four[3]);
  glCompressedTexImage2D(GL_TEXTURE_2D, 0, GL_COMPRESSED_RGB_S3TC_DXT1_EXT, 4, 4, 0, 8, nullptr);
  say_error("a compressed image of nothing");
}

void modes() {
  GLuint hits[32] = {};
  glSelectBuffer(32, hits);
  std::printf("mode %d, ", glRenderMode(GL_SELECT));
  glInitNames();
  glPushName(17);
  glPushName(4);
  glRectf(-1, -1, 1, 1);
  glPopName();
  glRectf(-1, -1, 1, 1);
  std::printf("%d hits:", glRenderMode(GL_RENDER));
  for (const int i : {0, 3, 4, 5, 8})
    std::printf(" %u", hits[i]);
  GLfloat numbers[64] = {};
  glFeedbackBuffer(64, GL_2D, numbers);
  glRenderMode(GL_FEEDBACK);
  glBegin(GL_POINTS);
  glVertex2f(0, 0);
  glEnd();
  glPassThrough(8);
  const GLint count = glRenderMode(GL_RENDER);
  std::printf("\n%d numbers:", count);
  for (int i = 0; i < count; ++i)
    std::printf(" %g", static_cast<double>(numbers[i]));
  glFeedbackBuffer(2, GL_2D, numbers);
  glRenderMode(GL_FEEDBACK);
  glPassThrough(8);
  glPassThrough(9);
  std::printf("\ntoo many: %d\n", glRenderMode(GL_RENDER));
  say_error("modes");
  glSelectBuffer(-1, hits);
  say_error("less than no memory");
}

void indices_in_a_buffer() {
  const GLfloat corners[] = {0, 0, -1, -1, 3, -1, -1, 3};
  const GLubyte indices[] = {0, 1, 2, 3};
  GLuint elements = 0;
  glGenBuffers(1, &elements);
  glBindBuffer(GL_ARRAY_BUFFER, 0);
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, elements);
  glBufferData(GL_ELEMENT_ARRAY_BUFFER, sizeof indices, indices, GL_STATIC_DRAW);
  glEnableClientState(GL_VERTEX_ARRAY);
  glVertexPointer(2, GL_FLOAT, 0, corners);
  glClear(GL_COLOR_BUFFER_BIT);
  glColor3f(1, 1, 1);
  glDrawElements(GL_TRIANGLES, 3, GL_UNSIGNED_BYTE, reinterpret_cast<const void*>(1));
  GLubyte rgb[4] = {};
  glReadPixels(2, 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgb);
  std::printf("indices in a buffer: %d %d %d\n", rgb[0], rgb[1], rgb[2]);
  glDrawElements(GL_TRIANGLES, 3, GL_RGBA, nullptr);
  say_error("indices of no type");
  glDrawElements(GL_TRIANGLES, -1, GL_UNSIGNED_BYTE, nullptr);
  say_error("fewer than no indices");
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, 0);
  // The index that starts anew is any.
  const GLuint far[] = {1, 2, 3, 1000000000};
  glEnable(GL_PRIMITIVE_RESTART);
  glPrimitiveRestartIndex(1000000000);
  glColor3f(0, 1, 1);
  glDrawElements(GL_TRIANGLE_STRIP, 4, GL_UNSIGNED_INT, far);
  glReadPixels(2, 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgb);
  std::printf("anew: %d %d %d, error %x\n", rgb[0], rgb[1], rgb[2], glGetError());
  glDisable(GL_PRIMITIVE_RESTART);
}

// What is drawn to where nobody sees it.
// More than a megabyte each: all of them must be there when it is drawn.
void large_arrays() {
  constexpr int count = 300'000, units = 6;
  static GLfloat corners[count][2], colours[count][4], places[units][count][2];
  constexpr GLfloat triangle[3][2] = {{-1, -1}, {3, -1}, {-1, 3}};
  for (int i = 0; i < count; ++i) {
    const bool is_seen = i >= count - 3;
    for (int k = 0; k < 2; ++k)
      corners[i][k] = is_seen ? triangle[i - (count - 3)][k] : 5;
    colours[i][1] = colours[i][3] = 1;
  }
  glEnableClientState(GL_VERTEX_ARRAY);
  glEnableClientState(GL_COLOR_ARRAY);
  glVertexPointer(2, GL_FLOAT, 0, corners);
  glColorPointer(4, GL_FLOAT, 0, colours);
  for (int unit = 0; unit < units; ++unit) {
    glClientActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    glEnableClientState(GL_TEXTURE_COORD_ARRAY);
    glTexCoordPointer(2, GL_FLOAT, 0, places[unit]);
  }
  for (int i = 0; i < 3; ++i) {
    glClear(GL_COLOR_BUFFER_BIT);
    glDrawArrays(GL_TRIANGLES, 0, count);
    GLubyte rgb[4] = {};
    glReadPixels(30, 30, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgb);
    std::printf("large arrays: %d %d %d\n", rgb[0], rgb[1], rgb[2]);
  }
  say_error("large arrays");
  for (int unit = units; unit-- > 0;) {
    glClientActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    glDisableClientState(GL_TEXTURE_COORD_ARRAY);
  }
  glDisableClientState(GL_COLOR_ARRAY);
  glDisableClientState(GL_VERTEX_ARRAY);
}

void pbuffers(Display* display) {
  const int wanted[] = {GLX_DRAWABLE_TYPE, GLX_PBUFFER_BIT, GLX_DOUBLEBUFFER, False, None};
  int count = 0;
  GLXFBConfig* const configs = glXChooseFBConfig(display, DefaultScreen(display), wanted, &count);
  if (configs == nullptr) return (void)std::printf("no config\n");
  const int size[] = {GLX_PBUFFER_WIDTH, 30, GLX_PBUFFER_HEIGHT, 20, None};
  const GLXPbuffer pbuffer = glXCreatePbuffer(display, configs[0], size);
  const GLXContext context = glXCreateNewContext(display, configs[0], GLX_RGBA_TYPE, nullptr, True);
  unsigned width = 0, height = 0;
  glXQueryDrawable(display, pbuffer, GLX_WIDTH, &width);
  glXQueryDrawable(display, pbuffer, GLX_HEIGHT, &height);
  std::printf("pbuffer of %u x %u, current %d\n", width, height,
              glXMakeContextCurrent(display, pbuffer, pbuffer, context));
  glClearColor(0, 0.2f, 1, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  GLubyte rgb[4] = {};
  glReadPixels(29, 19, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, rgb);
  std::printf("there %d %d %d\n", rgb[0], rgb[1], rgb[2]);
  say_error("pbuffer");
  glXMakeCurrent(display, None, nullptr);
  glXDestroyPbuffer(display, pbuffer);
  glXDestroyContext(display, context);
  XFree(configs);
}

int fault = 0;
int note_fault(Display*, XErrorEvent* event) {
  fault = event->error_code;
  return 0;
}

// Contexts that cannot be, and one of OpenGL ES.
void contexts(Display* display, Window window) {
  using Create = GLXContext (*)(Display*, GLXFBConfig, GLXContext, Bool, const int*);
  const auto create = reinterpret_cast<Create>(
      glXGetProcAddress(reinterpret_cast<const GLubyte*>("glXCreateContextAttribsARB")));
  const int wanted[] = {GLX_DOUBLEBUFFER, True, GLX_DEPTH_SIZE, 16, None};
  int count = 0;
  GLXFBConfig* const configs = glXChooseFBConfig(display, DefaultScreen(display), wanted, &count);
  if (configs == nullptr || create == nullptr) return (void)std::printf("no config\n");
  XSetErrorHandler(note_fault);
  const int attributes[][7] = {
      {GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_MINOR_VERSION_ARB, 4, None},
      {GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_PROFILE_MASK_ARB,
       GLX_CONTEXT_ES2_PROFILE_BIT_EXT, None},
      {GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_MINOR_VERSION_ARB, 1, None},
      {GLX_CONTEXT_MAJOR_VERSION_ARB, 3, GLX_CONTEXT_MINOR_VERSION_ARB, 1, GLX_CONTEXT_FLAGS_ARB,
       GLX_CONTEXT_FORWARD_COMPATIBLE_BIT_ARB, None}};
  for (const auto& each : attributes) {
    fault = 0;
    const GLXContext made = create(display, configs[0], nullptr, True, each);
    XSync(display, False);
    std::printf("context %d, fault %d", made != nullptr, fault);
    if (made != nullptr && glXMakeCurrent(display, window, made)) {
      std::printf(", lists %d", glGetError() == 0 && (glNewList(1, GL_COMPILE), glGetError() == 0));
      glXMakeCurrent(display, None, nullptr);
    }
    if (made != nullptr) glXDestroyContext(display, made);
    std::printf("\n");
  }
  XFree(configs);
}

// A child that ends in good order takes nothing with it, and waits for nothing.
void children() {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    close(STDERR_FILENO);  // whoever looks for leaks wonders where the other threads are
    std::exit(7);
  }
  int status = -1;
  for (int i = 0; i < 500 && waitpid(child, &status, WNOHANG) == 0; ++i)
    usleep(20'000);
  std::printf("the child's status: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  kill(child, SIGKILL);
  say_error("after a child");
}

// More than the stream's memory, in parts of all sizes.
void much_in_parts() {
  glClearColor(0, 0, 0, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  for (int part = 0; part < 120; ++part) {
    glBegin(GL_QUADS);
    for (int i = 0; i < 100 + part * 37 % 1000; ++i) {
      glColor3f(0, 1, static_cast<float>(part % 2));
      for (const float x : {-1.0f, 1.0f})
        for (const float y : {-x, x})
          glVertex2f(x / 4, y / 4);
    }
    glEnd();
    glFinish();
  }
  unsigned char pixel[4] = {};
  glReadPixels(32, 32, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, pixel);
  std::printf("much: %d %d %d\n", pixel[0], pixel[1], pixel[2]);
  say_error("much");
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
  const Window window = XCreateWindow(display, root, 0, 0, 64, 64, 0, visual->depth, InputOutput,
                                      visual->visual, CWColormap | CWBorderPixel, &attributes);
  XMapWindow(display, window);
  const GLXContext context = glXCreateContext(display, visual, nullptr, True);
  XFree(visual);
  if (context == nullptr || !glXMakeCurrent(display, window, context)) return 4;
  std::fprintf(stderr, "drawn by %s\n", glXGetClientString(display, GLX_VENDOR));
  errors();
  maps();
  lasting_maps();
  wrong_sizes();
  names();
  clears_and_labels();
  modes();
  indices_in_a_buffer();
  draws();
  glUseProgram(0);
  glBindBuffer(GL_ARRAY_BUFFER, 0);
  large_arrays();
  children();
  much_in_parts();
  pbuffers(display);
  contexts(display, window);
  std::printf("done\n");
  glXMakeCurrent(display, None, nullptr);
  glXDestroyContext(display, context);
  XCloseDisplay(display);
  std::fflush(nullptr);
  std::_Exit(0);  // Mesa does not give back all that it made for this: no question to be asked here
}
