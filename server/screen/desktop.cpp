#include "server/screen/desktop.h"

#include <algorithm>
#include <cmath>

#include "common/log.h"
#include "gl/generated/enums.h"

namespace blink::server {
namespace {

using jit::Callback;
using jit::Input;

constexpr float title_height = 34, edge = 24, step = 56;

bool depends_on_time(const jit::VerifiedProgram& program) {
  return program.effects().depends_on >> static_cast<unsigned>(jit::Dependence::time) & 1;
}

}  // namespace

// --------------------------------------------------------------------------------------- news

void Desktop::take(DesktopNews news) {
  for (auto& [session, its] : news)
    take(session, std::move(its));
}

void Desktop::take(std::uint32_t session, SessionNews news) {
  if (news.is_over) {
    if (const auto gone = clients_.find(session); gone != clients_.end()) {
      for (const auto& [name, window] : gone->second->windows)
        forget(window.get());
      clients_.erase(gone);
    }
  }
  if (news.windows.empty() && news.data.empty()) return;
  auto& client = clients_[session];
  if (!client) client = std::make_unique<ClientSpace>(gl_, reset_, news.machine);
  for (auto& [name, bytes] : news.data)
    client->gl.set_data(name, std::move(bytes));
  for (auto& [name, its] : news.windows) {
    auto& window = client->windows[name];
    if (!window) {
      window = std::make_unique<Window>();
      window->session = session;
      window->array = name.array;
      window->object = name.object;
    }
    take(*window, std::move(its));
    const bool is_empty =
        !window->shape &&
        std::ranges::none_of(window->procedures, [](const auto& p) { return p != nullptr; });
    if (is_empty) client->windows.erase(name);
  }
}

void Desktop::take(Window& window, WindowNews news) {
  for (std::size_t i = 0; i < news.procedures.size(); ++i) {
    if (!news.procedures[i]) continue;
    window.procedures[i] = std::move(*news.procedures[i]);
    window.failure.clear();
    if (static_cast<Callback>(i) == Callback::init) window.is_new = true;
    if (static_cast<Callback>(i) == Callback::reshape) window.is_reshaped = true;
  }
  if (news.params) {
    if (*news.params)
      std::ranges::copy(**news.params, std::begin(window.context.params));
    else
      std::ranges::fill(window.context.params, 0.0f);
  }
  if (!news.shape) return;
  if (!*news.shape) {
    forget(&window);
    window.shape.reset();
    return;
  }
  const WindowShape& shape = **news.shape;
  if (!window.shape) {
    window.content = place(shape);
    order_.push_back(&window);
  }
  window.content.width = static_cast<float>(shape.width);
  window.content.height = static_cast<float>(shape.height);
  window.is_reshaped = true;
  window.shape = std::move(*news.shape);
}

void Desktop::forget(const Window* window) { std::erase(order_, window); }

// Each a step to the right and down of the one before, and on from the corner.
Rect Desktop::place(const WindowShape& shape) {
  const auto width = static_cast<float>(shape.width), height = static_cast<float>(shape.height);
  const float room_x = std::max(1.0f, static_cast<float>(screen_.width) - width - 2 * edge);
  const float room_y =
      std::max(1.0f, static_cast<float>(screen_.height) - height - 2 * edge - title_height);
  const float along = step * static_cast<float>(placed_++);
  return {edge + std::floor(std::fmod(along * 1.6f, room_x)),
          edge + title_height + std::floor(std::fmod(along, room_y)), width, height};
}

// -------------------------------------------------------------------------------------- frames

bool Desktop::is_moving() const {
  return has_failed_ || std::ranges::any_of(order_, [](const Window* window) {
           const auto& redraw = window->procedure(Callback::redraw);
           return redraw && window->failure.empty() && depends_on_time(redraw->program());
         });
}

DrawTarget Desktop::target_of(const Window& window, gl::GLuint framebuffer) const {
  DrawTarget target;
  target.framebuffer = framebuffer;
  const auto screen_width = static_cast<gl::GLint>(screen_.width);
  const auto screen_height = static_cast<gl::GLint>(screen_.height);
  target.width = static_cast<gl::GLsizei>(window.content.width);
  target.height = static_cast<gl::GLsizei>(window.content.height);
  target.x = static_cast<gl::GLint>(window.content.x);
  target.y = screen_height - static_cast<gl::GLint>(window.content.y) - target.height;
  target.clip_x = std::clamp(target.x, 0, screen_width);
  target.clip_y = std::clamp(target.y, 0, screen_height);
  target.clip_width = std::clamp(target.x + target.width, 0, screen_width) - target.clip_x;
  target.clip_height = std::clamp(target.y + target.height, 0, screen_height) - target.clip_y;
  return target;
}

void Desktop::fill_inputs(const ClientSpace& client, Window& window, Clock::time_point now) const {
  const auto set = [&](Input input, double value) {
    window.context.inputs[static_cast<std::size_t>(input)] = static_cast<float>(value);
  };
  const auto seconds = [](Clock::duration time) {
    return std::chrono::duration<double>(time).count();
  };
  set(Input::time, seconds(now - client.begin));
  set(Input::frame, static_cast<double>(client.frame));
  set(Input::frame_seconds, seconds(now - client.last_frame));
  set(Input::window_x, window.content.x);
  set(Input::window_y, window.content.y);
  set(Input::window_width, window.content.width);
  set(Input::window_height, window.content.height);
  set(Input::visible, 1);
  set(Input::focus, order_.back() == &window);
  set(Input::scale, 1);
  set(Input::refresh_rate, 60);
}

void Desktop::run(ClientSpace& client, Window& window, Callback callback,
                  const DrawTarget& target) {
  const auto& procedure = window.procedure(callback);
  if (!procedure || !window.failure.empty()) return;
  const auto [complaint, is_driver_error] =
      client.gl.run(*procedure, window.context, target, window.array);
  if (complaint.empty()) return;
  log_warning("procedure", {{"session", window.session},
                            {"window", window.object},
                            {"callback", jit::callback_name(callback)},
                            {"about", complaint}});
  if (!is_driver_error) return;
  window.failure = complaint;
  has_failed_ = true;
}

void Desktop::draw(gl::GLuint framebuffer, Clock::time_point now) {
  has_failed_ = false;
  for (Window* window : order_) {
    ClientSpace& client = *clients_.at(window->session);
    frames_.draw({.content = window->content,
                  .title = window->shape->title,
                  .machine = client.machine,
                  .colour = machine_colour(client.machine),
                  .is_focused = window == order_.back()},
                 screen_.width, screen_.height);
    fill_inputs(client, *window, now);
    draw(client, *window, target_of(*window, framebuffer));
  }
  for (auto& [session, client] : clients_) {
    client->last_frame = now;
    ++client->frame;
  }
}

void Desktop::draw(ClientSpace& client, Window& window, const DrawTarget& target) {
  gl_.Enable(gl::GL_SCISSOR_TEST);
  gl_.Scissor(target.clip_x, target.clip_y, target.clip_width, target.clip_height);
  gl_.Viewport(target.x, target.y, target.width, target.height);
  if (std::exchange(window.is_new, false)) run(client, window, Callback::init, target);
  if (std::exchange(window.is_reshaped, false)) run(client, window, Callback::reshape, target);
  const auto& redraw = window.procedure(Callback::redraw);
  gl::GLbitfield clear = gl::GL_STENCIL_BUFFER_BIT;
  if (!redraw || !window.failure.empty() || !redraw->program().effects().covers_window)
    clear |= gl::GL_COLOR_BUFFER_BIT;
  if (redraw && redraw->program().effects().uses_depth) clear |= gl::GL_DEPTH_BUFFER_BIT;
  if (window.failure.empty())
    gl_.ClearColor(0.0f, 0.0f, 0.0f, 1.0f);
  else
    gl_.ClearColor(0.25f, 0.12f, 0.14f, 1.0f);  // what does not run any more
  gl_.Clear(clear);
  gl_.ClearColor(0.0f, 0.0f, 0.0f, 0.0f);
  run(client, window, Callback::redraw, target);
  gl_.Disable(gl::GL_SCISSOR_TEST);
  gl_.Viewport(0, 0, static_cast<gl::GLsizei>(screen_.width),
               static_cast<gl::GLsizei>(screen_.height));
}

}  // namespace blink::server
