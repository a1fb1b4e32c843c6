// blink sp cost: what a procedure needs in the worst case, and what the verifier knows of its
// doing.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/sp/commands.h"
#include "cli/sp/file.h"
#include "common/limits.h"
#include "jit/generated/names.h"

namespace blink::sp {
namespace {

using nlohmann::json;

template <std::size_t N>
std::vector<std::string> names_of(std::uint32_t bits, const std::string_view (&names)[N]) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < N; ++i)
    if (bits >> i & 1) all.emplace_back(names[i]);
  return all;
}

std::vector<std::string> switched(const jit::Capabilities& switches) {
  if (switches.all()) return {"everything"};  // PopAttrib
  std::vector<std::string> all;
  const auto known = jit::capabilities();
  for (std::size_t i = 0; i < known.size(); ++i)
    if (switches[i]) all.emplace_back(known[i].name);
  return all;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    (text += text.empty() ? "" : ", ") += name;
  return text.empty() ? "nothing" : text;
}

json lists_of(const jit::VerifiedProgram& program) {
  json lists = json::array();
  for (const jit::ListCost& list : program.lists())
    lists.push_back({{"name", list.name},
                     {"instructions", list.cost.instructions},
                     {"commands", list.cost.commands},
                     {"vertices", list.cost.vertices}});
  return lists;
}

void print_json(const jit::VerifiedProgram& program) {
  const jit::Cost& cost = program.cost();
  const jit::Effects& effects = program.effects();
  const json body = {
      {"callback", jit::callback_name(program.callback())},
      {"instructions", cost.instructions},
      {"commands", cost.commands},
      {"vertices", cost.vertices},
      {"lists", lists_of(program)},
      {"touches", names_of(effects.touches, jit::state_names)},
      {"switches", switched(effects.switches)},
      {"depends_on", names_of(effects.depends_on, jit::dependence_names)},
      {"draws", effects.draws},
      {"uses_depth", effects.uses_depth},
      {"clears_depth", effects.clears_depth},
      {"covers_window", effects.covers_window},
      {"reads_params", effects.reads_params},
      {"reads_cells", effects.reads_cells},
      {"writes_cells", effects.writes_cells},
  };
  std::printf("%s\n", body.dump(2).c_str());
}

void print_table(const jit::VerifiedProgram& program) {
  const jit::Cost& cost = program.cost();
  const jit::Effects& effects = program.effects();
  const auto number = [](const char* what, std::uint64_t is, std::uint64_t max) {
    std::printf("%-15s%10llu", what, static_cast<unsigned long long>(is));
    if (max != 0) std::printf("  of %llu", static_cast<unsigned long long>(max));
    std::printf("\n");
  };
  const auto fact = [](const char* what, bool is) {
    std::printf("%-15s  %s\n", what, is ? "yes" : "no");
  };
  std::printf("%-15s  %s\n", "callback",
              std::string(jit::callback_name(program.callback())).c_str());
  number("instructions", cost.instructions, 0);
  number("commands", cost.commands, limits::procedure_commands_max);
  number("vertices", cost.vertices, limits::procedure_vertices_max);
  for (const jit::ListCost& list : program.lists())
    std::printf("%-15s%10llu  commands, %llu vertices, each time it is called\n",
                ("list " + std::to_string(list.name)).c_str(),
                static_cast<unsigned long long>(list.cost.commands),
                static_cast<unsigned long long>(list.cost.vertices));
  std::printf("%-15s  %s\n", "touches",
              joined(names_of(effects.touches, jit::state_names)).c_str());
  std::printf("%-15s  %s\n", "switches", joined(switched(effects.switches)).c_str());
  std::printf("%-15s  %s\n", "depends on",
              joined(names_of(effects.depends_on, jit::dependence_names)).c_str());
  fact("draws", effects.draws);
  fact("uses depth", effects.uses_depth);
  fact("clears depth", effects.clears_depth);
  fact("covers window", effects.covers_window);
  fact("reads params", effects.reads_params);
  fact("reads cells", effects.reads_cells);
  fact("writes cells", effects.writes_cells);
}

}  // namespace

int cost(const Request& request) {
  const auto file = load(request.path());
  if (!file) return 1;
  const auto program = verify_file(*file);
  if (!program) return 1;
  if (request.as_json)
    print_json(*program);
  else
    print_table(*program);
  return 0;
}

}  // namespace blink::sp
