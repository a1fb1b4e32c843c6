// blink ps: the clients of the server, for people and, with --json, for programs.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "common/text.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;

constexpr char help[] =
    "usage: blink ps [--json] [--runtime-dir DIR]\n\n"
    "Lists the server's clients: what each shares, how many versions of it the server has taken,\n"
    "how often one was TORN by a change while it was read, and how many it REFUSED.\n"
    "--json tells all of it, for programs (docs/formats/control.md).\n";

constexpr std::size_t columns_max = 80;
constexpr std::size_t name_columns_min = 12;

std::string size_text(std::uint64_t bytes) {
  char text[32];
  if (bytes >= 1 << 30)
    std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
  else if (bytes >= 1 << 20)
    std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  else
    std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(bytes) / 1024);
  return text;
}

using Row = std::vector<std::string>;
const Row heading = {"SESSION", "NAME",     "PID",  "STATE",  "OBJECTS",
                     "BYTES",   "VERSIONS", "TORN", "REFUSED"};
constexpr std::size_t name_column = 1, state_column = 3;

Row row_of(const json& session) {
  const auto number = [&](const char* key) { return std::to_string(session.value(key, 0ull)); };
  return {number("session"),  session.value("name", ""),
          number("pid"),      session.value("state", ""),
          number("objects"),  size_text(session.value("object_bytes", 0ull)),
          number("versions"), number("torn"),
          number("refused")};
}

// Each column as wide as its widest cell, two spaces between. Names give way where that would be
// too wide for a terminal.
void print_table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(heading.size());
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns(row[i]));
  std::size_t others = 0;
  for (std::size_t i = 0; i < widths.size(); ++i)
    others += i == name_column ? 0 : widths[i] + 2;
  const std::size_t left = others < columns_max ? columns_max - others : 0;
  widths[name_column] = std::min(widths[name_column], std::max(left, name_columns_min));

  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell(first_columns(row[i], widths[i]));
      const std::string fill(widths[i] - columns(cell), ' ');
      const bool is_text = i == name_column || i == state_column;
      line += (i == 0 ? "" : "  ") + (is_text ? cell + fill : fill + cell);
    }
    std::printf("%s\n", line.c_str());
  }
}

Status list(const Arguments& arguments) {
  BLINK_ASSIGN(const auto answer, server::ask_server(arguments.runtime_dir(), "ps"));
  if (arguments.has("--json")) {
    std::printf("%s\n", answer.json.c_str());
    return {};
  }
  const json body = json::parse(answer.json, nullptr, false);
  if (!body.is_object() || !body.contains("sessions"))
    return Status::system("the server's answer is no JSON");
  std::vector<Row> rows = {heading};
  for (const json& session : body["sessions"])
    rows.push_back(row_of(session));
  if (rows.size() == 1)
    std::printf("no clients\n");
  else
    print_table(rows);
  return {};
}

}  // namespace

int ps(int argc, char** argv) {
  return run_command(argc, argv, {.help = help, .flags = {"--json"}, .options = {"--runtime-dir"}},
                     list);
}

}  // namespace blink::cli
