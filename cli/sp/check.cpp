// blink sp check: what the verifier does about a procedure, in its text.

#include <cstdio>

#include "cli/sp/commands.h"
#include "cli/sp/file.h"

namespace blink::sp {
namespace {

constexpr std::size_t shown_max = 100;

std::string summary(const std::vector<jit::Finding>& findings) {
  constexpr const char* kinds[] = {"adjusted", "skipped", "mended"};
  std::string text;
  for (std::size_t kind = 0; kind < std::size(kinds); ++kind) {
    std::size_t count = 0;
    for (const jit::Finding& finding : findings)
      count += static_cast<std::size_t>(finding.kind) == kind;
    if (count > 0) (text += ", " + std::to_string(count) + ' ') += kinds[kind];
  }
  return text;
}

}  // namespace

int check(const Request& request) {
  const auto file = load(request.path());
  if (!file) return 1;
  std::vector<jit::Finding> findings;
  const auto program = jit::verify(file->words, &findings);
  const jit::SourceText source = file->source();
  bool is_said = program.is_ok();
  std::size_t shown = 0;
  for (const jit::Finding& finding : findings) {
    const bool is_refused = finding.kind == jit::Finding::Kind::refused;
    is_said |= is_refused;
    if (++shown > shown_max && !is_refused) continue;
    say(finding, *file, source, program.is_ok() ? &program.value() : nullptr);
  }
  if (shown > shown_max)
    std::fprintf(stderr, "%s: and %zu findings more\n", file->name.c_str(), shown - shown_max);
  if (!is_said)
    std::fprintf(stderr, "%s: error: refused: %s\n", file->name.c_str(),
                 std::string(program.status().text()).c_str());
  std::printf("%s: %s%s\n", file->name.c_str(), program.is_ok() ? "accepted" : "refused",
              summary(findings).c_str());
  return program.is_ok() ? 0 : 1;
}

}  // namespace blink::sp
