// blink machines, blink end: the machines that `blink run` keeps.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "common/text.h"
#include "machines/machine_entry.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using machines::KnownMachine;
using nlohmann::json;

constexpr char machines_help[] =
    "usage: blink machines [--json] [--runtime-dir DIR]\n\n"
    "Lists the machines that were started with `blink run`: what kind each is, the process that "
    "it\n"
    "ends with, how many windows it has, and its program. One whose keeper was killed is LOST: "
    "its\n"
    "programs may run on until `blink end`.\n";
constexpr char end_help[] =
    "usage: blink end NAME [--runtime-dir DIR]\n\n"
    "Ends a machine with all that runs in it, and returns when it has ended. Its program is asked\n"
    "to end; after three seconds it is not asked any more.\n";

// By machine; none where no server is.
json sessions_of(const std::string& runtime_dir) {
  auto answer = server::ask_server(runtime_dir, "ps");
  if (!answer.is_ok()) return json::array();
  const json body = json::parse(answer->json, nullptr, false);
  return body.is_object() && body.contains("sessions") ? body["sessions"] : json::array();
}

std::size_t windows_of(const json& sessions, const std::string& machine) {
  std::size_t windows = 0;
  for (const json& session : sessions)
    if (session.value("machine", "") == machine) windows += session["windows"].size();
  return windows;
}

const char* state_of(const KnownMachine& machine) {
  if (!machine.is_kept) return "lost";
  return machine.about.pid == 0 ? "starting" : "running";
}

Status list(const Arguments& arguments) {
  const auto all = machines::known_machines(arguments.runtime_dir());
  const json sessions = sessions_of(arguments.runtime_dir());
  json told = json::array();
  std::vector<std::vector<std::string>> rows = {
      {"NAME", "MACHINE", "STATE", "PID", "WINDOWS", "PROGRAM"}};
  for (const KnownMachine& machine : all) {
    const std::size_t windows = windows_of(sessions, machine.name);
    told.push_back({{"name", machine.name},
                    {"machine", machine.about.engine},
                    {"state", state_of(machine)},
                    {"pid", machine.about.pid},
                    {"windows", windows},
                    {"program", machine.about.command}});
    rows.push_back({machine.name, machine.about.engine, state_of(machine),
                    std::to_string(machine.about.pid), std::to_string(windows),
                    machine.about.command});
  }
  if (arguments.has("--json"))
    std::printf("%s\n", told.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
  else
    std::fputs(all.empty() ? "no machines\n"
                           : table_text(rows, {.name_column = 5, .texts = {0, 1, 2, 5}}).c_str(),
               stdout);
  return {};
}

// The server is told in any case: of one that is lost nobody else tells it.
Status end_one(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  BLINK_TRY(machines::end_machine(arguments.runtime_dir(), name));
  (void)server::ask_server(arguments.runtime_dir(), "remove_machine", json{{"name", name}}.dump())
      .take_status();
  return {};
}

}  // namespace

int list_machines(int argc, char** argv) {
  return run_command(
      argc, argv, {.help = machines_help, .flags = {"--json"}, .options = {"--runtime-dir"}}, list);
}

int end(int argc, char** argv) {
  return run_command(
      argc, argv, {.help = end_help, .options = {"--runtime-dir"}, .operands = {"NAME"}}, end_one);
}

}  // namespace blink::cli
