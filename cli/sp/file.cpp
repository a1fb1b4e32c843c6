#include "cli/sp/file.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "common/text.h"
#include "jit/text/number.h"
#include "jit/text/suggestion.h"

namespace blink::sp {
namespace {

using jit::Word;

constexpr std::size_t file_bytes_max = 1u << 29;  // the longest procedure's text is half of that
constexpr std::size_t names_listed_max = 12;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // editors put it before a text

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

std::span<const Word> code_of(const File& file) {
  return std::span(file.words).subspan(jit::header_words);
}

const jit::OpcodeInfo* opcode_at(std::span<const Word> code, std::uint32_t word) {
  return word < code.size() ? jit::find_opcode(jit::opcode_of(code[word])) : nullptr;
}

const jit::OperandRule* rule_at(const File& file, std::uint32_t word, int operand) {
  const jit::OpcodeInfo* info = opcode_at(code_of(file), word);
  if (info == nullptr || operand < 0 || operand >= info->operand_count) return nullptr;
  return &jit::operands_of(*info)[static_cast<std::size_t>(operand)];
}

// What may stand there instead of an enumerant that may not.
std::string choice_text(const File& file, std::uint32_t word, int operand) {
  const jit::OperandRule* rule = rule_at(file, word, operand);
  if (rule == nullptr || rule->kind != jit::OperandKind::enumerant) return "";
  const auto members = jit::enum_set(rule->set);
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

Result<std::string> read_bytes(const std::string& path) {
  std::string bytes;
  BLINK_TRY(read_all(path, bytes));
  return bytes;
}

Result<File> read_file(const std::string& path) {
  std::string bytes;
  BLINK_TRY(read_all(path, bytes));
  File file;
  file.name = path == "-" ? "standard input" : printable(path);
  if (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
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

std::string bounds_text(const jit::OperandRule& rule) {
  using Kind = jit::OperandKind;
  if (rule.kind == Kind::boolean) return "0 or 1";
  if (rule.kind == Kind::name || rule.kind == Kind::slot)
    return "1 to " + std::to_string(jit::names_max - 1) + ", or 0 for none";
  if (rule.kind == Kind::integer)
    return std::to_string(rule.low) + " to " + std::to_string(rule.high);
  if (rule.kind == Kind::number)
    return jit::float_text(std::bit_cast<Word>(rule.low_number)) + " to " +
           jit::float_text(std::bit_cast<Word>(rule.high_number));
  std::string text;
  for (const jit::NamedValue& member : jit::enum_set(rule.set))
    (text += text.empty() ? "" : "|") += member.name;
  return text;
}

std::string places_text(const jit::OpcodeInfo& info) {
  std::string text;
  for (std::size_t callback = 0; callback < jit::callback_count; ++callback)
    if (info.callbacks >> callback & 1)
      (text += text.empty() ? "" : ", ") += jit::callback_name(jit::Callback(callback));
  return info.in_lists && !info.no_lists ? text + ", and in a display list" : text;
}

bool is_terminal(std::FILE* file) { return ::isatty(::fileno(file)) == 1; }

void say(const jit::SourceText& source, const jit::Diagnostic& diagnostic) {
  std::fputs(jit::render(diagnostic, source, is_terminal(stderr)).c_str(), stderr);
}

namespace {

std::string opcode_text(const File& file, std::uint32_t word) {
  const jit::OpcodeInfo* info = opcode_at(code_of(file), word);
  return info != nullptr ? std::string(info->name) : "an instruction";
}

// "PushMatrix (line 5) and Begin (line 6)"
std::string opens_text(const File& file, std::span<const std::uint32_t> opens) {
  std::string text;
  for (std::size_t i = 0; i < opens.size() && i < names_listed_max; ++i) {
    if (i > 0) text += i + 1 < opens.size() ? ", " : " and ";
    text += opcode_text(file, opens[i]) + " (line " +
            std::to_string(file.assembly.place_of(opens[i]).line) + ")";
  }
  return opens.size() > names_listed_max ? text + ", ..." : text;
}

// One of two ways that do not agree: what it has that the other has not. `meeting` is the word
// where the one from above ends.
jit::Diagnostic way_note(const File& file, const jit::Way& way, const jit::Way& other,
                         std::uint32_t meeting) {
  constexpr const char* modes[] = {"modelview", "projection", "texture"};
  std::vector<std::uint32_t> opens;
  for (const std::uint32_t word : way.opens)
    if (std::ranges::count(other.opens, word) == 0) opens.push_back(word);
  const bool has_more = std::ranges::any_of(
      other.opens, [&](std::uint32_t word) { return std::ranges::count(way.opens, word) == 0; });
  const bool is_jump = way.from != jit::Way::from_above;
  std::string text = is_jump ? "this jump comes" : "the way from above comes";
  if (!opens.empty())
    text += " with " + opens_text(file, opens) + " open";
  else if (has_more)
    text += " without that";
  if (way.matrix_mode != other.matrix_mode)
    (text += opens.empty() && !has_more ? " in the " : ", in the ") +=
        std::string(modes[way.matrix_mode]) + " mode";
  jit::Place at;
  if (is_jump)
    at = file.assembly.place_of(way.from);
  else if (!opens.empty())
    at = file.assembly.place_of(opens.back());
  else if (meeting > 0)
    at = file.assembly.place_of(meeting - 1);
  return {jit::Diagnostic::Kind::note, at, std::move(text), ""};
}

std::vector<jit::Diagnostic> notes_of(const jit::Finding& finding, const File& file,
                                      const jit::Place& at) {
  if (finding.ways.size() == 2)
    return {way_note(file, finding.ways[0], finding.ways[1], finding.word),
            way_note(file, finding.ways[1], finding.ways[0], finding.word)};
  if (finding.ways.size() != 1) return {};
  const std::uint32_t opener = finding.ways[0].opens.at(0);
  const jit::Place opened = file.assembly.place_of(opener);
  if (opened.line == at.line) return {};  // it is shown already
  return {{jit::Diagnostic::Kind::note, opened, opcode_text(file, opener) + " is still open", ""}};
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
  if (const auto* rule = rule_at(file, finding.word, operand);
      rule != nullptr && finding.kind == Kind::adjusted)
    said.text += ", " + bounds_text(*rule);
  if (operand >= 0)
    said.at =
        jit::operand_place(source.line(said.at.line), said.at, static_cast<std::uint32_t>(operand));
  if (finding.kind == Kind::adjusted && program != nullptr)
    said.hint = "it runs as: " + now_text(*program, finding.word);
  else if (operand >= 0)
    said.hint = choice_text(file, finding.word, operand);
  else if (finding.text ==
           "may not stand in " + std::string(jit::callback_name(jit::Callback(file.words[2]))))
    said.hint = "it may in " + places_text(*opcode_at(code_of(file), finding.word));
  return said;
}

}  // namespace

void say(const jit::Finding& finding, const File& file, const jit::SourceText& source,
         const jit::VerifiedProgram* program) {
  const jit::Diagnostic said = explain(finding, file, source, program);
  say(source, said);
  for (const jit::Diagnostic& note : notes_of(finding, file, said.at))
    say(source, note);
}

std::optional<jit::VerifiedProgram> verify_file(const File& file) {
  std::vector<jit::Finding> findings;
  auto program = jit::verify(file.words, &findings);
  if (program.is_ok()) return program.take();
  const jit::SourceText source = file.source();
  bool is_said = false;
  for (const jit::Finding& finding : findings) {
    if (finding.kind != jit::Finding::Kind::refused) continue;
    say(finding, file, source, nullptr);
    is_said = true;
  }
  if (!is_said)
    std::fprintf(stderr, "%s: error: refused: %s\n", file.name.c_str(),
                 std::string(program.status().text()).c_str());
  return std::nullopt;
}

}  // namespace blink::sp
