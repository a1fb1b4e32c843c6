// Report: what one benchmark found. A benchmark adds its results, and the curves that are drawn
// when the user asks for plots; the report looks up each result's target and says whether it holds.
//
// A result has one name, given once: adding it twice, or with another unit or direction than its
// target's, is a bug in the benchmark and stops the process.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/bench/stats.h"
#include "cli/bench/targets.h"

namespace blink::bench {

// What else is to be known about a result: settings, the figures beside the median.
struct Detail {
  std::string key;
  std::variant<double, std::int64_t, bool, std::string> value;
};
using Details = std::vector<Detail>;

// One line of the report.
struct Row {
  std::string name;
  double value;  // NaN: there is none, and the details say why
  std::string unit;
  Better better;
  std::optional<double> target;  // empty: no target
  std::optional<bool> holds;     // empty: no target, or skipped
  std::optional<Summary> summary;
  std::string skipped;  // the reason; empty: was not
  Details detail;
};

enum class Scale : std::uint8_t {
  linear,
  log,    // to base 10; values up to zero cannot be shown
  bytes,  // to base 2, labelled in KiB, MiB and so on
};

struct Point {
  double x;
  double y;
};

// The picture that a curve belongs to. Curves added under the same name share one picture, which
// takes the rest from the first of them.
struct Axes {
  std::string name;  // becomes a part of the file's name
  std::string title;
  std::string x_label;  // with its unit: "size", "time, µs"
  std::string y_label;
  Scale x_scale = Scale::linear;
  Scale y_scale = Scale::linear;
};

struct Curve {
  std::string name;  // in the legend
  std::vector<Point> points;
};

struct CurveSet {
  Axes axes;
  std::vector<Curve> curves;
};

// Results side by side, for people: nothing is in it that is not also a result of its own.
struct Table {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;  // the first column is text, the others are figures
};

class Report {
 public:
  Report(std::string_view bench, std::span<const Target> targets, bool quick);

  // The median, with min, max, p90 and count in the details.
  void add(std::string name, std::string unit, Better better, const Summary& summary,
           Details detail = {});
  // A figure that is not a median of samples.
  void add_value(std::string name, std::string unit, Better better, double value,
                 Details detail = {});
  // A comparison made in one run: the ratio is the result, both sides are in the details, called
  // by the names given here.
  void add_ratio(std::string name, Better better, const Comparison& comparison,
                 std::string_view first, std::string_view second, Details detail = {});
  // What cannot be measured on this machine, and why. It is shown, and neither holds nor misses.
  void skip(std::string name, std::string unit, Better better, std::string reason);

  void add_curve(const Axes& axes, std::string name, std::vector<Point> points);

  void add_table(Table table) { tables_.push_back(std::move(table)); }

  // The GL driver that the benchmark ran on, for the description of the host.
  void set_gl(std::string_view renderer);

  // To be called when the benchmark is done: a target whose result never came is not met.
  void close();

  const std::string& bench() const { return bench_; }
  bool is_quick() const { return quick_; }
  const std::string& gl() const { return gl_; }
  const std::vector<Row>& rows() const { return rows_; }
  const std::vector<CurveSet>& curve_sets() const { return curve_sets_; }
  const std::vector<Table>& tables() const { return tables_; }

 private:
  Row& append(std::string name, std::string unit, Better better, double value, Details detail);

  std::string bench_;
  std::span<const Target> targets_;  // of all benchmarks; outlives the report
  bool quick_;
  std::string gl_;  // empty: the benchmark used none
  std::vector<Row> rows_;
  std::vector<CurveSet> curve_sets_;
  std::vector<Table> tables_;
};

}  // namespace blink::bench
