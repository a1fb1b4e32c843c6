// Keyboard: what keys type, by the layout that the user has chosen (xkbcommon).
//
// Threads: one at a time.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/status.h"

struct xkb_compose_state;
struct xkb_context;
struct xkb_state;

namespace blink::server {

class Keyboard {
 public:
  enum Modifier : std::uint32_t { shift = 1, control = 2, alt = 4, super = 8 };

  // A layout as X11 names them: "us", "de", "fr(bepo)"; empty: the host's.
  static Result<std::unique_ptr<Keyboard>> create(const std::string& layout);
  ~Keyboard();

  // A key of Linux' evdev goes down or up. Returns what it types, UTF-8: nothing for keys that only
  // do something, and while a character is being composed.
  std::string take(std::uint32_t key, bool is_pressed);
  // What it types again while it is held.
  std::string repeat(std::uint32_t key) const;
  std::uint32_t modifiers() const;
  // Every key is up.
  void reset();

 private:
  struct Parts;
  explicit Keyboard(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace blink::server
