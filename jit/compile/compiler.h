// The compiler: from a verified procedure to machine code. x86-64 only; elsewhere compile() says so
// and the interpreter does the work.

#pragma once

#include <memory>
#include <span>

#include "gl/generated/dispatch.h"
#include "jit/compile/code_memory.h"
#include "jit/run/context.h"
#include "jit/verify/verified_program.h"

namespace blink::jit {

// Held by whoever may run it: a procedure in use is never freed.
class CompiledProgram {
 public:
  const VerifiedProgram& program() const { return program_; }
  std::span<const std::uint8_t> code() const {
    return {static_cast<const std::uint8_t*>(code_.start()), code_bytes_};
  }

  void run(RunContext& context, const gl::Dispatch& gl) const;

 private:
  friend class Compiler;
  CompiledProgram(VerifiedProgram program, CodeMemory code, std::size_t code_bytes)
      : program_(std::move(program)), code_(std::move(code)), code_bytes_(code_bytes) {}

  VerifiedProgram program_;  // its words hold the immediates
  CodeMemory code_;
  std::size_t code_bytes_;
};

struct CompileOptions {
  // Registers have their values in the context at the end; else what nobody reads is not written.
  bool keep_registers = false;
};

// Makes what all compiling needs. The first compile() does it, too.
void warm_up();

Result<std::shared_ptr<const CompiledProgram>> compile(VerifiedProgram program,
                                                       CompileOptions options = {});

}  // namespace blink::jit
