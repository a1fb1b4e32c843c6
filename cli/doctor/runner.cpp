#include "cli/doctor/runner.h"

#include <utility>

namespace blink::doctor {
namespace {

// The end of what a failed worker wrote: a driver's last words come last.
std::string_view last_words(std::string_view said) {
  while (!said.empty() && (said.back() == '\n' || said.back() == ' '))
    said.remove_suffix(1);
  constexpr std::size_t bytes_max = 400;
  return said.size() > bytes_max ? said.substr(said.size() - bytes_max) : said;
}

}  // namespace

Finding find_guarded(std::string_view what, const GuardOptions& options,
                     const std::function<Finding(const std::string& scratch)>& work) {
  const auto encoded = [&work](const std::string& scratch) { return encode(work(scratch)); };
  const Outcome outcome = run_guarded(encoded, options);
  if (outcome.is_success())
    if (std::optional<Finding> finding = decode(outcome.answer)) return *std::move(finding);

  const bool was_tried = outcome.end != End::lost;
  const std::string end =
      outcome.is_success() ? "gave an answer that makes no sense" : describe(outcome, options);
  Finding finding =
      make_finding(was_tried ? State::failed : State::unknown, std::string(what) + " " + end);
  if (!outcome.said.empty()) finding.note("last_words", std::string(last_words(outcome.said)));
  return finding;
}

Report run_check(HostCheck& check) {
  const auto start = std::chrono::steady_clock::now();
  Report report{.name = std::string(check.name()),
                .purpose = std::string(check.purpose()),
                .is_required = check.is_required(),
                .finding = {}};
  const GuardOptions options{.time_max = check.time_max(), .wants_scratch = true};
  report.finding = find_guarded("the check", options, [&check](const std::string& scratch) {
    return check.run({.scratch = scratch});
  });
  report.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  return report;
}

}  // namespace blink::doctor
