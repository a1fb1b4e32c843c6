// blink bench jit: what procedures cost, from their words to the calls that they make.
//
// Callees return at once, so that what is measured is the procedure. Cycles are those of the time
// stamp counter, for each instruction.

#include <dlfcn.h>
#include <algorithm>
#include <cmath>
#include <tuple>

#include "cli/bench/benchmarks.h"
#include "cli/bench/cycles.h"
#include "cli/bench/driver_like.h"
#include "cli/bench/jit_programs.h"
#include "cli/bench/number.h"
#include "common/program_path.h"
#include "jit/compile/compiler.h"
#include "jit/interpret/interpreter.h"

namespace blink::bench {
namespace {

using jit::Callback;
using jit::Word;

std::vector<Word> procedure_of(const std::vector<Word>& code, Callback callback) {
  std::vector<Word> procedure = {jit::procedure_magic, jit::procedure_version,
                                 static_cast<Word>(callback), static_cast<Word>(code.size())};
  procedure.insert(procedure.end(), code.begin(), code.end());
  return procedure;
}

// Lists are the only names that the programs use.
struct Names {
  jit::NameTable table{};
  Names() {
    for (std::uint32_t i = 1; i < jit::names_max; ++i)
      table[i] = i;
  }
};

// Returns at once, like the table's commands.
class NoServices final : public jit::Services {
 public:
  void call(jit::Op, std::span<const jit::Value>) override {}
};

jit::RunContext context_with(const Names& names, NoServices& services) {
  jit::RunContext context;
  context.services = &services;
  for (auto& table : context.names)
    table = &names.table;
  for (std::size_t i = 0; i < jit::params_max; ++i)
    context.params[i] = 1.0f + static_cast<float>(i) / 64.0f;
  return context;
}

struct Program {
  const char* name;
  std::vector<Word> procedure;
  double instructions = 0;
};

Result<Program> load(const char* name, const std::vector<Word>& code, Callback callback) {
  Program program{name, procedure_of(code, callback), 0};
  std::vector<jit::Finding> findings;
  BLINK_ASSIGN(const auto verified, jit::verify(program.procedure, &findings));
  if (!findings.empty()) return Status::system(std::string(name) + ": " + findings[0].text);
  program.instructions = static_cast<double>(verified.cost().instructions);
  return program;
}

template <typename T>
Status status_of(Result<T> result) {
  return result.is_ok() ? Status() : result.take_status();
}

struct CompileTimes {
  std::vector<double> verify, compile, both;  // cycles/instruction
};

Result<std::shared_ptr<const jit::CompiledProgram>> compile_timed(const Program& program,
                                                                  CompileTimes& times) {
  const double start = cycles();
  auto verified = jit::verify(program.procedure);
  const double middle = cycles();
  if (!verified.is_ok()) return verified.take_status();
  auto compiled = jit::compile(verified.take());
  const double end = cycles();
  times.verify.push_back((middle - start) / program.instructions);
  times.compile.push_back((end - middle) / program.instructions);
  times.both.push_back((end - start) / program.instructions);
  return compiled;
}

Status measure_compile(const Program& program, const Options& options, Report& report,
                       const std::string& key) {
  CompileTimes cold;
  BLINK_ASSIGN(auto first, compile_timed(program, cold));
  first.reset();
  CompileTimes warm;
  for (std::size_t i = 0; i < options.pick(300, 20); ++i)
    BLINK_TRY(status_of(compile_timed(program, warm)));
  const Details detail = {{"instructions", static_cast<std::int64_t>(program.instructions)}};
  report.add_value(key + "_compile_cold", "cycles", Better::lower, cold.both[0], detail);
  report.add(key + "_compile_warm", "cycles", Better::lower, summarize(warm.both), detail);
  report.add(key + "_verify_warm", "cycles", Better::lower, summarize(warm.verify), detail);
  return {};
}

// Stays for as long as this process.
Result<DriverLike> load_driver() {
  const std::string path = beside_this_program(driver_like_file);
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const symbol = library != nullptr ? ::dlsym(library, driver_like_symbol) : nullptr;
  if (symbol == nullptr) return Status::system("cannot load " + path + ": " + ::dlerror());
  return reinterpret_cast<DriverLike (*)()>(symbol)();
}

// Compiled, native and interpreted in turns.
template <typename Native>
Status measure_execute(const Program& program, const Options& options, Report& report,
                       const std::string& key, jit::RunContext& context, const gl::Dispatch& gl,
                       Native native) {
  CompileTimes ignored;
  BLINK_ASSIGN(const auto compiled, compile_timed(program, ignored));
  std::vector<double> jitted, compared, interpreted;
  for (std::size_t i = 0; i < options.pick(2000, 50); ++i) {
    jitted.push_back(cycles_of([&] { compiled->run(context, gl); }) / program.instructions);
    compared.push_back(cycles_of(native) / program.instructions);
    if (i % 8 == 0)
      interpreted.push_back(cycles_of([&] { jit::interpret(compiled->program(), context, gl); }) /
                            program.instructions);
  }
  report.add(key + "_execute", "cycles", Better::lower, summarize(jitted));
  report.add(key + "_native", "cycles", Better::lower, summarize(compared));
  report.add(key + "_interpret", "cycles", Better::lower, summarize(interpreted));
  report.add_ratio(key + "_execute_ratio", Better::lower, compare_samples(jitted, compared),
                   "compiled", "native");
  return {};
}

// What was measured side by side: the median and, in brackets, the least.
Table side_by_side(const Report& report, const Program& gl_mix, const Program& arithmetic) {
  const auto figure = [&](const std::string& name) {
    const auto row = std::ranges::find(report.rows(), name, &Row::name);
    const std::string least = row->summary ? " (" + value_text(row->summary->min) + ")" : "";
    return value_text(row->value) + least;
  };
  Table table{{"cycles/instruction", "instructions", "first compile", "compile", "execute"}, {}};
  for (const auto& [name, key, program] :
       {std::tuple("OpenGL mix", std::string("gl"), &gl_mix),
        std::tuple("arithmetic", std::string("arithmetic"), &arithmetic)}) {
    const std::string count = value_text(program->instructions), what = name;
    table.rows.push_back({what + ", compiled", count, figure(key + "_compile_cold"),
                          figure(key + "_compile_warm"), figure(key + "_execute")});
    table.rows.push_back({what + ", interpreted", count, "-", "-", figure(key + "_interpret")});
    table.rows.push_back({what + ", by g++ -O2", count, "-", "-", figure(key + "_native")});
  }
  return table;
}

// The GL mix cut or repeated to so many instructions.
std::vector<Word> repeated(std::uint32_t instructions) {
  std::vector<Word> code;
  std::uint32_t count = 0;
  while (count < instructions)
    for (std::size_t at = 0; at < gl_mix_code.size() && count < instructions; ++count) {
      const std::size_t words = jit::head_words + jit::operands_in(gl_mix_code[at]);
      code.insert(code.end(), gl_mix_code.begin() + static_cast<std::ptrdiff_t>(at),
                  gl_mix_code.begin() + static_cast<std::ptrdiff_t>(at + words));
      at += words;
    }
  return code;
}

Status measure_curve(const Options& options, Report& report) {
  std::vector<Point> points;
  Details of_each = {{"of", std::string("dearest to cheapest instruction, 1,000 to 1,000,000")}};
  double least = 0, most = 0;
  for (const std::uint32_t size :
       {1'000u, 3'000u, 10'000u, 30'000u, 100'000u, 300'000u, 1'000'000u}) {
    Program program{"gl mix", procedure_of(repeated(size), Callback::init),
                    static_cast<double>(size)};
    CompileTimes times;
    for (std::size_t i = 0; i < options.pick(std::max(9u, 300'000u / size), 2); ++i)
      BLINK_TRY(status_of(compile_timed(program, times)));
    const double median = summarize(times.both).median;
    points.push_back({static_cast<double>(size), median});
    of_each.push_back({"at_" + std::to_string(size), median});
    least = points.size() == 1 ? median : std::min(least, median);
    most = std::max(most, median);
  }
  report.add_curve({.name = "length",
                    .title = "Compiling procedures of any length",
                    .x_label = "instructions",
                    .y_label = "cycles/instruction",
                    .x_scale = Scale::log},
                   "verify and compile, GL mix", points);
  report.add_value("compile_linearity", "ratio", Better::lower, most / least, std::move(of_each));
  return {};
}

}  // namespace

Status run_jit(const Options& options, Report& report) {
#if !defined(__x86_64__)
  report.skip("gl_compile_warm", "cycles", Better::lower, "procedures are compiled on x86-64 only");
  return {};
#endif
  const double start_up = cycles_of([] {
    (void)jit::verify(std::span<const Word>());
    jit::warm_up();
  });
  report.add_value("start_up", "cycles", Better::lower, start_up);
  BLINK_ASSIGN(const Program gl_mix, load("gl mix", gl_mix_code, Callback::init));
  BLINK_ASSIGN(const Program arithmetic, load("arithmetic", arithmetic_code, Callback::redraw));
  BLINK_TRY(measure_compile(gl_mix, options, report, "gl"));
  BLINK_TRY(measure_compile(arithmetic, options, report, "arithmetic"));

  const Names names;
  NoServices services;
  jit::RunContext context = context_with(names, services);
  BLINK_ASSIGN(const DriverLike driver, load_driver());
  const gl::Dispatch& gl = *driver.commands;
  BLINK_TRY(measure_execute(gl_mix, options, report, "gl", context, gl,
                            [&] { driver.gl_mix(gl, names.table); }));
  float cells[jit::register_count] = {};
  BLINK_TRY(measure_execute(arithmetic, options, report, "arithmetic", context, gl,
                            [&] { driver.arithmetic(context.params, cells); }));
  for (std::size_t i = 0; i < std::size(cells); ++i)
    if (!(cells[i] == context.cells[i] || (std::isnan(cells[i]) && std::isnan(context.cells[i]))))
      return Status::system("compiled and native arithmetic differ");
  report.add_table(side_by_side(report, gl_mix, arithmetic));
  return measure_curve(options, report);
}

}  // namespace blink::bench
