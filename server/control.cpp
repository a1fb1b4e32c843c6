#include "server/control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>

#include "common/limits.h"
#include "common/log.h"
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

Result<UniqueFd> new_socket(std::uint32_t timeout_ms) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return Status::system("cannot make a socket", errno);
  const timeval timeout{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  return fd;
}

Status send_all(int socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return Status::system("cannot send on the control socket", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

// A line, without its end; `rest` gets what came after it. However it drips, there is an end.
Result<std::string> receive_line(int socket, std::size_t bytes_max, std::uint32_t timeout_ms,
                                 std::string& rest) {
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  std::string line;
  char chunk[16'384];
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    pollfd readable{socket, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&readable, 1, static_cast<int>(left.count())) : 0;
    if (ready == 0)
      return Status::system("no answer in " + std::to_string(timeout_ms / 1000) + " seconds");
    const ssize_t got = ready < 0 ? -1 : ::recv(socket, chunk, sizeof chunk, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return Status::system("the connection was closed before an answer");
    const auto* end = static_cast<const char*>(std::memchr(chunk, '\n', static_cast<size_t>(got)));
    if (end != nullptr) {
      line.append(chunk, static_cast<std::size_t>(end - chunk));
      rest.assign(end + 1, static_cast<std::size_t>(chunk + got - end - 1));
      return line;
    }
    line.append(chunk, static_cast<std::size_t>(got));
    if (line.size() > bytes_max) return Status::system("a control request is too long");
  }
}

}  // namespace

Result<std::unique_ptr<Control>> Control::start(const std::string& runtime_dir, Handler handler) {
  const std::string path = std::string(runtime_dir).append("/").append(control_socket_name);
  BLINK_ASSIGN(const sockaddr_un address, address_of(path));
  BLINK_ASSIGN(UniqueFd fd, new_socket(limits::control_ms_max));
  ::unlink(path.c_str());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), 16) != 0)
    return Status::system("cannot listen at " + path, errno);
  BLINK_ASSIGN(vso::local::Doorbell stop, vso::local::Doorbell::create());
  return std::unique_ptr<Control>(
      new Control(std::move(fd), path, std::move(stop), std::move(handler)));
}

Control::Control(UniqueFd listener, std::string path, vso::local::Doorbell stop, Handler handler)
    : listener_(std::move(listener)),
      path_(std::move(path)),
      stop_(std::move(stop)),
      handler_(std::move(handler)),
      thread_([this] { run(); }) {}

Control::~Control() {
  stop_.ring();
  thread_.join();
  ::unlink(path_.c_str());
}

void Control::run() {
  for (;;) {
    pollfd fds[] = {{stop_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    ::poll(fds, 2, -1);
    if (fds[0].revents != 0) return;
    if (fds[1].revents == 0) continue;
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket.is_open()) {
      ::poll(fds, 1, 100);  // out of descriptors, perhaps: not at full speed
      continue;
    }
    const vso::local::Peer peer = vso::local::peer_of(socket.get());
    if (peer.uid != ::geteuid() && peer.uid != 0) {
      const vso::local::Impatience impatience;  // whatever a stranger has sent, it goes
      socket.reset();
      continue;
    }
    const timeval timeout{limits::control_ms_max / 1000, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    serve(socket.get());
  }
}

void Control::serve(int socket) {
  std::string rest;
  auto line = receive_line(socket, limits::control_request_bytes_max, limits::control_ms_max, rest);
  if (!line.is_ok()) return;
  const json request = json::parse(line.value(), nullptr, false);
  Result<ControlAnswer> answer = Status::system("a request is {\"command\": NAME}");
  if (request.is_object() && request.contains("command") && request["command"].is_string())
    answer = handler_(request["command"].get<std::string>());
  json head = {{"ok", answer.is_ok()}};
  if (answer.is_ok()) {
    if (!answer->json.empty()) head["answer"] = json::parse(answer->json, nullptr, false);
    head["bytes"] = answer->payload.size();
  } else {
    head["error"] = answer.status().text();
  }
  const std::string text = head.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  Status sent = send_all(socket, std::as_bytes(std::span(text)));
  if (sent.is_ok() && answer.is_ok()) sent = send_all(socket, answer->payload);
}

Result<ControlAnswer> ask_server(const std::string& runtime_dir, const std::string& command) {
  const std::string path = std::string(runtime_dir).append("/").append(control_socket_name);
  BLINK_ASSIGN(const sockaddr_un address, address_of(path));
  BLINK_ASSIGN(UniqueFd socket, new_socket(limits::client_answer_ms_max));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != ENOENT && errno != ECONNREFUSED)
      return Status::system("cannot reach the server in " + runtime_dir, errno);
    return Status::system("no Blink server is running in " + runtime_dir +
                          "; start one with `blink up`");
  }
  const std::string request = json({{"command", command}}).dump() + "\n";
  BLINK_TRY(send_all(socket.get(), std::as_bytes(std::span(request))));
  std::string rest;
  auto line = receive_line(socket.get(), line_bytes_max, limits::client_answer_ms_max, rest);
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
    const ssize_t got = ::recv(socket.get(), answer.payload.data() + at, bytes - at, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Status::system("the server's answer was cut short");
    at += static_cast<std::size_t>(got);
  }
  return answer;
}

}  // namespace blink::server
