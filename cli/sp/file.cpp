#include "cli/sp/file.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "common/text.h"
#include "jit/text/suggestion.h"

namespace blink::sp {
namespace {

using jit::Word;

constexpr std::size_t file_bytes_max = 1u << 29;  // the longest procedure's text is half of that
constexpr std::size_t names_listed_max = 12;

Status read_all(const std::string& path, std::string& bytes) {
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return Status::system("cannot read " + printable(path), errno);
  char block[65'536];
  while (bytes.size() <= file_bytes_max) {
    const std::size_t count = std::fread(block, 1, sizeof block, file);
    if (count == 0) break;
    bytes.append(block, count);
  }
  const int error = std::ferror(file) ? errno : 0;
  if (file != stdin) std::fclose(file);
  if (error != 0) return Status::system("cannot read " + printable(path), error);
  if (bytes.size() > file_bytes_max)
    return Status::system(printable(path) + " is longer than any procedure");
  return {};
}

bool has_magic(const std::string& bytes) {
  Word word = 0;
  if (bytes.size() < sizeof word) return false;
  std::memcpy(&word, bytes.data(), sizeof word);
  return word == jit::procedure_magic;
}

// Which operand a finding means, from 0; its text says so first. -1: the instruction.
int operand_of(const jit::Finding& finding) {
  constexpr std::string_view lead = "operand ";
  int number = 0;
  if (!finding.text.starts_with(lead)) return -1;
  const char* begin = finding.text.data() + lead.size();
  std::from_chars(begin, finding.text.data() + finding.text.size(), number);
  return number - 1;
}

const jit::OpcodeInfo* opcode_at(std::span<const Word> code, std::uint32_t word) {
  return word < code.size() ? jit::find_opcode(jit::opcode_of(code[word])) : nullptr;
}

// What may stand there instead of an enumerant that may not.
std::string choice_text(const File& file, std::uint32_t word, int operand) {
  const auto code = std::span(file.words).subspan(jit::header_words);
  const jit::OpcodeInfo* info = opcode_at(code, word);
  if (info == nullptr || operand < 0 || operand >= info->operand_count) return "";
  const jit::OperandRule& rule = jit::operands_of(*info)[static_cast<std::size_t>(operand)];
  if (rule.kind != jit::OperandKind::enumerant) return "";
  const auto members = jit::enum_set(rule.set);
  if (members.size() > names_listed_max) return "";
  std::string text;
  for (const jit::NamedValue& member : members)
    (text += text.empty() ? "one of " : ", ") += member.name;
  return text;
}

// The instruction as it was left.
std::string now_text(const jit::VerifiedProgram& program, std::uint32_t word) {
  const auto code = program.code();
  if (word >= code.size()) return "";
  const auto length = jit::head_words + jit::operands_in(code[word]);
  const std::string text = jit::disassemble(program.callback(), code.subspan(word, length)).text;
  const std::size_t begin = text.find("\n  ");
  return begin == std::string::npos ? "" : text.substr(begin + 3, text.size() - begin - 4);
}

}  // namespace

Result<File> read_file(const std::string& path) {
  std::string bytes;
  BLINK_TRY(read_all(path, bytes));
  File file;
  file.name = path == "-" ? "standard input" : printable(path);
  file.is_binary = has_magic(bytes);
  if (!file.is_binary) {
    file.text = std::move(bytes);
    file.assembly = jit::assemble(file.text);
    file.words = file.assembly.words;
    return file;
  }
  file.words.resize(bytes.size() / sizeof(Word));
  std::memcpy(file.words.data(), bytes.data(), file.words.size() * sizeof(Word));
  if (bytes.size() % sizeof(Word) != 0) return Status::system(file.name + " is cut within a word");
  auto made = jit::disassemble(file.words);
  file.text = std::move(made.text);
  file.problem = std::move(made.problem);
  if (!file.text.empty()) file.assembly = jit::assemble(file.text);
  return file;
}

std::optional<File> load(const std::string& path) {
  auto file = read_file(path);
  if (!file.is_ok()) {
    std::fprintf(stderr, "blink: sp: %s\n", std::string(file.status().text()).c_str());
    return std::nullopt;
  }
  if (file->is_binary && file->text.empty()) {
    std::fprintf(stderr, "%s: error: header, word %u: %s\n", file->name.c_str(),
                 file->problem->word, file->problem->text.c_str());
    return std::nullopt;
  }
  const jit::SourceText source = file->source();
  for (const jit::Diagnostic& error : file->assembly.errors)
    say(source, error);
  if (file->assembly.has_more_errors)
    std::fprintf(stderr, "%s: and more errors\n", file->name.c_str());
  if (!file->assembly.is_good()) return std::nullopt;
  return file.take();
}

Status write_file(const std::string& path, const void* bytes, std::size_t size) {
  std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return Status::system("cannot write " + printable(path), errno);
  bool is_good = std::fwrite(bytes, 1, size, file) == size;
  is_good &= std::fflush(file) == 0;
  const int error = errno;
  if (file != stdout) is_good &= std::fclose(file) == 0;
  return is_good ? Status() : Status::system("cannot write " + printable(path), error);
}

bool is_terminal(std::FILE* file) { return ::isatty(::fileno(file)) == 1; }

void say(const jit::SourceText& source, const jit::Diagnostic& diagnostic) {
  std::fputs(jit::render(diagnostic, source, is_terminal(stderr)).c_str(), stderr);
}

jit::Diagnostic explain(const jit::Finding& finding, const File& file,
                        const jit::SourceText& source, const jit::VerifiedProgram* program) {
  using Kind = jit::Finding::Kind;
  constexpr const char* kinds[] = {"adjusted: ", "skipped: ", "mended: ", "refused: "};
  jit::Diagnostic said;
  said.kind =
      finding.kind == Kind::refused ? jit::Diagnostic::Kind::error : jit::Diagnostic::Kind::warning;
  said.text = kinds[static_cast<std::size_t>(finding.kind)];
  if (finding.kind == Kind::mended && program != nullptr)
    said.text += now_text(*program, finding.word) + ' ';
  said.text += finding.text;
  said.at = file.assembly.place_of(finding.word);
  const int operand = operand_of(finding);
  if (operand >= 0)
    said.at =
        jit::operand_place(source.line(said.at.line), said.at, static_cast<std::uint32_t>(operand));
  if (finding.kind == Kind::adjusted && program != nullptr)
    said.hint = "it runs as: " + now_text(*program, finding.word);
  else
    said.hint = choice_text(file, finding.word, operand);
  return said;
}

std::optional<jit::VerifiedProgram> verify_file(const File& file) {
  std::vector<jit::Finding> findings;
  auto program = jit::verify(file.words, &findings);
  if (program.is_ok()) return program.take();
  const jit::SourceText source = file.source();
  bool is_said = false;
  for (const jit::Finding& finding : findings) {
    if (finding.kind != jit::Finding::Kind::refused) continue;
    say(source, explain(finding, file, source, nullptr));
    is_said = true;
  }
  if (!is_said)
    std::fprintf(stderr, "%s: error: refused: %s\n", file.name.c_str(),
                 std::string(program.status().text()).c_str());
  return std::nullopt;
}

}  // namespace blink::sp
