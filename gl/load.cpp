// The loader of struct Dispatch. The rest of gl/generated/dispatch.h is generated.

#include <array>
#include <cstring>

#include "gl/generated/dispatch.h"

namespace blink::gl {

std::size_t load_dispatch(Dispatch& dispatch, ProcedureLookup look_up) {
  // SAFETY: Dispatch holds nothing but command_count function pointers in the order of the names,
  // and POSIX gives all of these the same representation.
  std::array<Procedure, command_count> commands;
  static_assert(sizeof(commands) == sizeof(dispatch));
  std::memcpy(commands.data(), &dispatch, sizeof(dispatch));
  std::size_t found = 0;
  for (std::size_t i = 0; i < command_count; ++i) {
    if (const Procedure command = look_up(command_names[i])) {
      commands[i] = command;
      ++found;
    }
  }
  std::memcpy(&dispatch, commands.data(), sizeof(dispatch));
  return found;
}

}  // namespace blink::gl
