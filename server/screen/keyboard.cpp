#include "server/screen/keyboard.h"

#include <xkbcommon/xkbcommon-compose.h>
#include <xkbcommon/xkbcommon.h>

#include <clocale>
#include <cstdlib>

namespace blink::server {
namespace {

constexpr std::uint32_t evdev_offset = 8;  // xkb's key codes are evdev's and 8
constexpr std::uint32_t key_max = 0x2FF;   // KEY_MAX

template <auto unref>
struct Unref {
  void operator()(auto* object) const { unref(object); }
};

// Control characters are for programs that look at keys; what is typed is text.
std::string typed(std::string text) {
  if (text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x20 && text[0] != '\t' &&
      text[0] != '\r')
    return "";
  return text == "\x7f" ? "" : text;
}

const char* locale_name() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != 0) return value;
  return "C";
}

}  // namespace

struct Keyboard::Parts {
  std::unique_ptr<xkb_context, Unref<xkb_context_unref>> context;
  std::unique_ptr<xkb_keymap, Unref<xkb_keymap_unref>> keymap;
  std::unique_ptr<xkb_state, Unref<xkb_state_unref>> state;
  std::unique_ptr<xkb_compose_state, Unref<xkb_compose_state_unref>> compose;  // may be none

  std::string text_of(std::uint32_t key) const {
    char text[64] = {};
    xkb_state_key_get_utf8(state.get(), key + evdev_offset, text, sizeof text);
    return typed(text);
  }
};

Result<std::unique_ptr<Keyboard>> Keyboard::create(const std::string& layout) {
  auto parts = std::make_unique<Parts>();
  parts->context.reset(xkb_context_new(XKB_CONTEXT_NO_FLAGS));
  if (!parts->context) return Status::system("xkbcommon cannot start; install xkb-data");
  xkb_context_set_log_level(parts->context.get(),
                            XKB_LOG_LEVEL_CRITICAL);  // errors are ours to tell
  const auto open = layout.find('(');
  const std::string name = layout.substr(0, open);
  const std::string variant =
      open == layout.npos ? "" : layout.substr(open + 1, layout.size() - open - 2);
  xkb_rule_names names{};
  if (!layout.empty()) {
    names.layout = name.c_str();
    names.variant = variant.c_str();
  }
  parts->keymap.reset(
      xkb_keymap_new_from_names(parts->context.get(), &names, XKB_KEYMAP_COMPILE_NO_FLAGS));
  if (!parts->keymap)
    return Status::system("there is no keyboard layout '" + layout + "' (see /usr/share/X11/xkb)");
  parts->state.reset(xkb_state_new(parts->keymap.get()));
  if (!parts->state) return Status::system("xkbcommon has no memory");
  if (auto* table = xkb_compose_table_new_from_locale(parts->context.get(), locale_name(),
                                                      XKB_COMPOSE_COMPILE_NO_FLAGS)) {
    parts->compose.reset(xkb_compose_state_new(table, XKB_COMPOSE_STATE_NO_FLAGS));
    xkb_compose_table_unref(table);
  }
  return std::unique_ptr<Keyboard>(new Keyboard(std::move(parts)));
}

Keyboard::Keyboard(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Keyboard::~Keyboard() = default;

std::string Keyboard::take(std::uint32_t key, bool is_pressed) {
  if (key > key_max) return "";
  std::string text;
  if (is_pressed) {
    text = parts_->text_of(key);
    if (xkb_compose_state* compose = parts_->compose.get()) {
      xkb_compose_state_feed(compose,
                             xkb_state_key_get_one_sym(parts_->state.get(), key + evdev_offset));
      switch (xkb_compose_state_get_status(compose)) {
        case XKB_COMPOSE_NOTHING: break;
        case XKB_COMPOSE_COMPOSED: {
          char composed[64] = {};
          xkb_compose_state_get_utf8(compose, composed, sizeof composed);
          text = typed(composed);
          break;
        }
        case XKB_COMPOSE_COMPOSING:
        case XKB_COMPOSE_CANCELLED: text.clear(); break;
      }
    }
  }
  xkb_state_update_key(parts_->state.get(), key + evdev_offset,
                       is_pressed ? XKB_KEY_DOWN : XKB_KEY_UP);
  return text;
}

std::string Keyboard::repeat(std::uint32_t key) const {
  return key > key_max ? "" : parts_->text_of(key);
}

std::uint32_t Keyboard::modifiers() const {
  const auto is_on = [this](const char* name) {
    return xkb_state_mod_name_is_active(parts_->state.get(), name, XKB_STATE_MODS_EFFECTIVE) > 0;
  };
  return (is_on(XKB_MOD_NAME_SHIFT) ? shift : 0u) | (is_on(XKB_MOD_NAME_CTRL) ? control : 0u) |
         (is_on(XKB_MOD_NAME_ALT) ? alt : 0u) | (is_on(XKB_MOD_NAME_LOGO) ? super : 0u);
}

void Keyboard::reset() {
  parts_->state.reset(xkb_state_new(parts_->keymap.get()));
  CHECK(parts_->state != nullptr);
  if (parts_->compose) xkb_compose_state_reset(parts_->compose.get());
}

}  // namespace blink::server
