// The commands of `blink sp`, each in a file of its name. What they return is the exit status.

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace blink::sp {

struct Request {
  std::vector<std::string> paths;  // one, for `show` several; of `opcodes` its WORD, or none
  std::string out;                 // -o; empty: the command's own choice
  bool as_json = false;
  // "time=2.5" of --input, as written
  std::vector<std::string> inputs, params, cells;
  // Of `show`; empty: its own choice.
  std::string size, title, runtime_dir;
  std::vector<std::string> data;  // paths

  const std::string& path() const { return paths.front(); }
};

int assemble_file(const Request& request);
int disassemble_file(const Request& request);
int check(const Request& request);
int run_file(const Request& request);
int cost(const Request& request);
int show_files(const Request& request);
int list_opcodes(const Request& request);

}  // namespace blink::sp
