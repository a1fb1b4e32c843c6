#include "client-icd/connection.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>
#include <thread>

#include "client-icd/checks.h"
#include "client-icd/stream_writer.h"
#include "common/runtime_dir.h"

namespace blink::icd {
namespace {

constexpr std::uint32_t objects_max = 4096;
constexpr std::chrono::seconds answer_time{30};
constexpr std::chrono::milliseconds longest_pause{100};  // between two tries to find a server
constexpr std::chrono::seconds patience{10};             // until the user is told
constexpr int renderer_deaths_max = 3;                   // within that time
constexpr std::chrono::minutes renderer_deaths_time{1};
constexpr std::chrono::milliseconds listening_interval{100};
constexpr std::uint64_t region_bytes = 1ull << 30;  // memory only where it is used
// What only the GPU has is read back so often, and so much of it, while a program runs.
constexpr std::chrono::seconds save_interval{1};
constexpr std::chrono::milliseconds idle_time{300};  // a program draws nothing for so long
constexpr int whole_save_intervals = 10;  // until what is drawn in each frame is read back, too
constexpr std::uint64_t saved_bytes_max = 128 << 20;
constexpr std::uint64_t held_bytes_max = 256 << 20;
constexpr std::chrono::milliseconds shown_look_time{20};
constexpr float refresh_rate_min = 1, refresh_rate_max = 1000;
constexpr std::uint16_t version_min = 6;  // of the server: SHOWN, all commands beside OpenGL's

std::string socket_path() {
  if (const char* path = std::getenv("BLINK_SOCKET"); path != nullptr && *path != '\0') return path;
  return default_runtime_dir().append("/").append(client_socket_name);
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::make() {
  auto connection = std::make_unique<Connection>();
  vso::ClientOptions options;
  options.socket_path = socket_path();
  options.name = program_invocation_short_name;
  options.region_bytes = region_bytes;
  BLINK_ASSIGN(connection->client_, vso::Client::connect(std::move(options)));
  if (connection->client_->version_minor() < version_min)
    return Status::system("the server is older than this driver");
  BLINK_ASSIGN(connection->array_, connection->client_->add_array(objects_max));
  connection->leaving_.reset(::eventfd(0, EFD_CLOEXEC));
  connection->process_ = ::getpid();
  // The program's signals are the program's.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  connection->watcher_ = std::thread([its = connection.get()] { its->watch(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return connection;
}

Connection::~Connection() {
  if (!watcher_.joinable()) return;
  if (process_ != ::getpid()) {
    watcher_.detach();
    return;
  }
  const std::uint64_t one = 1;
  (void)!::write(leaving_.get(), &one, sizeof one);
  watcher_.join();
}

Connection* Connection::get() {
  static std::mutex mutex;
  static std::unique_ptr<Connection> connection;
  const std::lock_guard lock(mutex);
  if (connection) return connection.get();
  auto made = make();
  if (made.is_ok()) {
    connection = made.take();
    return connection.get();
  }
  complain(made.status().text());
  return nullptr;
}

void Connection::complain(std::string_view why) {
  static std::atomic<bool> is_told{false};
  if (!is_told.exchange(true))
    std::fprintf(stderr, "blink: nothing is drawn: %.*s\n", static_cast<int>(why.size()),
                 why.data());
}

std::uint32_t Connection::create(std::uint16_t type, std::uint64_t bytes,
                                 const vso::ClientArray::Params& params,
                                 std::span<std::byte>* content) {
  const std::lock_guard lock(mutex_);
  auto object = array_->create(type, bytes, params);
  if (!object.is_ok()) return 0;
  if (content != nullptr) *content = array_->content(object.value());
  return object.value();
}

void Connection::publish(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  array_->end_update(object);
  end_turn();
}

bool Connection::publish_and_wait(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t version = array_->end_update(object);
  end_turn();
  if (!array_->wait_for_fence(object, version, vso::Client::Clock::now() + answer_time).is_ok())
    return false;
  listen();
  const auto refused = refused_.find(object);
  if (refused == refused_.end()) return true;
  if (refused->second == BLINK_END_TYPE)
    complain("this server takes no OpenGL: it has --no-opengl");
  refused_.erase(refused);
  return false;
}

bool Connection::wait_for(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  const auto is_there = [&] { return array_->fence(object) != 0; };
  if (!client_->wait_until(vso::Client::Clock::now() + answer_time, is_there)) return false;
  listen();
  return refused_.erase(object) == 0;
}

void Connection::listen() {
  for (;;) {
    auto event = client_->next_event();
    if (!event.is_ok() || !event.value()) return;
    if (event.value()->type == BLINK_EVENT_OBJECT_REFUSED)
      refused_[event.value()->object] = event.value()->code;
    if (event.value()->type == BLINK_EVENT_RELEASE) must_release_ = true;
    if (event.value()->type == BLINK_EVENT_SHOWN) note_shown(*event.value());
    if (event.value()->type != BLINK_EVENT_CLOSE) continue;
    const auto closer = closers_.find(event.value()->object);
    if (closer != closers_.end()) to_close_.push_back(closer->second);
  }
}

void Connection::note_shown(const vso::ClientEvent& event) {
  const auto found = shown_.find(event.object);
  const auto shown = found != shown_.end() ? found->second.lock() : nullptr;
  if (!shown) return;
  const float rate = event.number[0];
  if (rate >= refresh_rate_min && rate <= refresh_rate_max) shown->refresh_rate = rate;
  ++shown->times;
}

std::shared_ptr<const Connection::Shown> Connection::watch_shown(std::uint32_t window) {
  auto shown = std::make_shared<Shown>();
  const std::lock_guard lock(mutex_);
  std::erase_if(shown_, [](const auto& its) { return its.second.expired(); });
  shown_[window] = shown;
  return shown;
}

// Another thread may hear of it first, so what is asked is what is known.
void Connection::wait_until_shown(const Shown& shown, std::uint64_t times,
                                  vso::Client::Clock::duration most) {
  const auto is_shown = [&] { return shown.times > times; };
  const auto deadline = vso::Client::Clock::now() + most;
  while (!is_shown() && vso::Client::Clock::now() < deadline) {
    const auto life_lock = in_life();
    if (is_away() || client_->ended()) return;
    {
      const std::lock_guard lock(mutex_);
      listen();
    }
    (void)client_->wait_until(std::min(deadline, vso::Client::Clock::now() + shown_look_time),
                              [&] { return is_shown() || client_->has_event(); });
  }
}

void Connection::when_closed(std::uint32_t window, std::function<void()> close) {
  const std::lock_guard lock(mutex_);
  if (close)
    closers_[window] = std::move(close);
  else
    closers_.erase(window);
}

void Connection::close_what_the_user_wants() {
  std::vector<std::function<void()>> wanted;
  {
    const auto life_lock = in_life();
    const std::lock_guard lock(mutex_);
    listen();
    wanted = std::exchange(to_close_, {});
  }
  for (const auto& close : wanted)
    close();
}

void Connection::set_params(std::uint32_t object, const vso::ClientArray::Params& params) {
  const std::lock_guard lock(mutex_);
  array_->begin_update(object);
  array_->set_params(object, params);
  array_->end_update(object);
  end_turn();
}

void Connection::retire(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  array_->retire(object);
  end_turn();
}

bool Connection::eval(std::uint32_t stream, std::uint32_t begin, std::uint32_t bytes) {
  return client_->eval(*array_, stream, begin, bytes).is_ok();
}

void Connection::end_turn() {
  const std::lock_guard lock(turn_mutex_);
  whose_turn_ = 0;
  turn_.fetch_add(1, std::memory_order_release);
}

std::uint64_t Connection::added(std::uint32_t stream, std::uint64_t place) {
  const std::lock_guard lock(turn_mutex_);
  if (std::exchange(whose_turn_, stream) != stream) turn_.fetch_add(1, std::memory_order_release);
  return client_->added(*array_, stream, place).is_ok() ? turn() : 0;
}

std::span<const std::byte> Connection::content(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  if (!array_->is_live(object)) return {};
  return array_->content(object);
}

// ---------------------------------------------------------------------------------- bulk objects

std::shared_ptr<const Connection::BulkUse> Connection::add_bulk(std::uint32_t object,
                                                                std::uint64_t bytes) {
  auto use = std::make_shared<BulkUse>();
  use->bytes = bytes;
  const std::lock_guard lock(mutex_);
  bulks_[object] = use;
  return use;
}

void Connection::leave_bulk(std::uint32_t object) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = bulks_.find(object);
    found->second->is_left = true;
    if (found->second->holds != 0) return;
    bulks_.erase(found);
  }
  retire(object);
}

std::shared_ptr<const void> Connection::hold_bulk(std::uint32_t object, std::uint32_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = bulks_.find(object);
  if (found == bulks_.end() || bytes < found->second->bytes / 2 ||
      held_bytes_ + found->second->bytes > held_bytes_max)
    return nullptr;
  held_bytes_ += found->second->bytes;
  ++found->second->holds;
  return {found->second.get(), [this, object](const void*) { release_bulk(object); }};
}

void Connection::release_bulk(std::uint32_t object) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = bulks_.find(object);
    held_bytes_ -= found->second->bytes;
    if (--found->second->holds != 0 || !found->second->is_left) return;
    bulks_.erase(found);
  }
  retire(object);
}

// ---------------------------------------------------------------------------------------- images

std::uint32_t Connection::add_image() {
  const std::lock_guard lock(mutex_);
  images_.insert(++images_made_);
  return images_made_;
}

bool Connection::has_image(std::uint32_t image) {
  const std::lock_guard lock(mutex_);
  return images_.contains(image);
}

bool Connection::drop_image(std::uint32_t image) {
  const std::lock_guard lock(mutex_);
  if (images_.erase(image) == 0) return false;
  dropped_images_.push_back(image);
  return true;
}

void Connection::tell_dropped_images(StreamWriter& stream) {
  std::vector<std::uint32_t> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped = std::exchange(dropped_images_, {});
  }
  for (const std::uint32_t image : dropped)
    stream.record(gl::StreamOp::destroy_image, 1).put(image);
}

// -------------------------------------------------------------------------------- another server

void Connection::add(StreamWriter& writer) {
  const auto life_lock = in_life();
  const std::lock_guard lock(mutex_);
  writers_.push_back(&writer);
}

void Connection::remove(StreamWriter& writer) {
  const auto life_lock = in_life();
  const std::lock_guard lock(mutex_);
  std::erase(writers_, &writer);
}

void Connection::set_surface(std::uint32_t surface, std::uint32_t width, std::uint32_t height) {
  const std::lock_guard lock(mutex_);
  sizes_[surface] = {width, height};
}

void Connection::drop_surface(std::uint32_t surface) {
  const std::lock_guard lock(mutex_);
  sizes_.erase(surface);
}

// What ends its renderer again and again is perhaps what we say.
bool Connection::has_lost_server() const {
  const auto why = client_->ended();
  return why && (why->is_system() || (why->code() == BLINK_END_RENDERER &&
                                      renderer_deaths_.load() < renderer_deaths_max));
}

void Connection::note_renderer_death() {
  const auto why = client_->ended();
  if (!why || why->is_system() || why->code() != BLINK_END_RENDERER) return;
  const auto now = vso::Client::Clock::now();
  if (now - renderer_deaths_since_ > renderer_deaths_time) {
    renderer_deaths_since_ = now;
    renderer_deaths_ = 0;
  }
  ++renderer_deaths_;
}

bool Connection::live_on(std::uint64_t life) {
  std::unique_lock lock(life_mutex_);
  life_changed_.wait(lock, [&] { return life_ != life || !is_away_; });
  if (life_ != life) return !is_over_;
  is_over_ = is_over_ || !has_lost_server();
  note_renderer_death();
  come_back(lock);
  return !is_over_;
}

void Connection::come_back(std::unique_lock<std::shared_mutex>& lock) {
  is_away_ = true;
  must_release_ = false;
  is_over_ = is_over_ || !begin_life(lock);
  is_away_ = false;
  ++life_;
  life_changed_.notify_all();
}

// The next server may die as well, while it is told.
bool Connection::begin_life(std::unique_lock<std::shared_mutex>& lock) {
  while (reconnect(lock)) {
    if (tell_all()) return true;
    if (!has_lost_server()) return false;
    note_renderer_death();
  }
  return false;
}

// The machine is to be saved, or moved: nothing of the server's stays open here.
void Connection::release() {
  std::unique_lock lock(life_mutex_);
  if (is_over_ || is_away_ || client_->ended()) return;
  save(Drawn::all, std::numeric_limits<std::uint64_t>::max());
  client_->release();
  come_back(lock);
}

// A stream that others share objects with may be gone, so the first that is left takes its place:
// the first in the array, because the server looks at them in this order.
void Connection::begin_anew() {
  std::ranges::sort(writers_, {},
                    [](const StreamWriter* writer) { return BLINK_OBJECT_SLOT(writer->stream()); });
  std::map<const HandOvers*, std::uint32_t> firsts;
  for (StreamWriter* const writer : writers_) {
    const auto [first, is_new] = firsts.try_emplace(&writer->hand_overs(), writer->stream());
    writer->begin_anew(is_new ? 0 : first->second);
  }
}

// Tries again and again; between two tries the others may go on as far as they need no server.
bool Connection::reconnect(std::unique_lock<std::shared_mutex>& lock) {
  using std::chrono::milliseconds;
  const auto told_at = vso::Client::Clock::now() + patience;
  for (milliseconds pause{5};; pause = std::min(2 * pause, longest_pause)) {
    begin_anew();
    {
      const std::lock_guard objects_lock(mutex_);
      refused_.clear();
      const Status status = client_->reconnect();
      if (status.is_ok()) return true;
      if (!status.is_system()) return false;  // what the server itself says does not change
    }
    if (vso::Client::Clock::now() > told_at) complain("it waits for its display server");
    lock.unlock();
    const bool is_leaving = leaves_within(pause);
    lock.lock();
    if (is_leaving) return false;
  }
}

// The process ends.
bool Connection::leaves_within(std::chrono::milliseconds time) const {
  pollfd fd{leaving_.get(), POLLIN, 0};
  return ::poll(&fd, 1, static_cast<int>(time.count())) > 0;
}

void Connection::watch() {
  for (;;) {
    UniqueFd end;
    std::uint64_t life = 0;
    {
      const auto lock = in_life();
      end = client_->end_fd();
      life = this->life();
    }
    if (!watch_server(end.get()) || !live_on(life)) return;
  }
}

// True: there is another one, or is to be. False: the process ends.
bool Connection::watch_server(int end_fd) {
  pollfd fds[] = {{end_fd, POLLIN, 0}, {leaving_.get(), POLLIN, 0}};
  for (;;) {
    // Whoever waits for what the server says is woken by all of it, by each answer and each frame:
    // to look now and then costs less.
    if (::poll(fds, 2, static_cast<int>(listening_interval.count())) < 0 && errno != EINTR)
      return false;
    if (fds[1].revents != 0) return false;
    if (fds[0].revents != 0) return true;
    close_what_the_user_wants();
    if (must_release_) {
      release();
      return true;
    }
    save_now_and_then();
  }
}

// So a server that dies takes with it what was drawn in the last second at most, but for the last
// frame, which is drawn again. While a program draws, what it draws in each frame is left alone for
// ten times as long.
void Connection::save_now_and_then() {
  const auto begin = vso::Client::Clock::now();
  if (const std::uint64_t number = HandOvers::last_number(); number != number_seen_) {
    number_seen_ = number;
    busy_until_ = begin + idle_time;
  }
  if (begin < next_save_) return;
  const bool is_busy = begin < busy_until_ && begin < next_whole_save_;
  // Who has the lock of a group may ask for ours, so these are asked without it.
  std::vector<std::shared_ptr<HandOvers>> groups;
  {
    const std::lock_guard objects_lock(mutex_);
    for (const StreamWriter* const writer : writers_)
      groups.push_back(writer->shared_hand_overs());
  }
  const auto must_save = [&](const auto& group) { return group->has_drawn(is_busy); };
  if (std::ranges::none_of(groups, must_save)) return;
  {
    const std::unique_lock lock(life_mutex_);
    if (is_over_ || is_away_ || client_->ended()) return;
    save(is_busy ? Drawn::settled : Drawn::all, saved_bytes_max);
  }
  const auto end = vso::Client::Clock::now();
  const auto pause = std::max<vso::Client::Clock::duration>(save_interval, (end - begin) * 50);
  next_save_ = end + pause;
  if (!is_busy) next_whole_save_ = end + whole_save_intervals * pause;
}

void Connection::save(Drawn which, std::uint64_t bytes_max) {
  std::map<const HandOvers*, std::uint64_t> times;
  for (const StreamWriter* const writer : writers_)
    times[&writer->hand_overs()] = which == Drawn::all ? std::numeric_limits<std::uint64_t>::max()
                                                       : writer->hand_overs().group->frame_time;
  for (StreamWriter* const writer : writers_)
    writer->fold_all();
  for (StreamWriter* const writer : writers_)
    if (const auto time = times.extract(&writer->hand_overs()))
      writer->read_back(sizes_, time.mapped(), bytes_max);
}

void Connection::check_rebuild() {
  const unsigned every = rebuilds_every();
  static std::atomic<unsigned> hand_overs{0};
  if (every == 0 || ++hand_overs % every != 0) return;
  const std::unique_lock lock(life_mutex_);
  if (rebuilds_from_journal()) save(Drawn::all, std::numeric_limits<std::uint64_t>::max());
  // The one that is left must have let go of the memory.
  (void)client_->bye();
  while (!client_->ended())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  begin_anew();
  is_over_ = is_over_ || !client_->reconnect().is_ok() || !tell_all();
  ++life_;
}

bool Connection::tell_all() {
  for (StreamWriter* const writer : writers_)
    if (!writer->wait_until_there()) return false;
  if (writers_.empty()) return true;
  writers_.front()->tell_surfaces(sizes_);
  std::set<const HandOvers*> told;
  std::vector<StreamWriter*> firsts;  // of their groups
  for (StreamWriter* const writer : writers_)
    if (told.insert(&writer->hand_overs()).second) firsts.push_back(writer);
  const auto all = [](const auto& writers, bool (StreamWriter::*tell)()) {
    return std::ranges::all_of(writers, [&](StreamWriter* writer) { return (writer->*tell)(); });
  };
  if (!all(firsts, &StreamWriter::tell_group) || !all(firsts, &StreamWriter::tell_shown_images) ||
      !all(writers_, &StreamWriter::tell_context) || !all(firsts, &StreamWriter::tell_shown))
    return false;
  // What was handed over, and perhaps not done, in the order in which it came.
  std::vector<HandOvers::Part> parts;
  for (const HandOvers* const group : told)
    parts.insert(parts.end(), group->parts().begin(), group->parts().end());
  std::ranges::sort(parts, {}, &HandOvers::Part::number);
  for (const HandOvers::Part& part : parts)
    if (!eval(part.writer->stream(), part.begin, part.bytes)) return false;
  for (StreamWriter* const writer : writers_)
    if (!writer->wait_until_again()) return false;
  return true;
}

}  // namespace blink::icd
