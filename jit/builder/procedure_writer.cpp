#include "jit/builder/procedure_writer.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/limits.h"

namespace blink::jit {

Number::Number(const Register& value) : Operand{value.number(), true, &value.writer()} {}
Integer::Integer(const Register& value) : Operand{value.number(), true, &value.writer()} {}
Boolean::Boolean(const Register& value) : Operand{value.number(), true, &value.writer()} {}

Register::Register(Register&& other) noexcept
    : writer_(other.writer_),
      number_(other.number_),
      is_owner_(std::exchange(other.is_owner_, false)) {}

Register::~Register() {
  if (is_owner_) writer_->registers_in_use_ &= ~(1u << number_);
}

// The lowest that is free: the compiler keeps low ones in the processor's own.
Register ProcedureWriter::allocate() {
  if (registers_in_use_ == ~0u) {
    fail("more than " + std::to_string(register_count) +
         " values are needed at once: let some Register end its life before");
    return Register(this, register_count - 1, false);
  }
  const auto number = static_cast<Word>(std::countr_one(registers_in_use_));
  registers_in_use_ |= 1u << number;
  return Register(this, number, true);
}

void ProcedureWriter::emit(Op op, std::initializer_list<Operand> operands) {
  if (!status_.is_ok()) return;
  if (code_.size() + head_words + operands.size() > limits::procedure_words_max)
    return fail("longer than " + std::to_string(limits::procedure_words_max) + " words");
  const std::size_t head = code_.size();
  code_.push_back(make_head(op, static_cast<std::uint32_t>(operands.size())));
  code_.push_back(0);
  std::uint32_t i = 0;
  for (const Operand& operand : operands) {
    if (operand.is_register) {
      if (operand.owner != this) {
        code_.resize(head);
        return fail("operand " + std::to_string(i + 1) + " is a register of another procedure");
      }
      code_[head + 1] |= Word{1} << i;
    }
    code_.push_back(operand.word);
    ++i;
  }
}

void ProcedureWriter::emit_jump(Op op, std::initializer_list<Operand> operands, Label label) {
  const std::size_t head = code_.size();
  emit(op, operands);
  if (!status_.is_ok() || !is_own(label)) return;
  Target& target = targets_[label.number_];
  if (target.is_placed)
    return fail("jumps back to label " + std::to_string(label.number_) +
                ", and jumps go forward only");
  target.jumps.push_back({head, code_.size() - 1});
}

Label ProcedureWriter::label() {
  targets_.emplace_back();
  return Label(this, targets_.size() - 1);
}

void ProcedureWriter::place(Label label) {
  if (!status_.is_ok() || !is_own(label)) return;
  Target& target = targets_[label.number_];
  if (std::exchange(target.is_placed, true))
    return fail("label " + std::to_string(label.number_) + " is placed twice");
  for (const Jump& jump : std::exchange(target.jumps, {}))
    code_[jump.operand] = static_cast<Word>(code_.size() - jump.word);
}

bool ProcedureWriter::is_own(Label label) {
  if (label.owner_ != this) fail("a label of another procedure");
  return label.owner_ == this;
}

Result<std::vector<Word>> ProcedureWriter::try_finish() {
  for (std::size_t i = 0; i < targets_.size(); ++i)
    if (!targets_[i].jumps.empty())
      fail("label " + std::to_string(i) + " is jumped to and never placed");
  if (!status_.is_ok()) return Status::system(std::string(status_.text()));
  std::vector<Word> words = {procedure_magic, procedure_version, static_cast<Word>(callback_),
                             static_cast<Word>(code_.size())};
  words.insert(words.end(), code_.begin(), code_.end());
  return words;
}

std::vector<Word> ProcedureWriter::finish() {
  auto words = try_finish();
  if (!words.is_ok()) {
    std::fprintf(stderr,
                 "a mistake of the program that called the procedure builder, not of Blink: %s\n",
                 std::string(words.status().text()).c_str());
    std::abort();
  }
  return words.take();
}

// The first mistake is the one that explains the others.
void ProcedureWriter::fail(std::string text) {
  if (!status_.is_ok()) return;
  status_ = Status::system("procedure for " + std::string(callback_name(callback_)) + ", word " +
                           std::to_string(code_.size()) + ": " + std::move(text));
}

}  // namespace blink::jit
