// What lies under the builder of procedures: its registers, its labels and the words it writes. The
// methods that users call are generated, one for each opcode; see jit/builder/procedure_builder.h.

#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "common/status.h"
#include "jit/isa/procedure.h"

namespace blink::jit {

class ProcedureWriter;
class Register;

// An operand as it is written: a word, or a register of one procedure.
struct Operand {
  Word word = 0;
  bool is_register = false;
  const ProcedureWriter* owner = nullptr;  // of the register

  static Operand constant(Word word) { return {word, false, nullptr}; }
};

template <typename T>
concept Arithmetic = std::is_arithmetic_v<T>;

// Where an opcode takes a number: 1, 0.5f or a register.
struct Number : Operand {
  template <Arithmetic T>
  Number(T value)  // NOLINT: implicit, as every constructor here
      : Operand{std::bit_cast<Word>(static_cast<float>(value)), false, nullptr} {}
  Number(const Register& value);  // NOLINT
};

// Where it takes 32 bits: a whole number or a register, which is rounded.
struct Integer : Operand {
  template <std::integral T>
  Integer(T value) : Operand{static_cast<Word>(value), false, nullptr} {}  // NOLINT
  Integer(const Register& value);                                          // NOLINT
};

struct Boolean : Operand {
  Boolean(bool value) : Operand{value, false, nullptr} {}  // NOLINT
  Boolean(const Register& value);                          // NOLINT
};

// The content of an object, from a place in it on; object 0 is none.
struct Data {
  Integer object;
  Integer offset = 0;  // bytes
};
struct Text {
  Integer object;
  Integer offset;
  Integer size;  // bytes
};

// A value while the procedure runs. It holds one of the 32 registers for as long as it lives, and
// may not live longer than its builder.
//
// There is no assignment: whether `x = y` should write code or only rename would be guesswork where
// paths meet. To write into a register that is there already: `sp.copy(x, y)`, `sp.add(x, x, 1)`.
class [[nodiscard]] Register {
 public:
  Register(Register&& other) noexcept;
  ~Register();
  Register(const Register&) = delete;
  Register& operator=(const Register&) = delete;
  Register& operator=(Register&&) = delete;

  Word number() const { return number_; }
  ProcedureWriter& writer() const { return *writer_; }

 private:
  friend class ProcedureWriter;
  Register(ProcedureWriter* writer, Word number, bool is_owner)
      : writer_(writer), number_(number), is_owner_(is_owner) {}

  ProcedureWriter* writer_;
  Word number_;
  bool is_owner_;  // it is given back in the end
};

// Where a jump leads; made by label(), set by place().
class Label {
 private:
  friend class ProcedureWriter;
  Label(const ProcedureWriter* owner, std::size_t number) : owner_(owner), number_(number) {}
  const ProcedureWriter* owner_;
  std::size_t number_;
};

class ProcedureWriter {
 public:
  explicit ProcedureWriter(Callback callback) : callback_(callback) {}
  ProcedureWriter(const ProcedureWriter&) = delete;
  ProcedureWriter& operator=(const ProcedureWriter&) = delete;

  Label label();
  // Here is where jumps to this label lead. Once, and after all of them.
  void place(Label label);

  // The first mistake that was made; nothing after it is written. Mistakes are: more values at once
  // than there are registers, a label that is placed twice or before a jump to it, or never, a
  // register of another builder, more words than a procedure may have.
  const Status& status() const { return status_; }
  // Header and code, or that mistake.
  Result<std::vector<Word>> try_finish();
  // The same where a mistake is the caller's bug: it stops the process and says which.
  std::vector<Word> finish();

 protected:
  Register allocate();
  void emit(Op op, std::initializer_list<Operand> operands);
  // The target is the last operand.
  void emit_jump(Op op, std::initializer_list<Operand> operands, Label label);
  static Operand destination(const Register& into) { return {into.number(), true, &into.writer()}; }
  // A fresh register that this instruction writes.
  template <typename... Rest>
  Register emit_value(Op op, const Rest&... rest) {
    Register result = allocate();
    emit(op, {destination(result), static_cast<const Operand&>(rest)...});
    return result;
  }

 private:
  friend class Register;
  struct Jump {
    std::size_t word;     // its own first
    std::size_t operand;  // that holds the distance
  };
  struct Target {
    bool is_placed = false;
    std::vector<Jump> jumps;  // until it is placed
  };

  void fail(std::string text);
  bool is_own(Label label);

  Callback callback_;
  std::uint32_t registers_in_use_ = 0;  // a bit for each
  std::vector<Word> code_;
  std::vector<Target> targets_;  // by label
  Status status_;
};

}  // namespace blink::jit
