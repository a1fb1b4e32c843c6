#include "jit/compile/gl_templates.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "common/check.h"
#include "jit/run/context.h"

namespace blink::jit {
namespace {

class TemplateMaker {
 public:
  TemplateMaker(const Fragments& fragments, const OpcodeInfo& info) : f_(fragments), info_(info) {}

  GlTemplate make() {
    for (const Argument& each : arguments_of(info_))
      if (!add(each)) return {};
    fixed(f_.call_gl, static_cast<std::int32_t>(info_.command * sizeof(void*)));
    // Not std::ranges': clang 14, which builds the fuzzers, cannot compile what it returns.
    const auto begin = template_.patches.begin();
    const auto values =
        std::stable_partition(begin, begin + template_.patch_count,
                              [](const GlTemplate::Patch& patch) { return patch.times == 0; });
    template_.place_count = static_cast<std::uint8_t>(values - begin);
    return template_;
  }

 private:
  enum class Kind : std::uint8_t { place, value, name };

  bool add(const Argument& argument) {
    switch (argument.type) {
      case Argument::Type::f32: patched(f_.f32_word[floats_++], argument, Kind::place); return true;
      case Argument::Type::f64: patched(f_.f64_word[floats_++], argument, Kind::place); return true;
      case Argument::Type::array_f32:
      case Argument::Type::array_i32:
        patched(f_.array_words[integers_++], argument, Kind::place);
        return true;
      case Argument::Type::array_f64: return false;  // must be made in memory
      case Argument::Type::i32: break;
    }
    const unsigned k = integers_++;
    if (argument.is_constant) {
      fixed(f_.i32_word[k], argument.constant);
    } else if (const OperandRule& rule = operands_of(info_)[argument.operand];
               rule.kind == OperandKind::name) {
      fixed(f_.names, static_cast<std::int32_t>(offsetof(RunContext, names) +
                                                rule.set * sizeof(const NameTable*)));
      patched(f_.name_fixed[k], argument, Kind::name);
    } else {
      patched(f_.i32_word[k], argument, Kind::value);
    }
    return true;
  }

  std::uint8_t* append(const Fragment& fragment) {
    CHECK(template_.size + fragment.size <= GlTemplate::bytes_max);
    std::uint8_t* at = template_.bytes.data() + template_.size;
    std::memcpy(at, fragment.bytes, fragment.size);
    template_.size = static_cast<std::uint8_t>(template_.size + fragment.size);
    return at;
  }
  void fixed(const Fragment& fragment, std::int32_t number) {
    std::memcpy(append(fragment) + fragment.patch, &number, sizeof number);
  }
  void patched(const Fragment& fragment, const Argument& argument, Kind kind) {
    const std::uint8_t* at = append(fragment) + fragment.patch;
    template_.patches[template_.patch_count++] = {
        .at = static_cast<std::uint8_t>(at - template_.bytes.data()),
        .times = kind == Kind::place   ? std::uint8_t{0}
                 : kind == Kind::value ? std::uint8_t{1}
                                       : static_cast<std::uint8_t>(sizeof(gl::GLuint)),
        .offset = static_cast<std::uint16_t>((head_words + argument.operand) * sizeof(Word))};
  }

  const Fragments& f_;
  const OpcodeInfo& info_;
  unsigned integers_ = 0, floats_ = 0;
  GlTemplate template_;
};

}  // namespace

const std::array<GlTemplate, opcode_limit>& gl_templates() {
  static const auto* const templates = [] {
    auto* made = new std::array<GlTemplate, opcode_limit>;
    for (std::uint32_t opcode = 0; opcode < opcode_limit; ++opcode) {
      const OpcodeInfo* info = find_opcode(opcode);
      if (info != nullptr && info->is_gl && !info->is_service)
        (*made)[opcode] = TemplateMaker(*Fragments::get(), *info).make();
    }
    return made;
  }();
  return *templates;
}

}  // namespace blink::jit
