// Probing EGL: what the library offers, and what one of its displays can do. Every call here runs
// drivers, so each belongs into a guarded process of its own.

#pragma once

#include "cli/doctor/finding.h"
#include "cli/doctor/programs.h"

namespace blink::doctor {

// What Blink is written for (its profile `gl45`). With less, programs are offered less.
inline constexpr Version gl_wanted{4, 5};

inline constexpr int surfaceless = -1;  // in place of a device's number

// The library, without any display. Details: "client extensions" as far as Blink cares,
// "surfaceless"
// ("yes" or "no"), "devices" (a count), and "device0", "device1", … for what each is called.
Finding probe_egl_library();

// One display: EGL's surfaceless platform, or one of its devices. Details: "egl", "vendor",
// "renderer", "version", the highest "core", "compatibility" and "es" contexts, "lacks"
// (extensions), and what was tried: "robust_context", "drawing", "sharing".
Finding probe_egl_display(int device);

// llvmpipe, softpipe and the like, by what the driver calls itself.
bool is_software_renderer(std::string_view renderer);

}  // namespace blink::doctor
