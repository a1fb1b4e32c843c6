// The framework of `blink bench`: what it says of figures, in every form.

#include "cli/bench/bench.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/bench/axis.h"
#include "cli/bench/output.h"
#include "cli/bench/plot.h"

namespace blink::bench {
namespace {

using nlohmann::json;

constexpr Target targets[] = {
    {"toy", "fast", "us", Better::lower, 10, "a test"},
    {"toy", "rate", "GB/s", Better::higher, 2, "a test"},
    {"toy", "missing", "us", Better::lower, 1, "a test"},
};
const Host host = {"a <cpu>", 2, "6.1", "Debian"};

Status run_toy(const Options&, Report& report) {
  report.add("fast", "us", Better::lower, summarize({3, 1, 2}));
  report.add_value("rate", "GB/s", Better::higher, 1.5, {{"of", std::string("\"x\" & <y>")}});
  report.add_value("free", "ratio", Better::lower, NAN);
  report.add_curve({.name = "curve",
                    .title = "a < b & \"c\" \x01",
                    .x_label = "x",
                    .y_label = "y",
                    .x_scale = Scale::log},
                   "<line>", {{0, 1}, {10, NAN}, {100, 2}, {1000, 3}});
  return {};
}
Status run_bad(const Options&, Report&) { return Status::system("broken"); }
constexpr Benchmark benchmarks[] = {{"toy", "a toy", run_toy}, {"bad", "fails", run_bad}};

Report toy() {
  Report report("toy", targets, false);
  EXPECT_TRUE(run_toy({}, report).is_ok());
  report.close();
  return report;
}

int run_with(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "bench");
  std::vector<char*> argv;
  for (auto& argument : arguments)
    argv.push_back(argument.data());
  return run(static_cast<int>(argv.size()), argv.data(), benchmarks, targets);
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class BenchFiles : public ::testing::Test {
 protected:
  BenchFiles() {
    char name[] = "/tmp/blink-test-XXXXXX";
    directory = ::mkdtemp(name);
  }
  ~BenchFiles() override { std::filesystem::remove_all(directory); }

  std::filesystem::path directory;
};

// Tags that open and close in order, and no bare & or < in between: what SVG must be.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '&' && xml.find(';', at) - at > 6) return false;
    if (static_cast<unsigned char>(xml[at]) < 0x20 && xml[at] != '\n') return false;
    if (xml[at] != '<') continue;
    const std::size_t end = xml.find_first_of("<>", at + 1);
    if (end == std::string::npos || xml[end] == '<') return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" \n/", tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != tag) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end;
  }
  return open.empty();
}

TEST(BenchStats, MedianAndEnds) {
  const Summary odd = summarize({5, 1, 9});
  EXPECT_EQ(odd.median, 5);
  EXPECT_EQ(odd.min, 1);
  EXPECT_EQ(odd.max, 9);
  EXPECT_EQ(odd.count, 3u);
  EXPECT_TRUE(std::isnan(summarize({}).median));
  EXPECT_TRUE(std::isnan(summarize({1, NAN}).median)) << "a sample that failed must not vanish";
  EXPECT_EQ(compare_samples({2, 4, 12}, {1, 2, 3}).ratio.median, 2);
}

TEST(BenchJson, HasItsForm) {
  const Report reports[] = {toy()};
  const json all = json::parse(json_text(reports, host));
  EXPECT_EQ(all["bench"], "toy");
  EXPECT_EQ(all["host"]["cpu"], "a <cpu>");
  std::map<std::string, json> by_name;
  for (const json& result : all["results"])
    by_name[result["name"]] = result;
  EXPECT_EQ(by_name["fast"]["value"], 2);
  EXPECT_EQ(by_name["fast"]["unit"], "us");
  EXPECT_EQ(by_name["fast"]["better"], "lower");
  EXPECT_EQ(by_name["fast"]["target"], 10);
  EXPECT_EQ(by_name["fast"]["holds"], true);
  EXPECT_EQ(by_name["fast"]["detail"]["max"], 3);
  EXPECT_EQ(by_name["rate"]["holds"], false) << "1.5 is not at least 2";
  EXPECT_EQ(by_name["rate"]["detail"]["of"], "\"x\" & <y>");
  EXPECT_TRUE(by_name["free"]["value"].is_null());
  EXPECT_TRUE(by_name["free"]["holds"].is_null());
  EXPECT_EQ(by_name["missing"]["holds"], false) << "a result that never came is missed";
  const Report two[] = {toy(), toy()};
  EXPECT_EQ(json::parse(json_text(two, host)).size(), 2u);
}

TEST(BenchTable, ShowsWhatIsMissed) {
  const std::string table = table_text(toy());
  EXPECT_NE(table.find("holds   <= 10"), std::string::npos) << table;
  EXPECT_NE(table.find("MISSED  >= 2"), std::string::npos) << table;
}

TEST(BenchTable, HasHeadings) {
  const std::string table = table_text(toy());
  const std::size_t heading = table.find("result"), row = table.find("fast");
  ASSERT_NE(heading, std::string::npos);
  const std::size_t line = table.find('\n', heading);
  const auto column = [&](std::string_view text, std::size_t begin) {
    return table.find(text, begin) - begin;
  };
  EXPECT_LT(heading, row);
  EXPECT_EQ(column("unit", heading), column("us", row)) << table;
  EXPECT_EQ(column("min to max", heading), column("1.000 to", row)) << table;
  EXPECT_EQ(column("target", heading), column("holds", row)) << table;
  EXPECT_EQ(table.substr(0, line).find(" \n"), std::string::npos);
}

TEST(BenchCommand, ExitsAsItSays) {
  EXPECT_EQ(run_with({"toy"}), 0) << "a missed target is no failure";
  EXPECT_EQ(run_with({"bad"}), 1);
  EXPECT_EQ(run_with({"nobody"}), 2);
  EXPECT_EQ(run_with({"toy", "--nonsense"}), 2);
  EXPECT_EQ(run_with({"toy", "--json"}), 2);
  EXPECT_EQ(run_with({"toy", "--plot"}), 2);
  EXPECT_EQ(run_with({}), 2);
  EXPECT_EQ(run_with({"--list"}), 0);
  EXPECT_EQ(run_with({"--help"}), 0);
}

TEST_F(BenchFiles, AreWrittenWhole) {
  const auto json_path = directory / "toy.json";
  const auto plots = directory / "deep" / "plots";
  ASSERT_EQ(run_with({"toy", "--json", json_path, "--plot", plots}), 0);
  EXPECT_EQ(json::parse(text_of(json_path))["bench"], "toy");
  for (const char* name : {"toy-curve.svg", "toy-targets.svg"})
    EXPECT_TRUE(is_well_formed(text_of(plots / name))) << text_of(plots / name);
  const std::string page = text_of(plots / "index.html");
  EXPECT_NE(page.find("class=\"missed\">missed"), std::string::npos);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(plots))
    ++files;
  EXPECT_EQ(files, 3u) << "nothing half-made is left";
}

TEST_F(BenchFiles, ThatCannotBeWrittenAreAnError) {
  EXPECT_EQ(run_with({"toy", "--json", directory / "no" / "such.json"}), 1);
  EXPECT_EQ(run_with({"toy", "--json", "/dev/full"}), 1);
  std::ofstream(directory / "file") << "here";
  EXPECT_EQ(run_with({"toy", "--plot", directory / "file"}), 1);
}

TEST(BenchPlot, NamesAreNoMarkup) {
  const Report reports[] = {toy()};
  const std::string page = page_html(reports, host);
  EXPECT_NE(page.find("a &lt;cpu&gt;"), std::string::npos);
  EXPECT_EQ(page.find("<cpu>"), std::string::npos);
}

// The number behind `key` in the first piece of XML that has `part` in it.
double number_in(const std::string& xml, std::string_view part, std::string_view key) {
  const std::size_t end = xml.find(part);
  EXPECT_NE(end, std::string::npos) << part;
  return std::stod(xml.substr(xml.find(key, xml.rfind('<', end)) + key.size()));
}

TEST(BenchPlot, LabelsDoNotCrossTheTarget) {
  for (const double value : {4.0, 8.0, 9.5, 10.0, 10.5}) {
    Report report("toy", std::span(targets, 1), false);
    report.add_value("fast", "us", Better::lower, value);
    report.close();
    const std::string xml = targets_svg(report);
    const double target = number_in(xml, "stroke-dasharray", "x1=\"");
    const double label = number_in(xml, " us</text>", "x=\"");
    EXPECT_TRUE(label > target || label + 8 * 7.2 < target) << value << ": " << label;
  }
}

TEST(BenchPlot, CurvesThatSayLittle) {
  for (const std::vector<Point>& points :
       {std::vector<Point>{}, {{1, 1}}, {{0, 0}}, {{-1, NAN}, {INFINITY, 2}}})
    for (const Scale scale : {Scale::linear, Scale::log, Scale::bytes})
      EXPECT_TRUE(is_well_formed(
          curves_svg({{"name", "title", "x", "y", scale, scale}, {{"only", points}}})));
}

TEST(BenchAxis, PutsValuesWhereTheyBelong) {
  const Axis log(Scale::log, {1, 100}, 0, 200);
  EXPECT_DOUBLE_EQ(log.pixel(10), 100);
  EXPECT_FALSE(log.can_show(0));
  ASSERT_EQ(log.ticks().size(), 3u);
  EXPECT_EQ(log.ticks()[1].value, 10);
  const Axis bytes(Scale::bytes, {4096, 1 << 20}, 0, 8);
  EXPECT_DOUBLE_EQ(bytes.pixel(1 << 16), 4);
  EXPECT_EQ(bytes.ticks()[0].text, "4 KiB");
  const Axis linear(Scale::linear, {5, 10}, 0, 100);
  EXPECT_EQ(linear.pixel(0), 0) << "lengths begin at zero";
  EXPECT_EQ(linear.ticks()[1].value, 2);
}

}  // namespace
}  // namespace blink::bench
