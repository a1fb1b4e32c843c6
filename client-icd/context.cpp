#include "client-icd/context.h"

#include <algorithm>
#include <utility>

#include "client-icd/surface.h"
#include "gl/generated/enums.h"
#include "gl/generated/state_tracking.h"

namespace blink::icd {

constinit thread_local Context* current __attribute__((tls_model("initial-exec"))) = nullptr;

bool is_version(std::uint32_t major, std::uint32_t minor, bool is_es) {
  static constexpr std::uint32_t last_minor[] = {0, 5, 1, 3, 6};  // OpenGL, by major version
  static constexpr std::uint32_t last_es_minor[] = {0, 1, 0, 2};
  if (is_es) return major >= 1 && major <= 3 && minor <= last_es_minor[major];
  return major >= 1 && major <= 4 && minor <= last_minor[major];
}

void NameSpace::make(gl::GLuint* names, std::int64_t count) {
  const std::lock_guard lock(mutex_);
  for (std::int64_t i = 0; i < count; ++i) {
    if (free_.empty()) {
      names[i] = next_.fetch_add(1, std::memory_order_relaxed);
    } else {
      names[i] = free_.back();
      free_.pop_back();
      given_back_.remove(names[i]);
    }
  }
}

gl::GLuint NameSpace::make_row(gl::GLuint count) {
  const std::lock_guard lock(mutex_);
  return next_.fetch_add(count, std::memory_order_relaxed);
}

void NameSpace::remove(const gl::GLuint* names, std::int64_t count) {
  const std::lock_guard lock(mutex_);
  for (std::int64_t i = 0; i < count; ++i)
    if (names[i] != 0 && names[i] < next_.load(std::memory_order_relaxed) &&
        std::ranges::find(free_, names[i]) == free_.end()) {
      free_.push_back(names[i]);
      given_back_.put(names[i], 0);
    }
}

void NameSpace::take(gl::GLuint name) {
  constexpr gl::GLuint far = 1 << 16;  // from the names given out: it will not be reached
  const std::lock_guard lock(mutex_);
  const gl::GLuint next = next_.load(std::memory_order_relaxed);
  if (name < next) {
    std::erase(free_, name);
    given_back_.remove(name);
    return;
  }
  if (name - next > far) return;
  for (gl::GLuint skipped = next; skipped < name; ++skipped) {
    free_.push_back(skipped);
    given_back_.put(skipped, 0);
  }
  next_.store(name + 1, std::memory_order_relaxed);
}

void Context::push_client_attributes(gl::GLbitfield mask) {
  client_attributes.push_back({mask, arrays, unpacking, packing});
}

void Context::pop_client_attributes() {
  if (client_attributes.empty()) return;
  const ClientAttributes& then = client_attributes.back();
  if ((then.mask & gl::GL_CLIENT_PIXEL_STORE_BIT) != 0) {
    unpacking = then.unpacking;
    packing = then.packing;
  }
  if ((then.mask & gl::GL_CLIENT_VERTEX_ARRAY_BIT) != 0) arrays.take_back(then.arrays);
  client_attributes.pop_back();
}

void Context::tell_depths() {
  using gl::state::Item;
  gl::state::Journal::Depths depths;
  const auto set = [](std::uint32_t& depth, gl::GLint known) {
    if (known > 0) depth = static_cast<std::uint32_t>(known);
  };
  set(depths.attributes, shadow.number<Item::max_attrib_stack_depth>());
  set(depths.client_attributes, shadow.number<Item::max_client_attrib_stack_depth>());
  set(depths.modelview, shadow.number<Item::max_modelview_stack_depth>());
  set(depths.projection, shadow.number<Item::max_projection_stack_depth>());
  set(depths.texture, shadow.number<Item::max_texture_stack_depth>());
  stream.set_depths(depths);
}

void Context::draw_to(std::shared_ptr<Surface> to, std::shared_ptr<Surface> read) {
  surface = std::move(to);
  read_surface = std::move(read);
  const bool is_one = read_surface == surface;
  auto words = stream.record(is_one ? gl::StreamOp::make_current : gl::StreamOp::make_current_both,
                             is_one ? 1 : 2);
  words.put(surface ? surface->id() : 0u);
  if (!is_one) words.put(read_surface ? read_surface->id() : 0u);
  shadow.set_has_surface(surface != nullptr);
  if (!std::exchange(has_learnt, true)) {
    learn_state();
    if (is_checking_) check_initial();
    shadow.spread_all();
    tell_depths();
  }
  if (!surface || std::exchange(has_drawn, true)) return;
  // Where OpenGL draws is all of the first drawable that a context gets.
  const auto width = static_cast<gl::GLsizei>(surface->width());
  const auto height = static_cast<gl::GLsizei>(surface->height());
  gl::state::track_Viewport(shadow, 0, 0, width, height);
  gl::state::track_Scissor(shadow, 0, 0, width, height);
  for (const gl::WireOp op : {gl::WireOp::Viewport, gl::WireOp::Scissor}) {
    auto area = stream.record(op, 4, true);
    for (const std::uint32_t number : {0u, 0u, surface->width(), surface->height()})
      area.put(number);
  }
}

}  // namespace blink::icd
