// What the programs of a machine find in their environment.

#pragma once

#include <string>
#include <vector>

namespace blink::machines {

// That our OpenGL driver is theirs, and where the server is.
std::vector<std::string> driver_environment(const std::string& driver_folder,
                                            const std::string& door);
// Where our OpenGL driver lies on this host.
std::string driver_folder();

}  // namespace blink::machines
