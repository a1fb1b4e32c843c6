#include "cli/doctor/format.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace blink::doctor {
namespace {

const HostName host = {"here", "Debian GNU/Linux 12 (bookworm)", "6.1.0", "x86_64"};

Report make_report(std::string name, bool is_required, State state, std::string headline) {
  Report report{.name = std::move(name), .purpose = "its purpose", .is_required = is_required};
  report.finding = make_finding(state, std::move(headline));
  report.took = std::chrono::milliseconds(12);
  return report;
}

std::vector<Report> some_reports() {
  std::vector<Report> reports = {make_report("gl", true, State::ok, "OpenGL 4.5"),
                                 make_report("display", false, State::missing, "headless"),
                                 make_report("criu", false, State::failed, "does not dump"),
                                 make_report("kvm", false, State::limited, "a small guest runs"),
                                 make_report("xen", false, State::unknown, "not tried")};
  reports[0].finding.note("core", "4.5");
  reports[0].finding.note("renderer", "llvmpipe");
  reports[2].finding.advice.push_back("Install something newer.");
  return reports;
}

TEST(Text, IsAnAlignedTable) {
  EXPECT_EQ(to_text(host, some_reports(), {}),
            "What this host offers (here: Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x86_64)\n"
            "\n"
            "  ✓ gl       OpenGL 4.5\n"
            "  – display  headless\n"
            "  ✗ criu     does not dump\n"
            "             → Install something newer.\n"
            "  ~ kvm      a small guest runs\n"
            "  ? xen      not tried\n"
            "\n"
            "  ✓ works   ~ works in part   – not here   ✗ broken   ? not tried\n"
            "  Blink can run here.\n");
}

TEST(Text, HasDetailsWhenAsked) {
  const std::vector<Report> all = some_reports();
  EXPECT_EQ(to_text(host, std::span(all).first(1), {.details = true, .is_complete = false}),
            "What this host offers (here: Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x86_64)\n"
            "\n"
            "  ✓ gl  OpenGL 4.5\n"
            "        For: its purpose\n"
            "        core      4.5\n"
            "        renderer  llvmpipe\n"
            "\n"
            "  ✓ works   ~ works in part   – not here   ✗ broken   ? not tried\n");
}

TEST(Text, IsPlainAsciiWhereThereIsNoUtf8) {
  std::vector<Report> reports = some_reports();
  reports[0].finding.headline = "a GPU™";
  const std::string text = to_text(host, reports, {.utf8 = false});
  for (const char c : text)
    ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << text;
  EXPECT_NE(text.find("  + gl       a GPU???\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  x criu     does not dump\n             > Install"), std::string::npos);
}

TEST(Text, BreaksLongLinesUnderTheirBeginning) {
  const std::vector<Report> reports = {
      make_report("gl", false, State::ok, "one two three four five six seven eight nine ten")};
  const std::string text = to_text(host, reports, {.columns = 30});
  EXPECT_NE(text.find("  ✓ gl  one two three four\n"
                      "        five six seven eight\n"
                      "        nine ten\n"),
            std::string::npos)
      << text;
}

TEST(Text, LetsNoControlCharacterThrough) {
  std::vector<Report> reports = {make_report("gl", true, State::ok, "a \x1B[31mred\r line\n more")};
  reports[0].finding.note("ven\tdor", "\x7F\xC2\x9B");
  reports[0].finding.advice.push_back("\a");
  const std::string text = to_text(host, reports, {.details = true});
  for (const char c : text)
    ASSERT_TRUE(c == '\n' || (c & 0x80) != 0 || (c >= 0x20 && c < 0x7F)) << text;
  EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos);
}

TEST(Text, SaysWhenBlinkCannotRun) {
  std::vector<Report> reports = some_reports();
  for (const State state : {State::failed, State::missing}) {
    reports[0].finding.state = state;
    EXPECT_FALSE(runs_here(reports));
    const std::string text = to_text(host, reports, {.is_complete = false});
    EXPECT_NE(text.find("✗ gl"), std::string::npos);
    EXPECT_NE(text.find("Blink cannot run here; in its way: gl."), std::string::npos);
  }
  reports[0].finding.state = State::unknown;
  EXPECT_TRUE(runs_here(reports));
  EXPECT_NE(to_text(host, reports, {}).find("could not be tried: gl."), std::string::npos);
}

TEST(Json, HoldsEverything) {
  const auto document = nlohmann::json::parse(to_json(host, some_reports()));
  EXPECT_EQ(document.at("doctor"), 1);
  EXPECT_EQ(document.at("host").at("kernel"), "6.1.0");
  EXPECT_EQ(document.at("runs"), true);
  ASSERT_EQ(document.at("checks").size(), 5u);
  const auto& gl = document.at("checks").at(0);
  EXPECT_EQ(gl.at("name"), "gl");
  EXPECT_EQ(gl.at("purpose"), "its purpose");
  EXPECT_EQ(gl.at("required"), true);
  EXPECT_EQ(gl.at("state"), "ok");
  EXPECT_EQ(gl.at("headline"), "OpenGL 4.5");
  EXPECT_EQ(gl.at("details").at("renderer"), "llvmpipe");
  EXPECT_EQ(gl.at("took_ms"), 12);
  EXPECT_EQ(document.at("checks").at(2).at("advice").at(0), "Install something newer.");
}

TEST(Json, SurvivesWhatDriversCallThemselves) {
  const std::vector<Report> reports = {make_report("gl", true, State::failed, "\xFF\x1B\"")};
  const auto document = nlohmann::json::parse(to_json(host, reports));
  EXPECT_EQ(document.at("runs"), false);
}

TEST(Locale, TheFirstVariableThatIsSetDecides) {
  EXPECT_TRUE(is_utf8_locale(nullptr, nullptr, "en_DK.UTF-8"));
  EXPECT_TRUE(is_utf8_locale("", "C.utf8", "C"));
  EXPECT_TRUE(is_utf8_locale(nullptr, nullptr, "ca_ES.UTF-8@valencia"));
  EXPECT_FALSE(is_utf8_locale("C", "C.UTF-8", "C.UTF-8"));
  EXPECT_FALSE(is_utf8_locale(nullptr, nullptr, "de_DE.ISO-8859-1"));
  EXPECT_FALSE(is_utf8_locale(nullptr, nullptr, nullptr));
}

}  // namespace
}  // namespace blink::doctor
