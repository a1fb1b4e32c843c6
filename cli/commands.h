// The commands of `blink`, each in a file of its name. argv[0] is the command. They return the exit
// status: 0 done, 1 it could not be done, 2 the command line is wrong.

#pragma once

namespace blink::cli {

int up(int argc, char** argv);
int down(int argc, char** argv);
int ps(int argc, char** argv);
int run(int argc, char** argv);
int list_machines(int argc, char** argv);
int end(int argc, char** argv);
int screenshot(int argc, char** argv);
int top(int argc, char** argv);
int web(int argc, char** argv);
int input(int argc, char** argv);
int freeze(int argc, char** argv);
int thaw(int argc, char** argv);
int demo(int argc, char** argv);

}  // namespace blink::cli
