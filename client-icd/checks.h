// What the driver checks about itself: BLINK_GL_CHECK in a program's environment, words with commas
// between them.
//
//   state       what is answered here is asked there, too, and compared
//   rebuild     after every hand-over another server takes the place of the one before
//   rebuild=N   after every Nth
//   journal=N   likewise, and it is told nothing but what the journal has, which has read back what
//               only the GPU had

#pragma once

namespace blink::icd {

bool checks_state();
// 0: never.
unsigned rebuilds_every();
bool rebuilds_from_journal();

}  // namespace blink::icd
