// The verifier: one pass over the code, in which every instruction is looked at once.
//
// Jumps go forward only. So when the pass reaches an instruction, every jump that may lead there
// has been seen, and what is known at that point (open sequences, cost so far) is the join of the
// known states of all its predecessors. Joins must agree on the open sequences: that is how a
// sequence is whole on every path without any path being followed.

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "common/check.h"
#include "common/limits.h"
#include "gl/generated/enums.h"
#include "jit/run/numbers.h"
#include "jit/verify/open_sequences.h"
#include "jit/verify/verified_program.h"

namespace blink::jit {
namespace {

constexpr std::uint32_t bit(auto number) { return 1u << static_cast<std::uint32_t>(number); }

// A worst case beyond any limit stays there and does not wrap.
constexpr std::uint64_t cost_ceiling = 1ull << 40;

void add(Cost& cost, const Cost& more) {
  cost.instructions += more.instructions;
  cost.commands += more.commands;
  cost.vertices = std::min(cost.vertices + more.vertices, cost_ceiling);
}

void take_larger(Cost& cost, const Cost& other) {
  cost.instructions = std::max(cost.instructions, other.instructions);
  cost.commands = std::max(cost.commands, other.commands);
  cost.vertices = std::max(cost.vertices, other.vertices);
}

// What the pass needs of a simple opcode, which has no part in anything but cost and state. Small,
// and with few questions: most of most procedures is made of these.
struct alignas(32) Quick {
  Word head = 0;  // as it must be; 0: not a simple one
  // A bit for each place: 4 * callback + 2 * in a list + between Begin and End.
  std::uint32_t places = 0;
  Word registers = 0;  // operands that must be registers, of those that are not free to be
  Word fixed = 0;      // operands, and what is none, that are not free to be registers
  std::uint64_t instruction_and_command = 0;
  std::uint16_t vertices = 0;
  bool any_words_will_do = true;
  std::uint32_t effects = 0;  // touched states, and draws_bit
};
static_assert(sizeof(Quick) == 32);
constexpr std::uint32_t draws_bit = 1u << 31;
constexpr std::uint64_t one_instruction = 1, one_command = 1ull << 32;
static_assert((all_state & draws_bit) == 0);
static_assert(limits::procedure_words_max / head_words < one_command);

// By the lowest bits of a head: those of an opcode that there is.
constexpr std::uint32_t quick_count = std::bit_ceil(opcode_limit);

constexpr std::uint32_t place_bit(std::size_t callback, bool in_list, bool in_begin) {
  return 1u << (callback * 4 + std::size_t{in_list} * 2 + std::size_t{in_begin});
}

bool is_special(Op op) {
  switch (op) {
    case Op::gl_Enable:
    case Op::gl_Disable:
    case Op::gl_Enablei:
    case Op::gl_Disablei:
    case Op::gl_Clear:
    case Op::gl_ColorMask:
    case Op::gl_ColorMaski:
    case Op::gl_Scissor:
    case Op::gl_BindFramebuffer:
    case Op::gl_BlitFramebuffer:
    case Op::gl_ClearBufferfv:
    case Op::gl_ClearBufferfi:
    case Op::gl_DrawBuffer:
    case Op::gl_DrawBuffers:
    case Op::gl_PopAttrib: return true;
    default: return false;
  }
}

constexpr const char* not_in_this_callback = "may not stand in ";

// Whether the opcode may stand in a place, and why not.
const char* objection(const OpcodeInfo& info, std::size_t callback, bool in_list, bool in_begin) {
  if (!(info.callbacks >> callback & 1) && !(info.in_lists && in_list)) return not_in_this_callback;
  if (in_list && info.no_lists) return "may not stand in a display list";
  if (in_begin && info.is_gl && !info.inside && info.sequence != Sequence::end)
    return "may not stand between Begin and End";
  if (!in_begin && info.inside && info.draws && info.vertices > 0)
    return "stands outside of Begin and End";
  return nullptr;
}

bool is_simple(std::uint32_t opcode, const OpcodeInfo& info) {
  return info.sequence == Sequence::none && info.vertices_operands[0] < 0 &&
         (info.is_gl ? !is_special(static_cast<Op>(opcode))
                     : opcode < static_cast<std::uint32_t>(Op::jump));
}

bool may_be_register(OperandKind kind) {
  return kind != OperandKind::enumerant && kind != OperandKind::bits &&
         kind != OperandKind::target && kind != OperandKind::selector;
}

// What becomes of an immediate that may be anything: itself when it is within its bounds.
Word brought_within(const OperandRule& rule, Word word) {
  switch (rule.kind) {
    case OperandKind::number:
      if (!rule.is_ranged) return word;
      return std::bit_cast<Word>(
          clamp_number(std::bit_cast<float>(word), rule.low_number, rule.high_number));
    case OperandKind::integer:
      if (!rule.is_ranged) return word;
      return static_cast<Word>(std::clamp(static_cast<std::int32_t>(word), rule.low, rule.high));
    case OperandKind::boolean: return word != 0;
    case OperandKind::bits: return word & rule.allowed;
    case OperandKind::name:
    case OperandKind::slot: return word < names_max ? word : 0;
    default: return word;
  }
}

// The immediates of an instruction whose opcode is simple, and its registers where they may be. Not
// inline: what it needs of the processor would be taken from the loop around it.
[[gnu::noinline]] bool are_within(const Word* words) {
  const auto rules = operands_of(info_of(static_cast<Op>(opcode_of(words[0]))));
  const Word registers = words[1];
  const Word* const operands = words + head_words;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (registers >> i & 1) continue;
    const bool is_right = rules[i].kind == OperandKind::enumerant
                              ? is_in_set(rules[i].set, operands[i])
                              : brought_within(rules[i], operands[i]) == operands[i];
    if (!is_right) return false;
  }
  return true;
}

Quick quick_of(std::uint32_t opcode, const OpcodeInfo& info) {
  Quick quick;
  quick.head = make_head(static_cast<Op>(opcode), info.operand_count);
  quick.fixed = ~Word{0};
  Word operand = 1;
  for (const OperandRule& rule : operands_of(info)) {
    if (rule.kind == OperandKind::destination)
      quick.registers |= operand;
    else if (may_be_register(rule.kind))
      quick.fixed &= ~operand;
    const bool is_plain = rule.kind == OperandKind::number || rule.kind == OperandKind::integer;
    if (rule.kind != OperandKind::destination && (!is_plain || rule.is_ranged))
      quick.any_words_will_do = false;
    operand <<= 1;
  }
  quick.instruction_and_command =
      one_instruction + (info.is_gl || info.is_service ? one_command : 0);
  quick.vertices = info.vertices;
  quick.effects = info.touches | (info.draws ? draws_bit : 0);
  for (std::size_t callback = 0; callback < callback_count; ++callback)
    for (const bool in_list : {false, true})
      for (const bool in_begin : {false, true})
        if (objection(info, callback, in_list, in_begin) == nullptr)
          quick.places |= place_bit(callback, in_list, in_begin);
  return quick;
}

const Quick* quick_table() {
  static const auto* const table = [] {
    auto* made = new std::array<Quick, quick_count>;
    for (std::uint32_t opcode = 0; opcode < opcode_limit; ++opcode)
      if (const OpcodeInfo* info = find_opcode(opcode); info != nullptr && is_simple(opcode, *info))
        (*made)[opcode] = quick_of(opcode, *info);
    return made;
  }();
  return table->data();
}

// What a sequence closes; none where it closes nothing.
Sequence closed_by(Sequence sequence) {
  switch (sequence) {
    case Sequence::end: return Sequence::begin;
    case Sequence::pop_matrix: return Sequence::push_matrix;
    case Sequence::pop_attrib: return Sequence::push_attrib;
    case Sequence::pop_client: return Sequence::push_client;
    case Sequence::end_list: return Sequence::new_list;
    default: return Sequence::none;
  }
}

bool opens_something(Sequence sequence) {
  switch (sequence) {
    case Sequence::begin:
    case Sequence::push_matrix:
    case Sequence::push_attrib:
    case Sequence::push_client:
    case Sequence::new_list: return true;
    default: return false;
  }
}

}  // namespace

class Verifier {
 public:
  explicit Verifier(std::vector<Finding>* findings) : findings_(findings) {}

  Result<VerifiedProgram> run(std::span<const Word> procedure);

 private:
  struct Point {
    OpenSequences open;
    Cost cost;
    Cost list;  // of the display list being compiled, so far
  };
  struct Instruction {
    const OpcodeInfo* info;
    Word* words;  // of program_.code_
    Word registers;
    Word operand(std::uint32_t i) const { return words[head_words + i]; }
    bool is_register(std::uint32_t i) const { return registers >> i & 1; }
  };
  enum class Fate : std::uint8_t { kept, skipped };
  // What has opened the sequences that are open at a point. Only for people: nothing is decided by
  // it, and without findings nothing is noted.
  struct Opener {
    std::uint32_t word;
    Sequence sequence;
    std::uint8_t matrix_mode;
  };
  struct Trail {
    std::uint32_t from = Way::from_above;
    std::vector<Opener> opens;
  };

  Status check_header(std::span<const Word> procedure);
  std::uint32_t pass_simple(std::uint32_t at);
  Status pass_one(std::uint32_t& at);
  Status arrive(std::uint32_t at);
  Status check_structure(std::uint32_t at, Instruction& in);
  Result<Fate> check(std::uint32_t at, Instruction& in);
  Result<Fate> check_operands(std::uint32_t at, Instruction& in);
  Result<Fate> check_operand(std::uint32_t at, Instruction& in, std::uint32_t i,
                             const OperandRule& rule);
  Status jump_to(std::uint32_t at, Word distance, std::uint32_t length);
  void count(const Instruction& in);
  void count(const Cost& more);
  OpenSequences::Answer take_sequence(std::uint32_t at, const OpcodeInfo& info,
                                      const Word* operand);
  void note_way(std::uint32_t at, Sequence sequence, std::uint8_t matrix_mode);
  Way way_of(const Trail& trail, const OpenSequences& open) const;
  void note_list(Word name);
  void note_effects(std::uint32_t at, const Instruction& in);
  void note_core_effects(const Instruction& in);
  void note_switches(Op op, const Instruction& in);
  static bool uses_depth(Op op, const Instruction& in);
  static bool may_mask_color(Op op);
  Status mend();
  static bool is_beyond_limits(const Cost& cost);
  // In the simple instructions from `at` on: the one with which the limits are passed.
  std::uint32_t find_limit(std::uint32_t at, Cost cost) const;
  Status check_cost();
  std::uint32_t find_stray_jump() const;

  Status refuse(std::uint32_t at, std::string text, std::vector<Way> ways = {});
  // `why`: asked for what to say only where it is heard; procedures may have millions of such.
  template <typename Why>
  Fate skip(std::uint32_t at, Instruction& in, const Why& why);
  void find(Finding::Kind kind, std::uint32_t at, std::string text, std::vector<Way> ways = {});
  // Of the opcode at `at` for people: "Vertex3f at word 12".
  std::string place(std::uint32_t at) const;

  const Quick* const quick_ = quick_table();
  VerifiedProgram program_;
  std::vector<Finding>* findings_;
  Point now_;
  bool is_reachable_ = true;
  // Only once there are jumps: for each word, 1 + the index of what is known where a jump leads.
  std::vector<std::uint32_t> joins_at_;
  std::vector<Point> joins_;
  Trail trail_;  // to where the pass is
  std::vector<Trail>
      trails_;  // with findings: one for each join, of the first jump that leads there
  std::uint32_t joins_reached_ = 0;
  std::uint32_t furthest_target_ = 0;  // up to here nothing is certain to happen
  bool masks_color_ = false;
  bool has_drawn_ = false;  // not counting what clears
  std::optional<std::uint32_t> limit_passed_at_;
};

Result<VerifiedProgram> verify(std::span<const Word> procedure, std::vector<Finding>* findings) {
  return Verifier(findings).run(procedure);
}

Result<VerifiedProgram> Verifier::run(std::span<const Word> procedure) {
  BLINK_TRY(check_header(procedure));
  auto& code = program_.code_;
  const auto given = procedure.subspan(header_words);
  code.reserve(given.size() + 64);
  code.assign(given.begin(), given.end());
  const auto size = static_cast<std::uint32_t>(code.size());
  for (std::uint32_t at = 0; at < size;) {
    at = pass_simple(at);
    if (at < size) BLINK_TRY(pass_one(at));
  }
  if (!joins_at_.empty() && joins_at_[size] != 0) BLINK_TRY(arrive(size));
  if (joins_reached_ != joins_.size())
    return refuse(find_stray_jump(), "jumps into the middle of an instruction");
  if (is_reachable_) BLINK_TRY(mend());
  program_.cost_ = now_.cost;
  BLINK_TRY(check_cost());
  return std::move(program_);
}

// Over the instructions from here on that can do nothing wrong where they stand: most of most
// procedures. Stops at the first that must be looked at more closely, wrong ones among them.
std::uint32_t Verifier::pass_simple(std::uint32_t at) {
  const Quick* const table = quick_;
  const Word* const code = program_.code_.data();
  const auto size = static_cast<std::uint32_t>(program_.code_.size());
  if (!is_reachable_) return at;
  const bool in_list = now_.open.in_list();
  const std::uint32_t place =
      place_bit(static_cast<std::size_t>(program_.callback_), in_list, now_.open.in_begin());
  const std::uint32_t* const joins = joins_at_.empty() ? nullptr : joins_at_.data();
  const std::uint32_t begin = at;
  const Cost before = now_.cost;
  std::uint64_t instructions_and_commands = 0, vertices = 0;
  std::uint32_t effects = 0;
  while (size - at >= head_words) {
    const Word head = code[at], registers = code[at + 1];
    const Quick& quick = table[head % quick_count];
    const std::uint32_t length = head_words + operands_in(head);
    if (head != quick.head || (quick.places & place) == 0 || size - at < length ||
        ((registers ^ quick.registers) & quick.fixed) != 0 || (joins != nullptr && joins[at] != 0))
      break;
    Word all = 0;  // numbers of registers, of which there is a power of two
    for (Word left = registers; left != 0; left &= left - 1)
      all |= code[at + head_words + static_cast<std::uint32_t>(std::countr_zero(left))];
    if (all >= register_count) break;
    if (!quick.any_words_will_do && !are_within(code + at)) [[unlikely]]
      break;
    instructions_and_commands += quick.instruction_and_command;
    vertices += quick.vertices;
    effects |= quick.effects;
    at += length;
  }
  count(
      {instructions_and_commands % one_command, instructions_and_commands / one_command, vertices});
  if (is_beyond_limits(now_.cost) && !limit_passed_at_)
    limit_passed_at_ = find_limit(begin, before);
  program_.effects_.touches |= effects & ~draws_bit;
  const bool draws = (effects & draws_bit) != 0 && !in_list;
  program_.effects_.draws |= draws;
  has_drawn_ |= draws;
  return at;
}

Status Verifier::pass_one(std::uint32_t& at) {
  if (!joins_at_.empty() && joins_at_[at] != 0) BLINK_TRY(arrive(at));
  Instruction in{};
  BLINK_TRY(check_structure(at, in));
  if (!is_reachable_) {
    skip(at, in, [] { return std::string("is never reached"); });
  } else {
    BLINK_ASSIGN(const Fate fate, check(at, in));
    if (fate == Fate::kept) count(in);
    if (is_beyond_limits(now_.cost) && !limit_passed_at_) limit_passed_at_ = at;
  }
  at += head_words + in.info->operand_count;
  return {};
}

Status Verifier::check_header(std::span<const Word> procedure) {
  const auto bad = [](std::string text) {
    return Status::guest(procedure_refused, "procedure: " + std::move(text));
  };
  if (procedure.size() < header_words) return bad("is shorter than its header");
  if (procedure[0] != procedure_magic) return bad("does not begin with BLGL");
  if (procedure[1] != procedure_version)
    return bad("has version " + std::to_string(procedure[1]) + ", this server reads version " +
               std::to_string(procedure_version));
  if (procedure[2] >= callback_count)
    return bad("is for callback " + std::to_string(procedure[2]) + ", which does not exist");
  if (procedure[3] != procedure.size() - header_words)
    return bad("says that it has " + std::to_string(procedure[3]) + " words of code and has " +
               std::to_string(procedure.size() - header_words));
  if (procedure[3] > limits::procedure_words_max)
    return bad("is longer than " + std::to_string(limits::procedure_words_max) + " words");
  program_.callback_ = static_cast<Callback>(procedure[2]);
  return {};
}

// Jumps lead here: they and what comes from above must agree.
Status Verifier::arrive(std::uint32_t at) {
  const Point& join = joins_[joins_at_[at] - 1];
  ++joins_reached_;
  const Trail* const trail = findings_ != nullptr ? &trails_[joins_at_[at] - 1] : nullptr;
  if (is_reachable_ && now_.open != join.open) {
    std::vector<Way> ways;
    if (trail != nullptr) ways = {way_of(trail_, now_.open), way_of(*trail, join.open)};
    return refuse(at, "paths with different open sequences or matrix modes meet here",
                  std::move(ways));
  }
  if (!is_reachable_) {
    now_ = join;
    if (trail != nullptr) trail_.opens = trail->opens;
  }
  take_larger(now_.cost, join.cost);
  take_larger(now_.list, join.list);
  is_reachable_ = true;
  return {};
}

Status Verifier::check_structure(std::uint32_t at, Instruction& in) {
  auto& code = program_.code_;
  if (code.size() - at < head_words) return refuse(at, "the code ends within an instruction");
  const Word head = code[at];
  in.info = find_opcode(opcode_of(head));
  if (in.info == nullptr)
    return refuse(at, "there is no opcode " + std::to_string(opcode_of(head)));
  if (head >> 24 != 0) return refuse(at, "has bits in its head that must be 0");
  if (operands_in(head) != in.info->operand_count)
    return refuse(at, "has " + std::to_string(operands_in(head)) + " operands, not " +
                          std::to_string(in.info->operand_count));
  if (code.size() - at < head_words + in.info->operand_count)
    return refuse(at, "the code ends within an instruction");
  in.words = &code[at];
  in.registers = code[at + 1];
  if (std::uint64_t{in.registers} >> in.info->operand_count != 0)
    return refuse(at, "names registers for operands that it does not have");
  for (Word left = in.registers; left != 0; left &= left - 1)
    if (in.operand(static_cast<std::uint32_t>(std::countr_zero(left))) >= register_count)
      return refuse(at, "names a register that does not exist");
  return {};
}

Result<Verifier::Fate> Verifier::check(std::uint32_t at, Instruction& in) {
  const OpcodeInfo& info = *in.info;
  if (const char* why = objection(info, static_cast<std::size_t>(program_.callback_),
                                  now_.open.in_list(), now_.open.in_begin()))
    return skip(at, in, [&] {
      return why != not_in_this_callback
                 ? std::string(why)
                 : std::string(why).append(callback_name(program_.callback_));
    });
  if (!info.is_plain) {
    BLINK_ASSIGN(const Fate fate, check_operands(at, in));
    if (fate == Fate::skipped) return fate;
  }
  if (info.sequence != Sequence::none) {
    const bool has_immediate = info.operand_count > 0 && !in.is_register(0);
    const auto answer = take_sequence(at, info, has_immediate ? &in.words[head_words] : nullptr);
    if (answer.verdict == OpenSequences::Verdict::refuse) return refuse(at, answer.why);
    if (answer.verdict == OpenSequences::Verdict::skip)
      return skip(at, in, [&] { return std::string(answer.why); });
  }
  note_effects(at, in);
  return Fate::kept;
}

Result<Verifier::Fate> Verifier::check_operands(std::uint32_t at, Instruction& in) {
  const auto rules = operands_of(*in.info);
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    BLINK_ASSIGN(const Fate fate, check_operand(at, in, i, rules[i]));
    if (fate == Fate::skipped) return fate;
  }
  return Fate::kept;
}

Result<Verifier::Fate> Verifier::check_operand(std::uint32_t at, Instruction& in, std::uint32_t i,
                                               const OperandRule& rule) {
  const auto which = [&] { return "operand " + std::to_string(i + 1) + ' '; };
  Word& word = in.words[head_words + i];
  if (in.is_register(i)) {
    if (!may_be_register(rule.kind)) return refuse(at, which() + "may not be a register");
    return Fate::kept;
  }
  switch (rule.kind) {
    case OperandKind::destination: return refuse(at, which() + "must be a register");
    case OperandKind::enumerant:
      if (is_in_set(rule.set, word)) return Fate::kept;
      return skip(at, in, [&] { return which() + "is not an enumerant that may stand here"; });
    case OperandKind::target:
      BLINK_TRY(jump_to(at, word, head_words + in.info->operand_count));
      return Fate::kept;
    case OperandKind::selector:
      if (word > static_cast<Word>(rule.high)) return refuse(at, which() + "is no known input");
      return Fate::kept;
    default: break;
  }
  const Word right = brought_within(rule, word);
  if (word == right) return Fate::kept;
  if (findings_ != nullptr)
    find(Finding::Kind::adjusted, at, which() + "is brought within its bounds");
  word = right;
  return Fate::kept;
}

Status Verifier::jump_to(std::uint32_t at, Word distance, std::uint32_t length) {
  const std::size_t size = program_.code_.size();
  if (distance < length) return refuse(at, "jumps backward, or into itself");
  if (distance > size - at) return refuse(at, "jumps beyond the end");
  if (joins_at_.empty()) joins_at_.resize(size + 1);
  program_.has_jumps_ = true;
  const std::uint32_t target = at + distance;
  furthest_target_ = std::max(furthest_target_, target);
  Point here = now_;
  here.cost.instructions += 1;  // this jump's own
  here.list.instructions += 1;
  std::uint32_t& join = joins_at_[target];
  if (join == 0) {
    if (joins_.size() >= limits::procedure_targets_max)
      return refuse(at, "more than " + std::to_string(limits::procedure_targets_max) +
                            " places are jumped to");
    joins_.push_back(here);
    if (findings_ != nullptr) trails_.push_back({at, trail_.opens});
    join = static_cast<std::uint32_t>(joins_.size());
    return {};
  }
  Point& there = joins_[join - 1];
  if (there.open != here.open) {
    std::vector<Way> ways;
    if (findings_ != nullptr)
      ways = {way_of({at, trail_.opens}, here.open), way_of(trails_[join - 1], there.open)};
    return refuse(at, "paths with different open sequences or matrix modes meet at its target",
                  std::move(ways));
  }
  take_larger(there.cost, here.cost);
  take_larger(there.list, here.list);
  return {};
}

void Verifier::count(const Instruction& in) {
  const OpcodeInfo& info = *in.info;
  if (static_cast<Op>(opcode_of(in.words[0])) == Op::jump) is_reachable_ = false;
  if (!info.is_gl && !info.is_service) return count(Cost{1, 0, 0});
  std::uint64_t vertices = info.vertices;
  for (const std::int8_t operand : info.vertices_operands) {
    if (operand < 0) break;
    const auto i = static_cast<std::uint32_t>(operand);
    const OperandRule& rule = operands_of(info)[i];
    vertices *= in.is_register(i) ? static_cast<std::uint64_t>(rule.high) : in.operand(i);
  }
  count(Cost{1, 1, vertices});
  if (info.sequence == Sequence::new_list) now_.list = {};  // is not in itself
}

void Verifier::count(const Cost& more) {
  add(now_.cost, more);
  if (now_.open.in_list()) add(now_.list, more);
}

OpenSequences::Answer Verifier::take_sequence(std::uint32_t at, const OpcodeInfo& info,
                                              const Word* operand) {
  const Word list = now_.open.list_name();
  const std::uint8_t matrix_mode = now_.open.matrix_mode();
  const auto answer = now_.open.take(info.sequence, operand);
  if (answer.verdict != OpenSequences::Verdict::good) return answer;
  if (findings_ != nullptr) note_way(at, info.sequence, matrix_mode);
  if (info.sequence == Sequence::end_list) note_list(list);
  return answer;
}

void Verifier::note_way(std::uint32_t at, Sequence sequence, std::uint8_t matrix_mode) {
  const Sequence closed = closed_by(sequence);
  auto& opens = trail_.opens;
  if (opens_something(sequence)) opens.push_back({at, sequence, matrix_mode});
  if (closed == Sequence::none) return;
  // The last one of its kind; matrices are of a mode.
  const auto found = std::find_if(opens.rbegin(), opens.rend(), [&](const Opener& opener) {
    return opener.sequence == closed &&
           (closed != Sequence::push_matrix || opener.matrix_mode == matrix_mode);
  });
  if (found != opens.rend()) opens.erase(std::prev(found.base()));
}

Way Verifier::way_of(const Trail& trail, const OpenSequences& open) const {
  Way way{trail.from, {}, open.matrix_mode()};
  for (const Opener& opener : trail.opens)
    way.opens.push_back(opener.word);
  return way;
}

// Compiled twice, or on two paths: the worst of them.
void Verifier::note_list(Word name) {
  auto& lists = program_.lists_;
  const auto at = std::ranges::lower_bound(lists, name, {}, &ListCost::name);
  if (at == lists.end() || at->name != name)
    lists.insert(at, {name, now_.list});
  else
    take_larger(at->cost, now_.list);
}

void Verifier::note_effects(std::uint32_t at, const Instruction& in) {
  const OpcodeInfo& info = *in.info;
  Effects& effects = program_.effects_;
  if (!info.is_gl) return note_core_effects(in);
  const auto op = static_cast<Op>(opcode_of(in.words[0]));
  effects.touches |= info.touches;
  if (info.touches & bit(State::enable)) note_switches(op, in);
  if (now_.open.in_list()) return;  // nothing happens yet
  effects.draws |= info.draws;
  effects.uses_depth |= uses_depth(op, in);
  masks_color_ |= may_mask_color(op);
  if (op != Op::gl_Clear) {
    has_drawn_ |= info.draws;
    return;
  }
  // Mandatory: only what no jump can pass by.
  if (masks_color_ || at < furthest_target_) return;
  effects.covers_window |= (in.operand(0) & gl::GL_COLOR_BUFFER_BIT) != 0;
  effects.clears_depth |= (in.operand(0) & gl::GL_DEPTH_BUFFER_BIT) != 0 && !has_drawn_ &&
                          (effects.touches & bit(State::depth)) == 0;
}

void Verifier::note_switches(Op op, const Instruction& in) {
  Capabilities& switches = program_.effects_.switches;
  if (op == Op::gl_PopAttrib)
    switches.set();
  else
    switches.set(capability_index(in.operand(0)));
  // While it is on, materials follow the current colour.
  if (op == Op::gl_Enable && in.operand(0) == gl::GL_COLOR_MATERIAL)
    program_.effects_.touches |= bit(State::light);
}

bool Verifier::uses_depth(Op op, const Instruction& in) {
  const auto last = [&] { return in.info->operand_count - 1u; };
  switch (op) {
    case Op::gl_CallList:
    case Op::gl_ClearBufferfi: return true;
    case Op::gl_Enable: return in.operand(0) == gl::GL_DEPTH_TEST;
    case Op::gl_Clear: return (in.operand(0) & gl::GL_DEPTH_BUFFER_BIT) != 0;
    case Op::gl_ClearBufferfv: return in.operand(0) == gl::GL_DEPTH;
    case Op::gl_BlitFramebuffer: return (in.operand(last() - 1) & gl::GL_DEPTH_BUFFER_BIT) != 0;
    default: return false;
  }
}

// Or lead it elsewhere.
bool Verifier::may_mask_color(Op op) {
  switch (op) {
    case Op::gl_ColorMask:
    case Op::gl_ColorMaski:
    case Op::gl_Scissor:
    case Op::gl_CallList:
    case Op::gl_BindFramebuffer:
    case Op::gl_DrawBuffer:
    case Op::gl_DrawBuffers:
    case Op::gl_PopAttrib: return true;
    default: return false;
  }
}

void Verifier::note_core_effects(const Instruction& in) {
  Effects& effects = program_.effects_;
  switch (static_cast<Op>(opcode_of(in.words[0]))) {
    case Op::input: effects.depends_on |= bit(input_dependences[in.operand(1)]); break;
    case Op::param: effects.reads_params = true; break;
    case Op::cell: effects.reads_cells = true; break;
    case Op::set_cell: effects.writes_cells = true; break;
    default: break;
  }
}

// What is still open at the end is closed there.
Status Verifier::mend() {
  Op op{};
  Word operand = 0;
  bool has_operand = false;
  while (now_.open.next_mend(op, operand, has_operand)) {
    auto& code = program_.code_;
    const auto at = static_cast<std::uint32_t>(code.size());
    code.push_back(make_head(op, has_operand ? 1 : 0));
    code.push_back(0);
    if (has_operand) code.push_back(operand);
    Instruction in{&info_of(op), &code[at], 0};
    const std::vector<Opener> before = trail_.opens;
    const auto answer = take_sequence(at, *in.info, &operand);
    if (answer.verdict != OpenSequences::Verdict::good) return refuse(at, answer.why);
    // What this has closed is what is missing now.
    const auto closed =
        std::ranges::mismatch(before, trail_.opens, {}, &Opener::word, &Opener::word).in1;
    std::vector<Way> ways;
    if (closed != before.end()) ways.push_back({Way::from_above, {closed->word}});
    find(Finding::Kind::mended, at, "is added: the end came too early", std::move(ways));
    note_effects(at, in);
    count(in);
  }
  return {};
}

bool Verifier::is_beyond_limits(const Cost& cost) {
  return cost.commands > limits::procedure_commands_max ||
         cost.vertices > limits::procedure_vertices_max;
}

std::uint32_t Verifier::find_limit(std::uint32_t at, Cost cost) const {
  for (;; at += head_words + operands_in(program_.code_[at])) {
    const Quick& quick = quick_[program_.code_[at] % quick_count];
    cost.commands += quick.instruction_and_command / one_command;
    cost.vertices += quick.vertices;
    if (is_beyond_limits(cost)) return at;
  }
}

// The first that leads to no instruction's beginning. There is one: all else has been looked at.
std::uint32_t Verifier::find_stray_jump() const {
  const auto& code = program_.code_;
  const auto next = [&](std::uint32_t at) { return at + head_words + operands_in(code[at]); };
  std::vector<bool> begins(code.size() + 1);
  for (std::uint32_t at = 0; at < code.size(); at = next(at))
    begins[at] = true;
  begins[code.size()] = true;
  for (std::uint32_t at = 0; at < code.size(); at = next(at)) {
    const auto rules = operands_of(info_of(static_cast<Op>(opcode_of(code[at]))));
    const bool is_jump = !rules.empty() && rules.back().kind == OperandKind::target;
    if (is_jump && !begins[at + code[next(at) - 1]]) return at;
  }
  CHECK(false);
}

Status Verifier::check_cost() {
  const auto check = [&](std::uint64_t is, std::uint64_t max, const char* of) -> Status {
    if (is <= max) return {};
    return refuse(limit_passed_at_.value_or(0), "may need " + std::to_string(is) + of + ", " +
                                                    std::to_string(max) + " are allowed");
  };
  BLINK_TRY(check(program_.cost_.commands, limits::procedure_commands_max, " commands"));
  return check(program_.cost_.vertices, limits::procedure_vertices_max, " vertices");
}

std::string Verifier::place(std::uint32_t at) const {
  const auto& code = program_.code_;
  const OpcodeInfo* info = at < code.size() ? find_opcode(opcode_of(code[at])) : nullptr;
  std::string text = "word " + std::to_string(at);
  if (info != nullptr) (text += ", ") += info->name;
  return text;
}

Status Verifier::refuse(std::uint32_t at, std::string text, std::vector<Way> ways) {
  find(Finding::Kind::refused, at, text, std::move(ways));
  return Status::guest(procedure_refused, "procedure: " + place(at) + ": " + text);
}

template <typename Why>
Verifier::Fate Verifier::skip(std::uint32_t at, Instruction& in, const Why& why) {
  if (findings_ != nullptr) find(Finding::Kind::skipped, at, why());
  if (is_reachable_ && program_.skipped_++ == 0) program_.first_skipped_ = place(at) + ": " + why();
  in.words[0] = make_head(Op::skip, in.info->operand_count);
  in.words[1] = 0;
  return Fate::skipped;
}

void Verifier::find(Finding::Kind kind, std::uint32_t at, std::string text, std::vector<Way> ways) {
  if (findings_ != nullptr) findings_->push_back({kind, at, std::move(text), std::move(ways)});
}

}  // namespace blink::jit
