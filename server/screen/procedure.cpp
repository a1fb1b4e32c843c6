#include "server/screen/procedure.h"

#include "common/check.h"
#include "jit/interpret/interpreter.h"

namespace blink::server {

void Procedure::warm_up() {
#if defined(__x86_64__)
  jit::warm_up();
#endif
  const jit::Word nothing[] = {jit::procedure_magic, jit::procedure_version,
                               static_cast<jit::Word>(jit::Callback::redraw), 0};
  CHECK(make(nothing).is_ok());
}

Result<std::shared_ptr<const Procedure>> Procedure::make(std::span<const jit::Word> words) {
  BLINK_ASSIGN(jit::VerifiedProgram program, jit::verify(words));
  auto procedure = std::make_shared<Procedure>();
  procedure->worst_case_ = worst_case_of(program);
#if defined(__x86_64__)
  BLINK_ASSIGN(procedure->compiled_, jit::compile(std::move(program)));
#else
  procedure->interpreted_ = std::make_unique<jit::VerifiedProgram>(std::move(program));
#endif
  return std::shared_ptr<const Procedure>(std::move(procedure));
}

void Procedure::run(jit::RunContext& context, const gl::Dispatch& gl) const {
  if (compiled_)
    compiled_->run(context, gl);
  else
    jit::interpret(*interpreted_, context, gl);
}

}  // namespace blink::server
