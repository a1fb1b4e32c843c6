#include "jit/compile/compiler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "common/check.h"
#include "jit/compile/code_buffer.h"
#include "jit/compile/code_check.h"
#include "jit/compile/fragments.h"
#include "jit/compile/gl_templates.h"
#include "jit/compile/register_cache.h"
#include "jit/run/numbers.h"

namespace blink::jit {
namespace {

constexpr std::int32_t word_bytes = sizeof(Word);
constexpr std::size_t storage_warm_bytes = 1u << 20;
constexpr std::size_t storage_kept_max = 8u << 20;

// Of the opcodes for which the processor has one instruction: a Fragments::Binary, or one of these.
constexpr std::uint8_t no_kind = 0xFF;
constexpr std::uint8_t abs_kind = 0x80;
constexpr std::uint8_t neg_kind = 0x81;
constexpr auto arithmetic_kinds = [] {
  std::array<std::uint8_t, 16> kinds{};
  kinds.fill(no_kind);
  const auto set = [&](Op op, std::uint8_t kind) { kinds[static_cast<std::size_t>(op)] = kind; };
  set(Op::add, Fragments::add);
  set(Op::sub, Fragments::sub);
  set(Op::mul, Fragments::mul);
  set(Op::div, Fragments::div);
  set(Op::min, Fragments::min);
  set(Op::max, Fragments::max);
  set(Op::abs, abs_kind);
  set(Op::neg, neg_kind);
  return kinds;
}();

// Where code is put together.
GrowingMemory& storage() {
  static thread_local GrowingMemory bytes;
  return bytes;
}

template <typename Member>
std::int32_t place_in_context(Member RunContext::*member) {
  static const RunContext context;
  return static_cast<std::int32_t>(reinterpret_cast<const std::byte*>(&(context.*member)) -
                                   reinterpret_cast<const std::byte*>(&context));
}

}  // namespace

class Compiler {
 public:
  Compiler(const VerifiedProgram& program, const Fragments& fragments, CompileOptions options)
      : code_(program.code()),
        f_(fragments),
        options_(options),
        templates_(gl_templates()),
        out_(storage()),
        registers_(out_, fragments) {
    if (program.has_jumps()) fixups_at_.resize(code_.size() + 1, -1);
  }

  static Result<std::shared_ptr<const CompiledProgram>> compile(VerifiedProgram program,
                                                                CompileOptions options);

 private:
  // A number that an instruction reads: in the words, or in an xmm register.
  struct Source {
    std::int32_t word = -1;  // byte offset in the words; -1: not there
    unsigned xmm = 0;
  };
  struct Fixup {
    std::size_t end;  // of the jump
    std::int32_t next;
  };

  void run();
  void place_label(std::size_t at);
  void instruction();
  void core(Op op);

  Word operand(std::uint32_t i) const { return words_[head_words + i]; }
  bool is_register(std::uint32_t i) const { return words_[1] >> i & 1; }
  std::int32_t word_place(std::uint32_t i) const {
    return static_cast<std::int32_t>(at_ + head_words + i) * word_bytes;
  }
  // A constant, from the code or known of a register: its place in the words; -1: none.
  std::int32_t constant_place(std::uint32_t i) const {
    if (!is_register(i)) return word_place(i);
    const Word reg = operand(i);
    return registers_.is_constant(reg) ? registers_.constant_word(reg) * word_bytes : -1;
  }
  float constant_at(std::int32_t place) const {
    return std::bit_cast<float>(code_[static_cast<std::size_t>(place / word_bytes)]);
  }
  static std::int32_t register_place(Word reg) {
    return static_cast<std::int32_t>(reg * sizeof(float));
  }

  // Whether operand i is the destination's old value, in no need of a copy.
  bool is_overwritten(std::uint32_t i) const {
    return is_register(i) && operand(i) == operand(0) && !registers_.is_constant(operand(i));
  }
  // Small and on every path: calling them would cost more than they do.
  [[gnu::always_inline]] Source source(std::uint32_t i) {
    const std::int32_t place = constant_place(i);
    if (place >= 0) return {place, 0};
    return {-1, registers_.use(operand(i))};
  }
  [[gnu::always_inline]] void move_to(unsigned xmm, Source from) {
    if (from.word >= 0)
      out_.put(f_.load_word[xmm], from.word);
    else if (from.xmm != xmm)
      out_.put(f_.binary[Fragments::move][xmm][from.xmm]);
  }
  [[gnu::always_inline]] void apply(Fragments::Binary kind, unsigned xmm, Source with) {
    if (with.word >= 0)
      out_.put(f_.binary_word[kind][xmm], with.word);
    else
      out_.put(f_.binary[kind][xmm][with.xmm]);
  }
  unsigned in_some_xmm(Source from, unsigned spare);
  // An xmm register that has operand i and may be changed; the value becomes operand 0's.
  unsigned copy_of(std::uint32_t i);
  void binary(Fragments::Binary kind);
  void unary_in_place(const std::array<Fragment, xmm_count>& fragments);
  void round(std::size_t mode, Helpers::Unary Helpers::*helper);
  void round_xmm(unsigned xmm, std::size_t mode);
  void fraction();
  void modulo();
  void select(Fragments::Binary comparison);
  template <typename Function>
  void call_helper(Function Helpers::*helper, std::uint32_t arguments);
  void copy();
  void read(std::int32_t place);
  void read_indexed(std::int32_t place);
  void write_cell();
  void index_in_eax(std::uint32_t i);
  void jump(Op op);
  void jump_by(const Fragment& fragment);

  bool plain_arithmetic();
  void ready_calls();
  void call_gl(const OpcodeInfo& info);
  void argument(const Argument& argument, unsigned& integers, unsigned& floats);
  void float_argument(const Argument& argument, unsigned k);
  void integer_argument(const Argument& argument, unsigned k);
  void integer_from_register(std::uint32_t i, const OperandRule& rule, unsigned k);
  void name_argument(std::uint32_t i, const OperandRule& rule, unsigned k);
  void array_argument(const Argument& argument, unsigned k);
  void array_element(Argument::Type type, std::uint32_t i, std::int32_t to);
  void call_service(const OpcodeInfo& info);
  void service_argument(std::uint32_t i, std::int32_t to);
  std::int32_t constant_integer(std::uint32_t i, std::int32_t constant) const;
  void register_in_eax(std::uint32_t i, const OperandRule& rule);

  const std::span<const Word> code_;
  const Fragments& f_;
  const CompileOptions options_;
  const std::array<GlTemplate, opcode_limit>& templates_;
  CodeBuffer out_;
  RegisterCache registers_;

  // The instruction at hand.
  std::size_t at_ = 0;
  const Word* words_ = nullptr;
  std::span<const OperandRule> rules_;

  std::vector<std::int32_t> fixups_at_;  // by word: the first fixup of jumps that lead there
  std::vector<Fixup> fixups_;
};

void CompiledProgram::run(RunContext& context, const gl::Dispatch& gl) const {
  std::ranges::fill(context.registers, 0.0f);
  using Code = void (*)(RunContext*, const gl::Dispatch*, const Word*, const Helpers*);
  // SAFETY: the code was made by Compiler from a verified program, whose words are with it.
  const auto code = reinterpret_cast<Code>(reinterpret_cast<std::uintptr_t>(code_.start()));
  code(&context, &gl, program_.code().data(), &helpers);
}

void warm_up() {
  if (Fragments::get() == nullptr) return;
  (void)gl_templates();
  storage().grow(storage_warm_bytes);
  std::memset(storage().data(), 0, storage_warm_bytes);
}

Result<std::shared_ptr<const CompiledProgram>> compile(VerifiedProgram program,
                                                       CompileOptions options) {
  return Compiler::compile(std::move(program), options);
}

Result<std::shared_ptr<const CompiledProgram>> Compiler::compile(VerifiedProgram program,
                                                                 CompileOptions options) {
  const Fragments* fragments = Fragments::get();
  if (fragments == nullptr) return Status::system("procedures are not compiled on this processor");
  Compiler compiler(program, *fragments, options);
  compiler.run();
  const auto code = compiler.out_.code();
#ifndef NDEBUG
  CHECK(objection_to_code(code, program.code().size()).empty());
#endif
  BLINK_ASSIGN(CodeMemory memory, code.size() > CodeMemory::copied_bytes_max
                                      ? CodeMemory::make(storage(), code.size())
                                      : CodeMemory::make(code));
  if (storage().size() > storage_kept_max) storage().clear();
  return std::shared_ptr<const CompiledProgram>(
      new CompiledProgram(std::move(program), std::move(memory), code.size()));
}

void Compiler::run() {
  out_.put(f_.enter);
  while (at_ < code_.size()) {
    out_.make_room();
    if (!fixups_at_.empty() && fixups_at_[at_] >= 0) place_label(at_);
    words_ = &code_[at_];
    if (words_[1] == 0 && templates_[opcode_of(words_[0])].size != 0) {
      ready_calls();
      continue;
    }
    if (plain_arithmetic()) continue;
    instruction();
    at_ += head_words + operands_in(words_[0]);
  }
  out_.make_room();
  if (!fixups_at_.empty() && fixups_at_[at_] >= 0) place_label(at_);
  if (options_.keep_registers) registers_.save_all();
  out_.put(f_.leave);
}

void Compiler::place_label(std::size_t at) {
  registers_.save_all();
  registers_.forget_all();
  for (std::int32_t i = fixups_at_[at]; i >= 0; i = fixups_[static_cast<std::size_t>(i)].next)
    out_.patch_distance_to_here(fixups_[static_cast<std::size_t>(i)].end);
}

void Compiler::instruction() {
  const auto op = static_cast<Op>(opcode_of(words_[0]));
  if (const OpcodeInfo& info = info_of(op); info.is_service)
    call_service(info);
  else if (info.is_gl)
    call_gl(info);
  else
    core(op);
  registers_.unpin();
}

// ------------------------------------------------------------------------------------ core

void Compiler::core(Op op) {
  switch (op) {
    case Op::skip: return;
    case Op::copy: return copy();
    case Op::jump:
    case Op::jump_less:
    case Op::jump_less_equal:
    case Op::jump_equal:
    case Op::jump_not_equal: return jump(op);
    case Op::input:
      return read(place_in_context(&RunContext::inputs) +
                  static_cast<std::int32_t>(operand(1)) * word_bytes);
    case Op::param: return read_indexed(place_in_context(&RunContext::params));
    case Op::cell: return read_indexed(place_in_context(&RunContext::cells));
    case Op::set_cell: return write_cell();
    case Op::add: return binary(Fragments::add);
    case Op::sub: return binary(Fragments::sub);
    case Op::mul: return binary(Fragments::mul);
    case Op::div: return binary(Fragments::div);
    case Op::min: return binary(Fragments::min);
    case Op::max: return binary(Fragments::max);
    case Op::mod: return modulo();
    case Op::abs: return unary_in_place(f_.magnitude);
    case Op::neg: return unary_in_place(f_.negate);
    case Op::floor: return round(0, &Helpers::floor);
    case Op::ceil: return round(1, &Helpers::ceil);
    case Op::round: return round(2, &Helpers::round);
    case Op::fract: return fraction();
    case Op::sqrt: {
      const unsigned x = copy_of(1);
      out_.put(f_.binary[Fragments::sqrt][x][x]);
      return registers_.set(operand(0), x);
    }
    case Op::sin: return call_helper(&Helpers::sin, 1);
    case Op::cos: return call_helper(&Helpers::cos, 1);
    case Op::exp2: return call_helper(&Helpers::exp2, 1);
    case Op::log2: return call_helper(&Helpers::log2, 1);
    case Op::atan2: return call_helper(&Helpers::atan2, 2);
    case Op::clamp: {
      const Source low = source(2), high = source(3);
      const unsigned x = copy_of(1);
      apply(Fragments::max, x, low);
      apply(Fragments::min, x, high);
      return registers_.set(operand(0), x);
    }
    case Op::mix: {
      const Source a = source(1), t = source(3);
      const unsigned x = copy_of(2);
      apply(Fragments::sub, x, a);
      apply(Fragments::mul, x, t);
      apply(Fragments::add, x, a);
      return registers_.set(operand(0), x);
    }
    case Op::select_less: return select(Fragments::is_less);
    case Op::select_equal: return select(Fragments::is_equal);
    default: CHECK(false);
  }
}

// Over the instructions from here on that calculate with registers of which none is a constant.
// False when already the first is none of these. What one of them does is what binary() and
// unary_in_place() do.
bool Compiler::plain_arithmetic() {
  const Word* const code = code_.data();
  const std::size_t size = code_.size();
  const std::int32_t* const fixups = fixups_at_.empty() ? nullptr : fixups_at_.data();
  std::size_t at = at_;
  while (at < size && (at == at_ || fixups == nullptr || fixups[at] < 0)) {
    const Word* const words = code + at;
    const Word opcode = opcode_of(words[0]);
    const std::uint8_t kind = opcode < arithmetic_kinds.size() ? arithmetic_kinds[opcode] : no_kind;
    // Registers all: the destination and one operand, or two.
    if (kind == no_kind || words[1] != (kind < Fragments::binary_count ? 7 : 3)) break;
    const Word to = words[head_words], a = words[head_words + 1];
    const Word b = kind < Fragments::binary_count ? words[head_words + 2] : a;
    if (registers_.is_constant(a) || registers_.is_constant(b)) break;
    out_.make_room();
    const unsigned with = registers_.use(b);
    unsigned x = registers_.use(a);
    if (to != a) {
      const unsigned copy = registers_.take_free();
      out_.put(f_.binary[Fragments::move][copy][x]);
      x = copy;
    }
    if (kind < Fragments::binary_count)
      out_.put(f_.binary[kind][x][with]);
    else
      out_.put(kind == abs_kind ? f_.magnitude[x] : f_.negate[x]);
    registers_.set(to, x);
    registers_.unpin();
    at += head_words + operands_in(words[0]);
  }
  return std::exchange(at_, at) != at;
}

unsigned Compiler::in_some_xmm(Source from, unsigned spare) {
  if (from.word < 0) return from.xmm;
  move_to(spare, from);
  return spare;
}

unsigned Compiler::copy_of(std::uint32_t i) {
  const Source from = source(i);
  const unsigned xmm = registers_.take_free();
  move_to(xmm, from);
  return xmm;
}

void Compiler::binary(Fragments::Binary kind) {
  const Source b = source(2);
  const unsigned x = is_overwritten(1) ? registers_.use(operand(1)) : copy_of(1);
  apply(kind, x, b);
  registers_.set(operand(0), x);
}

void Compiler::unary_in_place(const std::array<Fragment, xmm_count>& fragments) {
  const unsigned x = is_overwritten(1) ? registers_.use(operand(1)) : copy_of(1);
  out_.put(fragments[x]);
  registers_.set(operand(0), x);
}

void Compiler::round(std::size_t mode, Helpers::Unary Helpers::*helper) {
  if (!f_.has_round) return call_helper(helper, 1);
  const unsigned x = copy_of(1);
  round_xmm(x, mode);
  registers_.set(operand(0), x);
}

void Compiler::round_xmm(unsigned xmm, std::size_t mode) { out_.put(f_.round[mode][xmm]); }

void Compiler::fraction() {
  if (!f_.has_round) return call_helper(&Helpers::fract, 1);
  const Source x = source(1);
  const unsigned whole = copy_of(1);
  round_xmm(whole, 0);
  move_to(0, x);
  out_.put(f_.binary[Fragments::sub][0][whole]);
  out_.put(f_.binary[Fragments::move][whole][0]);
  registers_.set(operand(0), whole);
}

void Compiler::modulo() {
  if (!f_.has_round) return call_helper(&Helpers::mod, 2);
  const Source a = source(1), b = source(2);
  const unsigned x = copy_of(1);
  apply(Fragments::div, x, b);
  round_xmm(x, 0);
  apply(Fragments::mul, x, b);
  move_to(0, a);
  out_.put(f_.binary[Fragments::sub][0][x]);
  out_.put(f_.binary[Fragments::move][x][0]);
  registers_.set(operand(0), x);
}

// xmm0 becomes all ones or all zeros; each side is kept or cleared by it.
void Compiler::select(Fragments::Binary comparison) {
  const Source a = source(1), b = source(2), yes = source(3), no = source(4);
  move_to(0, a);
  apply(comparison, 0, b);
  move_to(1, yes);
  out_.put(f_.binary[Fragments::bit_and][1][0]);
  out_.put(f_.binary[Fragments::bit_and_not][0][in_some_xmm(no, 2)]);
  out_.put(f_.binary[Fragments::bit_or][0][1]);
  const unsigned x = registers_.take_free();
  out_.put(f_.binary[Fragments::move][x][0]);
  registers_.set(operand(0), x);
}

template <typename Function>
void Compiler::call_helper(Function Helpers::*helper, std::uint32_t arguments) {
  for (std::uint32_t i = 0; i < arguments; ++i)
    move_to(i, source(1 + i));
  registers_.save_before_call();
  const auto place = reinterpret_cast<const std::byte*>(&(helpers.*helper)) -
                     reinterpret_cast<const std::byte*>(&helpers);
  out_.put(f_.call_helper, static_cast<std::int32_t>(place));
  registers_.forget_xmm();
  const unsigned x = registers_.take_free();
  out_.put(f_.binary[Fragments::move][x][0]);
  registers_.set(operand(0), x);
}

void Compiler::copy() {
  const std::int32_t place = constant_place(1);
  if (place >= 0) return registers_.set_constant(operand(0), place / word_bytes);
  if (operand(0) == operand(1)) return;
  registers_.set(operand(0), copy_of(1));
}

void Compiler::read(std::int32_t place) {
  const unsigned x = registers_.take_free();
  out_.put(f_.load[x], place);
  registers_.set(operand(0), x);
}

void Compiler::read_indexed(std::int32_t place) {
  if (!is_register(1)) return read(place + static_cast<std::int32_t>(operand(1)) * word_bytes);
  index_in_eax(1);
  out_.put(f_.load_indexed, place);
  const unsigned x = registers_.take_free();
  out_.put(f_.binary[Fragments::move][x][0]);
  registers_.set(operand(0), x);
}

void Compiler::write_cell() {
  const std::int32_t place = place_in_context(&RunContext::cells);
  const Source value = source(1);
  if (is_register(0)) {
    index_in_eax(0);
    move_to(0, value);
    out_.put(f_.store_indexed, place);
    return;
  }
  const unsigned x = in_some_xmm(value, 0);
  out_.put(f_.store[x], place + static_cast<std::int32_t>(operand(0)) * word_bytes);
}

void Compiler::index_in_eax(std::uint32_t i) {
  rules_ = operands_of(info_of(static_cast<Op>(opcode_of(words_[0]))));
  registers_.save(operand(i));
  out_.put(f_.eax_context, register_place(operand(i)));
  out_.put(f_.eax_at_least, rules_[i].low);
  out_.put(f_.eax_at_most, rules_[i].high);
}

// a < b is asked as b > a: then "above" is false for a NaN.
void Compiler::jump(Op op) {
  registers_.save_all();
  if (op == Op::jump) return jump_by(f_.jump);
  const bool is_order = op == Op::jump_less || op == Op::jump_less_equal;
  const Source first = source(is_order ? 1 : 0), second = source(is_order ? 0 : 1);
  apply(Fragments::compare, in_some_xmm(first, 0), second);
  switch (op) {
#ifdef BLINK_PLANTED_BUG  // tests/jit: the differential test must find it
    case Op::jump_less: return jump_by(f_.jump_above_equal);
#else
    case Op::jump_less: return jump_by(f_.jump_above);
#endif
    case Op::jump_less_equal: return jump_by(f_.jump_above_equal);
    case Op::jump_equal: return jump_by(f_.jump_equal);
    default: jump_by(f_.jump_not_equal); return jump_by(f_.jump_unordered);
  }
}

void Compiler::jump_by(const Fragment& fragment) {
  out_.put(fragment, 0);
  const std::size_t target = at_ + operand(operands_in(words_[0]) - 1);
  fixups_.push_back({out_.size(), fixups_at_[target]});
  fixups_at_[target] = static_cast<std::int32_t>(fixups_.size() - 1);
}

// -------------------------------------------------------------------------------------- GL

// Over the calls from here on that are ready-made: most of most procedures.
void Compiler::ready_calls() {
  registers_.save_before_call();
  registers_.forget_xmm();
  const auto* const code = reinterpret_cast<const std::byte*>(code_.data());
  const std::size_t size = code_.size();
  const std::int32_t* fixups = fixups_at_.empty() ? nullptr : fixups_at_.data();
  std::size_t at = at_;
  do {
    const Word* const words = code_.data() + at;
    const GlTemplate& ready = templates_[opcode_of(words[0])];
    if (words[1] != 0 || ready.size == 0) break;
    out_.make_room();
    std::uint8_t* const piece = out_.put(std::span(ready.bytes), ready.size);
    const std::size_t begin = at * sizeof(Word);
    const auto* const places = ready.patches.data();
    const auto* const values = places + ready.place_count;
    const auto* const end = places + ready.patch_count;
    for (const auto* patch = places; patch != values; ++patch) {
      const auto place = static_cast<std::int32_t>(begin + patch->offset);
      std::memcpy(piece + patch->at, &place, sizeof place);
    }
    for (const auto* patch = values; patch != end; ++patch) {
      Word value;
      std::memcpy(&value, code + begin + patch->offset, sizeof value);
      value *= patch->times;
      std::memcpy(piece + patch->at, &value, sizeof value);
    }
    at += head_words + operands_in(words[0]);
  } while (at < size && (fixups == nullptr || fixups[at] < 0));
  at_ = at;
}

void Compiler::call_gl(const OpcodeInfo& info) {
  rules_ = operands_of(info);
  registers_.save_before_call();
  unsigned integers = 0, floats = 0;
  for (const Argument& each : arguments_of(info))
    argument(each, integers, floats);
  out_.put(f_.call_gl, static_cast<std::int32_t>(info.command * sizeof(void*)));
  registers_.forget_xmm();
}

void Compiler::argument(const Argument& argument, unsigned& integers, unsigned& floats) {
  switch (argument.type) {
    case Argument::Type::f32:
    case Argument::Type::f64: return float_argument(argument, floats++);
    case Argument::Type::i32: return integer_argument(argument, integers++);
    default: return array_argument(argument, integers++);
  }
}

void Compiler::float_argument(const Argument& argument, unsigned k) {
  const std::uint32_t i = argument.operand;
  const bool is_f64 = argument.type == Argument::Type::f64;
  const OperandRule& rule = rules_[i];
  const std::int32_t place = constant_place(i);
  if (place >= 0)
    out_.put(is_f64 ? f_.f64_word[k] : f_.f32_word[k], place);
  else
    out_.put(is_f64 ? f_.f64_context[k] : f_.f32_context[k], register_place(operand(i)));
  if (!rule.is_ranged || !is_register(i)) return;
  CHECK(!is_f64);  // none of the table is
  out_.put(f_.f32_at_least[k], std::bit_cast<std::int32_t>(rule.low_number));
  out_.put(f_.f32_at_most[k], std::bit_cast<std::int32_t>(rule.high_number));
}

void Compiler::integer_argument(const Argument& argument, unsigned k) {
  if (argument.is_constant) return out_.put(f_.i32_word[k], argument.constant);
  const std::uint32_t i = argument.operand;
  const OperandRule& rule = rules_[i];
  if (rule.kind == OperandKind::name) return name_argument(i, rule, k);
  if (!is_register(i)) return out_.put(f_.i32_word[k], static_cast<std::int32_t>(operand(i)));
  integer_from_register(i, rule, k);
}

void Compiler::integer_from_register(std::uint32_t i, const OperandRule& rule, unsigned k) {
  const std::int32_t constant = constant_place(i);
  if (constant >= 0) return out_.put(f_.i32_word[k], constant_integer(i, constant));
  if (!rule.is_ranged && rule.kind == OperandKind::integer)
    return out_.put(f_.i32_context[k], register_place(operand(i)));
  register_in_eax(i, rule);
  out_.put(f_.i32_from_eax[k]);
}

// Of operand i, whose value is known: as the verifier left it, or what the rule makes of it.
std::int32_t Compiler::constant_integer(std::uint32_t i, std::int32_t constant) const {
  if (!is_register(i)) return static_cast<std::int32_t>(operand(i));
  const OperandRule& rule = rules_[i];
  const float x = constant_at(constant);
  const std::int32_t whole = to_integer(x);
  switch (rule.kind) {
    case OperandKind::boolean: return x != 0;
    case OperandKind::name:
    case OperandKind::slot:
      return whole >= 0 && whole < static_cast<std::int32_t>(names_max) ? whole : 0;
    default: return rule.is_ranged ? std::clamp(whole, rule.low, rule.high) : whole;
  }
}

// eax = what the rule makes of the register that operand i names.
void Compiler::register_in_eax(std::uint32_t i, const OperandRule& rule) {
  const std::int32_t place = register_place(operand(i));
  if (rule.kind == OperandKind::boolean) {
    out_.put(f_.eax_bits, place);
    return out_.put(f_.eax_truth);
  }
  out_.put(f_.eax_context, place);
  if (rule.kind == OperandKind::name || rule.kind == OperandKind::slot)
    return out_.put(f_.eax_known_name);
  if (!rule.is_ranged) return;
  out_.put(f_.eax_at_least, rule.low);
  out_.put(f_.eax_at_most, rule.high);
}

void Compiler::name_argument(std::uint32_t i, const OperandRule& rule, unsigned k) {
  const std::int32_t table = place_in_context(&RunContext::names) +
                             static_cast<std::int32_t>(rule.set * sizeof(const NameTable*));
  const std::int32_t constant = constant_place(i);
  if (constant >= 0) {
    out_.put(f_.names, table);
    return out_.put(f_.name_fixed[k],
                    constant_integer(i, constant) * std::int32_t{sizeof(gl::GLuint)});
  }
  register_in_eax(i, rule);
  out_.put(f_.names, table);
  out_.put(f_.name_in_eax[k]);
}

// Immediates stand in the words one behind the other, as C wants them; else the array is made in
// the context.
void Compiler::array_argument(const Argument& argument, unsigned k) {
  const std::uint32_t first = argument.operand;
  const Word mask = argument.count == 32 ? ~0u : ((1u << argument.count) - 1) << first;
  const bool is_f64 = argument.type == Argument::Type::array_f64;
  if (!is_f64 && (words_[1] & mask) == 0) return out_.put(f_.array_words[k], word_place(first));
  const std::int32_t scratch = place_in_context(&RunContext::scratch);
  const std::size_t step = is_f64 ? sizeof(double) : sizeof(Word);
  for (std::uint32_t n = 0; n < argument.count; ++n)
    array_element(argument.type, first + n, scratch + static_cast<std::int32_t>(n * step));
  out_.put(f_.array_context[k], scratch);
}

void Compiler::array_element(Argument::Type type, std::uint32_t i, std::int32_t to) {
  const std::int32_t constant = constant_place(i);
  const std::int32_t from = constant >= 0 ? constant : register_place(operand(i));
  if (type == Argument::Type::array_f64) {
    out_.put(constant >= 0 ? f_.f64_scratch_word : f_.f64_scratch_context, from);
    return out_.put(f_.store_f64, to);
  }
  if (constant >= 0)
    out_.put(f_.eax_word, type == Argument::Type::array_i32
                              ? constant_integer(i, constant)
                              : std::bit_cast<std::int32_t>(constant_at(constant)));
  else if (type == Argument::Type::array_i32)
    register_in_eax(i, rules_[i]);
  else
    out_.put(f_.eax_bits, from);
  out_.put(f_.store_eax, to);
}

// ---------------------------------------------------------------------------------- services

void Compiler::call_service(const OpcodeInfo& info) {
  rules_ = operands_of(info);
  registers_.save_before_call();
  const std::int32_t scratch = place_in_context(&RunContext::scratch);
  for (std::uint32_t i = 0; i < rules_.size(); ++i)
    service_argument(i, scratch + static_cast<std::int32_t>(i * sizeof(Value)));
  out_.put(f_.call_service, static_cast<std::int32_t>(opcode_of(words_[0])));
  registers_.forget_xmm();
}

void Compiler::service_argument(std::uint32_t i, std::int32_t to) {
  const OperandRule& rule = rules_[i];
  const std::int32_t constant = constant_place(i);
  if (rule.kind != OperandKind::number) {
    if (constant >= 0)
      out_.put(f_.eax_word, constant_integer(i, constant));
    else
      register_in_eax(i, rule);
  } else if (constant >= 0) {
    out_.put(f_.eax_word, std::bit_cast<std::int32_t>(constant_at(constant)));
  } else {
    out_.put(f_.eax_bits, register_place(operand(i)));
  }
  out_.put(f_.store_eax, to);
}

}  // namespace blink::jit
