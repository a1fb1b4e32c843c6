#include "server/session.h"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <thread>

#include "common/cpu.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/poll_time.h"
#include "common/text.h"
#include "vso/local/interruption.h"

namespace blink::server {
namespace {

constexpr int niceness =
    5;  // of sessions' threads: a third of what the screen's gets, side by side

using std::chrono::steady_clock;
namespace local = vso::local;

std::string_view reason_text(std::uint32_t code) {
  switch (code) {
    case BLINK_END_BYE: return "the client said goodbye";
    case BLINK_END_STOPPING: return "the server stops";
    case BLINK_END_FROZEN: return "it is frozen";
    case BLINK_END_CLOSED: return "the user ended its machine";
    default: return "";
  }
}

}  // namespace

Session::Session(UniqueFd socket, local::Peer peer, const SessionTerms& terms,
                 const ConsumerFactory& make_consumer, const local::Doorbell& finished)
    : socket_(std::move(socket)),
      peer_(peer),
      terms_(terms),
      make_consumer_(make_consumer),
      all_finished_(finished),
      mail_(std::make_shared<ClientMail>(wake_, &finished)) {
  if (auto wake = local::Doorbell::create(); wake.is_ok()) wake_ = wake.take();
}

void Session::begin() {
  try {
    thread_ = RoomyThread([this] { run(); });
  } catch (const std::exception& error) {  // the host has no thread to give
    (void)send_welcome(BLINK_END_SERVER, "the server has no thread left", false);
    local::hang_up(socket_.get());
    finished_.store(true, std::memory_order_release);
    all_finished_.ring();
    log_warning("session.thread", {{"session", terms_.id}, {"error", error.what()}});
  }
}

Session::~Session() {
  if (!thread_.joinable()) return;
  if (!is_finished()) ask_to_end(BLINK_END_STOPPING);
  while (!is_finished()) {
    kick();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  thread_.join();
}

void Session::ask_to_end(std::uint32_t code) {
  end_asked_.store(code, std::memory_order_release);
  wake_.ring();
}

void Session::ask_to_release() { mail_->put(BLINK_EVENT_RELEASE, {}); }

void Session::note_gone() {
  gone_.store(true, std::memory_order_release);
  kick();
}

void Session::kick() {
  wake_.ring();
  local::interrupt(thread_.native_handle());
}

SessionInfo Session::info() const {
  const std::lock_guard lock(mutex_);
  SessionInfo info;
  info.id = terms_.id;
  info.name = name_;
  info.machine = terms_.machine.name;
  info.pid = peer_.pid;
  info.state = state_;
  info.notifications = notifications_;
  if (memory_) info.region_bytes = memory_->bytes();
  if (region_) {
    const vso::RegionCounters& counters = region_->counters();
    info.arrays = counters.arrays;
    info.objects = counters.objects;
    info.object_bytes = counters.object_bytes;
    info.extents = counters.extents;
    info.commands = counters.commands;
    info.versions = counters.versions;
    info.torn = counters.torn;
    info.refused = counters.refused;
    info.events_lost = counters.events_lost;
  }
  return info;
}

// Where the host's memory does not suffice, this session ends and no other. The screen is drawn for
// everybody, and goes first: what a client makes this thread do, by messages or by a redraw that
// takes long, is done with what is left. (On Linux a thread has a niceness of its own.)
void Session::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
  End end;
  if (!with_memory([&] { end = serve(); })) end = std::move(no_memory_);
  is_over_ = true;
  (void)with_memory([&] { say_end(end); });
  (void)with_memory([&] { log_end(end); });
  let_go();
  local::hang_up(socket_.get());  // here: what it takes delays nobody else
  finished_.store(true, std::memory_order_release);
  all_finished_.ring();
}

void Session::log_end(const End& end) const {
  const bool is_usual = end.code == BLINK_END_BYE || end.code == BLINK_END_STOPPING;
  log(is_usual || end.code == BLINK_END_NONE ? LogLevel::info : LogLevel::warning, "session.end",
      {{"session", terms_.id},
       {"name", name_},
       {"pid", peer_.pid},
       {"code", end.code},
       {"reason", end.text}});
}

Session::End Session::serve() {
  if (Status status = shake_hands(); !status.is_ok()) return end_by(status);
  log_info("session.begin", {{"session", terms_.id},
                             {"name", name_},
                             {"machine", terms_.machine.name},
                             {"pid", peer_.pid},
                             {"region_bytes", memory_->bytes()}});
  return work();
}

Session::End Session::end_by(const Status& status) {
  return {status.is_guest() ? status.code() : std::uint32_t{BLINK_END_SERVER},
          std::string(status.text())};
}

void Session::say_end(const End& end) {
  // Whoever does not greet properly is told why, where it can be told.
  if (!welcomed_) return (void)send_welcome(end.code, end.text, false);
  {
    const std::lock_guard lock(mutex_);
    state_ = "ending";
  }
  region_->end(end.code == BLINK_END_NONE ? std::uint32_t{BLINK_END_BYE} : end.code, end.text);
  client_doorbell_.ring();
}

// Takes long for a large region, or a slow driver: info() is not to wait for it.
void Session::let_go() {
  mail_->is_over();
  std::unique_ptr<local::MemoryFile> memory;
  std::unique_ptr<SessionLink> link;
  std::unique_ptr<vso::ObjectConsumer> consumer;
  std::unique_ptr<vso::Region> region;
  const std::lock_guard lock(mutex_);
  memory.swap(memory_);
  link.swap(link_);
  consumer.swap(consumer_);
  region.swap(region_);
}

// ------------------------------------------------------------------------------------ handshake

Status Session::shake_hands() {
  BLINK_ASSIGN(auto memory, take_hello());
  BLINK_ASSIGN(server_doorbell_, local::Doorbell::create());
  BLINK_ASSIGN(client_doorbell_, local::Doorbell::create());
  std::unique_ptr<SessionLink> link(new SessionLink{
      *memory, client_doorbell_, wake_, [this] { return is_over_ || end_asked_ != 0 || gone_; },
      peer_.pid, terms_.machine});
  auto consumer = make_consumer_(terms_.id, name_, mail_, *link);
  auto region =
      vso::Region::attach(*memory, *consumer, terms_.quotas, {terms_.generation, terms_.id});
  if (!region.is_ok()) return region.take_status();
  {
    const std::lock_guard lock(mutex_);
    memory_ = std::move(memory);
    link_ = std::move(link);
    consumer_ = std::move(consumer);
    region_ = region.take();
    state_ = "live";
  }
  BLINK_TRY(send_welcome(BLINK_END_NONE, "", true));
  welcomed_ = true;
  return {};
}

Result<std::unique_ptr<local::MemoryFile>> Session::take_hello() {
  const auto bad = [](const char* what) {
    return Status::guest(BLINK_END_HANDSHAKE, std::string("handshake: ") + what);
  };
  const auto deadline = steady_clock::now() + std::chrono::milliseconds(terms_.handshake_ms_max);
  pollfd fds[] = {{socket_.get(), POLLIN, 0}, {wake_.fd(), POLLIN, 0}};
  while (fds[0].revents == 0) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) return bad("nothing was said in time");
    if (end_asked_ != 0 || gone_) return Status::guest(BLINK_END_STOPPING, "the server stops");
    ::poll(fds, 2, static_cast<int>(left));
    if (fds[1].revents != 0) wake_.take();
  }
  blink_hello hello{};
  BLINK_ASSIGN(local::Packet packet,
               local::receive_packet(socket_.get(), std::as_writable_bytes(std::span(&hello, 1))));
  if (packet.bytes == 0) return bad("the client left");
  if (packet.bytes != sizeof hello || hello.magic != BLINK_VSO_MAGIC || hello.bytes != sizeof hello)
    return bad("this is no hello");
  if (hello.version_major != BLINK_VSO_VERSION_MAJOR)
    return Status::guest(BLINK_END_VERSION, "the client speaks version " +
                                                std::to_string(hello.version_major) +
                                                ", this server speaks version " +
                                                std::to_string(BLINK_VSO_VERSION_MAJOR));
  if (packet.has_lost_fds && packet.fds.empty())
    return Status::system("the server has no file descriptor left for the shared memory");
  if (packet.fds.size() != 1) return bad("a hello brings one piece of shared memory");
  {
    const std::lock_guard lock(mutex_);
    name_ = printable(fixed_field(hello.name, sizeof hello.name), sizeof hello.name);
  }
  return local::MemoryFile::adopt(std::move(packet.fds[0]), terms_.quotas.region_bytes_max);
}

Status Session::send_welcome(std::uint32_t code, std::string_view text, bool with_doorbells) {
  blink_welcome welcome{};
  welcome.magic = BLINK_VSO_MAGIC;
  welcome.version_major = BLINK_VSO_VERSION_MAJOR;
  welcome.version_minor = BLINK_VSO_VERSION_MINOR;
  welcome.bytes = sizeof welcome;
  welcome.code = code;
  text = text.substr(0, sizeof welcome.text);
  welcome.text_bytes = static_cast<std::uint32_t>(text.size());
  std::memcpy(welcome.text, text.data(), text.size());
  const int fds[] = {server_doorbell_.fd(), client_doorbell_.fd()};
  return local::send_packet(socket_.get(), std::as_bytes(std::span(&welcome, 1)),
                            with_doorbells ? std::span<const int>(fds) : std::span<const int>());
}

// ----------------------------------------------------------------------------------------- work

Session::End Session::work() {
  window_start_ = steady_clock::now();
  const std::function<bool()> must_stop = [this] {
    return gone_.load(std::memory_order_relaxed) || end_asked_.load(std::memory_order_relaxed) != 0;
  };
  for (;;) {
    auto more = region_->turn(must_stop);
    const Status around = more.is_ok() ? consumer_->look_around() : Status();
    // First: whoever waited in there for something else has given up for this.
    if (auto end = end_from_outside()) return *end;
    if (!more.is_ok()) return end_by(more.status());
    if (!around.is_ok()) return end_by(around);
    if (Status status = post_mail(); !status.is_ok()) return end_by(status);
    if (region_->must_ring()) client_doorbell_.ring();
    if (region_->said_bye()) return {BLINK_END_BYE, std::string(reason_text(BLINK_END_BYE))};
    if (more.value() || spin_for_work()) continue;
    if (sleep() == Woken::gone) return {BLINK_END_NONE, "the client has gone"};
    if (Status status = count_notifications(server_doorbell_.take()); !status.is_ok())
      return end_by(status);
  }
}

// The server stops, the user has had enough of the client, or it has gone. Who is to go is also
// said to have gone (Server), so that comes last.
std::optional<Session::End> Session::end_from_outside() const {
  if (const std::uint32_t code = end_asked_.load(std::memory_order_acquire); code != 0)
    return End{code, std::string(reason_text(code))};
  if (auto end = mail_->end_asked()) return end;
  if (gone_.load(std::memory_order_acquire)) return End{BLINK_END_NONE, "the client has gone"};
  return std::nullopt;
}

// What the screen has to tell this client.
Status Session::post_mail() {
  for (const ClientMail::Letter& letter : mail_->take()) {
    const auto bytes =
        std::visit([](const auto& event) { return std::as_bytes(std::span(&event, 1)); }, letter);
    BLINK_TRY(region_->post(bytes, is_passing(letter)));
  }
  return {};
}

bool Session::spin_for_work() const {
  if (terms_.spin_us == 0) return region_->has_work();
  const auto until = steady_clock::now() + std::chrono::microseconds(terms_.spin_us);
  do {
    for (int i = 0; i < 64; ++i) {
      if (region_->has_work()) return true;
      cpu_relax();
    }
  } while (steady_clock::now() < until);
  return false;
}

Session::Woken Session::sleep() {
  region_->announce_sleep();
  const vso::Awaited awaited = consumer_->awaited();
  pollfd fds[] = {{server_doorbell_.fd(), POLLIN, 0},
                  {socket_.get(), POLLIN, 0},
                  {wake_.fd(), POLLIN, 0},
                  {awaited.fds[0], POLLIN, 0},
                  {awaited.fds[1], POLLIN, 0}};
  if (!region_->has_work()) ::poll(fds, std::size(fds), poll_time(awaited.until));
  region_->announce_awake();
  if (fds[2].revents != 0) {
    wake_.take();
    return Woken::asked_to_end;
  }
  // The client says nothing on the socket after its hello: whatever comes is the end.
  return fds[1].revents != 0 ? Woken::gone : Woken::rung;
}

Status Session::count_notifications(std::uint64_t rings) {
  if (rings == 0) return {};
  notifications_.fetch_add(rings, std::memory_order_relaxed);
  const auto now = steady_clock::now();
  if (now - window_start_ >= std::chrono::seconds(1)) {
    window_start_ = now;
    window_rings_ = 0;
  }
  window_rings_ += rings;
  if (window_rings_ < rings || window_rings_ > terms_.quotas.notifications_per_s_max)
    return Status::guest(BLINK_END_NOTIFICATIONS,
                         "rings the doorbell more than " +
                             std::to_string(terms_.quotas.notifications_per_s_max) +
                             " times a second");
  return {};
}

}  // namespace blink::server
