#include "server/control.h"

#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <nlohmann/json.hpp>

#include "common/limits.h"
#include "common/memory_left.h"
#include "common/runtime_dir.h"
#include "vso/local/interruption.h"
#include "vso/local/socket.h"

namespace blink::server {
namespace {

using nlohmann::json;

constexpr std::size_t payload_bytes_max = 256 << 20;
constexpr std::size_t line_bytes_max = 64 << 20;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Status::system("the socket's path is too long for a Unix socket: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<UniqueFd> new_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return Status::system("cannot make a socket", errno);
  return fd;
}

// What is sent and received has an end, however it drips.
class Deadline {
 public:
  explicit Deadline(std::uint32_t timeout_ms)
      : timeout_ms_(timeout_ms), at_(Clock::now() + std::chrono::milliseconds(timeout_ms)) {}

  // Waits for the socket; false when the time is over.
  bool wait_for(int socket, short events) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
    pollfd ready{socket, events, 0};
    return left > 0 && ::poll(&ready, 1, static_cast<int>(left)) != 0;
  }
  Status passed() const {
    return Status::system("no answer in " + std::to_string(timeout_ms_ / 1000) + " seconds");
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::uint32_t timeout_ms_;
  Clock::time_point at_;
};

Status send_all(int socket, std::span<const std::byte> bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    if (!deadline.wait_for(socket, POLLOUT)) return deadline.passed();
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent <= 0) return Status::system("cannot send on the control socket", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

// What there is to read, at least one byte.
Result<std::size_t> receive_some(int socket, std::span<std::byte> to, const Deadline& deadline) {
  for (;;) {
    if (!deadline.wait_for(socket, POLLIN)) return deadline.passed();
    const ssize_t got = ::recv(socket, to.data(), to.size(), MSG_DONTWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return Status::system("the connection was closed before an answer");
  }
}

// A line, without its end; `rest` gets what came after it.
Result<std::string> receive_line(int socket, std::size_t bytes_max, const Deadline& deadline,
                                 std::string& rest) {
  std::string line;
  char chunk[16'384];
  for (;;) {
    BLINK_ASSIGN(const std::size_t got,
                 receive_some(socket, std::as_writable_bytes(std::span(chunk)), deadline));
    const std::string_view text(chunk, got);
    if (const std::size_t end = text.find('\n'); end != text.npos) {
      rest = text.substr(end + 1);
      return line.append(text.substr(0, end));
    }
    line += text;
    if (line.size() > bytes_max) return Status::system("a control request is too long");
  }
}

// There may be a server; who this is may not ask it.
Status not_allowed(const std::string& runtime_dir) {
  struct stat info {};
  if (::stat(runtime_dir.c_str(), &info) != 0 || info.st_uid == ::geteuid())
    return Status::system("cannot reach a server in " + runtime_dir, EACCES);
  const passwd* owner = ::getpwuid(info.st_uid);
  return Status::system("permission denied: " + runtime_dir + " belongs to another user (" +
                        (owner != nullptr ? owner->pw_name : std::to_string(info.st_uid)) +
                        "); a server there answers only that user and root");
}

}  // namespace

Result<std::unique_ptr<Control>> Control::start(const std::string& runtime_dir, Handler handler) {
  const std::string path = std::string(runtime_dir).append("/").append(control_socket_name);
  BLINK_ASSIGN(const sockaddr_un address, address_of(path));
  BLINK_ASSIGN(UniqueFd fd, new_socket());
  ::unlink(path.c_str());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), 16) != 0)
    return Status::system("cannot listen at " + path, errno);
  BLINK_ASSIGN(vso::local::Doorbell stop, vso::local::Doorbell::create());
  BLINK_ASSIGN(vso::local::Doorbell over, vso::local::Doorbell::create());
  return std::unique_ptr<Control>(
      new Control(std::move(fd), path, std::move(stop), std::move(over), std::move(handler)));
}

Control::Control(UniqueFd listener, std::string path, vso::local::Doorbell stop,
                 vso::local::Doorbell over, Handler handler)
    : listener_(std::move(listener)),
      path_(std::move(path)),
      stop_(std::move(stop)),
      over_(std::move(over)),
      handler_(std::move(handler)),
      thread_([this] { run(); }) {}

Control::~Control() {
  stop_.ring();
  thread_.join();
  ::unlink(path_.c_str());
}

void Control::run() {
  for (;;) {
    pollfd fds[] = {{stop_.fd(), POLLIN, 0}, {over_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    ::poll(fds, 3, -1);
    if (fds[0].revents != 0) return end_requests();
    if (fds[1].revents != 0) wait_for_an_end(0);
    if (fds[2].revents == 0) continue;
    if (UniqueFd socket = accept(); socket.is_open()) begin(std::move(socket));
  }
}

// The connection of somebody who may ask; or none.
UniqueFd Control::accept() const {
  UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.is_open()) {
    pollfd stop{stop_.fd(), POLLIN, 0};
    ::poll(&stop, 1, 100);  // out of descriptors, perhaps: not at full speed
    return socket;
  }
  const vso::local::Peer peer = vso::local::peer_of(socket.get());
  if (peer.uid == ::geteuid() || peer.uid == 0) return socket;
  const vso::local::Impatience impatience;  // whatever a stranger has sent, it goes
  socket.reset();
  return socket;
}

void Control::begin(UniqueFd socket) {
  while (requests_.size() >= limits::control_requests_max) {
    // Nobody answers a connection that is shut down: the oldest request ends, if it only sends.
    ::shutdown(requests_.front().socket.get(), SHUT_RDWR);
    wait_for_an_end(100);
  }
  if (!with_memory([&] { requests_.emplace_back(); })) return serve(socket.get());
  Request& request = requests_.back();
  request.socket = std::move(socket);
  try {
    request.thread = std::thread([this, &request] {
      serve(request.socket.get());
      request.is_over = true;
      over_.ring();
    });
  } catch (const std::exception&) {  // the host has no thread to give: then here
    serve(request.socket.get());
    requests_.pop_back();
  }
}

// Lets go of the requests that are over, after one is or the time has passed. False: none was.
bool Control::wait_for_an_end(int timeout_ms) {
  pollfd over{over_.fd(), POLLIN, 0};
  ::poll(&over, 1, timeout_ms);
  over_.take();
  return requests_.remove_if([](Request& request) {
    if (!request.is_over) return false;
    request.thread.join();
    return true;
  }) != 0;
}

// Answers that are on their way arrive: also the one to whoever stops the server.
void Control::end_requests() {
  const Deadline deadline(limits::control_stop_ms_max);
  while (!requests_.empty() && deadline.wait_for(over_.fd(), POLLIN))
    wait_for_an_end(0);
  for (const Request& request : requests_)
    ::shutdown(request.socket.get(), SHUT_RDWR);
  while (!requests_.empty())
    wait_for_an_end(100);
}

void Control::serve(int socket) const {
  if (with_memory([&] { answer(socket); })) return;
  static constexpr std::string_view text =
      "{\"ok\":false,\"error\":\"the host is out of memory\"}\n";
  ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Control::answer(int socket) const {
  std::string rest;
  auto line = receive_line(socket, limits::control_request_bytes_max,
                           Deadline(limits::control_ms_max), rest);
  if (!line.is_ok()) return;
  const json request = json::parse(line.value(), nullptr, false);
  Result<ControlAnswer> answer = Status::system("a request is {\"command\": NAME}");
  if (request.is_object() && request.contains("command") && request["command"].is_string())
    answer = handler_({request["command"].get<std::string>(),
                       request.contains("argument") ? request["argument"].dump() : ""});
  json head = {{"ok", answer.is_ok()}};
  if (answer.is_ok()) {
    if (!answer->json.empty()) head["answer"] = json::parse(answer->json, nullptr, false);
    head["bytes"] = answer->payload.size();
  } else {
    head["error"] = answer.status().text();
  }
  const std::string text = head.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  const Deadline deadline(limits::client_answer_ms_max);
  Status sent = send_all(socket, std::as_bytes(std::span(text)), deadline);
  if (sent.is_ok() && answer.is_ok()) sent = send_all(socket, answer->payload, deadline);
}

Result<ControlAnswer> ask_server(const std::string& runtime_dir, const std::string& command,
                                 const std::string& argument) {
  BLINK_TRY(check_runtime_dir(runtime_dir));
  const std::string path = std::string(runtime_dir).append("/").append(control_socket_name);
  BLINK_ASSIGN(const sockaddr_un address, address_of(path));
  BLINK_ASSIGN(UniqueFd socket, new_socket());
  const timeval connect_time_max{limits::client_answer_ms_max / 1000, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &connect_time_max, sizeof connect_time_max);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EACCES || errno == EPERM) return not_allowed(runtime_dir);
    if (errno != ENOENT && errno != ECONNREFUSED)
      return Status::system("cannot reach the server in " + runtime_dir, errno);
    return Status::system("no Blink server is running in " + runtime_dir +
                          "; start one with `blink up`");
  }
  json asked = {{"command", command}};
  if (!argument.empty()) asked["argument"] = json::parse(argument);
  const std::string request = asked.dump() + "\n";
  const Deadline deadline(limits::client_answer_ms_max);
  BLINK_TRY(send_all(socket.get(), std::as_bytes(std::span(request)), deadline));
  std::string rest;
  auto line = receive_line(socket.get(), line_bytes_max, deadline, rest);
  if (!line.is_ok()) return line.take_status().within("the server in " + runtime_dir);
  const json head = json::parse(line.value(), nullptr, false);
  if (!head.is_object() || !head.contains("ok"))
    return Status::system("the server's answer is no JSON");
  if (!head["ok"].get<bool>()) return Status::system(head.value("error", "the server refused"));
  ControlAnswer answer;
  if (head.contains("answer")) answer.json = head["answer"].dump();
  const std::size_t bytes = std::min(head.value("bytes", std::size_t{0}), payload_bytes_max);
  answer.payload.resize(bytes);
  const std::size_t have = std::min(bytes, rest.size());
  std::transform(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(have),
                 answer.payload.begin(), [](char c) { return static_cast<std::byte>(c); });
  for (std::size_t at = have; at < bytes;) {
    auto got = receive_some(socket.get(), std::span(answer.payload).subspan(at), deadline);
    if (!got.is_ok()) return Status::system("the server's answer was cut short");
    at += got.value();
  }
  return answer;
}

}  // namespace blink::server
