#include "server/screen/shader_source.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blink::server {
namespace {

bool is_good(const std::string& source) { return objection_to_shader(source).empty(); }
bool has_objection(const std::string& source, const std::string& to) {
  return objection_to_shader(source).find(to) != std::string::npos;
}

TEST(ShaderSource, ThatIsHonestIsGood) {
  EXPECT_TRUE(is_good(""));
  EXPECT_TRUE(
      is_good("#version 120\n#define PI 3.14159\n#ifdef GL_ES\nprecision highp float;\n"
              "#endif\nvoid main() { gl_FragColor = vec4(sin(PI), PI * 2.0, 43758.5453, 1);"
              " }\n"));
  EXPECT_TRUE(is_good("#define A (1 + 2)\nfloat a[A];\n")) << "no arguments: there is a blank";
  EXPECT_TRUE(is_good("#if 1\n#define P highp\n#else\n#define P lowp\n#endif\nP float x;\n"));
}

TEST(ShaderSource, MacrosTakeNoArguments) {
  const std::string why = "takes arguments: f";
  EXPECT_TRUE(has_objection("#define f(x) x+x\n", why));
  EXPECT_TRUE(has_objection("  #  define\tf(x) x+x", why));
  EXPECT_TRUE(has_objection("/* a\n b */ # /**/ define /**/ f(x) x", why));
  EXPECT_TRUE(has_objection("#def\\\nine f\\\r\n(x) x", why)) << "one line";
  EXPECT_TRUE(has_objection("int a;\r#define f(x) x", why)) << "a line may end with \\r alone";
  EXPECT_TRUE(has_objection("// a comment \\ \n#define f(x) x", why)) << "not continued";
  EXPECT_TRUE(is_good("// a comment \\\n#define f(x) x\n")) << "continued";
  EXPECT_TRUE(is_good("/* #define f(x) x\n#define f(x) x */"));
  EXPECT_TRUE(is_good("// /*\n#define g 1\n// */"));
  EXPECT_TRUE(has_objection("// /*\n#define f(x) x\n// */", why));
  EXPECT_TRUE(has_objection("#define a b ## c\n", "joins names: a"));
}

TEST(ShaderSource, MacrosNameNoOthers) {
  const std::string why = "names another one: b";
  EXPECT_TRUE(has_objection("#define a x+x\n#define b a+a\n", why));
  EXPECT_TRUE(has_objection("#define b a+a\n#define a x+x\n", why)) << "in any order";
  EXPECT_TRUE(has_objection("#define a 1\n#undef a\n#define b a\n#define a 2\n", why));
  EXPECT_TRUE(has_objection("#define b 1\n#undef b\n#define b a\n#define a 2\n", why));
  EXPECT_TRUE(has_objection("#define a x\n#define b a\\\n+1\n", why));
  EXPECT_TRUE(is_good("#define a x\n#define b ab+ba+a_+_a+a1+1a\n")) << "parts of other names";
  EXPECT_TRUE(is_good("#define a x\n#define b y // a\n"));
  EXPECT_TRUE(is_good("#define a x\n#define b /* a */ y\n"));
  EXPECT_TRUE(is_good("#define a a+1\n")) << "itself is not written out again";
}

TEST(ShaderSource, MacrosBecomeNoMoreThanIsAllowed) {
  const std::string why = "more than 256 KiB";
  const std::string kilobyte(1023, 'x');
  std::string uses;
  for (int i = 0; i < 256; ++i)
    uses += "a ";
  const std::string once = "#define a " + kilobyte + '\n';
  EXPECT_TRUE(is_good(once + uses));
  EXPECT_TRUE(has_objection(once + uses + "a", why));
  EXPECT_TRUE(has_objection(once + uses + "\n#if a\n", why));
  EXPECT_TRUE(has_objection("#define a 1\n#undef a\n" + once + uses + 'a', why));
  EXPECT_TRUE(has_objection(once + "#undef a\n#define a 1\n" + uses + 'a', why))
      << "whichever of them it is";
  EXPECT_TRUE(is_good(once + uses + "/* a */ // a\n b ab a1\n#undef a\n"));
}

TEST(ShaderSource, ArraysAreSmall) {
  const std::string why = "an array of more than 4096";
  EXPECT_TRUE(is_good("float a[4096]; float b = 10000;"));
  for (const std::string array :
       {"float a[4097];",
        "float a[100000u];",
        "float a[0x1001];",
        "float a[010001];",
        "float a[64*65];",
        "float a[(1<<13)];",
        "float a[int(1e6)];",
        "float a[64][65];",
        "float[64] a[65];",
        "float a[1][1][5000];",
        "float a[b[5000]];",
        "float a[/**/5000/**/];",
        "float a[50\\\n00];",
        "#define N 5000\nfloat a[N];",
        "#define A [5000]\nfloat a A;",
        "#define N 5000\n#if 0\n#undef N\n#define N 4\n#endif\nfloat a[N];",
        "#define N 4\n#undef N\n#define N 5000\nfloat a[N];",
        "struct S { float a[64]; vec4 b; }; S c[64];",
        "struct S { float a[64]; }; struct T { float x, y; S s, t; }; T a[32];",
        "struct S { float[64] a; } c[65];",
        "struct S { int a[65]; }; S[2] b[2] , c[64];",
        "const int N = 5000; float a[N];",
        "const highp int M = 1, N = 64 * 65; float a[N - M];",
        "const int N = 80; const int M = N * N; float a[M];",
        "float a[- -5000];",
        "#if 1\nfloat a[\n#if 0\n5\n#else\n5000\n#endif\n];"})
    EXPECT_TRUE(has_objection(array, why)) << array;
  EXPECT_TRUE(has_objection(
      "float a[" + std::string(10000, '(') + "80*80" + std::string(10000, ')') + "];", why));
  for (const std::string array :
       {"a[63][63] = 1;", "a[i * 4096];", "a[int(mod(x * 43758.5453, 256.))];",
        "a[i][j][k] = 5000;", "const int N = 5000; int b = N; float a[n];",
        "float a[]; float b = 5000;", "struct S { float a[64]; }; S c[64]; float d[4096];",
        "struct L { vec4 a, b; }; uniform L l[8]; float f(L x) { float y[4096]; return y[9]; }",
        "// a[5000]\n", "const float x = 5000.; a[i];"})
    EXPECT_TRUE(is_good(array)) << array << objection_to_shader(array);
}

// Of any text: it ends, quickly, and as it should.
TEST(ShaderSource, MayBeAnything) {
  const std::string pieces[] = {"[",          "]",
                                "(",          "a[",
                                "#",          "#define ",
                                "#define a",  "\\",
                                "\\\n",       "/*",
                                "//",         "[1+",
                                "const int ", "const int a=1,",
                                "\r",         "\n#define a a a\n a",
                                "1e+",        "0x",
                                "\"",         std::string(1, '\0'),
                                "\xFF"};
  for (const std::string& piece : pieces) {
    std::string text;
    while (text.size() < 65536)
      text += piece;
    (void)objection_to_shader(text);
  }
}

// --------------------------------------------------------------------------------------- weight

bool is_endless(const std::string& source) { return std::isinf(weight_of_shader(source)); }

TEST(ShaderWeight, IsThatOfItsWords) {
  const double little = weight_of_shader("void main() { gl_FragColor = vec4(1.0); }\n");
  EXPECT_GT(little, 0);
  EXPECT_LT(little, 100);
  std::string text = "void main() { float a = 1.0;\n";
  for (int i = 0; i < 1'000; ++i)
    text += "a = a * 1.5 + 0.5;\n";
  EXPECT_GT(weight_of_shader(text + "gl_FragColor = vec4(a); }\n"), 8'000);
  EXPECT_GT(weight_of_shader("void main() { gl_FragColor = pow(gl_Color, gl_Color); }\n"), little);
  EXPECT_FALSE(
      is_endless("const vec3 sky = vec3(0.5, 0.6, 1.0);\nlayout(location = 0) out vec4 c;\n"
                 "#ifdef GL_ES\nprecision highp float;\n#endif\n#define PI 3.14\n"
                 "float f(vec2 a) { if (a.x > PI) return a.y; else return (a.x); }\n"
                 "void main() { c = vec4(sky * f(vec2(1.0)), 1.0); }\n"));
}

TEST(ShaderWeight, OfLoopsNobodyKnows) {
  EXPECT_TRUE(is_endless("void main() { for (int i = 0; i < 4; ++i) gl_FragColor += vec4(i); }"));
  EXPECT_TRUE(is_endless("void main() { while (true) ; }"));
  EXPECT_TRUE(is_endless("void main() { do { } while (true); }"));
  EXPECT_TRUE(is_endless("#define go for\nvoid main() { go (;;) ; }"));
  EXPECT_TRUE(
      is_endless("#if 1\n#define go for\n#else\n#define go 1000\n#endif\n"
                 "void main() { go (;;) ; }"));
  EXPECT_TRUE(is_endless("void main() { wh\\\nile (true) ; }"));
}

// What only seems to be a macro, or to be code.
TEST(ShaderWeight, NothingHidesALoopOrAFunction) {
  const std::string loop = "void main() { for (;;) ; }\n";
  EXPECT_TRUE(is_endless("#if 0\n#define for 1\n#endif\n" + loop));
  EXPECT_TRUE(is_endless("#define for 1\n#undef for\n" + loop));
  EXPECT_TRUE(is_endless(loop + "#define for 1\n"));
  const std::string many = "void main() { f(); f(); }\n";
  EXPECT_TRUE(is_endless("#if 0\n#define f 1\n#endif\nvoid f() { }\n" + many));
  EXPECT_TRUE(is_endless("void\n#if 0\nelse\n#endif\nf() { }\n" + many));
  EXPECT_FALSE(is_endless("#ifdef GL_ES\nprecision highp float;\n#endif\nvoid f() { }\n" + many));
}

TEST(ShaderWeight, WhatVariablesBeginWithCounts) {
  std::string text = "float f(float x) { return x; }\nfloat f2(float x) { return x";
  for (int i = 0; i < 100; ++i)
    text += " + f(x)";
  const std::string main = "void main() { gl_FragColor = vec4(1.0); }\n";
  EXPECT_GT(weight_of_shader(text + "; }\nfloat g = f2(1.0), h = f2(2.0);\n" + main) -
                weight_of_shader(text + "; }\nfloat g = 1.0, h = 2.0;\n" + main),
            1'000);
}

TEST(ShaderWeight, OfLargeValuesIsLarger) {
  const auto of = [](const std::string& type, const std::string& after = "") {
    return weight_of_shader("uniform " + type + " u" + after + ";\nvoid main() { " + type + " a" +
                            after + "; a = u; u = a; a = u; gl_FragColor = vec4(1.0); }\n");
  };
  EXPECT_EQ(of("float", "[8]"), of("float", "[9]"));
  EXPECT_GT(of("float", "[4096]"), 100 * of("float", "[8]"));
  EXPECT_GT(of("mat4"), 2 * of("vec4"));
  EXPECT_LT(weight_of_shader("varying vec3 n;\nuniform mat4 m;\nvoid main() { n = "
                             "gl_NormalMatrix * gl_Normal; gl_Position = m * gl_Vertex; }\n"),
            250);
  EXPECT_GT(weight_of_shader("uniform mat4 m;\nvoid main() { gl_Position = inverse(m)[0]; }\n"),
            1'000);
}

TEST(ShaderWeight, OfWhatTakesLongIsLarger) {
  const auto of = [](const std::string& call) {
    return weight_of_shader("uniform sampler2D t;\nvoid main() { gl_FragColor = " + call + "; }\n");
  };
  EXPECT_GT(of("sin(gl_Color)"), of("vec4(gl_Color)") + 40);
  EXPECT_GT(of("texture2D(t, gl_Color)"), of("vec4(t, gl_Color)") + 100);
}

TEST(ShaderWeight, LooksAtNoMoreThanItMay) {
  std::string text;
  while (text.size() < 64'000)
    text += "x x(";
  for (int i = 0; i < 100; ++i)  // minutes, if each were matched with its end
    EXPECT_TRUE(is_endless(text));
}

// Each calls the one before twice.
TEST(ShaderWeight, OfFunctionsIsThatOfTheirCalls) {
  const auto chain = [](int length, const std::string& before = "") {
    std::string text = before + "float f0(float x) { return x * 1.5; }\n";
    for (int i = 1; i < length; ++i) {
      const std::string last = "f" + std::to_string(i - 1);
      text += "float f" + std::to_string(i) + "(float x) { return " + last + "(x) + " + last +
              "(x + 1.0); }\n";
    }
    return text + "void main() { gl_FragColor = vec4(f" + std::to_string(length - 1) +
           "(1.0)); }\n";
  };
  EXPECT_GT(weight_of_shader(chain(20)), 1e6);
  EXPECT_LT(weight_of_shader(chain(4)), 1e3);
  EXPECT_GT(weight_of_shader(chain(1'000)), 1e6) << "deep, too";
  // Not to be hidden by what is only sometimes there.
  EXPECT_GT(weight_of_shader(chain(20, "#if 0\n{\n#endif\n")), 1e6);
  EXPECT_GT(weight_of_shader(chain(20, "void g() {\n#if 0\n}\n#endif\n")), 1e6);
  EXPECT_GT(weight_of_shader(chain(20, "float a[(3)];\nvoid h(float b[(2)]) { }\n")), 1e6);
}

TEST(ShaderWeight, OfWhatIsElsewhereNobodyKnows) {
  EXPECT_TRUE(is_endless("float f(float x);\nvoid main() { gl_FragColor = vec4(f(1.0)); }"));
  EXPECT_FALSE(
      is_endless("float f(float x);\nvoid main() { gl_FragColor = vec4(f(1.0)); }\n"
                 "float f(float x) { return x; }\n"));
  EXPECT_TRUE(is_endless("void f() { }\n")) << "it has no main";
  EXPECT_TRUE(
      is_endless("float f(float x) { return f(x); }\n"
                 "void main() { gl_FragColor = vec4(f(1.0)); }\n"));
}

}  // namespace
}  // namespace blink::server
