// The functions that replay records, by the record's number; null: it does not travel.

#pragma once

#include "gl/wire.h"

namespace blink::stackreplay {

class Record;
class Replay;

using Thunk = void (*)(Replay& replay, Record& record);
using gl::wire_ops;
extern const Thunk thunks[wire_ops];

}  // namespace blink::stackreplay
