// Reports as text for people and as JSON for programs.

#pragma once

#include <span>
#include <string>

#include "cli/bench/host.h"
#include "cli/bench/report.h"

namespace blink::bench {

std::string table_text(const Report& report);
// One report is an object, several are an array of them. What is not a number is null.
std::string json_text(std::span<const Report> reports, const Host& host);

}  // namespace blink::bench
