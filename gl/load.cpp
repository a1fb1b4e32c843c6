#include <cstring>

#include "gl/generated/dispatch.h"

namespace blink::gl {

std::size_t load_dispatch(Dispatch& dispatch, ProcedureLookup look_up) {
  // A Dispatch is its pointers and nothing else, in the order of the names.
  auto* bytes = reinterpret_cast<std::byte*>(&dispatch);
  std::size_t known = 0;
  for (std::size_t i = 0; i < command_count; ++i) {
    const Procedure procedure = look_up(command_names[i]);
    if (procedure == nullptr) continue;
    std::memcpy(bytes + i * sizeof procedure, &procedure, sizeof procedure);
    ++known;
  }
  return known;
}

}  // namespace blink::gl
