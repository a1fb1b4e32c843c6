#include "jit/compile/fragments.h"

#include <asmjit/x86.h>

#include <cmath>

#include "common/check.h"
#include "jit/isa/procedure.h"
#include "jit/run/context.h"
#include "jit/run/numbers.h"

namespace blink::jit {

namespace {

void call_service(RunContext* context, std::uint32_t opcode) {
  const auto arguments =
      std::span<const Value>(context->scratch).first(find_opcode(opcode)->operand_count);
  context->services->call(static_cast<Op>(opcode), arguments);
}

}  // namespace

const Helpers helpers = {
    .sign = {0x80000000u, 0, 0, 0},
    .magnitude = {0x7FFFFFFFu, ~0u, ~0u, ~0u},
    .sin = [](float x) { return std::sin(x); },
    .cos = [](float x) { return std::cos(x); },
    .exp2 = [](float x) { return std::exp2(x); },
    .log2 = [](float x) { return std::log2(x); },
    .floor = [](float x) { return std::floor(x); },
    .ceil = [](float x) { return std::ceil(x); },
    .round = [](float x) { return std::nearbyint(x); },
    .fract = [](float x) { return blink::jit::fract(x); },
    .atan2 = [](float y, float x) { return std::atan2(y, x); },
    .mod = [](float a, float b) { return blink::jit::mod(a, b); },
    .service = call_service,
};

#if defined(__x86_64__)
namespace {

namespace x86 = asmjit::x86;
using x86::Gp;
using x86::Xmm;

// Stands for the number that is written in later; far from zero, so that it takes 32 bits.
constexpr std::int32_t placeholder = 0x5A3C'1D2E;

constexpr Gp argument_registers[] = {x86::edi, x86::esi, x86::edx, x86::ecx, x86::r8d, x86::r9d};

template <typename Emit>
Fragment assemble(Emit emit) {
  asmjit::CodeHolder code;
  CHECK(code.init(asmjit::Environment::host()) == asmjit::kErrorOk);
  x86::Assembler assembler(&code);
  emit(assembler);
  const auto& buffer = code.textSection()->buffer();
  CHECK(buffer.size() > 0 && buffer.size() <= Fragment::bytes_max);
  Fragment fragment;
  fragment.size = static_cast<std::uint8_t>(buffer.size());
  std::memcpy(fragment.bytes, buffer.data(), buffer.size());
  for (std::uint8_t i = 0; i + 4u <= buffer.size(); ++i) {
    std::int32_t number;
    std::memcpy(&number, buffer.data() + i, sizeof number);
    if (number != placeholder) continue;
    CHECK(fragment.patch == 0);
    fragment.patch = i;
  }
  return fragment;
}

x86::Mem in_context(std::uint32_t size = 4) { return x86::Mem(x86::r13, placeholder, size); }
x86::Mem in_words() { return x86::dword_ptr(x86::rbx, placeholder); }

// A jump with a distance of 32 bits; the distance is its last four bytes.
Fragment jump(std::initializer_list<std::uint8_t> opcode) {
  Fragment fragment;
  std::copy(opcode.begin(), opcode.end(), fragment.bytes);
  fragment.patch = static_cast<std::uint8_t>(opcode.size());
  fragment.size = static_cast<std::uint8_t>(opcode.size() + 4);
  return fragment;
}

void make_frame(Fragments& f) {
  // Five registers are pushed, r12 only for that: with the return address the stack is at a
  // multiple of 16 again.
  f.enter = assemble([](x86::Assembler& a) {
    for (const Gp& r : {x86::rbp, x86::rbx, x86::r12, x86::r13, x86::r14})
      a.push(r);
    a.mov(x86::r13, x86::rdi);
    a.mov(x86::rbp, x86::rsi);
    a.mov(x86::rbx, x86::rdx);
    a.mov(x86::r14, x86::rcx);
  });
  f.leave = assemble([](x86::Assembler& a) {
    for (const Gp& r : {x86::r14, x86::r13, x86::r12, x86::rbx, x86::rbp})
      a.pop(r);
    a.ret();
  });
  f.call_gl = assemble([](x86::Assembler& a) { a.call(x86::qword_ptr(x86::rbp, placeholder)); });
  f.call_helper =
      assemble([](x86::Assembler& a) { a.call(x86::qword_ptr(x86::r14, placeholder)); });
  f.call_service = assemble([](x86::Assembler& a) {
    a.mov(x86::rdi, x86::r13);
    a.mov(x86::esi, placeholder);
    a.call(x86::qword_ptr(x86::r14, offsetof(Helpers, service)));
  });
  f.jump = jump({0xE9});
  f.jump_above = jump({0x0F, 0x87});
  f.jump_above_equal = jump({0x0F, 0x83});
  // Equal, and not because one is a NaN.
  f.jump_equal = jump({0x7A, 0x06, 0x0F, 0x84});
  f.jump_not_equal = jump({0x0F, 0x85});
  f.jump_unordered = jump({0x0F, 0x8A});
}

void binary(x86::Assembler& a, unsigned kind, const Xmm& d, const auto& s) {
  switch (kind) {
    case Fragments::add: a.addss(d, s); break;
    case Fragments::sub: a.subss(d, s); break;
    case Fragments::mul: a.mulss(d, s); break;
    case Fragments::div: a.divss(d, s); break;
    case Fragments::min: a.minss(d, s); break;
    case Fragments::max: a.maxss(d, s); break;
    case Fragments::sqrt: a.sqrtss(d, s); break;
    case Fragments::compare: a.ucomiss(d, s); break;
    case Fragments::is_less: a.cmpss(d, s, 1); break;
    case Fragments::is_equal: a.cmpss(d, s, 0); break;
    default: CHECK(false);
  }
}

void whole_register(x86::Assembler& a, unsigned kind, const Xmm& d, const Xmm& s) {
  switch (kind) {
    case Fragments::bit_and: a.andps(d, s); break;
    case Fragments::bit_and_not: a.andnps(d, s); break;
    case Fragments::bit_or: a.orps(d, s); break;
    case Fragments::move: a.movaps(d, s); break;
    default: binary(a, kind, d, s); break;
  }
}

void make_arithmetic(Fragments& f) {
  for (unsigned d = 0; d < xmm_count; ++d) {
    const Xmm to = x86::xmm(d);
    f.load[d] = assemble([&](x86::Assembler& a) { a.movss(to, in_context()); });
    f.store[d] = assemble([&](x86::Assembler& a) { a.movss(in_context(), to); });
    f.load_word[d] = assemble([&](x86::Assembler& a) { a.movss(to, in_words()); });
    for (unsigned kind = 0; kind < Fragments::binary_count; ++kind) {
      for (unsigned s = 0; s < xmm_count; ++s)
        f.binary[kind][d][s] =
            assemble([&](x86::Assembler& a) { whole_register(a, kind, to, x86::xmm(s)); });
      if (kind < Fragments::bit_and)
        f.binary_word[kind][d] =
            assemble([&](x86::Assembler& a) { binary(a, kind, to, in_words()); });
    }
    if (f.has_round)
      for (std::size_t mode = 0; mode < f.round.size(); ++mode) {
        constexpr std::uint8_t modes[] = {1, 2, 0};  // down, up, nearest
        f.round[mode][d] = assemble([&](x86::Assembler& a) { a.roundss(to, to, modes[mode]); });
      }
    f.magnitude[d] = assemble([&](x86::Assembler& a) {
      a.andps(to, x86::xmmword_ptr(x86::r14, offsetof(Helpers, magnitude)));
    });
    f.negate[d] = assemble([&](x86::Assembler& a) {
      a.xorps(to, x86::xmmword_ptr(x86::r14, offsetof(Helpers, sign)));
    });
  }
}

void make_float_arguments(Fragments& f) {
  for (unsigned k = 0; k < float_arguments; ++k) {
    const Xmm to = x86::xmm(k);
    const auto f64 = [&](const x86::Mem& from) {
      return assemble([&](x86::Assembler& a) {
        a.xorps(to, to);  // else it would wait for what was in there
        a.cvtss2sd(to, from);
      });
    };
    const auto bounded = [&](auto bound) {
      return assemble([&](x86::Assembler& a) {
        a.mov(x86::eax, placeholder);
        a.movd(x86::xmm15, x86::eax);
        bound(a);
      });
    };
    f.f32_word[k] = f.load_word[k];
    f.f32_context[k] = f.load[k];
    f.f64_word[k] = f64(in_words());
    f.f64_context[k] = f64(in_context());
    f.f32_at_least[k] = bounded([&](x86::Assembler& a) { a.maxss(to, x86::xmm15); });
    f.f32_at_most[k] = bounded([&](x86::Assembler& a) { a.minss(to, x86::xmm15); });
  }
}

void make_integer_arguments(Fragments& f) {
  for (unsigned k = 0; k < integer_arguments; ++k) {
    const Gp to = argument_registers[k];
    f.i32_word[k] = assemble([&](x86::Assembler& a) { a.mov(to, placeholder); });
    f.i32_context[k] = assemble([&](x86::Assembler& a) { a.cvtss2si(to, in_context()); });
    f.i32_from_eax[k] = assemble([&](x86::Assembler& a) { a.mov(to, x86::eax); });
    f.array_words[k] = assemble([&](x86::Assembler& a) { a.lea(to.r64(), in_words()); });
    f.array_context[k] = assemble([&](x86::Assembler& a) { a.lea(to.r64(), in_context()); });
    f.name_fixed[k] =
        assemble([&](x86::Assembler& a) { a.mov(to, x86::dword_ptr(x86::r11, placeholder)); });
    f.name_in_eax[k] =
        assemble([&](x86::Assembler& a) { a.mov(to, x86::dword_ptr(x86::r11, x86::rax, 2)); });
  }
}

void make_eax(Fragments& f) {
  using x86::eax;
  using x86::r10d;
  f.names = assemble([](x86::Assembler& a) { a.mov(x86::r11, in_context(8)); });
  f.eax_context = assemble([](x86::Assembler& a) { a.cvtss2si(eax, in_context()); });
  f.eax_bits = assemble([](x86::Assembler& a) { a.mov(eax, in_context()); });
  f.eax_word = assemble([](x86::Assembler& a) { a.mov(eax, placeholder); });
  f.eax_at_least = assemble([](x86::Assembler& a) {
    a.mov(r10d, placeholder);
    a.cmp(eax, r10d);
    a.cmovl(eax, r10d);
  });
  f.eax_at_most = assemble([](x86::Assembler& a) {
    a.mov(r10d, placeholder);
    a.cmp(eax, r10d);
    a.cmovg(eax, r10d);
  });
  // Anything but the two zeros.
  f.eax_truth = assemble([](x86::Assembler& a) {
    a.add(eax, eax);
    a.setne(x86::al);
    a.movzx(eax, x86::al);
  });
  f.eax_known_name = assemble([](x86::Assembler& a) {
    a.xor_(r10d, r10d);
    a.cmp(eax, names_max);
    a.cmovae(eax, r10d);
  });
  f.store_eax = assemble([](x86::Assembler& a) { a.mov(in_context(), eax); });
  const auto f64 = [](const x86::Mem& from) {
    return assemble([&](x86::Assembler& a) {
      a.xorps(x86::xmm15, x86::xmm15);
      a.cvtss2sd(x86::xmm15, from);
    });
  };
  f.f64_scratch_word = f64(in_words());
  f.f64_scratch_context = f64(in_context());
  f.store_f64 = assemble([](x86::Assembler& a) { a.movsd(in_context(8), x86::xmm15); });
  const x86::Mem indexed = x86::dword_ptr(x86::r13, x86::rax, 2, placeholder);
  f.load_indexed = assemble([&](x86::Assembler& a) { a.movss(x86::xmm0, indexed); });
  f.store_indexed = assemble([&](x86::Assembler& a) { a.movss(indexed, x86::xmm0); });
}

Fragments make_all() {
  Fragments f;
  f.has_round = asmjit::CpuInfo::host().hasFeature(asmjit::CpuFeatures::X86::kSSE4_1);
  make_frame(f);
  make_arithmetic(f);
  make_float_arguments(f);
  make_integer_arguments(f);
  make_eax(f);
  return f;
}

}  // namespace

const Fragments* Fragments::get() {
  static const Fragments fragments = make_all();
  return &fragments;
}
#else
const Fragments* Fragments::get() { return nullptr; }
#endif

}  // namespace blink::jit
