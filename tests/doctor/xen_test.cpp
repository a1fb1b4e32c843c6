// The xen check, on hosts made of a few files: the real one is rarely at hand.

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>

#include "cli/doctor/checks.h"
#include "cli/doctor/runner.h"
#include "tests/doctor/fake_server.h"

namespace blink::doctor {
namespace {

namespace fs = std::filesystem;

class Xen : public testing::Test {
 protected:
  void make_file(const char* path, const char* content) {
    fs::create_directories((root() / path).parent_path());
    std::ofstream(root() / path) << content;
  }
  void make_devices() {
    for (const char* const device : {"gntdev", "gntalloc", "evtchn"})
      make_file((std::string("dev/xen/") + device).c_str(), "");
  }
  std::string socket() {
    fs::create_directories(root() / "run/xenstored");
    return root() / "run/xenstored/socket";
  }
  Finding check() { return run_check(*make_xen_check(root())).finding; }
  const fs::path& root() const { return folder_.path(); }

  static std::string answer(std::uint32_t type) {
    const std::uint32_t head[4] = {type, 1, 0, 5};
    return std::string(reinterpret_cast<const char*>(head), sizeof head) + "tool";
  }

 private:
  const TemporaryFolder folder_;
};

TEST_F(Xen, IsMissingElsewhere) {
  EXPECT_EQ(check().state, State::missing);
  make_file("sys/hypervisor/type", "other\n");
  EXPECT_EQ(check().state, State::missing);
}

TEST_F(Xen, ADom0WhereEverythingAnswers) {
  make_file("sys/hypervisor/type", "xen\n");
  make_file("proc/xen/capabilities", "control_d\n");
  make_devices();
  const FakeServer xenstored(socket(), answer(1));
  const Finding finding = check();
  EXPECT_EQ(finding.state, State::ok) << encode(finding);
  EXPECT_EQ(finding.detail("domain"), "dom0");
  EXPECT_EQ(finding.detail("xenstore"), "answers (/run/xenstored/socket)");
}

TEST_F(Xen, AGuestIsNoDom0) {
  make_file("sys/hypervisor/type", "xen\n");
  make_file("proc/xen/capabilities", "\n");
  EXPECT_EQ(check().detail("domain"), "domU");
}

TEST_F(Xen, ADeadXenstoreIsToldOf) {
  make_file("proc/xen/capabilities", "control_d\n");
  make_devices();
  const Finding finding = check();
  EXPECT_EQ(finding.state, State::limited) << encode(finding);
  EXPECT_NE(finding.advice.at(0).find("xenstored"), std::string::npos);
}

TEST_F(Xen, AXenstoreThatAnswersSomethingElseIsToldOf) {
  make_file("proc/xen/capabilities", "control_d\n");
  make_devices();
  const FakeServer xenstored(socket(), answer(16));
  const Finding finding = check();
  EXPECT_EQ(finding.state, State::limited);
  EXPECT_EQ(finding.detail("xenstore"), "xenstore answered something else");
}

TEST_F(Xen, AMissingDeviceIsNamedWithItsModule) {
  make_file("proc/xen/capabilities", "control_d\n");
  make_devices();
  fs::remove(root() / "dev/xen/gntdev");
  const FakeServer xenstored(socket(), answer(1));
  const Finding finding = check();
  EXPECT_EQ(finding.state, State::limited);
  EXPECT_EQ(finding.detail("gntdev"), "No such file or directory");
  EXPECT_NE(finding.advice.at(0).find("modprobe xen-gntdev"), std::string::npos);
}

}  // namespace
}  // namespace blink::doctor
