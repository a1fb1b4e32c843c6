// How reports are shown: a table for people, a document for programs. Pure: text in, text out.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/doctor/runner.h"

namespace blink::doctor {

struct HostName {
  std::string name;
  std::string system;   // "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;   // "6.1.0-18-amd64"
  std::string machine;  // "x86_64"
};

struct TextStyle {
  bool utf8 = true;
  bool details = false;     // also what each check found out on its way
  bool is_complete = true;  // every check was asked, so that a verdict can be given
  int columns = 100;
};

std::string to_text(const HostName& host, std::span<const Report> reports, const TextStyle& style);

// {"doctor": 1, "host": {…}, "runs": bool, "checks": [{"name", "purpose", "required", "state",
// "headline", "details": {key: value}, "advice": […], "took_ms"}]}. "doctor" counts up when a field
// changes its meaning or goes away; new ones may come at any time.
std::string to_json(const HostName& host, std::span<const Report> reports);

// Whether nothing that Blink cannot do without is broken or missing.
bool runs_here(std::span<const Report> reports);

// Whether the locale that the three variables give (values, or null) writes UTF-8.
bool is_utf8_locale(const char* lc_all, const char* lc_ctype, const char* lang);

}  // namespace blink::doctor
