// Where this program lies: the programs of one build stand beside each other.

#pragma once

#include <string>

namespace blink {

std::string beside_this_program(const std::string& name);

}  // namespace blink
