#include "server/window_objects.h"

#include <atomic>
#include <thread>

#include "common/limits.h"
#include "common/text.h"

namespace blink::server {
namespace {

Status bad(const char* what) { return Status::guest(BLINK_END_CONTENT, what); }

Status more_than(std::uint64_t max, const std::string& what) {
  return Status::guest(BLINK_END_QUOTA, "more than " + std::to_string(max) + " " + what);
}

// Of all sessions. What two take at the same moment may go beyond what there is by one of them.
std::atomic<std::uint64_t> server_windows{0};
std::array<std::atomic<std::uint64_t>, BLINK_OBJECT_DATA + 1> server_costs{};

template <typename T>
std::vector<T> copy_of(const vso::Content& content) {
  std::vector<T> copy(content.bytes() / sizeof(T));
  content.copy_out(0, std::as_writable_bytes(std::span(copy)));
  return copy;
}

}  // namespace

WindowObjects::~WindowObjects() {
  server_windows -= windows_.size();
  for (std::size_t type = 0; type < costs_.size(); ++type)
    server_costs[type] -= costs_[type];
}

bool WindowObjects::knows(std::uint16_t type) const {
  return type >= BLINK_OBJECT_WINDOW && type <= BLINK_OBJECT_DATA;
}

Status WindowObjects::prepare(const vso::ObjectVersion& version) {
  Prepared made;
  made.known.type = version.type;
  made.known.window = {version.key.array,
                       version.type == BLINK_OBJECT_WINDOW ? version.key.object : version.param[0]};
  prepared_.reset();
  switch (version.type) {
    case BLINK_OBJECT_WINDOW: BLINK_TRY(prepare_window(version, made)); break;
    case BLINK_OBJECT_PROCEDURE: BLINK_TRY(prepare_procedure(version, made)); break;
    case BLINK_OBJECT_PARAMS: BLINK_TRY(prepare_params(version, made)); break;
    default: BLINK_TRY(prepare_data(version, made)); break;
  }
  if (version.type != BLINK_OBJECT_DATA && !windows_.contains(made.known.window)) {
    if (windows_.size() >= limits::session_windows_max)
      return more_than(limits::session_windows_max, "windows in a session");
    if (server_windows >= limits::server_windows_max)
      return more_than(limits::server_windows_max, "windows on the screen");
  }
  prepared_ = std::move(made);
  return {};
}

Status WindowObjects::prepare_window(const vso::ObjectVersion& version, Prepared& made) {
  made.shape.width = version.param[BLINK_WINDOW_WIDTH];
  made.shape.height = version.param[BLINK_WINDOW_HEIGHT];
  for (const std::uint32_t side : {made.shape.width, made.shape.height})
    if (side < 1 || side > BLINK_WINDOW_SIDE_MAX)
      return bad("window: its sides must be 1 to 16384 pixels");
  if (version.content.bytes() > BLINK_WINDOW_TITLE_BYTES_MAX)
    return bad("window: its title is longer than 1024 bytes");
  const auto title = copy_of<char>(version.content);
  made.shape.title =
      printable(fixed_field(title.data(), title.size()), BLINK_WINDOW_TITLE_BYTES_MAX);
  return {};
}

Status WindowObjects::prepare_procedure(const vso::ObjectVersion& version, Prepared& made) {
  if (version.content.bytes() % sizeof(jit::Word) != 0)
    return bad("procedure: its bytes are no multiple of 4");
  made.known.cost = version.content.bytes() / sizeof(jit::Word);
  if (made.known.cost > limits::procedure_words_max + jit::header_words)
    return bad("procedure: is too long");
  BLINK_TRY(check_quota(version.key, made.known, limits::session_procedure_words_max,
                        limits::server_procedure_words_max, "words of procedures"));
  // The copy is what is checked: the client may change its own meanwhile.
  const auto words = copy_of<jit::Word>(version.content);
  const TimeCounted time(screen_.of().stats->compile_ns);
  BLINK_ASSIGN(made.procedure, Procedure::make(words));
  ++screen_.of().stats->procedures;
  made.known.callback = made.procedure->program().callback();
  return {};
}

Status WindowObjects::prepare_params(const vso::ObjectVersion& version, Prepared& made) {
  if (version.content.bytes() % sizeof(float) != 0 || version.content.bytes() > sizeof(Params))
    return bad("params: are up to 256 floats");
  auto params = std::make_shared<Params>();
  const auto numbers = copy_of<float>(version.content);
  std::ranges::copy(numbers, params->begin());
  made.params = std::move(params);
  return {};
}

Status WindowObjects::prepare_data(const vso::ObjectVersion& version, Prepared& made) {
  made.known.cost = version.content.bytes();
  BLINK_TRY(check_quota(version.key, made.known, limits::session_data_bytes_max,
                        limits::server_data_bytes_max, "bytes of data"));
  made.data = std::make_shared<const Bytes>(copy_of<std::byte>(version.content));
  return {};
}

Status WindowObjects::check_quota(vso::ObjectKey key, const Known& known, std::uint64_t max,
                                  std::uint64_t server_max, const char* what) const {
  const auto before = known_.find(key);
  const bool is_there = before != known_.end() && before->second.type == known.type;
  const std::uint64_t less = is_there ? before->second.cost : 0;
  if (costs_[known.type] + known.cost - less > max)
    return more_than(max, std::string(what) + " in a session");
  if (server_costs[known.type] + known.cost - less > server_max)
    return more_than(server_max, std::string(what) + " in the server");
  return {};
}

void WindowObjects::count_cost(std::uint16_t type, std::uint64_t more, std::uint64_t less) {
  costs_[type] += more - less;
  server_costs[type] += more - less;
}

void WindowObjects::commit(const vso::ObjectVersion& version) {
  Prepared made = std::move(*prepared_);
  prepared_.reset();
  Known& known = known_[version.key];
  // A version that belongs elsewhere than the one before leaves nothing behind there.
  if (known.type != BLINK_OBJECT_NONE &&
      (known.window != made.known.window || known.callback != made.known.callback))
    take_back(version.key, known);
  count_cost(known.type, 0, known.cost);
  count_cost(made.known.type, made.known.cost, 0);
  const Known before = std::exchange(known, made.known);
  if (known.type != BLINK_OBJECT_DATA && ++windows_[known.window] == 1) ++server_windows;
  leave(before);
  SessionNews news;
  WindowNews& window = news.windows[known.window];
  switch (known.type) {
    case BLINK_OBJECT_WINDOW:
      window.shape = std::move(made.shape);
      screen_.pace_window_change();
      break;
    case BLINK_OBJECT_PROCEDURE:
      tell_of_skipped(known.window, made.procedure->program());
      window.procedures[static_cast<std::size_t>(known.callback)] = std::move(made.procedure);
      break;
    case BLINK_OBJECT_PARAMS: window.params = std::move(made.params); break;
    default:
      news.windows.clear();
      news.data[{version.key.array, version.key.object}] = std::move(made.data);
      break;
  }
  screen_.tell(std::move(news));
}

// Its author may not know, and wonder why nothing is to be seen of it.
void WindowObjects::tell_of_skipped(ObjectName window, const jit::VerifiedProgram& program) const {
  if (program.skipped() == 0 || !screen_.of().mail) return;
  std::string text(jit::callback_name(program.callback()));
  text += ": " + program.first_skipped() + ": skipped";
  if (program.skipped() > 1) text += "; and " + std::to_string(program.skipped() - 1) + " more";
  ++screen_.of().stats->complaints;
  screen_.of().mail->put_complaint(window.array, window.object, BLINK_END_NONE, text);
}

void WindowObjects::discard(const vso::ObjectVersion&) { prepared_.reset(); }

void WindowObjects::retire(vso::ObjectKey key) {
  const auto it = known_.find(key);
  if (it == known_.end()) return;
  take_back(key, it->second);
  count_cost(it->second.type, 0, it->second.cost);
  leave(it->second);
  known_.erase(it);
}

// One object less belongs to its window.
void WindowObjects::leave(const Known& known) {
  const auto window = windows_.find(known.window);
  if (known.type == BLINK_OBJECT_NONE || known.type == BLINK_OBJECT_DATA) return;
  if (--window->second > 0) return;
  windows_.erase(window);
  --server_windows;
}

void WindowObjects::take_back(vso::ObjectKey key, const Known& known) {
  SessionNews news;
  WindowNews& window = news.windows[known.window];
  switch (known.type) {
    case BLINK_OBJECT_WINDOW: window.shape = std::optional<WindowShape>(); break;
    case BLINK_OBJECT_PROCEDURE:
      window.procedures[static_cast<std::size_t>(known.callback)] = nullptr;
      break;
    case BLINK_OBJECT_PARAMS: window.params = nullptr; break;
    default:
      news.windows.clear();
      news.data[{key.array, key.object}] = nullptr;
      break;
  }
  screen_.tell(std::move(news));
}

}  // namespace blink::server
