#include "cli/doctor/format.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace blink::doctor {
namespace {

// What a line begins with. Missing is a cross only where it is fatal: a host without Xen is not
// ill.
struct Marks {
  std::string_view ok, limited, missing, failed, unknown, advice;
};
constexpr Marks utf8_marks = {"✓", "~", "–", "✗", "?", "→"};
constexpr Marks ascii_marks = {"+", "~", "-", "x", "?", ">"};

std::string_view mark_of(const Report& report, const Marks& marks) {
  switch (report.finding.state) {
    case State::ok: return marks.ok;
    case State::limited: return marks.limited;
    case State::missing: return report.is_fatal() ? marks.failed : marks.missing;
    case State::failed: return marks.failed;
    case State::unknown: return marks.unknown;
  }
  return marks.unknown;
}

// Columns that UTF-8 text takes: one for each character, which is right for what is printed here.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = width_of(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

// Appends `first` and then `text`, broken between words; later lines begin under the text.
void add_wrapped(std::string& out, std::string_view first, std::string_view text, int columns) {
  const std::size_t indent = width_of(first);
  out += first;
  std::size_t used = indent;
  bool at_start = true;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
    if (word.empty()) continue;
    const std::size_t width = width_of(word);
    if (!at_start && used + 1 + width > static_cast<std::size_t>(columns)) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
      at_start = true;
    }
    if (!at_start) out += ' ';
    used += width + (at_start ? 0 : 1);
    out += word;
    at_start = false;
  }
  out += '\n';
}

// What drivers and servers call themselves is in there: nothing of it may reach the terminal as a
// control character.
std::string safe(std::string_view text, const TextStyle& style) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line = printable(line, 2048);
  const auto is_foreign = [](char c) { return (c & 0x80) != 0; };
  if (!style.utf8) std::replace_if(line.begin(), line.end(), is_foreign, '?');
  return line;
}

void add_report(std::string& out, const Report& report, std::size_t names, const Marks& marks,
                const TextStyle& style) {
  const std::string indent(names + 6, ' ');
  add_wrapped(out,
              "  " + std::string(mark_of(report, marks)) + " " + padded(report.name, names) + "  ",
              safe(report.finding.headline, style), style.columns);
  if (style.details) {
    std::size_t keys = 0;
    for (const Detail& detail : report.finding.details)
      keys = std::max(keys, width_of(detail.key));
    add_wrapped(out, indent, "For: " + report.purpose, style.columns);
    for (const Detail& detail : report.finding.details)
      add_wrapped(out, indent + padded(safe(detail.key, style), keys) + "  ",
                  safe(detail.value, style), style.columns);
  }
  for (const std::string& advice : report.finding.advice)
    add_wrapped(out, indent + std::string(marks.advice) + " ", safe(advice, style), style.columns);
}

std::string names_of(std::span<const Report> reports, bool (*is_meant)(const Report&)) {
  std::string names;
  for (const Report& report : reports)
    if (is_meant(report)) names += (names.empty() ? "" : ", ") + report.name;
  return names;
}

std::string verdict_of(std::span<const Report> reports) {
  const std::string fatal = names_of(reports, [](const Report& r) { return r.is_fatal(); });
  if (!fatal.empty()) return "Blink cannot run here; in its way: " + fatal + ".\n";
  const std::string open = names_of(
      reports, [](const Report& r) { return r.is_required && r.finding.state == State::unknown; });
  if (!open.empty()) return "Blink may run here; it could not be tried: " + open + ".\n";
  return "Blink can run here.\n";
}

}  // namespace

std::string to_text(const HostName& host, std::span<const Report> reports, const TextStyle& style) {
  const Marks& marks = style.utf8 ? utf8_marks : ascii_marks;
  std::size_t names = 0;
  for (const Report& report : reports)
    names = std::max(names, width_of(report.name));

  std::string out = "What this host offers (" + host.name + ": " + host.system + ", Linux " +
                    host.kernel + ", " + host.machine + ")\n\n";
  for (const Report& report : reports)
    add_report(out, report, names, marks, style);
  const auto legend = [](std::string_view mark, std::string_view word) {
    return std::string(mark) + " " + std::string(word);
  };
  out += "\n  " + legend(marks.ok, "works   ") + legend(marks.limited, "works in part   ") +
         legend(marks.missing, "not here   ") + legend(marks.failed, "broken   ") +
         legend(marks.unknown, "not tried") + "\n";
  if (style.is_complete || !runs_here(reports)) out += "  " + verdict_of(reports);
  return out;
}

std::string to_json(const HostName& host, std::span<const Report> reports) {
  using Json = nlohmann::ordered_json;
  Json checks = Json::array();
  for (const Report& report : reports) {
    Json details = Json::object();
    for (const Detail& detail : report.finding.details)
      details[detail.key] = detail.value;
    checks.push_back({{"name", report.name},
                      {"purpose", report.purpose},
                      {"required", report.is_required},
                      {"state", state_name(report.finding.state)},
                      {"headline", report.finding.headline},
                      {"details", std::move(details)},
                      {"advice", report.finding.advice},
                      {"took_ms", report.took.count()}});
  }
  const Json document = {{"doctor", 1},
                         {"host",
                          {{"name", host.name},
                           {"system", host.system},
                           {"kernel", host.kernel},
                           {"machine", host.machine}}},
                         {"runs", runs_here(reports)},
                         {"checks", std::move(checks)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool runs_here(std::span<const Report> reports) {
  return std::none_of(reports.begin(), reports.end(),
                      [](const Report& report) { return report.is_fatal(); });
}

bool is_utf8_locale(const char* lc_all, const char* lc_ctype, const char* lang) {
  for (const char* const value : {lc_all, lc_ctype, lang}) {
    if (!value || !*value) continue;
    std::string name(value);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name.ends_with("utf-8") || name.ends_with("utf8") ||
           name.find("utf-8@") != std::string::npos || name.find("utf8@") != std::string::npos;
  }
  return false;
}

}  // namespace blink::doctor
