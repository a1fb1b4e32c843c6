#include "server/screen/desktop.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <ctime>
#include <ranges>

#include "common/limits.h"
#include "common/log.h"
#include "gl/generated/enums.h"

namespace blink::server {
namespace {

using jit::Callback;
using jit::Input;

constexpr std::uint32_t frames_to_measure = 4;  // one of so many
constexpr const char *no_answer_note = " (does not answer)", *no_answer_short_note = " (hangs)";

// Of the client itself, and not of what its session has drawn for it; nor pixels, which many
// hand in all the time and hear nothing.
bool is_clients(const SessionNews& news) {
  return !news.data.empty() || std::ranges::any_of(news.windows, [](const auto& entry) {
    const WindowNews& its = entry.second;
    return its.shape || its.params ||
           std::ranges::any_of(its.procedures, [](const auto& p) { return p.has_value(); });
  });
}

blink_event_window letter_of(float a, float b) {
  blink_event_window letter{};
  letter.number[0] = std::bit_cast<std::uint32_t>(a);
  letter.number[1] = std::bit_cast<std::uint32_t>(b);
  return letter;
}

std::uint32_t state_of(const WindowPlace& place) {
  return (place.state == WindowState::normal ? 0 : BLINK_WINDOW_STATE_MAXIMISED) |
         (place.is_minimised ? BLINK_WINDOW_STATE_MINIMISED : 0);
}

FrameButton button_of(const WindowPart& part) {
  switch (part.kind) {
    case WindowPart::Kind::minimise: return FrameButton::minimise;
    case WindowPart::Kind::maximise: return FrameButton::maximise;
    case WindowPart::Kind::close: return FrameButton::close;
    default: return FrameButton::none;
  }
}

Desktop::Clock::duration time_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}
// Of all threads of this process: those of a software driver among them.
Desktop::Clock::duration processor_time() { return time_of(CLOCK_PROCESS_CPUTIME_ID); }
Desktop::Clock::duration thread_time() { return time_of(CLOCK_THREAD_CPUTIME_ID); }

// What the client and the input `event` call it.
struct Heard {
  std::uint32_t kind;
  float event;
};
Heard name_of(WindowInput::Kind kind) {
  switch (kind) {
    case WindowInput::Kind::pointer: return {BLINK_INPUT_POINTER, 1};
    case WindowInput::Kind::button: return {BLINK_INPUT_BUTTON, 2};
    case WindowInput::Kind::wheel: return {BLINK_INPUT_WHEEL, 3};
    case WindowInput::Kind::key: return {BLINK_INPUT_KEY, 4};
    case WindowInput::Kind::focus: return {BLINK_INPUT_FOCUS, 5};
    case WindowInput::Kind::touch: return {BLINK_INPUT_TOUCH, 0};
    case WindowInput::Kind::close: return {};
  }
  return {};
}

}  // namespace

Status Desktop::prepare() {
  scene_.set_size(screen_.width, screen_.height);
  return frames_.prepare();
}

void Desktop::release() {
  gpu_times_.release();
  frames_.release();
}

// --------------------------------------------------------------------------------------- news

void Desktop::set_mode(const ScreenMode& mode, Clock::time_point now) {
  if (mode == mode_) return;
  if (screen_ != mode.size)
    for (WindowPlace* place : stack_.order())
      window_of(place).drawn = {};
  mode_ = mode;
  screen_ = mode.size;
  scene_.set_size(screen_.width, screen_.height);
  stack_.set_screen(mode);
  settle(now);
}

void Desktop::take(DesktopNews news, Clock::time_point now) {
  for (auto& [session, its] : news)
    take(session, std::move(its));
  heard_.clear();
  seat_.look_again(heard_);
  for (const WindowInput& heard : heard_)
    hear(heard, now);
  settle(now);
}

void Desktop::damage(Window& window) {
  window.beside.is_stale = true;
  window.client.is_changed = true;
  if (!window.is_hidden) damage_.add(intersection(window.content, screen()));
}

void Desktop::take(std::uint32_t session, SessionNews news) {
  if (news.is_over) {
    if (const auto gone = clients_.find(session); gone != clients_.end()) {
      for (const auto& [name, window] : gone->second->windows)
        forget(*window);
      if (gone->second->was_slow_at_first) slow_beginners_.note(gone->second->of.pid, Clock::now());
      if (gone->second->was_slow) slow_processes_.note(gone->second->of.pid, Clock::now());
      clients_.erase(gone);
    }
  }
  if (news.windows.empty() && news.data.empty() && news.pictures.empty()) return;
  auto& client = clients_[session];
  if (!client) {
    client = std::make_unique<ClientSpace>(
        gl_, reset_, std::move(news.of),
        std::max<Clock::duration>(limits::screen_share_held_max, 31 * redraw_time_max_));
    if (slow_processes_.knows(client->of.pid, Clock::now()))
      client->very_slow = limits::very_slow_windows_max;
    client->must_prove = slow_beginners_.are_many(Clock::now());
    client->gl.on_post = [space = client.get()](ObjectName window, float a, float b) {
      tell_client(space->of, window, BLINK_EVENT_POST, letter_of(a, b), Clock::now());
    };
  }
  if (is_clients(news)) note_answer(*client);
  bool is_for_redraw = !news.data.empty();
  const bool is_for_beside = !news.pictures.empty();
  for (auto& [name, bytes] : news.data)
    client->gl.set_data(name, std::move(bytes));
  for (auto& [name, face] : news.pictures) {
    const auto window = client->windows.find(name);
    if (window != client->windows.end()) window->second->shown.is_due = face != nullptr;
    is_for_redraw |= client->gl.set_picture(name, std::move(face));
  }
  // What is drawn beside the screen asks for its pictures there.
  for (const auto& [name, window] : client->windows)
    if (window->shape && (is_for_redraw || (is_for_beside && window->beside.is_so)))
      damage(*window);
  for (auto& [name, its] : news.windows) {
    auto& window = client->windows[name];
    if (!window) window = std::make_unique<Window>(*client, name);
    take(*window, std::move(its));
    if (!window->shape && window->procedures.is_empty()) client->windows.erase(name);
  }
}

void Desktop::take(Window& window, WindowNews news) {
  const bool has_procedures =
      std::ranges::any_of(news.procedures, [](const auto& its) { return its.has_value(); });
  // First: it was asked for before these procedures came, and is not about them.
  if (news.redrawn) take(window, std::move(*news.redrawn));
  window.procedures.take(news);
  if (news.picture) window.shown.face = std::move(*news.picture);
  if (has_procedures) window.beside.quick = 0;
  if (has_procedures || news.shape) must_look_ = true;
  if (has_procedures || news.params || news.picture || news.shape) damage(window);
  if (!news.shape) return;
  if (!*news.shape) {
    forget(window);
    return;
  }
  const WindowShape& shape = **news.shape;
  const auto [x, y, width, height] = wish_of(window, shape);
  if (!window.shape) {
    open(window, width, height);
  } else {
    // Its own wish, unless it repeats an old one or follows what the user did.
    const bool is_new = shape.width != window.shape->width || shape.height != window.shape->height;
    const bool is_so = width == window.content.width && height == window.content.height;
    if (is_new && !is_so) stack_.set_normal_size(window, width, height);
    // Of one that is covered nothing is seen but what comes to be seen.
    if (!window.is_covered)
      damage_.add(intersection(
          WindowFrames::reach(window.content, mode_.scale, stack_.focused() == &window), screen()));
  }
  // What the client said itself it need not be told.
  window.told_width = window.depth_before ? width : window.content.width;
  window.told_height = window.depth_before ? height : window.content.height;
  window.procedures.is_reshaped();
  window.shape = std::move(*news.shape);
}

// One that returns, among those that do as it was before; others come later, and lie over them.
void Desktop::open(Window& window, float width, float height) {
  const auto returned = returning_.take(window.client.of.pid, window.procedures.window());
  if (returned) {
    window.depth_before = returned->depth;
    const auto above = std::ranges::find_if(stack_.order(), [&](const WindowPlace* place) {
      if (place->is_minimised != returned->was.is_minimised) return false;
      const auto depth = window_of(place).depth_before;
      return returned->depth ? !depth || *depth > returned->depth
                             : place->raised > returned->raised;
    });
    stack_.reopen(window, returned->was.normal, returned->was.state, returned->was.is_minimised,
                  above != stack_.order().end() ? *above : nullptr);
    if (!returned->depth) window.raised = returned->raised;
  } else {
    const bool may_take = may_take_keyboard(window);
    if (may_take && is_strange(window)) note_taking(Clock::now());
    stack_.open(window, width, height, may_take);
  }
  window.client.has_opened = true;
  ++window.client.of.stats->windows;
}

void Desktop::forget(Window& window) {
  if (!window.shape) return;
  returning_.add({window.client.of.pid, window.procedures.window(), window.normal, window.state,
                  window.is_minimised},
                 window.raised);
  seat_.forget(window);
  if (lit_.part.window == &window) lit_ = {};
  if (landing_.window == &window) landing_ = {};
  stack_.close(window);
  must_look_ = true;
  if (window.beside.texture != 0) gl_.DeleteTextures(1, &window.beside.texture);
  window.beside = {};
  if (window.shown.texture != 0) gl_.DeleteTextures(1, &window.shown.texture);
  window.shown = {};
  --window.client.of.stats->windows;
  window.closing.answer();
  window.shape.reset();
}

// --------------------------------------------------------------------------------------- input

void Desktop::take(std::span<const InputEvent> events, Clock::time_point now) {
  for (const InputEvent& event : events) {
    heard_.clear();
    seat_.take(event, now, heard_);
    settle(now);
    for (const WindowInput& heard : heard_)
      hear(heard, now);
  }
}

// Whoever does not answer is asked no more, and goes with all its windows.
void Desktop::close(Window& window, Clock::time_point now) {
  const SessionIdentity& of = window.client.of;
  if (!window.closing.ask(now))
    return tell_client(of, window.procedures.window(), BLINK_EVENT_CLOSE, {}, now);
  if (of.mail) of.mail->ask_to_end(BLINK_END_CLOSED, "closed by the user: it did not answer");
}

void Desktop::note_answer(ClientSpace& client) {
  for (const auto& [name, window] : client.windows) {
    if (window->shape && window->closing.is_in_vain()) damage_title_bar(*window);
    window->closing.answer();
  }
}

std::optional<Desktop::Clock::time_point> Desktop::next_change() const {
  std::optional<Clock::time_point> next;
  for (const WindowPlace* place : stack_.order())
    if (const auto due = window_of(place).closing.due(); due && (!next || *due < *next)) next = due;
  return next;
}

void Desktop::pass_time(Clock::time_point now) {
  for (WindowPlace* place : stack_.order())
    if (window_of(place).closing.runs_out(now)) damage_title_bar(*place);
}

void Desktop::hear(const WindowInput& heard, Clock::time_point now) {
  Window& window = window_of(heard.window);
  if (heard.kind == WindowInput::Kind::close) return close(window, now);
  blink_event_window letter = letter_of(heard.x, heard.y);
  letter.kind = name_of(heard.kind).kind;
  letter.code = heard.code;
  letter.value = heard.value;
  letter.modifiers = heard.modifiers;
  letter.text_bytes = static_cast<std::uint32_t>(heard.text.size());
  if (heard.text.size() <= sizeof letter.text)
    std::memcpy(letter.text, heard.text.data(), heard.text.size());
  else
    letter.text_bytes = 0;
  tell_client(window.client.of, window.procedures.window(), BLINK_EVENT_INPUT, letter, now);
  run_input(window, heard, now);
}

void Desktop::run_input(Window& window, const WindowInput& heard, Clock::time_point now) {
  using Kind = WindowInput::Kind;
  const auto input = [&](Input which) -> float& { return window.procedures.input(which); };
  switch (heard.kind) {
    case Kind::pointer:
      input(Input::pointer_x) = heard.x;
      input(Input::pointer_y) = heard.y;
      input(Input::pointer_inside) = heard.value != 0;
      break;
    case Kind::button:
      input(Input::pointer_x) = heard.x;
      input(Input::pointer_y) = heard.y;
      if (heard.code >= 1 && heard.code <= 3)
        input(static_cast<Input>(static_cast<unsigned>(Input::button_left) + heard.code - 1)) =
            heard.value != 0;
      break;
    case Kind::wheel:
      input(Input::wheel_x) += heard.x;
      input(Input::wheel_y) += heard.y;
      break;
    case Kind::key:
      input(Input::key) = static_cast<float>(heard.code);
      input(Input::key_pressed) = heard.value != 0;
      break;
    case Kind::focus:
      input(Input::key) = 0;
      input(Input::key_pressed) = 0;
      break;
    case Kind::touch:
    case Kind::close: return;
  }
  input(Input::modifiers) = static_cast<float>(heard.modifiers);
  const bool has_input = window.procedures.program(Callback::input) != nullptr;
  if (const auto* redraw = window.procedures.program(Callback::redraw)) {
    const bool is_seen =
        redraw->depends_on(jit::Dependence::pointer) || redraw->depends_on(jit::Dependence::keys) ||
        redraw->depends_on(jit::Dependence::window) || (has_input && redraw->effects().reads_cells);
    if (is_seen) damage(window);
  }
  if (!has_input || !may_run(window, Callback::input)) return;
  fill_inputs(window, now);
  input(Input::event) = name_of(heard.kind).event;
  const Spending spending(window.client.share);
  window.procedures.run(Callback::input, window.client.gl, {}, window.client.of);
  input(Input::event) = 0;
}

// Windows that are elsewhere, or of another size, than was known of them.
void Desktop::settle(Clock::time_point now) {
  if (std::exchange(stack_drawn_, stack_.changes()) != stack_.changes()) {
    damage_moved();
    must_look_ = true;
  }
  light_button();
  show_landing();
  show_switching();
  for (WindowPlace* place : stack_.order()) {
    Window& window = window_of(place);
    if (window.settled != window.content && !window.is_minimised) {
      window.settled = window.content;
      window.procedures.is_reshaped();
    }
    if (window.is_minimised && window.procedures.is_shown() && may_run(window, Callback::hide)) {
      fill_inputs(window, now);
      const Spending spending(window.client.share);
      window.procedures.hide(window.client.gl, window.client.of);
    }
    const std::uint32_t state = state_of(window);
    const Rect shown = window.is_minimised ? window.settled : window.content;
    if (state == window.told_state && shown.width == window.told_width &&
        shown.height == window.told_height)
      continue;
    window.told_state = state;
    window.told_width = shown.width;
    window.told_height = shown.height;
    blink_event_window letter = letter_of(shown.width, shown.height);
    letter.value = state;
    tell_client(window.client.of, window.procedures.window(), BLINK_EVENT_CONFIGURE, letter, now);
  }
}

// Where windows have come, and what they have left; all, when one lies over others that lay over
// it.
void Desktop::damage_moved() {
  std::map<const WindowPlace*, Placed> now;
  for (const WindowPlace* place : stack_.order()) {
    const bool is_focused = place == stack_.focused();
    const Rect reach = WindowFrames::reach(place->content, mode_.scale, is_focused, place->borders);
    now[place] = {now.size(), reach, is_focused, place->state};
  }
  std::vector<std::pair<std::size_t, std::size_t>> depths;
  for (const auto& [place, was] : std::exchange(placed_, now)) {
    const auto found = now.find(place);
    if (found != now.end()) depths.emplace_back(was.depth, found->second.depth);
    if (found == now.end() || !found->second.looks_like(was))
      damage_.add(intersection(was.reach, screen()));
    else
      now.erase(found);
  }
  for (const auto& [place, is] : now)
    damage_.add(intersection(is.reach, screen()));
  std::ranges::sort(depths);
  const auto is_later = [](const auto& a, const auto& b) { return a.second > b.second; };
  if (std::ranges::adjacent_find(depths, is_later) != depths.end()) damage_.add_all();
}

// The title bar is drawn anew, and nothing else.
void Desktop::light_button() {
  const LitButton before = std::exchange(lit_, seat_.lit_button());
  if (lit_ == before) return;
  for (const LitButton& button : {before, lit_})
    if (const WindowPlace* window = button.part.window) damage_title_bar(*window);
}

void Desktop::show_landing() {
  const Landing before = std::exchange(landing_, seat_.landing());
  if (landing_ == before) return;
  damage_.add(intersection(before.area, screen()));
  damage_.add(intersection(landing_.area, screen()));
}

void Desktop::damage_title_bar(const WindowPlace& window) {
  const FrameParts parts = WindowFrames::parts(window.content, mode_.scale, window.borders);
  damage_.add(intersection(parts.title_bar, screen()));
}

void Desktop::tell_client(const SessionIdentity& of, ObjectName window, std::uint16_t type,
                          blink_event_window letter, Clock::time_point now) {
  if (!of.mail) return;
  letter.array = window.array;
  letter.window = window.object;
  letter.time_us = static_cast<std::uint64_t>(of.seconds_at(now) * 1'000'000);
  of.mail->put(type, letter);
}

// -------------------------------------------------------------------------------------- frames

std::vector<WindowView> Desktop::windows() const {
  std::vector<WindowView> all;
  for (WindowPlace* place : stack_.order()) {
    const Window& window = window_of(place);
    const SessionIdentity& of = window.client.of;
    all.push_back({of.session, of.machine, window.procedures.window(), window.shape->title,
                   window.content, window.state, window.is_minimised, place == stack_.focused(),
                   of.pid, window.normal});
  }
  return all;
}

Rect Desktop::screen() const {
  return {0, 0, static_cast<float>(screen_.width), static_cast<float>(screen_.height)};
}

// A window's content is drawn or cleared, all of it: nothing shows through.
void Desktop::look() {
  if (!std::exchange(must_look_, false)) return;
  sight_.clear();
  is_moving_ = false;
  for (WindowPlace* place : std::views::reverse(stack_.order())) {
    Window& window = window_of(place);
    const Rect seen = intersection(window.content, screen());
    window.depth = sight_.depth();
    window.is_hidden = seen.is_empty() || sight_.is_hidden(seen);
    const auto* redraw = window.procedures.program(Callback::redraw);
    window.is_moving =
        redraw != nullptr && !window.is_hidden && redraw->depends_on(jit::Dependence::time);
    const auto* frame = window.procedures.program(Callback::frame);
    is_moving_ |= window.is_moving || (frame != nullptr && !window.is_hidden &&
                                       frame->depends_on(jit::Dependence::time));
    const Rect bar =
        intersection(WindowFrames::solid(window.content, mode_.scale, window.borders), screen());
    window.is_covered = window.is_hidden && (bar.is_empty() || sight_.is_hidden(bar));
    if (!window.is_hidden) sight_.add(seen);
    sight_.add(bar);
  }
}

bool Desktop::covers(Rect area) {
  look();
  return sight_.is_hidden(area);
}

bool Desktop::is_moving() {
  look();
  return is_moving_;
}

DrawTarget Desktop::target_of(const Window& window, gl::GLuint framebuffer, Rect area) const {
  const auto screen_height = static_cast<gl::GLint>(screen_.height);
  const Rect clip = intersection(window.content, area);
  DrawTarget target;
  target.framebuffer = framebuffer;
  target.width = static_cast<gl::GLsizei>(window.content.width);
  target.height = static_cast<gl::GLsizei>(window.content.height);
  target.x = static_cast<gl::GLint>(window.content.x);
  target.y = screen_height - static_cast<gl::GLint>(window.content.y) - target.height;
  target.clip_x = static_cast<gl::GLint>(clip.x);
  target.clip_y = screen_height - static_cast<gl::GLint>(clip.bottom());
  target.clip_width = static_cast<gl::GLsizei>(clip.width);
  target.clip_height = static_cast<gl::GLsizei>(clip.height);
  return target;
}

std::vector<Rect> Desktop::begin_frame(Clock::time_point now) {
  frame_time_ = now;
  look();
  keep_picture();
  std::vector<Rect> contents;
  has_run_slow_frame_ = false;
  slow_frames_ = static_cast<std::uint32_t>(std::ranges::count_if(
      stack_.order(),
      [](const WindowPlace* place) { return window_of(place).frame_rest.is_slow(); }));
  for (WindowPlace* place : stack_.order()) {
    Window& window = window_of(place);
    fill_inputs(window, now);
    run_frame(window);
    if (window.is_moving) damage(window);
    if (window.procedures.program(Callback::redraw) != nullptr) contents.push_back(window.content);
  }
  return damage_.take(screen(), contents);
}

// Of the screen's thread. Who owes some, and has already had a whole frame's since the last one,
// makes the screen late all by itself.
bool Desktop::has_time(ClientSpace& client) const {
  ScreenShare& share = client.share;
  share.earn(Clock::now(), sharers_);
  if (share.owes() && share.spent() > period()) share.wait();
  return !share.must_wait();
}

Desktop::Clock::duration Desktop::period() const {
  const std::chrono::duration<double> seconds(1 / std::max(1.0f, mode_.refresh_rate));
  return std::chrono::duration_cast<Clock::duration>(seconds);
}

// Whether its session has time left. The client is told when not, once each time.
bool Desktop::may_run(Window& window, Callback callback) {
  ClientSpace& client = window.client;
  if (has_time(client)) {
    if (client.share.is_ample()) client.was_told_of_share = false;
    return true;
  }
  if (!std::exchange(client.was_told_of_share, true)) {
    const ObjectName name = window.procedures.window();
    const std::string text = std::string(jit::callback_name(callback)) +
                             ": the session has used its share of the screen's time: it waits";
    log_warning("share", {{"session", client.of.session}, {"about", text}});
    if (client.of.mail)
      client.of.mail->put_complaint(name.array, name.object, BLINK_END_NONE, text);
  }
  return false;
}

void Desktop::run_frame(Window& window) {
  const bool is_slow = window.frame_rest.is_slow();
  if (window.is_hidden || !window.procedures.is_shown() ||
      window.procedures.program(Callback::frame) == nullptr ||
      !window.frame_rest.is_over(frame_time_) || (is_slow && has_run_slow_frame_) ||
      !may_run(window, Callback::frame))
    return;
  has_run_slow_frame_ |= is_slow;
  const Spending spending(window.client.share);
  const auto begin = Clock::now();
  const auto processor_begin = thread_time();
  const auto cells = std::to_array(window.procedures.context().cells);
  window.procedures.run(Callback::frame, window.client.gl, {}, window.client.of);
  judge_frame(window,
              std::min<Clock::duration>(Clock::now() - begin, thread_time() - processor_begin));
  const auto* redraw = window.procedures.program(Callback::redraw);
  if (redraw == nullptr || !redraw->effects().reads_cells) return;
  // Bit by bit: a NaN is as good as any.
  if (std::memcmp(cells.data(), window.procedures.context().cells, sizeof cells) != 0)
    damage(window);
}

void Desktop::fill_inputs(Window& window, Clock::time_point now) const {
  const ClientSpace& client = window.client;
  const auto set = [&](Input input, double value) {
    window.procedures.input(input) = static_cast<float>(value);
  };
  set(Input::time, client.of.seconds_at(now));
  set(Input::frame, static_cast<double>(client.frame));
  set(Input::frame_seconds, std::chrono::duration<double>(now - client.last_frame).count());
  set(Input::window_x, window.content.x);
  set(Input::window_y, window.content.y);
  set(Input::window_width, window.content.width);
  set(Input::window_height, window.content.height);
  set(Input::visible, !window.is_hidden);
  set(Input::focus, stack_.focused() == &window);
  set(Input::scale, mode_.scale);
  set(Input::refresh_rate, mode_.refresh_rate);
}

void Desktop::draw(gl::GLuint framebuffer, Rect area) {
  look();
  for (WindowPlace* place : stack_.order()) {
    Window& window = window_of(place);
    const bool is_focused = place == stack_.focused();
    // Under the window that will be there, and over all others.
    if (place == landing_.window)
      frames_.draw_landing(landing_.area, window.client.colour, mode_.scale, screen_.width,
                           screen_.height, area);
    const Rect around = intersection(
        WindowFrames::reach(window.content, mode_.scale, is_focused, window.borders), area);
    const Rect seen = intersection(window.content, area);
    const bool is_whole = seen == intersection(window.content, screen());
    const bool has_content = !window.is_hidden && !seen.is_empty() &&
                             (is_whole || !sight_.is_hidden(seen, window.depth));
    const bool has_frame = !window.is_covered && !contains(window.content, area) &&
                           !around.is_empty() &&
                           (has_content || !sight_.is_hidden(around, window.depth));
    if (has_frame)
      frames_.draw({.content = window.content,
                    .title = window.shape->title,
                    .machine = window.client.of.machine,
                    .colour = window.client.colour,
                    .is_focused = is_focused,
                    .scale = mode_.scale,
                    .borders = window.borders,
                    .note = window.closing.is_in_vain() ? no_answer_note : "",
                    .short_note = window.closing.is_in_vain() ? no_answer_short_note : "",
                    .lit = place == lit_.part.window ? button_of(lit_.part) : FrameButton::none,
                    .is_pressed = lit_.is_pressed,
                    .is_large = place->state != WindowState::normal,
                    .buttons = place->is_minimised ? FrameButtons::close : FrameButtons::all,
                    .is_alarming = window.closing.is_in_vain()},
                   screen_.width, screen_.height, area);
    if (has_content) draw_content(window, target_of(window, framebuffer, area));
    window.drawn = window.content;
  }
  draw_switching(area);
}

void Desktop::end_frame(Clock::duration took) {
  gpu_times_.collect();
  frames_.end_frame();
  drop_kept();
  // Waiting for each redraw costs time itself: now and then, and when something is very wrong.
  if (took > redraw_time_max_)
    watched_ = limits::frames_watched;
  else if (watched_ > 0)
    --watched_;
  measure_next_frame(took > redraw_at_once_max() ||
                     (watched_ > 0 && chance_() % frames_to_measure == 0));
  share_out(took);
  tell_of_shown();
  for (auto& [session, client] : clients_) {
    client->gl.end_frame();
    if (std::exchange(client->is_in_frame, false)) {
      ClientStats& stats = *client->of.stats;
      if (stats.frames++ != 0) stats.frame_gaps.add(frame_time_ - client->last_redraw);
      client->last_redraw = frame_time_;
      stats.changes += std::exchange(client->is_changed, false);
    }
    client->last_frame = frame_time_;
    ++client->frame;
  }
}

// Whoever owes most of the screen's time waits when the screen is late: one at a time, that may be
// enough.
void Desktop::share_out(Clock::duration took) {
  ScreenShare *greediest = nullptr, *largest = nullptr;
  Clock::duration spent{};
  std::uint32_t sharers = 0;
  for (auto& [session, client] : clients_) {
    ScreenShare& share = client->share;
    share.earn(Clock::now(), sharers_);
    spent += share.spent();
    sharers += share.spent() > Clock::duration::zero();
    share.end_frame();
    if (share.must_wait()) continue;
    if (share.owes() && (greediest == nullptr || share.left() < greediest->left()))
      greediest = &share;
    // Who takes little is not why.
    const bool is_much = share.usual() >= period() / limits::screen_share_parts_max;
    if (is_much && (largest == nullptr || share.usual() > largest->usual())) largest = &share;
  }
  sharers_ = sharers;
  took = std::max(took, spent);  // some of it was spent between the frames
  lateness_.add(took, period());
  // Whoever has just come compiles shaders; and nobody is at fault at once for taking most.
  great_lateness_.add(took, limits::very_late_periods * period(),
                      limits::screen_late_max / limits::late_frame_outlasts);
  if (lateness_.is_none())
    for (auto& [session, client] : clients_)
      client->share.forgive();
  if (great_lateness_.is_much() && greediest == nullptr && sharers > 1) greediest = largest;
  if (!lateness_.is_much() || greediest == nullptr) return;
  greediest->wait();
  lateness_.clear();
  great_lateness_.clear();
}

void Desktop::draw_content(Window& window, const DrawTarget& target) {
  ClientSpace& client = window.client;
  gl_.Enable(gl::GL_SCISSOR_TEST);
  gl_.Scissor(target.clip_x, target.clip_y, target.clip_width, target.clip_height);
  gl_.Viewport(target.x, target.y, target.width, target.height);
  const bool had_failed = window.procedures.has_failed();
  const bool has_time = this->has_time(client);
  if (has_time) {
    const Spending spending(client.share);
    if (!window.beside.is_so) {
      window.procedures.init(client.gl, target, client.of);
      window.procedures.reshape(client.gl, target, client.of);
    }
    window.procedures.show(client.gl, client.of);
  }
  const auto* redraw = window.procedures.program(Callback::redraw);
  // What others left in depth and stencil matters to those who look at it.
  gl::GLbitfield clear = 0;
  if (redraw == nullptr || !redraw->effects().covers_window || !has_time)
    clear |= gl::GL_COLOR_BUFFER_BIT;
  if (redraw != nullptr && redraw->effects().uses_depth && !redraw->effects().clears_depth)
    clear |= gl::GL_DEPTH_BUFFER_BIT;
  if (redraw != nullptr && client.gl.may_touch(*redraw, jit::State::stencil))
    clear |= gl::GL_STENCIL_BUFFER_BIT;
  gl_.ClearColor(0.0f, 0.0f, 0.0f, 1.0f);
  gl_.Clear(clear);
  gl_.ClearColor(0.0f, 0.0f, 0.0f, 0.0f);
  if (redraw != nullptr && !window.beside.is_so) {
    if (!has_time)
      go_beside(window, nullptr, "its session has used its share of the screen's time");
    else if (client.very_slow >= limits::very_slow_windows_max)
      go_beside(window, nullptr, "its session's windows have held the screen up too often");
    else if (const auto& too_much = window.procedures.too_much(); !too_much.empty())
      go_beside(window, nullptr, too_much);
    else if (client.must_prove)
      go_beside(window, nullptr, "programs that came lately were too slow");
  }
  if (redraw != nullptr && !window.beside.is_so && (has_time || !client.of.mail)) {
    this->redraw(window, target);
    if (const auto& too_much = window.procedures.too_much(); !too_much.empty())
      go_beside(window, nullptr, too_much);
  }
  if (redraw == nullptr && window.shown.face) draw_shown(window, target);
  if (redraw != nullptr && window.beside.is_so) redraw_beside(window, target);
  if (redraw != nullptr) window.shown.is_news |= std::exchange(window.shown.is_due, false);
  if (window.procedures.has_failed()) {
    show_failure(window, target);
    if (!had_failed) {
      damage(window);
      must_look_ = true;
    }
  }
  gl_.Disable(gl::GL_SCISSOR_TEST);
  gl_.Viewport(0, 0, static_cast<gl::GLsizei>(screen_.width),
               static_cast<gl::GLsizei>(screen_.height));
}

// In the part of the framebuffer whose upper right corner is the content's.
void Desktop::show_failure(const Window& window, const DrawTarget& target) {
  const auto rect = [&](gl::GLint x, gl::GLint y, gl::GLsizei width, gl::GLsizei height) {
    return Rect{static_cast<float>(x), static_cast<float>(target.y + target.height - y - height),
                static_cast<float>(width), static_cast<float>(height)};
  };
  frames_.draw_notice(rect(target.x, target.y, target.width, target.height),
                      "Stopped: " + window.procedures.failure(), mode_.scale,
                      static_cast<std::uint32_t>(target.x + target.width),
                      static_cast<std::uint32_t>(target.y + target.height),
                      rect(target.clip_x, target.clip_y, target.clip_width, target.clip_height));
}

void Desktop::redraw(Window& window, const DrawTarget& target) {
  ClientSpace& client = window.client;
  client.is_in_frame = true;
  const bool is_first = !std::exchange(window.was_drawn, true);
  if (is_measuring_ || is_first) gl_.Finish();
  const Spending spending(client.share);
  const auto begin = Clock::now();
  const auto processor_begin = processor_time();
  {
    const TimeCounted time(client.of.stats->redraw_ns);
    const GpuTimes::Part part(gpu_times_, client.of.stats);
    window.procedures.run(Callback::redraw, client.gl, target, client.of);
  }
  if (!is_measuring_ && !is_first) return;
  gl_.Finish();
  Clock::duration took = Clock::now() - begin;
  // On a busy host it may have waited for the processor.
  if (is_software_) took = std::min<Clock::duration>(took, processor_time() - processor_begin);
  if (is_first) client.was_slow_at_first |= took > limits::first_redraw_max;
  if (is_measuring_) judge(window, target, took);
}

}  // namespace blink::server
