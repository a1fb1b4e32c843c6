#include "cli/machine_colours.h"

#include "server/machine_doors.h"

namespace blink::cli {
namespace {

constexpr struct {
  std::string_view name, colour;
} colours[] = {{"red", "#e0524d"},   {"orange", "#e8873a"}, {"yellow", "#e3c23b"},
               {"green", "#5fae57"}, {"blue", "#4a8fdc"},   {"purple", "#a06bd6"},
               {"grey", "#8f969e"}};

}  // namespace

std::string machine_colour_text(std::string_view name) {
  for (const auto& each : colours)
    if (each.name == name) return std::string(each.colour);
  return server::rgb_of(name) ? std::string(name) : "";
}

std::string machine_colour_names() {
  std::string names;
  for (const auto& each : colours)
    names.append(names.empty() ? "" : ", ").append(each.name);
  return names;
}

}  // namespace blink::cli
