// blink ps: the clients of the server, for people and, with --json, for programs.

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "common/text.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;

constexpr char help[] =
    "usage: blink ps [--windows] [--json] [--runtime-dir DIR]\n\n"
    "Lists the server's clients: its machine and its NAME, what each shares, how many versions\n"
    "of that the server has taken, how often one was TORN by a change while it was read, and how\n"
    "many it REFUSED.\n"
    "--windows tells of each one's windows, too, from below: object, size and place, state, "
    "title.\n"
    "--json tells all of it, for programs (docs/formats/control.md).\n";

using Row = std::vector<std::string>;
const Row heading = {"SESSION", "NAME",     "PID",  "STATE",  "OBJECTS",
                     "BYTES",   "VERSIONS", "TORN", "REFUSED"};

// Of what runs in a machine that comes first, whatever it calls itself. Programs of the host may
// call themselves anything; --json tells both.
std::string name_of(const json& session) {
  const std::string machine = session.value("machine", ""), name = session.value("name", "");
  return machine.empty() ? name : machine + "/" + name;
}

Row row_of(const json& session) {
  const auto number = [&](const char* key) { return std::to_string(session.value(key, 0ull)); };
  return {
      number("session"),          name_of(session),  number("pid"),
      session.value("state", ""), number("objects"), size_text(session.value("object_bytes", 0ull)),
      number("versions"),         number("torn"),    number("refused")};
}

std::string line_of(const json& window) {
  const auto number = [&](const char* key) { return std::to_string(window.value(key, 0)); };
  const std::string state = window.value("state", "normal");
  return "         window " + number("object") + ": " + number("width") + "x" + number("height") +
         " at " + number("x") + "," + number("y") + (state == "normal" ? "" : ", " + state) +
         (window.value("minimised", false) ? ", minimised" : "") +
         (window.value("focused", false) ? ", focused" : "") + "  " +
         printable(window.value("title", "")) + "\n";
}

// Of each session, below its line of the table.
std::string with_windows(const std::string& table, const json& sessions) {
  std::istringstream lines(table);
  std::string text, line;
  std::getline(lines, line);
  text += line + '\n';
  for (const json& session : sessions) {
    std::getline(lines, line);
    text += line + '\n';
    for (const json& window : session["windows"])
      text += line_of(window);
  }
  return text;
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
  std::string text = "no clients\n";
  if (rows.size() > 1) text = table_text(rows, {.name_column = 1, .texts = {1, 3}});
  if (arguments.has("--windows")) text = with_windows(text, body["sessions"]);
  std::fputs(text.c_str(), stdout);
  return {};
}

}  // namespace

int ps(int argc, char** argv) {
  return run_command(argc, argv,
                     {.help = help, .flags = {"--json", "--windows"}, .options = {"--runtime-dir"}},
                     list);
}

}  // namespace blink::cli
