// Colours of the server's own drawing, and which colour a machine has.

#pragma once

#include <string_view>

namespace blink::server {

struct Colour {
  float red = 0, green = 0, blue = 0;  // sRGB, 0 to 1

  bool operator==(const Colour&) const = default;
};

Colour mix(Colour a, Colour b, float share_of_b);

// The contrast ratio of WCAG 2, from 1 to 21; 4.5 is what small text needs.
float contrast(Colour a, Colour b);
// The colour of text on this one: a dark shade of it where that reads well, else black or white.
Colour ink_on(Colour background);

// Always the same for the same name. There are few, so that two of them are either equal or look
// different; names decide, and who cares for a colour of its own chooses another name.
Colour machine_colour(std::string_view name);

}  // namespace blink::server
