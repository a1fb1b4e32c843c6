#include "machines/machine.h"

#include <algorithm>
#include <iterator>

#include "machines/capsule.h"
#include "machines/plain_process.h"

namespace blink::machines {
namespace {

constexpr Engine engines[] = {{"capsule", start_capsule}, {"process", start_plain_process}};

}  // namespace

const Engine* find_engine(std::string_view name) {
  const auto* found = std::ranges::find(engines, name, &Engine::name);
  return found == std::end(engines) ? nullptr : found;
}

std::string engine_names() {
  std::string names;
  for (const Engine& engine : engines)
    names.append(names.empty() ? "" : ", ").append(engine.name);
  return names;
}

}  // namespace blink::machines
