// blink sp: stored procedures as files. Assembles, disassembles, checks, runs, shows and
// weighs them.

#pragma once

namespace blink::sp {

// argv[0] is "sp". Returns the exit status: 0 done, 1 it could not be done or the procedure is
// refused, 2 the command line is wrong.
int run(int argc, char** argv);

}  // namespace blink::sp
