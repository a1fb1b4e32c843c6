#include "cli/doctor/tiny_guests.h"

#include <array>
#include <cstdio>

#ifdef __x86_64__

// ---- The boot sector ----
//
// Real mode → protected mode → long mode with page tables that it makes itself at 0x1000, a word to
// the serial port from each. The loop that writes is the same bytes in all three modes: `lodsb`
// reads through si, esi or rsi, and `ret` pops what the mode's `call` pushed.
asm(R"(
  .pushsection .rodata
  .balign 16
  .hidden blink_doctor_sector
  .globl blink_doctor_sector
blink_doctor_sector:
  .code16
  cli
  cld
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movw $0x7C00, %sp
  ljmpw $0, $(.Lreal - blink_doctor_sector + 0x7C00)
.Lreal:
  movw $0x3F8, %dx
  movw $(.Lreal_word - blink_doctor_sector + 0x7C00), %si
  callw .Lwrite
  lgdtw .Lgdt_pointer - blink_doctor_sector + 0x7C00
  movl %cr0, %eax
  orl $1, %eax
  movl %eax, %cr0
  ljmpl $0x08, $(.Lprotected - blink_doctor_sector + 0x7C00)

.Lwrite:
  lodsb
  testb %al, %al
  jz .Lwritten
  outb %al, %dx
  jmp .Lwrite
.Lwritten:
  .byte 0xC3

  .code32
.Lprotected:
  movl $0x10, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %ss
  movl $0x7C00, %esp
  movl $0x3F8, %edx
  movl $(.Lprotected_word - blink_doctor_sector + 0x7C00), %esi
  calll .Lwrite
  xorl %eax, %eax
  movl $0x1000, %edi
  movl $0xC00, %ecx
  rep stosl
  movl $0x2003, 0x1000
  movl $0x3003, 0x2000
  movl $0x83, 0x3000
  movl %cr4, %eax
  orl $0x20, %eax
  movl %eax, %cr4
  movl $0x1000, %eax
  movl %eax, %cr3
  movl $0xC0000080, %ecx
  rdmsr
  orl $0x100, %eax
  wrmsr
  movl %cr0, %eax
  orl $0x80000000, %eax
  movl %eax, %cr0
  ljmpl $0x18, $(.Llong - blink_doctor_sector + 0x7C00)

  .code64
.Llong:
  xorl %eax, %eax
  cpuid
  movl $0x3F8, %edx
  movl $(.Llong_word - blink_doctor_sector + 0x7C00), %esi
  callq .Lwrite
  movl $0xF4, %edx
  outb %al, %dx
.Lhalt:
  hlt
  jmp .Lhalt

.Lreal_word:
  .asciz "blink-real "
.Lprotected_word:
  .asciz "blink-protected "
.Llong_word:
  .asciz "blink-long"

  .balign 8
.Lgdt:
  .quad 0
  .quad 0x00CF9A000000FFFF
  .quad 0x00CF92000000FFFF
  .quad 0x00AF9A000000FFFF
.Lgdt_pointer:
  .word 31
  .long .Lgdt - blink_doctor_sector + 0x7C00

  .org blink_doctor_sector + 510
  .word 0xAA55
  .popsection
)");

// ---- The first process of a kernel ----
//
// A whole ELF file. It writes its word, waits until the serial port has sent it, and restarts the
// machine: write(1, …), ioctl(1, TCSBRK, 1), reboot(…, RESTART).
asm(R"(
  .pushsection .rodata
  .balign 16
  .hidden blink_doctor_init
  .globl blink_doctor_init
  .hidden blink_doctor_init_end
  .globl blink_doctor_init_end
blink_doctor_init:
  .byte 0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0
  .quad 0
  .word 2, 62
  .long 1
  .quad 0x400000 + .Linit_start - blink_doctor_init
  .quad 64, 0
  .long 0
  .word 64, 56, 1, 0, 0, 0
  .long 1, 5
  .quad 0, 0x400000, 0x400000
  .quad blink_doctor_init_end - blink_doctor_init
  .quad blink_doctor_init_end - blink_doctor_init
  .quad 0x1000
.Linit_start:
  movl $1, %eax
  movl $1, %edi
  leaq .Linit_word(%rip), %rsi
  movl $(.Linit_word_end - .Linit_word), %edx
  syscall
  movl $16, %eax
  movl $1, %edi
  movl $0x5409, %esi
  movl $1, %edx
  syscall
  movl $169, %eax
  movl $0xFEE1DEAD, %edi
  movl $672274793, %esi
  movl $0x01234567, %edx
  syscall
.Linit_rest:
  pause
  jmp .Linit_rest
.Linit_word:
  .ascii "\nblink-in-user-space\n"
.Linit_word_end:
blink_doctor_init_end:
  .popsection
)");

extern "C" {
extern const char blink_doctor_sector[512];
extern const char blink_doctor_init[];
extern const char blink_doctor_init_end[];
}

#endif

namespace blink::doctor {
namespace {

std::string_view init_program() {
#ifdef __x86_64__
  return {blink_doctor_init, static_cast<std::size_t>(blink_doctor_init_end - blink_doctor_init)};
#else
  return {};
#endif
}

struct CpioEntry {
  std::string_view name;
  unsigned mode;
  std::string_view content;
  unsigned device_major;
  unsigned device_minor;
};

// "newc": a head of thirteen numbers of eight hex digits, the name and the content, each padded to
// four bytes.
void add_entry(std::string& archive, const CpioEntry& entry) {
  const auto pad = [&archive] { archive.append((4 - archive.size() % 4) % 4, '\0'); };
  const std::array<unsigned, 13> numbers = {static_cast<unsigned>(archive.size() + 1),  // inode
                                            entry.mode,
                                            0,  // uid
                                            0,  // gid
                                            1,  // links
                                            0,  // time
                                            static_cast<unsigned>(entry.content.size()),
                                            0,
                                            0,
                                            entry.device_major,
                                            entry.device_minor,
                                            static_cast<unsigned>(entry.name.size() + 1),
                                            0};
  archive += "070701";
  for (const unsigned number : numbers) {
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08X", number);
    archive += digits;
  }
  archive += entry.name;
  archive += '\0';
  pad();
  archive += entry.content;
  pad();
}

}  // namespace

std::string_view boot_sector() {
#ifdef __x86_64__
  return {blink_doctor_sector, sizeof blink_doctor_sector};
#else
  return {};
#endif
}

std::string make_initrd() {
  std::string archive;
  add_entry(archive, {"dev", 0040755, "", 0, 0});
  add_entry(archive, {"dev/console", 0020600, "", 5, 1});
  add_entry(archive, {"init", 0100755, init_program(), 0, 0});
  add_entry(archive, {"TRAILER!!!", 0, "", 0, 0});
  return archive;
}

}  // namespace blink::doctor
