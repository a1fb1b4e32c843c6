// What GLFW does not say of X11: that another program has destroyed a window.
//
// Any client of an X server may destroy any window, and tools do (`xdotool windowclose`, old window
// managers). Xlib hears of it and GLFW passes it over; whatever is asked of the window afterwards
// is an error, which ends the process unless somebody takes it. So both are heard from Xlib itself,
// through the hooks that it has for that. Where GLFW is not on X11 nothing is heard.
//
// Threads: any. Xlib calls its hooks on whichever thread reads what the X server says.

#pragma once

#include <span>

struct GLFWwindow;

namespace blink::server {

// These, and no others, from now on; to be called whenever there are new ones, and before one goes.
void watch_x11_windows(std::span<GLFWwindow* const> windows);
// One that was watched is no more.
bool is_x11_window_destroyed();

}  // namespace blink::server
