#include "cli/bench/report.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/check.h"
#include "common/text.h"

namespace blink::bench {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

const Row* find_row(const std::vector<Row>& rows, std::string_view name) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

void put_summary(const Summary& summary, Details& detail) {
  const Details spread = {{"min", summary.min},
                          {"max", summary.max},
                          {"p90", summary.p90},
                          {"count", static_cast<std::int64_t>(summary.count)}};
  detail.insert(detail.begin(), spread.begin(), spread.end());
}

}  // namespace

Report::Report(std::string_view bench, std::span<const Target> targets, bool quick)
    : bench_(bench), targets_(targets), quick_(quick) {}

Row& Report::append(std::string name, std::string unit, Better better, double value,
                    Details detail) {
  CHECK(find_row(rows_, name) == nullptr);
  Row row{.name = std::move(name),
          .value = value,
          .unit = std::move(unit),
          .better = better,
          .target = std::nullopt,
          .holds = std::nullopt,
          .summary = std::nullopt,
          .skipped = {},
          .detail = std::move(detail)};
  if (const Target* target = find_target(targets_, bench_, row.name); target != nullptr) {
    CHECK(target->unit == row.unit && target->better == row.better);
    row.target = target->value;
    row.holds = bench::holds(*target, value);
    row.detail.push_back({"target_source", std::string(target->source)});
  }
  // A quick run takes too few samples to be quoted: its results say so wherever they are copied.
  if (quick_) row.detail.push_back({"quick", true});
  return rows_.emplace_back(std::move(row));
}

void Report::add(std::string name, std::string unit, Better better, const Summary& summary,
                 Details detail) {
  put_summary(summary, detail);
  append(std::move(name), std::move(unit), better, summary.median, std::move(detail)).summary =
      summary;
}

void Report::add_value(std::string name, std::string unit, Better better, double value,
                       Details detail) {
  append(std::move(name), std::move(unit), better, value, std::move(detail));
}

void Report::add_ratio(std::string name, Better better, const Comparison& comparison,
                       std::string_view first, std::string_view second, Details detail) {
  const Details sides = {{std::string(first), comparison.first.median},
                         {std::string(second), comparison.second.median}};
  detail.insert(detail.begin(), sides.begin(), sides.end());
  add(std::move(name), "ratio", better, comparison.ratio, std::move(detail));
}

void Report::skip(std::string name, std::string unit, Better better, std::string reason) {
  Row& row = append(std::move(name), std::move(unit), better, no_value, {{"skipped", reason}});
  row.holds = std::nullopt;
  row.skipped = std::move(reason);
}

void Report::add_curve(const Axes& axes, std::string name, std::vector<Point> points) {
  auto set = std::find_if(curve_sets_.begin(), curve_sets_.end(),
                          [&](const CurveSet& s) { return s.axes.name == axes.name; });
  if (set == curve_sets_.end()) set = curve_sets_.insert(set, CurveSet{axes, {}});
  set->curves.push_back({std::move(name), std::move(points)});
}

void Report::set_gl(std::string_view renderer) { gl_ = printable(renderer); }

void Report::close() {
  for (const Target& target : targets_) {
    if (target.bench != bench_ || find_row(rows_, target.result) != nullptr) continue;
    append(std::string(target.result), std::string(target.unit), target.better, no_value,
           {{"missing", std::string("the benchmark gave no such result")}});
  }
}

}  // namespace blink::bench
