// What the generated commands (gl/wire.py) are made of.

#pragma once

#include "client-icd/context.h"
#include "client-icd/sizes.h"
#include "client-icd/stream_writer.h"
#include "gl/types.h"
#include "gl/wire.h"

#define GL_APIENTRY

namespace blink::icd {

using gl::WireOp;

// So many elements, for a count as GL takes it.
inline std::int64_t elements(std::int64_t count, std::int64_t each = 1) {
  return count <= 0 ? 0 : count * each;
}

}  // namespace blink::icd
