// Cases as data: tests/jit/data/*.txt. Many in a file, each a program in text form and what comes
// of it. tests/jit/data/README.md describes the files.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "jit/isa/procedure.h"
#include "jit/run/context.h"

namespace blink::jit::test {

struct ExpectedNumber {
  float value = 0;
  bool is_about = false;  // the last digits do not matter
};

struct DataCase {
  std::string file, name;
  int line = 0;
  std::string program;
  // By section's name, line by line without comments: "trace", "findings", "cost", ...
  std::map<std::string, std::vector<std::string>> sections;

  bool has(const std::string& section) const { return sections.contains(section); }
};

// All cases of all files of a folder. What is wrong with a file is a case named after it, without a
// program, which fails.
std::vector<DataCase> read_cases(const std::string& folder);

// What a section's lines say: "r3 = 1.5" by what stands before the =. Throws std::runtime_error.
std::vector<std::pair<std::string, ExpectedNumber>> numbers_of(const DataCase& data,
                                                               const std::string& section);
// "Begin TRIANGLES" as Recording::text() writes it: numbers for names, one form for each number.
std::string plain_call(const std::string& call);
// Whether it is this number: NaNs are alike, zeroes are not.
bool is_same(const ExpectedNumber& expected, float actual);

// "procedure-wide" state of a run: inputs, params and cells of "-- given", names of objects made
// up: the driver's name of number n of kind k is 1000 * (k + 1) + n.
RunContext context_of(const DataCase& data);

}  // namespace blink::jit::test
