#include "cli/bench/host.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <string_view>

#include "common/text.h"

namespace blink::bench {
namespace {

// The value of the first line of `path` that begins with `key` and `separator`, unquoted; or empty.
std::string find_value(const char* path, std::string_view key, char separator) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t at = line.find(separator);
    if (!line.starts_with(key) || at == std::string::npos) continue;
    std::string_view value = std::string_view(line).substr(at + 1);
    const std::size_t first = value.find_first_not_of(" \t\"");
    if (first == std::string_view::npos) return {};
    value = value.substr(first, value.find_last_not_of(" \t\"") - first + 1);
    return printable(value);
  }
  return {};
}

std::string or_unknown(std::string text) { return text.empty() ? "unknown" : text; }

}  // namespace

Host describe_host() {
  utsname names{};
  const bool named = ::uname(&names) == 0;
  std::string cpu = find_value("/proc/cpuinfo", "model name", ':');
  if (cpu.empty() && named) cpu = printable(names.machine);
  return {.cpu = or_unknown(std::move(cpu)),
          .cores = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN)),
          .kernel = named ? printable(names.release) : "unknown",
          .os = or_unknown(find_value("/etc/os-release", "PRETTY_NAME", '='))};
}

std::string host_text(const Host& host) {
  return host.cpu + ", " + std::to_string(host.cores) + (host.cores == 1 ? " core" : " cores") +
         ", " + host.os + ", Linux " + host.kernel;
}

}  // namespace blink::bench
