// WorstCase: how much a procedure may make a software driver do, at most: known before it runs.
//
// What runs on the screen's own thread holds everybody up for as long as it takes. A GPU gives up,
// or draws for others meanwhile; a driver that draws with the processor does neither.

#pragma once

#include <cstdint>
#include <map>

#include "jit/verify/verified_program.h"

namespace blink::server {

struct WorstCase {
  // Each may cover all that is drawn to.
  double primitives = 0;
  // Changes of state for which the driver may make another piece of machine code: milliseconds.
  double changes = 0;

  WorstCase& operator+=(const WorstCase& more);
};

struct ProcedureWorstCase {
  WorstCase run;                             // without the lists that it calls
  std::map<std::uint32_t, WorstCase> lists;  // that it compiles, by name
  // It makes samplers that take up to 16 times as many texels; of textures ClientGl knows.
  bool has_anisotropy = false;

  WorstCase of_list(std::uint32_t name) const;
};

ProcedureWorstCase worst_case_of(const jit::VerifiedProgram& program);

}  // namespace blink::server
