#include "cli/bench/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "cli/bench/axis.h"
#include "cli/bench/number.h"
#include "cli/whole_file.h"
#include "common/text.h"

namespace blink::bench {
namespace {

constexpr double width = 760, height = 380;
constexpr double left = 78, right = 24, top = 46, bottom = 56;
constexpr double letter_width = 7.2;  // of most letters, in the font of the labels

// Light and dark as the reader has it.
constexpr char style[] = R"(
    :root { color-scheme: light dark; --ink: #1d2330; --quiet: #6a7385; --grid: #e3e7ee;
      --paper: #ffffff; --good: #1a7f5a; --bad: #c2413a; --c0: #2f6fde; --c1: #c76a12;
      --c2: #7b4fd0; --c3: #1a7f5a; --c4: #c2413a; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --quiet: #98a1b3;
      --grid: #2b3242; --paper: #151a24; --good: #4cc38a; --bad: #ff7b72; --c0: #7aa8ff;
      --c1: #f0a14a; --c2: #b493ff; --c3: #4cc38a; --c4: #ff7b72; } }
    text { font: 13px system-ui, sans-serif; fill: var(--ink); }
    .quiet { fill: var(--quiet); } .title { font-weight: 600; font-size: 15px; }
    .grid { stroke: var(--grid); } .paper { fill: var(--paper); }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        // XML has no way at all to say the other control characters.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string pixels(double value) { return fixed_text(value, 1); }

std::string text_at(double x, double y, std::string_view text, const char* anchor,
                    std::string_view extra = "") {
  return "  <text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" text-anchor=\"" + anchor + "\"" +
         std::string(extra) + ">" + escaped(text) + "</text>\n";
}

std::string line_between(double x1, double y1, double x2, double y2, std::string_view extra) {
  return "  <line x1=\"" + pixels(x1) + "\" y1=\"" + pixels(y1) + "\" x2=\"" + pixels(x2) +
         "\" y2=\"" + pixels(y2) + "\" " + std::string(extra) + "/>\n";
}

std::string svg(double total_height, std::string_view title, const std::string& content) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + pixels(width) + " " +
         pixels(total_height) + "\" role=\"img\">\n  <title>" + escaped(title) +
         "</title>\n  <style>" + style + "</style>\n" +
         "  <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n" +
         text_at(left, 26, title, "start", " class=\"title\"") + content + "</svg>\n";
}

std::string colour(std::size_t i) { return "var(--c" + std::to_string(i % 5) + ")"; }

std::string grid_of(const CurveSet& set, const Axis& x, const Axis& y) {
  std::string out;
  for (const Axis::Tick& tick : y.ticks()) {
    const double at = y.pixel(tick.value);
    out += line_between(left, at, width - right, at, "class=\"grid\"");
    out += text_at(left - 8, at + 4, tick.text, "end", " class=\"quiet\"");
  }
  for (const Axis::Tick& tick : x.ticks()) {
    const double at = x.pixel(tick.value);
    out += line_between(at, height - bottom, at, height - bottom + 5, "class=\"grid\"");
    out += text_at(at, height - bottom + 20, tick.text, "middle", " class=\"quiet\"");
  }
  out += text_at((left + width - right) / 2, height - 12, set.axes.x_label, "middle",
                 " class=\"quiet\"");
  out += "  <text class=\"quiet\" text-anchor=\"middle\" transform=\"translate(18 " +
         pixels((top + height - bottom) / 2) + ") rotate(-90)\">" + escaped(set.axes.y_label) +
         "</text>\n";
  return out;
}

std::string curve_of(const Curve& curve, std::size_t number, const Axis& x, const Axis& y) {
  std::string path, dots;
  for (const Point& point : curve.points) {
    if (!x.can_show(point.x) || !y.can_show(point.y)) continue;
    const std::string px = pixels(x.pixel(point.x)), py = pixels(y.pixel(point.y));
    path += (path.empty() ? "M" : " L") + px + " " + py;
    dots += "  <circle cx=\"" + px + "\" cy=\"" + py + "\" r=\"3.5\" fill=\"" + colour(number) +
            "\"><title>" + escaped(value_text(point.x) + ": " + value_text(point.y)) +
            "</title></circle>\n";
  }
  if (path.empty()) return "";
  return "  <path class=\"line\" stroke=\"" + colour(number) + "\" d=\"" + path + "\"/>\n" + dots;
}

std::string legend_of(const CurveSet& set) {
  std::string out;
  double x = width - right;
  for (std::size_t i = set.curves.size(); i-- > 0;) {
    const auto& name = set.curves[i].name;
    out += text_at(x, 26, name, "end");
    x -= static_cast<double>(columns(name)) * letter_width + 14;
    out += "  <circle cx=\"" + pixels(x) + "\" cy=\"21.5\" r=\"5\" fill=\"" + colour(i) + "\"/>\n";
    x -= 18;
  }
  return out;
}

// How much of the target is used: below 1 holds, whichever direction is better.
double share_used(const Row& row) {
  return row.better == Better::lower ? row.value / *row.target : *row.target / row.value;
}

std::string table_html(const Report& report) {
  std::string out =
      "<table><tr><th>result</th><th class=\"number\">value</th><th>unit</th><th "
      "class=\"number\">min to max</th>"
      "<th class=\"number\">target</th><th></th></tr>\n";
  for (const Row& row : report.rows()) {
    const std::string sign = row.better == Better::lower ? "≤ " : "≥ ";
    out +=
        "<tr><td>" + escaped(row.name) + "</td><td class=\"number\">" + value_text(row.value) +
        "</td><td>" + escaped(row.unit) + "</td><td class=\"number\">" +
        (row.summary ? value_text(row.summary->min) + " to " + value_text(row.summary->max) : "") +
        "</td><td class=\"number\">" + (row.target ? sign + short_text(*row.target) : "") +
        "</td><td class=\"" + (row.holds ? *row.holds ? "holds" : "missed" : "") + "\">" +
        (!row.skipped.empty() ? "skipped: " + escaped(row.skipped)
         : row.holds          ? *row.holds ? "holds" : "missed"
                              : "") +
        "</td></tr>\n";
  }
  return out + "</table>\n";
}

bool has_targets(const Report& report) {
  return std::ranges::any_of(report.rows(), [](const Row& row) { return row.holds.has_value(); });
}

}  // namespace

std::string curves_svg(const CurveSet& set) {
  std::vector<double> xs, ys;
  for (const Curve& curve : set.curves)
    for (const Point& point : curve.points) {
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
  const Axis x(set.axes.x_scale, xs, left, width - right);
  const Axis y(set.axes.y_scale, ys, height - bottom, top);
  std::string content = grid_of(set, x, y) + legend_of(set);
  for (std::size_t i = 0; i < set.curves.size(); ++i)
    content += curve_of(set.curves[i], i, x, y);
  return svg(height, set.axes.title, content);
}

std::string targets_svg(const Report& report) {
  constexpr double row_height = 26, names = 210, shown_max = 2;
  const double scale = (width - right - names) / shown_max;
  std::string content;
  double y = top;
  for (const Row& row : report.rows()) {
    if (!row.holds) continue;
    const double share = share_used(row);
    const double length = std::isfinite(share) ? std::clamp(share, 0.0, shown_max) : shown_max;
    content += text_at(names - 8, y + 17, row.name, "end");
    content += "  <rect x=\"" + pixels(names) + "\" y=\"" + pixels(y + 5) + "\" width=\"" +
               pixels(length * scale) + "\" height=\"16\" rx=\"2\" fill=\"var(--" +
               (*row.holds ? "good" : "bad") + ")\"/>\n";
    // Behind the bar, or in it where the picture ends; never across the target's line.
    const std::string label = value_text(row.value) + " " + row.unit;
    const bool is_inside = length > shown_max * 0.82;
    double at = names + length * scale + (is_inside ? -6 : 6);
    const double label_end = at + static_cast<double>(columns(label)) * letter_width;
    if (length <= 1 && label_end + 6 > names + scale) at = names + scale + 6;
    content += text_at(at, y + 17, label, is_inside ? "end" : "start",
                       is_inside ? " style=\"fill: var(--paper)\"" : " class=\"quiet\"");
    y += row_height;
  }
  content += line_between(names + scale, top - 4, names + scale, y + 4,
                          "stroke=\"var(--ink)\" stroke-dasharray=\"4 3\"");
  content += text_at(names + scale, y + 20, "target", "middle", " class=\"quiet\"");
  return svg(y + 34, report.bench() + ": how much of each target is used", content);
}

std::string page_html(std::span<const Report> reports, const Host& host) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Blink: benchmarks</title>\n"
      "<style>" +
      std::string(style) +
      "body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);\n"
      "  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }\n"
      "p { color: var(--quiet); } svg { width: 100%; height: auto; margin: 0.5rem 0; }\n"
      "table { border-collapse: collapse; width: 100%; font-size: 14px; }\n"
      "th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; "
      "border-bottom: 1px solid var(--grid); }\n"
      "th { font-weight: 600; color: var(--quiet); } th.number, .number { font-variant-numeric: "
      "tabular-nums; text-align: right; }\n"
      ".holds { color: var(--good); } .missed { color: var(--bad); font-weight: 600; }\n"
      "</style>\n<h1>Blink benchmarks</h1>\n<p>" +
      escaped(host_text(host)) + "</p>\n";
  for (const Report& report : reports) {
    out += "<h2>" + escaped(report.bench()) + "</h2>\n";
    if (report.is_quick()) out += "<p>A quick run: few samples, no figures to rely on.</p>\n";
    if (has_targets(report)) out += targets_svg(report);
    for (const CurveSet& set : report.curve_sets())
      out += curves_svg(set);
    out += table_html(report);
  }
  return out + "</html>\n";
}

Status write_plots(const std::string& directory, std::span<const Report> reports,
                   const Host& host) {
  const std::filesystem::path folder(directory);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Status::system("cannot make " + directory, error.value());
  for (const Report& report : reports) {
    if (has_targets(report))
      BLINK_TRY(cli::write_whole(folder / (report.bench() + "-targets.svg"), targets_svg(report)));
    for (const CurveSet& set : report.curve_sets())
      BLINK_TRY(cli::write_whole(folder / (report.bench() + "-" + set.axes.name + ".svg"),
                                 curves_svg(set)));
  }
  return cli::write_whole(folder / "index.html", page_html(reports, host));
}

}  // namespace blink::bench
