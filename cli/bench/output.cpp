#include "cli/bench/output.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/bench/number.h"
#include "common/text.h"

namespace blink::bench {
namespace {

using nlohmann::json;

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json row_json(const Row& row) {
  json detail = json::object();
  for (const Detail& entry : row.detail)
    detail[entry.key] = std::visit(
        [](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>)
            return number(value);
          else
            return json(value);
        },
        entry.value);
  return {{"name", row.name},
          {"value", number(row.value)},
          {"unit", row.unit},
          {"better", better_text(row.better)},
          {"target", row.target ? number(*row.target) : json(nullptr)},
          {"holds", row.holds ? json(*row.holds) : json(nullptr)},
          {"detail", detail}};
}

json report_json(const Report& report, const Host& host) {
  json results = json::array();
  for (const Row& row : report.rows())
    results.push_back(row_json(row));
  json machine = {
      {"cpu", host.cpu}, {"cores", host.cores}, {"kernel", host.kernel}, {"os", host.os}};
  if (!report.gl().empty()) machine["gl"] = report.gl();
  return {{"bench", report.bench()}, {"host", machine}, {"results", results}};
}

std::string padded(const std::string& text, std::size_t width, bool to_right) {
  const std::string fill(width - std::min(width, columns(text)), ' ');
  return to_right ? fill + text : text + fill;
}

std::string verdict(const Row& row) {
  if (!row.skipped.empty()) return "skipped: " + row.skipped;
  if (!row.target) return "";
  const std::string sign = row.better == Better::lower ? "<= " : ">= ";
  return (*row.holds ? "holds   " : "MISSED  ") + sign + short_text(*row.target);
}

std::string spread(const Row& row) {
  if (!row.summary) return "";
  return value_text(row.summary->min) + " to " + value_text(row.summary->max);
}

std::string line(const std::string& name, const std::string& value, const std::string& unit,
                 const std::string& ends, const std::string& target) {
  std::string text = "  " + padded(name, 24, false) + padded(value, 10, true) + " " +
                     padded(unit, 7, false) + padded(ends, 22, false) + target;
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::string text_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.headings.size(); ++i) {
    widths.push_back(columns(table.headings[i]));
    for (const auto& row : table.rows)
      widths[i] = std::max(widths[i], columns(row[i]));
  }
  const auto line_of = [&](const std::vector<std::string>& cells) {
    std::string text = "  " + padded(cells[0], widths[0], false);
    for (std::size_t i = 1; i < cells.size(); ++i)
      text += "  " + padded(cells[i], widths[i], true);
    return text + "\n";
  };
  std::string text = "\n" + line_of(table.headings);
  for (const auto& row : table.rows)
    text += line_of(row);
  return text;
}

}  // namespace

std::string table_text(const Report& report) {
  std::string text = report.bench() + (report.is_quick() ? " (quick: not to be quoted)" : "") +
                     "\n" + line("result", "value", "unit", "min to max", "target");
  for (const Row& row : report.rows())
    text += line(row.name, value_text(row.value), row.unit, spread(row), verdict(row));
  for (const Table& table : report.tables())
    text += text_of(table);
  return text;
}

std::string json_text(std::span<const Report> reports, const Host& host) {
  json all = json::array();
  for (const Report& report : reports)
    all.push_back(report_json(report, host));
  const json& chosen = reports.size() == 1 ? all[0] : all;
  return chosen.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace blink::bench
