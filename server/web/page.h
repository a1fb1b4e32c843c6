// The page that shows the screen in a browser: page.html, embedded by the build.

#pragma once

#include <string_view>

namespace blink::server {

extern const std::string_view page_text;
extern const std::string_view page_policy;  // the value of its Content-Security-Policy

}  // namespace blink::server
