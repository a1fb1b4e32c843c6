#include "server/server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "common/limits.h"
#include "common/log.h"
#include "common/memory_left.h"
#include "common/runtime_dir.h"
#include "vso/local/interruption.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

namespace local = vso::local;

constexpr int linger_ms = 20;  // until what did not succeed is tried again
constexpr int remind_ms_max = 1'000;

std::string path_in(const std::string& directory, std::string_view name) {
  return std::string(directory).append("/").append(name);
}

// One server for each directory. The lock goes with the process, however it ends.
Result<UniqueFd> take_lock(const std::string& directory) {
  const std::string path = path_in(directory, lock_name);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.is_open()) return Status::system("cannot open " + path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return Status::system("a Blink server is running in " + directory + " already");
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    log_warning("server.pidfile", {{"error", std::strerror(errno)}});
  return fd;
}

// As many sessions as there are descriptors for: else those who come last find a server that can no
// longer accept anybody, nor hear that it is to stop.
ServerOptions within_what_is_there(ServerOptions options) {
  const rlim_t needed =
      limits::server_descriptors + rlim_t{options.sessions_max} * limits::session_descriptors;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < needed) {
    files.rlim_cur = std::min(needed, files.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &files);
    const rlim_t room =
        files.rlim_cur - std::min<rlim_t>(files.rlim_cur, limits::server_descriptors);
    const auto sessions = static_cast<std::uint32_t>(room / limits::session_descriptors);
    if (sessions < options.sessions_max) {
      log_warning("server.descriptors", {{"there", files.rlim_cur}, {"sessions", sessions}});
      options.sessions_max = std::max(sessions, 1u);
    }
  }
  if (options.sessions_per_user_max == 0)
    options.sessions_per_user_max = options.sessions_max - options.sessions_max / 8;
  return options;
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                              ConsumerFactory make_consumer) {
  BLINK_TRY(prepare_runtime_dir(options.runtime_dir));
  std::unique_ptr<Server> server(new Server(options, std::move(make_consumer)));
  BLINK_ASSIGN(server->lock_, take_lock(options.runtime_dir));
  BLINK_ASSIGN(server->stop_, local::Doorbell::create());
  BLINK_ASSIGN(server->finished_, local::Doorbell::create());
  // Another number at every start, so that clients notice; never 0.
  if (::getrandom(&server->generation_, sizeof server->generation_, 0) !=
      sizeof server->generation_)
    return Status::system("no random numbers", errno);
  server->generation_ |= 1;
  BLINK_ASSIGN(server->listener_,
               local::listen_at(path_in(options.runtime_dir, client_socket_name)));
  ::fcntl(server->listener_.get(), F_SETFL, O_NONBLOCK);  // looked at whoever knocks
  server->doors_.open_again();
  return server;
}

Server::Server(const ServerOptions& options, ConsumerFactory make_consumer)
    : options_(within_what_is_there(options)),
      make_consumer_(std::move(make_consumer)),
      doors_(options.runtime_dir) {}

Server::~Server() {
  end_all();
  sessions_.clear();                   // waits for them, however long
  const local::Impatience impatience;  // with what the clients sent that were never accepted
  listener_.reset();
}

void Server::stop() {
  stopping_ = true;
  stop_.ring();
}

void Server::run() {
  while (!stopping_) {
    const bool has_memory = with_memory([this] {
      wait_for_something();
      accept_clients();
      reap();
    });
    if (!has_memory) std::this_thread::sleep_for(std::chrono::milliseconds(linger_ms));
  }
  ::unlink(path_in(options_.runtime_dir, client_socket_name).c_str());
  end_all();
}

// Sleeps until a client comes, a session has ended or is to, a client has gone, or stop().
void Server::wait_for_something() {
  std::vector<pollfd> fds = {{stop_.fd(), POLLIN, 0},
                             {finished_.fd(), POLLIN, 0},
                             {listener_.get(), static_cast<short>(accept_paused_ ? 0 : POLLIN), 0}};
  // The list is changed by this thread only; the sessions' sockets are watched for hang-ups.
  for (const auto& session : sessions_)
    fds.push_back({session->is_ending() ? -1 : session->socket(), 0, 0});
  const MachineDoors::Doors doors = doors_.all();
  for (const auto& door : doors)
    fds.push_back({door->listener.get(), static_cast<short>(accept_paused_ ? 0 : POLLIN), 0});
  ::poll(fds.data(), fds.size(), accept_paused_ ? linger_ms : remind_ms_);
  accept_paused_ = false;
  finished_.take();
  bool some_linger = false;
  std::size_t i = 3;
  for (const auto& session : sessions_) {
    const bool has_hung_up = (fds[i++].revents & (POLLHUP | POLLERR)) != 0;
    if (session->is_finished() || (!has_hung_up && !session->is_ending())) continue;
    session->note_gone();
    some_linger = true;
    if (has_hung_up) remind_ms_ = linger_ms;
  }
  remind_ms_ = some_linger ? std::clamp(2 * remind_ms_, linger_ms, remind_ms_max) : -1;
}

// One at each door, so that no crowd keeps the others waiting.
void Server::accept_clients() {
  accept_from(listener_.get(), {});
  for (const auto& door : doors_.all())
    accept_from(door->listener.get(), door->machine);
}

void Server::accept_from(int listener, const MachineLabel& machine) {
  UniqueFd socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.is_open()) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
      log_warning("server.accept", {{"error", std::strerror(errno)}});
      accept_paused_ = true;
    }
    return;
  }
  const local::Peer peer = local::peer_of(socket.get());
  if (is_frozen(peer.pid))
    return send_refusal(std::move(socket), BLINK_END_FROZEN, "the process is frozen");
  if (const std::string_view reason = why_not(peer, machine); !reason.empty())
    return refuse(std::move(socket), peer, reason);
  const SessionTerms terms{
      next_id_++, generation_, options_.quotas, options_.spin_us, options_.handshake_ms_max,
      machine};
  const bool has_memory = with_memory([&] {
    auto session =
        std::make_unique<Session>(std::move(socket), peer, terms, make_consumer_, finished_);
    const std::lock_guard lock(mutex_);
    sessions_.push_back(std::move(session));
    sessions_.back()->begin();
  });
  if (!has_memory && socket.is_open()) refuse(std::move(socket), peer, no_memory_text);
}

// docs/decisions/0008-sessions-by-process.md.
std::string_view Server::why_not(local::Peer peer, const MachineLabel& machine) const {
  if (sessions_.size() >= options_.sessions_max)
    return "the server has as many sessions as it takes";
  std::uint32_t of_process = 0;
  std::uint32_t of_machine = 0;
  std::uint32_t of_user = 0;
  for (const auto& session : sessions_) {
    of_process += session->peer().pid == peer.pid;
    of_user += session->peer().uid == peer.uid;
    of_machine += session->machine() == machine.name;
  }
  if (!machine.name.empty() && of_machine >= options_.sessions_per_process_max)
    return "the machine has as many sessions as one may have";
  if (of_process >= options_.sessions_per_process_max)
    return "the process has as many sessions as one may have";
  if (of_user >= options_.sessions_per_user_max)
    return "the user has as many sessions as one may have";
  return {};
}

void Server::send_refusal(UniqueFd socket, std::uint32_t code, std::string_view reason) {
  blink_welcome welcome{};
  welcome.magic = BLINK_VSO_MAGIC;
  welcome.version_major = BLINK_VSO_VERSION_MAJOR;
  welcome.version_minor = BLINK_VSO_VERSION_MINOR;
  welcome.bytes = sizeof welcome;
  welcome.code = code;
  welcome.text_bytes = static_cast<std::uint32_t>(reason.size());
  std::memcpy(welcome.text, reason.data(), reason.size());
  (void)local::send_packet(socket.get(), std::as_bytes(std::span(&welcome, 1)), {});
  local::hang_up(socket.get());
}

void Server::refuse(UniqueFd socket, local::Peer peer, std::string_view reason) {
  send_refusal(std::move(socket), BLINK_END_BUSY, reason);
  log_warning(
      "session.refused",
      {{"reason", reason}, {"pid", peer.pid}, {"uid", peer.uid}, {"sessions", sessions_.size()}});
}

void Server::reap() {
  std::list<std::unique_ptr<Session>> dead;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = sessions_.begin(); it != sessions_.end();) {
      const auto next = std::next(it);
      if ((*it)->is_finished()) dead.splice(dead.end(), sessions_, it);
      it = next;
    }
  }
  // Joined outside the lock, here at the end of the scope.
}

void Server::end_all() {
  for (const auto& session : sessions_)
    session->ask_to_end(BLINK_END_STOPPING);
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(limits::session_end_ms_max);
  for (reap(); !sessions_.empty() && std::chrono::steady_clock::now() < deadline; reap()) {
    pollfd finished{finished_.fd(), POLLIN, 0};
    if (::poll(&finished, 1, linger_ms) == 0)
      for (const auto& session : sessions_)
        session->kick();
    finished_.take();
  }
}

void Server::let_go_of_directory() {
  listener_.reset();
  lock_.reset();
}

// ---------------------------------------------------------------------------------------- freezing

// Another process may have its number when it has ended.
bool Server::is_frozen(std::int32_t pid) {
  const std::lock_guard lock(mutex_);
  const auto found = frozen_.find(pid);
  if (found == frozen_.end()) return false;
  pollfd ended{found->second.process.get(), POLLIN, 0};
  if (!found->second.process.is_open() || ::poll(&ended, 1, 0) == 0) return true;
  frozen_.erase(found);
  return false;
}

bool Server::has_session_of(std::int32_t pid) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(sessions_, [&](const auto& session) {
    return session->peer().pid == pid && !session->is_finished();
  });
}

Result<std::vector<std::int32_t>> Server::freeze(const std::string& who) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::int32_t> pids;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& session : sessions_) {
      const SessionInfo info = session->info();
      if (session->is_finished() || info.pid == 0) continue;
      if (info.name != who && session->machine() != who && std::to_string(info.pid) != who)
        continue;
      if (std::ranges::find(pids, info.pid) == pids.end()) pids.push_back(info.pid);
    }
    for (const std::int32_t pid : pids)
      frozen_[pid] = {who, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))};
    for (const auto& session : sessions_)
      if (std::ranges::find(pids, session->peer().pid) != pids.end()) session->ask_to_release();
  }
  if (pids.empty()) return Status::system("no client is called " + who);
  const auto deadline = Clock::now() + std::chrono::milliseconds(limits::freeze_ms_max);
  for (const std::int32_t pid : pids) {
    while (has_session_of(pid) && Clock::now() < deadline && !stopping_)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (!has_session_of(pid)) continue;
    const std::lock_guard lock(mutex_);
    for (const std::int32_t each : pids)
      frozen_.erase(each);
    return Status::system("process " + std::to_string(pid) +
                          " did not let go of the display; nothing is frozen");
  }
  return pids;
}

Result<std::vector<std::int32_t>> Server::thaw(const std::string& who) {
  const std::lock_guard lock(mutex_);
  std::vector<std::int32_t> pids;
  for (const auto& [pid, frozen] : frozen_)
    if (frozen.name == who || std::to_string(pid) == who) pids.push_back(pid);
  if (pids.empty()) return Status::system("nothing that is called " + who + " is frozen");
  for (const std::int32_t pid : pids)
    frozen_.erase(pid);
  return pids;
}

// ---------------------------------------------------------------------------------------- machines

Status Server::add_machine(MachineLabel machine) {
  const std::string name = machine.name;
  BLINK_TRY(doors_.open(std::move(machine)));
  finished_.ring();  // the thread that accepts is to listen there, too
  log_info("machine.add", {{"machine", name}});
  return {};
}

Status Server::remove_machine(std::string_view name) {
  if (!doors_.close(name)) return Status::system("there is no machine " + std::string(name));
  const std::lock_guard lock(mutex_);
  for (const auto& session : sessions_)
    if (session->machine() == name) session->ask_to_end(BLINK_END_CLOSED);
  log_info("machine.remove", {{"machine", name}});
  return {};
}

std::vector<SessionInfo> Server::sessions() const {
  const std::lock_guard lock(mutex_);
  std::vector<SessionInfo> all;
  for (const auto& session : sessions_)
    if (!session->is_finished()) all.push_back(session->info());
  return all;
}

}  // namespace blink::server
