// blink ps: the clients of the server, for people and, with --json, for programs.

#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands.h"
#include "common/runtime_dir.h"
#include "server/control.h"

namespace blink::cli {
namespace {

using nlohmann::json;

std::string size_text(std::uint64_t bytes) {
  char text[32];
  if (bytes >= 1 << 30)
    std::snprintf(text, sizeof text, "%.1f GiB", static_cast<double>(bytes) / (1 << 30));
  else if (bytes >= 1 << 20)
    std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / (1 << 20));
  else
    std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(bytes) / 1024);
  return text;
}

void print_table(const json& sessions) {
  std::printf("%7s  %-20s %8s  %-8s %8s %10s %10s %9s %6s %8s\n", "SESSION", "NAME", "PID", "STATE",
              "OBJECTS", "BYTES", "VERSIONS", "COMMANDS", "TORN", "REFUSED");
  for (const json& s : sessions)
    std::printf("%7u  %-20.20s %8d  %-8s %8llu %10s %10llu %9llu %6llu %8llu\n",
                s.value("session", 0u), s.value("name", "").c_str(), s.value("pid", 0),
                s.value("state", "").c_str(), s.value("objects", 0ull),
                size_text(s.value("object_bytes", 0ull)).c_str(), s.value("versions", 0ull),
                s.value("commands", 0ull), s.value("torn", 0ull), s.value("refused", 0ull));
}

}  // namespace

int ps(int argc, char** argv) {
  std::string directory = default_runtime_dir();
  bool as_json = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) {
      as_json = true;
    } else if (std::strcmp(argv[i], "--runtime-dir") == 0 && i + 1 < argc) {
      directory = argv[++i];
    } else {
      std::fprintf(stderr, "blink: ps: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  auto answer = server::ask_server(directory, "ps");
  if (!answer.is_ok()) {
    std::fprintf(stderr, "blink: %s\n", std::string(answer.status().text()).c_str());
    return 1;
  }
  if (as_json) {
    std::printf("%s\n", answer->json.c_str());
    return 0;
  }
  const json body = json::parse(answer->json, nullptr, false);
  if (!body.is_object()) {
    std::fprintf(stderr, "blink: the server's answer is no JSON\n");
    return 1;
  }
  print_table(body["sessions"]);
  return 0;
}

}  // namespace blink::cli
