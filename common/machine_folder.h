// Where a server and whoever keeps a machine find each other: RUNTIME_DIR/machines/NAME/, with
//   lock    held by the machine's keeper for as long as the machine lives
//   about   what the keeper says of the machine, JSON (machines/machine_folder.h)
//   colour  of the machine, as #rrggbb; the server's, so that its next start knows it too
//   door/   the only one that the machine sees: with the client socket that is its own

#pragma once

#include <string>
#include <string_view>

namespace blink {

inline constexpr std::string_view machines_folder_name = "machines";
inline constexpr std::string_view machine_door_name = "door";
inline constexpr std::string_view machine_lock_name = "lock";
inline constexpr std::string_view machine_colour_name = "colour";
inline constexpr std::string_view machine_about_name = "about";

// Letters, digits, and . _ - within; 32 at most. It is the name of a folder and stands in frames.
bool is_machine_name(std::string_view name);
inline constexpr std::string_view machine_name_rule =
    "a machine's name has letters, digits, and . _ - within, 32 of them at most";

std::string machines_folder(const std::string& runtime_dir);
std::string machine_folder(const std::string& runtime_dir, std::string_view name);

}  // namespace blink
