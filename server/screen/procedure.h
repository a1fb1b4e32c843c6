// Procedure: a client's stored procedure, ready to run: compiled where the compiler knows the
// processor, else interpreted.
//
// Threads: made on any; run on one at a time. Held by whoever may run it.

#pragma once

#include <memory>
#include <span>

#include "common/status.h"
#include "jit/compile/compiler.h"
#include "server/screen/worst_case.h"

namespace blink::server {

class Procedure {
 public:
  // What the verifier refuses comes back as the guest's fault.
  // Makes what all procedures need, which the first one would have to wait for.
  static void warm_up();
  static Result<std::shared_ptr<const Procedure>> make(std::span<const jit::Word> words);

  const jit::VerifiedProgram& program() const {
    return compiled_ ? compiled_->program() : *interpreted_;
  }
  const ProcedureWorstCase& worst_case() const { return worst_case_; }
  void run(jit::RunContext& context, const gl::Dispatch& gl) const;

 private:
  ProcedureWorstCase worst_case_;
  std::shared_ptr<const jit::CompiledProgram> compiled_;
  std::unique_ptr<const jit::VerifiedProgram> interpreted_;
};

}  // namespace blink::server
