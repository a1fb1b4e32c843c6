// blink sp asm, blink sp disasm

#include <cstdio>
#include <filesystem>
#include <span>

#include "cli/sp/commands.h"
#include "cli/sp/file.h"
#include "cli/whole_file.h"
#include "common/text.h"

namespace blink::sp {
namespace {

// Never over what it was made of.
int write_or_say(const Request& request, const std::string& out, std::span<const std::byte> bytes) {
  const bool is_source = cli::is_same_file(request.path(), out);
  const Status status =
      is_source ? Status::system(printable(out) + " is what is read: say -o OUT, another file")
                : cli::write_whole(out, bytes);
  if (status.is_ok()) return 0;
  std::fprintf(stderr, "blink: sp: %s\n", std::string(status.text()).c_str());
  return 1;
}

}  // namespace

int assemble_file(const Request& request) {
  const auto file = load(request.path());
  if (!file) return 1;
  std::string out = request.out;
  if (out.empty())
    out = request.path() == "-"
              ? "-"
              : std::filesystem::path(request.path()).replace_extension(".blgl").string();
  if (out == "-" && is_terminal(stdout)) {
    std::fprintf(stderr, "blink: sp asm: words are not for a terminal: say -o OUT\n");
    return 1;
  }
  if (file->is_binary && out == request.path()) {
    std::fprintf(stderr, "blink: sp asm: %s is assembled already\n", file->name.c_str());
    return 1;
  }
  return write_or_say(request, out, std::as_bytes(std::span(file->words)));
}

int disassemble_file(const Request& request) {
  const auto file = load(request.path());
  if (!file) return 1;
  // Text, too, is shown as the disassembler has it.
  const jit::Disassembly made = jit::disassemble(file->words);
  const int status = write_or_say(request, request.out.empty() ? "-" : request.out,
                                  std::as_bytes(std::span(made.text)));
  if (!made.problem) return status;
  std::fprintf(stderr, "%s: error: word %u of the code: %s; from there on, words\n",
               file->name.c_str(), made.problem->word, made.problem->text.c_str());
  return 1;
}

}  // namespace blink::sp
