#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/doctor/checks.h"
#include "cli/doctor/egl_probe.h"
#include "cli/doctor/runner.h"
#include "tests/doctor/environment.h"

namespace blink::doctor {
namespace {

namespace fs = std::filesystem;

bool has_mesa_software() {
  for (const char* const file : {"/usr/lib/x86_64-linux-gnu/dri/swrast_dri.so",
                                 "/usr/lib/aarch64-linux-gnu/dri/swrast_dri.so"})
    if (fs::exists(file)) return fs::exists("/usr/share/glvnd/egl_vendor.d/50_mesa.json");
  return false;
}

Report check_gl() { return run_check(*make_gl_check()); }

std::string text_of(const Report& report) { return encode(report.finding); }

// With an EGL whose only driver is tests/doctor/bad_driver.c.
Report check_bad_driver(const char* how) {
  const fs::path file = fs::temp_directory_path() / ("bad-driver-" + std::string(how) + ".json");
  std::ofstream(file) << R"({"file_format_version": "1.0.0", "ICD": {"library_path": ")"
                      << BLINK_BAD_DRIVER << "\"}}";
  const ScopedVariable only_it("__EGL_VENDOR_LIBRARY_FILENAMES", file.c_str());
  const ScopedVariable misbehave("BLINK_BAD_DRIVER", how);
  const Report report = check_gl();
  fs::remove(file);
  return report;
}

TEST(Gl, AnswersWithinItsTimeWhateverIsHere) {
  const Report report = check_gl();
  EXPECT_NE(report.finding.state, State::unknown) << text_of(report);
  EXPECT_FALSE(report.finding.headline.empty());
  EXPECT_TRUE(report.finding.state == State::ok || !report.finding.advice.empty())
      << text_of(report);
}

TEST(Gl, FindsAllThatLlvmpipeGives) {
  if (!has_mesa_software()) GTEST_SKIP() << "Mesa's software drivers are not installed";
  const ScopedVariable software("LIBGL_ALWAYS_SOFTWARE", "1");
  const ScopedVariable driver("GALLIUM_DRIVER", "llvmpipe");
  const Report report = check_gl();
  const Finding& finding = report.finding;
  EXPECT_EQ(finding.state, State::ok) << text_of(report);
  EXPECT_NE(finding.detail("surfaceless.renderer").find("llvmpipe"), std::string::npos);
  EXPECT_GE(version_in(finding.detail("surfaceless.core")), (Version{4, 5}));
  EXPECT_GE(version_in(finding.detail("surfaceless.compatibility")), (Version{4, 5}));
  EXPECT_GE(version_in(finding.detail("surfaceless.es")), (Version{3, 2}));
  EXPECT_EQ(finding.detail("surfaceless.lacks"), "nothing");
  EXPECT_EQ(finding.detail("surfaceless.drawing"), "works");
  EXPECT_EQ(finding.detail("surfaceless.sharing"), "works");
  EXPECT_EQ(finding.detail("surfaceless.robust_context"), "works");
}

TEST(Gl, TellsALesserDriverFromABetterOne) {
  if (!has_mesa_software()) GTEST_SKIP() << "Mesa's software drivers are not installed";
  const ScopedVariable software("LIBGL_ALWAYS_SOFTWARE", "1");
  const ScopedVariable driver("GALLIUM_DRIVER", "softpipe");
  const Report report = check_gl();
  const Finding& finding = report.finding;
  if (finding.detail("surfaceless.renderer").find("softpipe") == std::string_view::npos)
    GTEST_SKIP() << "this Mesa has no softpipe: " << finding.detail("surfaceless.renderer");
  EXPECT_GE(version_in(finding.detail("surfaceless.core")), (Version{3, 3}));
  EXPECT_LT(version_in(finding.detail("surfaceless.core")), gl_wanted);
  EXPECT_EQ(finding.state, State::limited) << text_of(report);
  EXPECT_FALSE(report.is_fatal());
}

TEST(Gl, FailsWithoutAnyDriver) {
  const ScopedVariable no_driver("__EGL_VENDOR_LIBRARY_FILENAMES", "/nowhere");
  const Report report = check_gl();
  EXPECT_TRUE(report.is_fatal()) << text_of(report);
  ASSERT_FALSE(report.finding.advice.empty());
  EXPECT_NE(report.finding.advice[0].find("libegl-mesa0"), std::string::npos);
}

TEST(Gl, ADriverThatCrashesIsNamedByItsSignal) {
  const Report report = check_bad_driver("crash");
  if (report.finding.state == State::missing) GTEST_SKIP() << report.finding.headline;
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_NE(report.finding.headline.find("SIGSEGV"), std::string::npos) << text_of(report);
}

TEST(Gl, ADriverThatHangsIsGivenUp) {
  const Report report = check_bad_driver("hang");
  if (report.finding.state == State::missing) GTEST_SKIP() << report.finding.headline;
  EXPECT_EQ(report.finding.state, State::failed);
  EXPECT_NE(report.finding.headline.find("no answer within"), std::string::npos) << text_of(report);
  EXPECT_LT(report.took, std::chrono::seconds(8));
}

TEST(Gl, KnowsSoftwareRenderers) {
  EXPECT_TRUE(is_software_renderer("llvmpipe (LLVM 15.0.6, 256 bits)"));
  EXPECT_TRUE(is_software_renderer("softpipe"));
  EXPECT_FALSE(is_software_renderer("NVIDIA H200/PCIe/SSE2"));
  EXPECT_FALSE(is_software_renderer(""));
}

}  // namespace
}  // namespace blink::doctor
