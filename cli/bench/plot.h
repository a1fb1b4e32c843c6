// Reports as pictures: one SVG for each set of curves and one that shows every result against its
// target, and a page with all of it.

#pragma once

#include <span>
#include <string>

#include "cli/bench/host.h"
#include "cli/bench/report.h"
#include "common/status.h"

namespace blink::bench {

std::string curves_svg(const CurveSet& set);
// A bar for each result that has a target: how much of it is used, 1 being the target.
std::string targets_svg(const Report& report);
std::string page_html(std::span<const Report> reports, const Host& host);

// Writes them into the directory, which is made where it is missing: index.html and BENCH-NAME.svg.
Status write_plots(const std::string& directory, std::span<const Report> reports, const Host& host);

}  // namespace blink::bench
