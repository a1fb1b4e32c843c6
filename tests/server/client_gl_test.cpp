// What one session's procedures do to the driver and to other sessions: ClientGl by itself, with
// two sessions in one context, as in the compositor.

#include "tests/server/client_gl_fixture.h"

#include <set>

#include "common/limits.h"
#include "common/roomy_thread.h"

namespace blink::server::test {
namespace {

constexpr std::uint32_t red = 0xFF0000;
constexpr char fill_red[] = "Color3f 1, 0, 0\nRectf -1000, -1000, 1000, 1000\n";

// A program of a vertex shader and a fragment shader, from objects 1 and 2; in program 1.
constexpr char make_program[] =
    "init\nCreateShader 1, VERTEX_SHADER\nCreateShader 2, FRAGMENT_SHADER\n"
    "ShaderSource 1, 1, 0, 0x40\nShaderSource 2, 2, 0, 0x200\nCompileShader 1\nCompileShader 2\n"
    "CreateProgram 1\nAttachShader 1, 1\nAttachShader 1, 2\nLinkProgram 1\n";
constexpr char draw_program[] = "redraw\nUseProgram 1\nRectf -1, -1, 1, 1\n";

void give_shaders(ClientGl& client, std::string fragment) {
  const auto give = [&](std::uint32_t object, std::string text, std::size_t size) {
    text.resize(size, ' ');
    const auto bytes = std::as_bytes(std::span(text));
    client.set_data({0, object}, std::make_shared<const Bytes>(bytes.begin(), bytes.end()));
  };
  give(1, "#version 120\nvoid main() { gl_Position = gl_Vertex; }\n", 0x40);
  give(2, std::move(fragment), 0x200);
}

TEST_F(ClientGlTest, AProcedureDraws) {
  EXPECT_EQ(run(*one, std::string("redraw\n") + fill_red), "");
  EXPECT_EQ(middle(), red);
  EXPECT_FALSE(has_drawn_beyond_the_window());
}

TEST_F(ClientGlTest, AnErrorOfTheDriverIsFound) {
  EXPECT_EQ(run(*one,
                "redraw\nMatrixMode PROJECTION\nBegin LINES\nVertex2f 0, 0\nVertex2f 1, 1\nEnd\n"
                "Ortho 0, 0, 0, 0, 0, 0\nFrustum -1, 1, -1, 1, 0, 10\n"),
            "the GL driver says INVALID_VALUE of Ortho, word 16 of its code");
  EXPECT_EQ(
      run(*one, "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\nBindTexture TEXTURE_3D, 1\n"),
      "the GL driver says INVALID_OPERATION of BindTexture, word 7 of its code")
      << "a service's, too";
}

// ------------------------------------------------------------------------- what is left behind

TEST_F(ClientGlTest, ABoundBlockOfBuffersIsNobodyElses) {
  give_shaders(*two,
               "#version 430 compatibility\nlayout(std430, binding = 3) buffer B { vec4 c; };\n"
               "void main() { gl_FragColor = c; }\n");
  ASSERT_EQ(run(*two, make_program), "");
  const float secret[] = {1, 0, 0, 1};
  give(*one, 7, {reinterpret_cast<const char*>(secret), sizeof secret});
  for (const char* bind : {"BindBufferBase SHADER_STORAGE_BUFFER, 3, 1\n",
                           "BindBufferRange SHADER_STORAGE_BUFFER, 3, 1, 0, 16\n"}) {
    EXPECT_EQ(run(*one, std::string("init\nGenBuffers 1\nBindBuffer SHADER_STORAGE_BUFFER, 1\n"
                                    "BufferData SHADER_STORAGE_BUFFER, 16, 7, 0, STATIC_DRAW\n") +
                            bind),
              "");
    (void)run(*two, draw_program);
    EXPECT_NE(middle(), red) << "another session's buffer is read: " << bind;
  }
}

TEST_F(ClientGlTest, ABoundImageIsNobodyElses) {
  give_shaders(*two,
               "#version 430 compatibility\nlayout(rgba8, binding = 2) uniform image2D i;\n"
               "void main() { gl_FragColor = imageLoad(i, ivec2(0)); }\n");
  ASSERT_EQ(run(*two, make_program), "");
  give(*one, 7, std::string("\xFF\0\0\xFF", 4));
  EXPECT_EQ(run(*one,
                "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
                "TexImage2D TEXTURE_2D, 0, RGBA8, 1, 1, RGBA, UNSIGNED_BYTE, 7, 0\n"
                "TexParameteri TEXTURE_2D, TEXTURE_MIN_FILTER, NEAREST\n"
                "BindImageTexture 2, 1, 0, FALSE, 0, READ_WRITE, RGBA8\n"),
            "");
  (void)run(*two, draw_program);
  EXPECT_NE(middle(), red) << "another session's texture is read";
}

TEST_F(ClientGlTest, PoppedAttributesLeadNowhereElse) {
  ASSERT_EQ(run(*one,
                "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\nGenFramebuffers 1\n"
                "TexImage2D TEXTURE_2D, 0, RGBA8, 8, 8, RGBA, UNSIGNED_BYTE, 0, 0\n"
                "BindFramebuffer FRAMEBUFFER, 1\n"
                "FramebufferTexture2D FRAMEBUFFER, COLOR_ATTACHMENT0, TEXTURE_2D, 1, 0\n"),
            "");
  (void)run(*one,
            "redraw\nBindFramebuffer FRAMEBUFFER, 1\nPushAttrib ENABLE_BIT\n"
            "BindFramebuffer FRAMEBUFFER, 0\nPopAttrib\n"
            "ClearColor 1, 0, 0, 1\nClear COLOR_BUFFER_BIT\n");
  EXPECT_FALSE(has_drawn_beyond_the_window()) << "the scissor test was popped away";
  (void)run(*one,
            "redraw\nBindFramebuffer FRAMEBUFFER, 1\nDrawBuffer NONE\n"
            "PushAttrib COLOR_BUFFER_BIT\nBindFramebuffer FRAMEBUFFER, 0\n"
            "BlendColor 1, 1, 1, 1\nPopAttrib\n");
  EXPECT_EQ(run(*two, "redraw\nClearColor 0, 1, 0, 1\nClear COLOR_BUFFER_BIT\n"), "");
  EXPECT_EQ(middle(), 0x00FF00u) << "another session draws into no buffer";
}

// Directly, and by a list whose procedure is another one.
TEST_F(ClientGlTest, WhatIsSwitchedIsSwitchedBack) {
  const gl::Dispatch& gl = context->gl();
  std::vector<std::string> known;  // by the driver
  for (const auto& capability : jit::capabilities()) {
    (void)gl.IsEnabled(capability.value);
    if (gl.GetError() == gl::GL_NO_ERROR) known.emplace_back(capability.name);
  }
  const auto states = [&] {
    std::set<std::string> on;
    for (const std::string& name : known)
      if (gl.IsEnabled(*jit::find_enumerant(name)) != 0) on.insert(name);
    return on;
  };
  const auto before = states();
  ASSERT_GT(known.size(), 40u);
  std::string all;
  for (const std::string& name : known) {
    for (const std::string command : {"Enable ", "Disable "}) {
      EXPECT_EQ(run(*one, "redraw\n" + command + name + '\n'), "");
      ASSERT_EQ(states(), before) << command << name;
    }
    all += (before.contains(name) ? "Disable " : "Enable ") + name + '\n';
  }
  all += "ColorMask 0, 0, 0, 0\nLogicOp CLEAR\nRotatef 90, 1, 0, 0\n";
  EXPECT_EQ(run(*one, "init\nNewList 1, COMPILE\n" + all + "EndList\n"), "");
  EXPECT_EQ(states(), before);
  EXPECT_EQ(run(*one, "redraw\nCallList 1\n"), "");
  EXPECT_EQ(states(), before);
  EXPECT_EQ(run(*two, std::string("redraw\n") + fill_red), "");
  EXPECT_EQ(middle(), red);
}

// A list holds the driver's names. One that is free again may be another session's next.
TEST_F(ClientGlTest, WhatAListNamesStaysThere) {
  const gl::Dispatch& gl = context->gl();
  gl::GLuint before = 0;
  gl.GenTextures(1, &before);
  ASSERT_EQ(run(*one,
                "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\nCreateProgram 1\nGenSamplers 1\n"
                "NewList 1, COMPILE\nBindTexture TEXTURE_2D, 1\nUseProgram 1\nEndList\n"
                "DeleteTextures 1\nDeleteProgram 1\nDeleteSamplers 1\n"),
            "");
  const gl::GLuint texture = before + 1;
  EXPECT_TRUE(gl.IsTexture(texture));
  EXPECT_EQ(run(*one, "init\nBindTexture TEXTURE_2D, 1\nGenTextures 1\nDeleteLists 1\n"), "");
  EXPECT_FALSE(gl.IsTexture(texture));
  gl.DeleteTextures(1, &before);
}

// ------------------------------------------------------------------- what is said and what is so

TEST_F(ClientGlTest, ADeletedBufferIsNotBoundAnyMore) {
  give(*one, 7, std::string(64, 'x'));
  for (const std::string place : {"ARRAY_BUFFER", "ELEMENT_ARRAY_BUFFER", "UNIFORM_BUFFER"})
    EXPECT_EQ(run(*one, "init\nGenBuffers 1\nBindBuffer " + place +
                            ", 1\nDeleteBuffers 1\nGenBuffers 1\nBufferData " + place +
                            ", 64, 7, 0, STATIC_DRAW\n"),
              "BufferData without a buffer");
}

// Its indices are not what was put in, once a shader has written there.
TEST_F(ClientGlTest, WhatShadersMayWriteTellsNoIndices) {
  give(*one, 7, std::string(64, '\0'));
  EXPECT_EQ(run(*one,
                "update\nGenBuffers 1\nBindBufferBase SHADER_STORAGE_BUFFER, 0, 1\n"
                "BufferData SHADER_STORAGE_BUFFER, 64, 7, 0, STATIC_DRAW\n"
                "BindBuffer ELEMENT_ARRAY_BUFFER, 1\nDrawElements TRIANGLES, 3, UNSIGNED_INT, 0\n"),
            "indices that are not known, or lie beyond their buffer");
}

// ------------------------------------------------------ draws from arrays, and what the books say

constexpr char make_buffer[] =
    "GenBuffers 1\nBindBuffer ARRAY_BUFFER, 1\nBufferData ARRAY_BUFFER, 4096, 7, 0, STATIC_DRAW\n";
constexpr char beyond[] = "a draw beyond its vertex buffers";
constexpr char unknown[] = "indices that are not known, or lie beyond their buffer";

// A procedure that only draws: what an earlier one has bound is not bound any more.
TEST_F(ClientGlTest, IndicesOfAnEarlierRunAreStillBoundOrUnknown) {
  give(*one, 7, std::string(4096, '\0'));
  EXPECT_EQ(run(*one,
                "init\nGenBuffers 1\nBindBuffer ELEMENT_ARRAY_BUFFER, 1\n"
                "BufferData ELEMENT_ARRAY_BUFFER, 4096, 7, 0, STATIC_DRAW\n"),
            "");
  (void)run(*one, "redraw\nDrawElements TRIANGLES, 3, UNSIGNED_INT, 64\n");
  (void)run(*one, "redraw\nBegin POINTS\nArrayElement 1000000\nEnd\nDrawArrays POINTS, 1, 2\n");
  EXPECT_EQ(run(*two, "redraw\nDrawElements TRIANGLES, 3, UNSIGNED_INT, 64\n"), unknown);
}

TEST_F(ClientGlTest, ABufferIsNotBoundBeforeThereIsOne) {
  give(*one, 7, std::string(4096, '\0'));
  EXPECT_EQ(run(*one,
                "update\nBindBuffer ELEMENT_ARRAY_BUFFER, 1\nGenBuffers 1\n"
                "BindBuffer COPY_WRITE_BUFFER, 1\n"
                "BufferData COPY_WRITE_BUFFER, 4096, 7, 0, STATIC_DRAW\n"
                "DrawElements TRIANGLES, 3, UNSIGNED_INT, 64\n"),
            unknown);
  EXPECT_EQ(run(*one,
                "update\nBindBuffer ARRAY_BUFFER, 2\nGenBuffers 2\n"
                "VertexPointer 2, FLOAT, 0, 1024\n"),
            "a vertex array without a buffer, or of no known type");
  EXPECT_EQ(run(*one,
                "update\nBindBufferBase UNIFORM_BUFFER, 0, 3\nGenBuffers 3\n"
                "BufferData UNIFORM_BUFFER, 64, 0, 0, STATIC_DRAW\n"),
            "BufferData without a buffer");
}

TEST_F(ClientGlTest, ADivisorKeepsNoVertexWithinItsBuffer) {
  give(*one, 7, std::string(4096, '\0'));
  const std::string arrays = std::string(make_buffer) +
                             "VertexAttribPointer 1, 4, FLOAT, FALSE, 2048, 0\n"
                             "EnableVertexAttribArray 1\nVertexAttribDivisor 1, 1\n";
  EXPECT_EQ(run(*one, "update\n" + arrays + "Begin TRIANGLES\nArrayElement 1000000\nEnd\n"),
            beyond);
  EXPECT_EQ(run(*one, "init\n" + arrays +
                          "VertexPointer 2, SHORT, 4, 0\nEnableClientState VERTEX_ARRAY\n"
                          "NewList 1, COMPILE\nDrawArrays TRIANGLES, 0, 1000\nEndList\n"),
            beyond);
  EXPECT_EQ(run(*one, "update\n" + arrays +
                          "VertexPointer 2, SHORT, 4, 0\nEnableClientState VERTEX_ARRAY\n"
                          "DrawArraysInstanced TRIANGLES, 0, 1000, 2\n"),
            "")
      << "two instances are within";
}

TEST_F(ClientGlTest, ARefusedArrayStaysAsItWas) {
  give(*one, 7, std::string(4096, '\0'));
  EXPECT_EQ(run(*one, std::string("init\n") + make_buffer +
                          "VertexAttribPointer 1, 4, FLOAT, FALSE, 2048, 0\n"
                          "EnableVertexAttribArray 1\n"
                          "VertexAttribPointer 1, 3, INT_2_10_10_10_REV, FALSE, 1, 0\n"),
            "the GL driver says INVALID_OPERATION of VertexAttribPointer, word 25 of its code");
  EXPECT_EQ(run(*one, "update\nBindVertexArray 0\nBegin POINTS\nArrayElement 4000\nEnd\n"), beyond);
  EXPECT_EQ(run(*one,
                "init\nBindVertexArray 0\nNewList 1, COMPILE\nDrawArrays POINTS, 0, 4000\n"
                "EndList\n"),
            beyond);
}

// What is filled then is the buffer that the driver still has there.
TEST_F(ClientGlTest, ARefusedRangeBindsNothing) {
  const std::string index("\0\0\0\x08", 4);
  give(*one, 7, index + index + index + index);
  give(*one, 8, std::string(4096, '\0'));
  (void)run(*one,
            "init\nGenBuffers 1\nGenBuffers 2\nGenBuffers 3\nBindBuffer ARRAY_BUFFER, 3\n"
            "BufferData ARRAY_BUFFER, 4096, 8, 0, STATIC_DRAW\nVertexPointer 2, FLOAT, 8, 0\n"
            "EnableClientState VERTEX_ARRAY\nBindBuffer ELEMENT_ARRAY_BUFFER, 1\n"
            "BufferData ELEMENT_ARRAY_BUFFER, 16, 7, 0, STATIC_DRAW\nBindBuffer UNIFORM_BUFFER, 2\n"
            "BufferData UNIFORM_BUFFER, 16, 8, 0, STATIC_DRAW\n"
            "BindBufferRange UNIFORM_BUFFER, 0, 1, 1, 16\n"
            "BufferSubData UNIFORM_BUFFER, 0, 16, 8, 0\n"
            "NewList 1, COMPILE\nDrawElements TRIANGLES, 3, UNSIGNED_INT, 0\nEndList\n");
  EXPECT_EQ(run(*one,
                "init\nBindBuffer UNIFORM_BUFFER, 2\nBufferSubData UNIFORM_BUFFER, 0, 16, 8, 0\n"
                "BindVertexArray 0\nNewList 1, COMPILE\n"
                "DrawElements TRIANGLES, 3, UNSIGNED_INT, 0\nEndList\n"),
            beyond)
      << "the indices are what they were";
}

// --------------------------------------------------------------------- what drivers do not check

TEST_F(ClientGlTest, ALevelBeyondEveryTextureIsBroughtWithin) {
  give(*one, 7, std::string(4096, '\1'));
  for (const std::string command : {"TexParameteri", "TexParameterf"})
    for (const std::string level : {"14", "15", "1000", "2147483647", "-5"})
      for (const std::string use :
           {"Enable TEXTURE_2D\nRectf -1, -1, 1, 1\n", "GenerateMipmap TEXTURE_2D\n",
            "TexImage2D TEXTURE_2D, 0, RGBA8, 4, 4, RGBA, UNSIGNED_BYTE, 0, 0\n",
            "Enable TEXTURE_2D\nDrawPixels 1, 1, RGBA, UNSIGNED_BYTE, 7, 0\n",
            "GenFramebuffers 1\nBindFramebuffer FRAMEBUFFER, 1\nFramebufferTexture2D FRAMEBUFFER, "
            "COLOR_ATTACHMENT0, TEXTURE_2D, 1, 0\nClear COLOR_BUFFER_BIT\n"})
        (void)run(*one,
                  "update\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
                  "TexImage2D TEXTURE_2D, 0, RGBA8, 8, 8, RGBA, UNSIGNED_BYTE, 0, 0\n" +
                      command + " TEXTURE_2D, TEXTURE_BASE_LEVEL, " + level + '\n' + use);
  context->gl().Finish();
}

TEST_F(ClientGlTest, NobodyHasParametersOfTheTextureOfEverybody) {
  const gl::Dispatch& gl = context->gl();
  for (const char* set : {"TexParameteri TEXTURE_2D, TEXTURE_BASE_LEVEL, 7\n",
                          "TexParameterf TEXTURE_2D, TEXTURE_MIN_FILTER, 0x2600\n",
                          "TexParameterfv TEXTURE_2D, TEXTURE_BORDER_COLOR, 1, 0, 0, 1\n"})
    EXPECT_EQ(run(*one, std::string("init\n") + set), "a parameter of no texture of the client's");
  gl::GLint level = -1, filter = -1;
  gl.GetTexParameteriv(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_BASE_LEVEL, &level);
  gl.GetTexParameteriv(gl::GL_TEXTURE_2D, gl::GL_TEXTURE_MIN_FILTER, &filter);
  EXPECT_EQ(level, 0);
  EXPECT_EQ(filter, gl::GL_NEAREST_MIPMAP_LINEAR);
  EXPECT_EQ(run(*two, "redraw\nEnable TEXTURE_2D\nRasterPos2f 0, 0\n"), "");
}

TEST_F(ClientGlTest, ASoftwareDriverGetsNoShaderThatItDoesNotKeepWithinItsArrays) {
  const std::string renderer(
      reinterpret_cast<const char*>(context->gl().GetString(gl::GL_RENDERER)));
  if (renderer.find("llvmpipe") == std::string::npos) GTEST_SKIP() << renderer;
  for (const std::string kind : {"COMPUTE_SHADER", "TESS_CONTROL_SHADER", "TESS_EVALUATION_SHADER"})
    EXPECT_EQ(run(*one, "init\nCreateShader 1, " + kind + '\n'),
              "a compute or tessellation shader, which this GL driver does not keep within its "
              "arrays");
  EXPECT_EQ(run(*one, "init\nCreateShader 1, GEOMETRY_SHADER\n"), "");
}

// Compilers go as deep as an expression does: on the threads that the server has for them.
TEST_F(ClientGlTest, TheDeepestShaderThatIsTakenIsCompiled) {
  std::string sum = "void main() { float x = gl_FragCoord.x; gl_FragColor = vec4(x";
  while (sum.size() < limits::shader_bytes_max - 16)
    sum += "+x";
  sum += "); }\n";
  std::string macros = "#define a x";
  while (macros.size() < 1024)
    macros += "+x";
  macros += "\nvoid main() { float x = gl_FragCoord.x; gl_FragColor = vec4(a";
  for (int i = 0; i < 254; ++i)
    macros += "+a";
  macros += "); }\n";
  context->release_current();
  for (const std::string& source : {sum, macros}) {
    RoomyThread thread([&] {
      ASSERT_TRUE(context->make_current().is_ok());
      give(*one, 1, "#version 120\nvoid main() { gl_Position = gl_Vertex; }\n");
      give(*one, 2, source);
      const std::string size = std::to_string(source.size());
      EXPECT_EQ(run(*one,
                    "update\nCreateShader 1, VERTEX_SHADER\nCreateShader 2, FRAGMENT_SHADER\n"
                    "ShaderSource 1, 1, 0, 53\nShaderSource 2, 2, 0, " +
                        size +
                        "\nCompileShader 1\nCompileShader 2\nCreateProgram 1\n"
                        "AttachShader 1, 1\nAttachShader 1, 2\nLinkProgram 1\nUseProgram 1\n"
                        "Rectf -1, -1, 1, 1\nUseProgram 0\nDeleteProgram 1\nDeleteShader 1\n"
                        "DeleteShader 2\n"),
                "");
      context->gl().Finish();
      context->release_current();
    });
    thread.join();
  }
  ASSERT_TRUE(context->make_current().is_ok());
}

TEST_F(ClientGlTest, AShaderThatBecomesLongIsNotCompiled) {
  std::string laugh = "#define a0 x+x\n";
  for (int i = 1; i < 30; ++i)
    laugh += "#define a" + std::to_string(i) + " a" + std::to_string(i - 1) + "+a" +
             std::to_string(i - 1) + '\n';
  give(*one, 1, laugh);
  EXPECT_EQ(run(*one, "init\nCreateShader 1, FRAGMENT_SHADER\nShaderSource 1, 1, 0, " +
                          std::to_string(laugh.size()) + "\n"),
            "a shader with a macro that names another one: a1");
}

// The server's own stipple is read by it, from beyond where it is.
TEST_F(ClientGlTest, HowPixelsLieInMemoryEndsWithTheRun) {
  give(*one, 7, std::string(4096, '\0'));
  constexpr char stippled[] =
      "redraw\nEnable POLYGON_STIPPLE\nColor3f 1, 0, 0\nRectf -1, -1, 1, 1\n";
  for (const std::string set : {"PixelStorei UNPACK_SKIP_ROWS, 64\n",
                                "PixelStorei UNPACK_ROW_LENGTH, 16384\n"
                                "PixelStorei UNPACK_SKIP_ROWS, 16384\n"}) {
    for (const std::string size : {"0, 0", "1, 1"})
      (void)run(*one, "init\n" + set +
                          "GenTextures 1\nBindTexture TEXTURE_2D, 1\n"
                          "TexImage2D TEXTURE_2D, 0, RGBA8, " +
                          size + ", RGBA, UNSIGNED_BYTE, 7, 0\nLineWidth 2\n");
    EXPECT_EQ(run(*two, stippled), "");
    for (gl::GLint x = side / 4; x < side * 3 / 4; ++x)
      for (gl::GLint y = side / 4; y < side * 3 / 4; ++y)
        ASSERT_EQ(pixel(x, y), red) << x << ' ' << y;
    EXPECT_EQ(run(*two, "redraw\nClear COLOR_BUFFER_BIT\n"), "");
  }
}

// -------------------------------------------------------------------------------------- memory

constexpr char over[] = "more memory than a session may use";
constexpr char gigabyte[] = "8192, 8192";  // at 16 bytes

TEST_F(ClientGlTest, WhatTheDriverRefusesFreesNothing) {
  for (std::uint32_t i = 1; i <= 3; ++i)
    EXPECT_EQ(run(*one, "init\nGenTextures " + std::to_string(i) + "\nBindTexture TEXTURE_2D, " +
                            std::to_string(i) + "\nTexImage2D TEXTURE_2D, 0, R8, " + gigabyte +
                            ", RED, UNSIGNED_BYTE, 0, 0\n"),
              "");
  EXPECT_EQ(run(*one,
                "init\nBindTexture TEXTURE_2D, 1\n"
                "TexImage2D TEXTURE_2D, 0, RGBA8, 1, 1, DEPTH_COMPONENT, UNSIGNED_BYTE, 0, 0\n"),
            "the GL driver says INVALID_OPERATION of TexImage2D, word 4 of its code");
  EXPECT_EQ(run(*one,
                "init\nGenTextures 5\nBindTexture TEXTURE_2D, 5\nTexImage2D TEXTURE_2D, 0, "
                "R8, 16384, 8192, RED, UNSIGNED_BYTE, 0, 0\n"),
            over);
}

std::string image(std::uint32_t name, const std::string& size) {
  const std::string number = std::to_string(name);
  return "init\nGenTextures " + number + "\nBindTexture TEXTURE_2D, " + number +
         "\nTexImage2D TEXTURE_2D, 0, R8, " + size + ", RED, UNSIGNED_BYTE, 0, 0\n";
}

TEST_F(ClientGlTest, ARefusedRangeCountsForTheBufferThatIsFilled) {
  for (std::uint32_t i = 1; i <= 3; ++i)
    EXPECT_EQ(run(*one, image(i, gigabyte)), "");
  EXPECT_EQ(run(*one, image(4, "8192, 4096")), "");
  EXPECT_EQ(run(*one, image(5, "4096, 4096")), "");
  EXPECT_EQ(run(*one, image(6, "4096, 2048")), "");
  EXPECT_EQ(run(*one, image(7, "2048, 2048")), "");
  EXPECT_EQ(run(*one, image(8, "2048, 1024")), "") << "and 32 MiB are left";
  for (const std::string n : {"2", "3"})
    (void)run(*one, "init\nGenBuffers 1\nGenBuffers " + n + "\nBindBuffer UNIFORM_BUFFER, " + n +
                        "\nBindBufferRange UNIFORM_BUFFER, 0, 1, 1, 16\n"
                        "BufferData UNIFORM_BUFFER, 20000000, 0, 0, STATIC_DRAW\n"
                        "BindBuffer UNIFORM_BUFFER, 1\n"
                        "BufferData UNIFORM_BUFFER, 16, 0, 0, STATIC_DRAW\n");
  EXPECT_EQ(run(*one,
                "init\nBindBuffer UNIFORM_BUFFER, 3\n"
                "BufferData UNIFORM_BUFFER, 20000000, 0, 0, STATIC_DRAW\n"),
            over);
}

TEST_F(ClientGlTest, MipmapsCount) {
  const std::string quarter = "4096, 4096";
  EXPECT_EQ(run(*one, image(1, gigabyte)), "");
  EXPECT_EQ(run(*one, image(2, gigabyte)), "");
  EXPECT_EQ(run(*one, image(3, gigabyte)), "");
  EXPECT_EQ(run(*one, image(4, quarter)), "");
  constexpr char make[] = "init\nBindTexture TEXTURE_2D, 4\nGenerateMipmap TEXTURE_2D\n";
  EXPECT_EQ(run(*one, make), "");
  EXPECT_EQ(run(*one, make), "") << "the same levels again";
  EXPECT_EQ(run(*one, image(5, quarter)), "");
  EXPECT_EQ(run(*one, image(6, quarter)), "") << "the last one there is room for";
  EXPECT_EQ(run(*one, image(7, "64, 64")), over);
  EXPECT_EQ(run(*one, "init\nBindTexture TEXTURE_2D, 5\nGenerateMipmap TEXTURE_2D\n"), over);
  EXPECT_EQ(run(*one, "init\nDeleteTextures 4\n"), "");
  EXPECT_EQ(run(*one, "init\nBindTexture TEXTURE_2D, 5\nGenerateMipmap TEXTURE_2D\n"), "");
  EXPECT_EQ(run(*one, image(7, quarter)), "") << "both came back";
}

TEST_F(ClientGlTest, MipmapsOfAnImmutableTextureAreCountedAlready) {
  constexpr char storage[] =
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
      "TexStorage2D TEXTURE_2D, 13, R8, 4096, 4096\nGenerateMipmap TEXTURE_2D\n";
  EXPECT_EQ(run(*one, image(2, gigabyte)), "");
  EXPECT_EQ(run(*one, image(3, gigabyte)), "");
  EXPECT_EQ(run(*one, image(4, gigabyte)), "");
  EXPECT_EQ(run(*one, storage), "");
  EXPECT_EQ(run(*one, image(5, "8192, 4096")), "") << "half of the last gigabyte is left";
  EXPECT_EQ(run(*one, image(6, "64, 64")), over);
}

// A texture that could not be made immutable is not taken for one.
TEST_F(ClientGlTest, MipmapsCountAfterStorageThatWasRefused) {
  EXPECT_EQ(run(*one,
                "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
                "TexStorage2D TEXTURE_2D, 15, R8, 16, 16\n"),
            "the GL driver says INVALID_OPERATION of TexStorage2D, word 7 of its code");
  EXPECT_EQ(run(*one, image(1, gigabyte) + "GenerateMipmap TEXTURE_2D\n"), "");
  EXPECT_EQ(run(*one, image(2, gigabyte)), "");
  EXPECT_EQ(run(*one, image(3, gigabyte)), "");
  EXPECT_EQ(run(*one, image(4, "64, 64")), over);
}

TEST_F(ClientGlTest, WhatIsDeletedWhileAttachedStillCounts) {
  for (std::uint32_t i = 1; i <= 4; ++i)
    EXPECT_EQ(
        run(*one, "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\nTexImage2D TEXTURE_2D, 0, R8, " +
                      std::string(gigabyte) + ", RED, UNSIGNED_BYTE, 0, 0\nGenFramebuffers " +
                      std::to_string(i) + "\nBindFramebuffer FRAMEBUFFER, " + std::to_string(i) +
                      "\nFramebufferTexture2D FRAMEBUFFER, COLOR_ATTACHMENT0, TEXTURE_2D, 1, 0\n"
                      "BindFramebuffer FRAMEBUFFER, 0\nDeleteTextures 1\n"),
        "");
  constexpr char another[] =
      "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\nTexImage2D TEXTURE_2D, 0, R8, 8192, 8192, "
      "RED, UNSIGNED_BYTE, 0, 0\n";
  EXPECT_EQ(run(*one, another), over);
  EXPECT_EQ(run(*one, "init\nDeleteFramebuffers 2\n"), "");
  EXPECT_EQ(run(*one, another), "") << "it came back with the framebuffer";
}

// Drivers guess the other levels of a texture from the one that they have, and make room for them.
TEST_F(ClientGlTest, ALevelWithoutItsBaseCountsAsAllOfThem) {
  const auto level = [](int number, const std::string& size) {
    return "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\nTexImage2D TEXTURE_2D, " +
           std::to_string(number) + ", R8, " + size + ", RED, UNSIGNED_BYTE, 0, 0\n";
  };
  EXPECT_EQ(run(*one, level(13, "4, 4")), over);
  EXPECT_EQ(run(*one, level(0, "64, 16")), "");
  EXPECT_EQ(budget->texture_bytes(), 16u * 64 * 16);
  EXPECT_EQ(run(*one, level(1, "32, 8")), "");
  EXPECT_EQ(run(*one, level(6, "1, 1")), "");
  EXPECT_EQ(budget->texture_bytes(), 16u * (64 * 16 + 32 * 8 + 1)) << "what belongs to the base";
  EXPECT_EQ(run(*one, level(13, "4, 4")), over) << "what does not";
  EXPECT_EQ(run(*one, "init\nDeleteTextures 1\n"), "");
  EXPECT_EQ(budget->texture_bytes(), 0u);
}

TEST_F(ClientGlTest, APictureGivesAnImmutableTextureNoRoom) {
  const gl::Dispatch& gl = context->gl();
  gl::GLuint source = 0;
  gl.GenTextures(1, &source);
  gl.BindTexture(gl::GL_TEXTURE_2D, source);
  gl.TexImage2D(gl::GL_TEXTURE_2D, 0, gl::GL_RGBA8, 4, 4, 0, gl::GL_RGBA, gl::GL_UNSIGNED_BYTE,
                nullptr);
  auto image = TextureImage::create(*context, source);
  ASSERT_TRUE(image.is_ok()) << image.status().text();
  gl.BindTexture(gl::GL_TEXTURE_2D, 0);
  (void)one->set_picture({0, 9},
                         std::make_shared<PictureFace>(PictureFace{{}, image.take(), 4, 4}));
  EXPECT_EQ(run(*one,
                "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
                "TexStorage2D TEXTURE_2D, 1, RGBA8, 64, 64\n"),
            "");
  const auto counted = budget->texture_bytes();
  EXPECT_GT(counted, 0u);
  EXPECT_NE(
      run(*one, "redraw\nBindTexture TEXTURE_2D, 1\nEGLImageTargetTexture2DOES TEXTURE_2D, 9\n"),
      "");
  EXPECT_EQ(budget->texture_bytes(), counted) << "it still has its storage";
  gl.DeleteTextures(1, &source);
}

TEST_F(ClientGlTest, ShadersThatAreAttachedStillCount) {
  give(*one, 1, std::string(1000, ' '));
  constexpr char attach[] =
      "init\nCreateProgram 1\nCreateShader 1, VERTEX_SHADER\nShaderSource 1, 1, 0, 1000\n"
      "AttachShader 1, 1\nDeleteShader 1\n";
  for (std::uint64_t i = 1; i <= 16; ++i) {
    EXPECT_EQ(run(*one, attach), "");
    EXPECT_EQ(budget->texture_bytes(), i * 64'000);
  }
  EXPECT_EQ(run(*one, attach), "more shaders for a program than there are stages");
  EXPECT_EQ(budget->texture_bytes(), 16u * 64'000);
  EXPECT_EQ(run(*one, "init\nDeleteProgram 1\n"), "");
  EXPECT_EQ(budget->texture_bytes(), 0u);
  EXPECT_EQ(run(*one, std::string(attach) + "DetachShader 1, 1\n"),
            "a shader or a program of no such name");
  EXPECT_EQ(run(*one,
                "init\nDeleteProgram 1\nCreateProgram 1\nCreateShader 1, VERTEX_SHADER\n"
                "ShaderSource 1, 1, 0, 1000\nAttachShader 1, 1\nDetachShader 1, 1\n"
                "DeleteShader 1\n"),
            "");
  EXPECT_EQ(budget->texture_bytes(), 0u) << "it is attached to nothing";
}

TEST_F(ClientGlTest, DisplayListsCount) {
  const auto list = [](const std::string& name) {
    std::string text = "init\nNewList " + name + ", COMPILE\nBegin POINTS\n";
    for (int i = 0; i < 10'000; ++i)
      text += "Vertex2f 0, 0\n";
    return text + "End\nEndList\n";
  };
  EXPECT_EQ(run(*one, list("1")), "");
  const auto counted = budget->texture_bytes();
  EXPECT_GE(counted, 10'000u * 128);
  EXPECT_EQ(run(*one, list("1")), "");
  EXPECT_EQ(budget->texture_bytes(), counted) << "it took the other's place";
  EXPECT_EQ(run(*one, "init\nDeleteLists 1\n"), "");
  EXPECT_EQ(budget->texture_bytes(), 0u);
  for (int i = 1; i <= 4; ++i)
    EXPECT_EQ(run(*one, image(i, i < 4 ? gigabyte : "8192, 8128")), "");
  EXPECT_EQ(run(*one, image(5, "512, 1000")), "");
  EXPECT_EQ(run(*one, list("1") + list("2").substr(5)), over);
  EXPECT_EQ(run(*one, std::string("redraw\nCallList 1\nCallList 2\n")), "");
}

TEST_F(ClientGlTest, RangesLieWithinTheirBuffers) {
  constexpr char outside[] = "a range that does not lie within its buffer";
  const std::string make =
      "init\nGenBuffers 1\nBindBuffer SHADER_STORAGE_BUFFER, 1\n"
      "BufferData SHADER_STORAGE_BUFFER, 4096, 0, 0, STATIC_DRAW\n";
  const std::string bind = "BindBufferRange SHADER_STORAGE_BUFFER, 0, 1, ";
  EXPECT_EQ(run(*one, make + bind + "256, 3840\n"), "");
  EXPECT_EQ(run(*one, make + bind + "256, 3841\n"), outside);
  EXPECT_EQ(run(*one, make + bind + "2000000000, 4096\n"), outside);
  EXPECT_EQ(run(*one, make + bind + "0, 2147483647\n"), outside);
  // One that was within when it was bound.
  const gl::Dispatch& gl = context->gl();
  EXPECT_EQ(run(*one, make + bind + "256, 3840\n" +
                          "BufferData SHADER_STORAGE_BUFFER, 64, 0, 0, STATIC_DRAW\n"),
            "");
  EXPECT_EQ(gl.GetError(), 0u);
  const std::string show =
      "init\nGenBuffers 2\nBindBuffer TEXTURE_BUFFER, 2\nGenTextures 1\n"
      "BindTexture TEXTURE_BUFFER, 1\nBufferData TEXTURE_BUFFER, 4096, 0, 0, STATIC_DRAW\n";
  const std::string part = "TexBufferRange TEXTURE_BUFFER, R32UI, 2, ";
  EXPECT_EQ(run(*one, show + part + "256, 3841\n"), outside);
  EXPECT_EQ(run(*one, show + part + "256, 3840\n"), "");
  EXPECT_EQ(run(*one,
                "init\nBindBuffer TEXTURE_BUFFER, 2\n"
                "BufferData TEXTURE_BUFFER, 64, 0, 0, STATIC_DRAW\n"),
            "less content than there is in a texture's range of the buffer");
}

TEST_F(ClientGlTest, WhatInterpolatesBeyondArraysIsRefused) {
  give_shaders(*one,
               "#version 400 compatibility\nuniform int k; in vec4 v[4];\n"
               "void main() { gl_FragColor = interpolateAtCentroid(v[k]); }\n");
  EXPECT_NE(run(*one, make_program).find("interpolateAt"), std::string::npos);
}

TEST_F(ClientGlTest, ABitmapIsDrawnAtOnce) {
  give(*one, 30, std::string(1024, '\xFF'));
  EXPECT_EQ(run(*one,
                "init\nGenTextures 1\nBindTexture TEXTURE_2D, 1\n"
                "TexStorage2D TEXTURE_2D, 1, RGBA8, 4, 4\n"),
            "");
  EXPECT_EQ(run(*one,
                "redraw\nBindTexture TEXTURE_2D, 1\nEnable TEXTURE_2D\n"
                "Bitmap 17, 3, 0, 0, 0, 0, 30, 0\n"),
            "");
  EXPECT_EQ(run(*two, "redraw\nBegin POINTS\nVertex2f 0, 0\nEnd\n"), "");
}

TEST_F(ClientGlTest, ListsHoldNoPrimitivesWithAdjacency) {
  for (int i = 0; i < 20; ++i)
    (void)run(*one,
              "init\nNewList 1, COMPILE\nBegin TRIANGLES\nVertex2f 0, 0\nVertex2f 1, -1\nEnd\n"
              "Begin TRIANGLES_ADJACENCY\nVertex2f 0.9, 0.4\nEnd\nEndList\n");
  (void)run(*one, "redraw\nCallList 1\n");
}

TEST_F(ClientGlTest, ListsHoldNoAttributesOfOtherTypes) {
  (void)run(*one,
            "init\nNewList 3, COMPILE\nBegin TRIANGLES\nVertex2f 0, 1\nVertexAttrib1f 3, 1\n"
            "Vertex2f 1, 1\nVertexAttribL1d 3, 53\nEnd\nEndList\n");
  (void)run(*one, "redraw\nCallList 3\n");
}

// Drivers look at buffers for a draw of nothing, too, and Mesa's display lists at those without
// memory.
TEST_F(ClientGlTest, NothingIsDrawnOfBuffersWithoutMemory) {
  EXPECT_EQ(run(*one,
                "init\nGenBuffers 1\nGenBuffers 2\nBindBuffer ARRAY_BUFFER, 1\n"
                "BindBuffer ELEMENT_ARRAY_BUFFER, 2\nVertexPointer 2, FLOAT, 0, 0\n"
                "EnableClientState VERTEX_ARRAY\n"),
            "");
  EXPECT_EQ(run(*one,
                "init\nNewList 1, COMPILE\nDrawElements TRIANGLES, 0, UNSIGNED_SHORT, 31\n"
                "DrawArraysInstanced TRIANGLES, 0, 4, 0\nEndList\n"
                "NewList 2, COMPILE\nDrawArrays TRIANGLES, 0, 0\nEndList\n"),
            "");
}

TEST_F(ClientGlTest, NothingOfManyNamesInListsIsLeft) {
  const gl::Dispatch& gl = context->gl();
  const auto textures = [&] {
    int count = 0;
    for (gl::GLuint name = 1; name < 8'192; ++name)
      count += gl.IsTexture(name);
    return count;
  };
  const int before = textures();
  EXPECT_EQ(
      run(*one, "init\ncopy r0, 1\nNewList 1, COMPILE\nBindTexture TEXTURE_2D, r0\nEndList\n"), "");
  std::string text = "init\n";
  for (int i = 0; i < 600; ++i)
    text += "GenTextures " + std::to_string(1 + i) + "\nBindTexture TEXTURE_2D, " +
            std::to_string(1 + i) + "\nDeleteTextures " + std::to_string(1 + i) + "\n";
  (void)run(*one, text);
  (void)run(*one, text);
  std::string again = "init\n";
  for (int i = 0; i < 600; ++i)
    again += "GenTextures " + std::to_string(1 + i) + "\nBindTexture TEXTURE_2D, " +
             std::to_string(1 + i) + "\n";
  (void)run(*one, again);
  EXPECT_GE(textures(), before + 1'200);
  one.reset();
  EXPECT_EQ(textures(), before);
}

}  // namespace
}  // namespace blink::server::test
