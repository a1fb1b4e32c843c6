// What the user does, as JSON: from `blink input` and from the page in a browser.
// docs/formats/control.md.

#pragma once

#include <string>
#include <vector>

#include "common/status.h"
#include "server/screen/input_event.h"

namespace blink::server {

// From an array of objects: {"kind":"button","code":1,"press":1,"x":0,"y":0}.
Result<std::vector<InputEvent>> input_events(const std::string& json);

}  // namespace blink::server
