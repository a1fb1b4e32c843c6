// The programs that run inside virtual machines to prove that these run: a boot sector, and the
// first process of a Linux kernel. Each writes a word to the first serial port that nothing else on
// the way could have written.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace blink::doctor {

inline constexpr std::uint16_t serial_port = 0x3F8;
// A byte written here says that the sector has done all it does (QEMU's isa-debug-exit).
inline constexpr std::uint16_t done_port = 0xF4;
inline constexpr std::uint64_t sector_address = 0x7C00;

// What the sector writes: a word in each mode of the processor that it reaches.
inline constexpr std::string_view sector_real = "blink-real ";
inline constexpr std::string_view sector_protected = "blink-protected ";
inline constexpr std::string_view sector_long = "blink-long";

// 512 bytes, started at sector_address in real mode. Empty where this is no x86-64 machine.
std::string_view boot_sector();

inline constexpr std::string_view init_word = "blink-in-user-space";

// An initial RAM disk (cpio, "newc") whose /init writes init_word to the console and restarts the
// machine.
std::string make_initrd();

}  // namespace blink::doctor
