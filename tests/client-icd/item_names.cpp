// The names of the items of state, for a program that is built with a driver's headers.

#include "gl/generated/state_items.h"
#include "tests/client-icd/chance.h"

namespace blink::test {

unsigned item_name(std::size_t number) { return gl::state::infos[number].name; }
const char* item_text(std::size_t number) { return gl::state::infos[number].text; }
std::size_t item_count() { return gl::state::items; }

}  // namespace blink::test
