#include "server/web/web_viewer.h"

#include <libwebsockets.h>
#include <strings.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "common/log.h"
#include "common/memory_left.h"
#include "server/input_json.h"
#include "server/web/admission.h"
#include "server/web/page.h"
#include "server/web/viewer.h"

namespace blink::server {
namespace {

using nlohmann::json;
using Clock = Viewer::Clock;

// Numbers that the page knows, from those that WebSocket leaves to applications.
enum class Goodbye : std::uint16_t { wrong_token = 4001, too_many = 4002, misbehaved = 4003 };

// The way of a frame from the thread that draws, which may outlive the service.
struct Mailbox {
  std::mutex mutex;
  lws_context* context = nullptr;  // null: nobody waits any more
  std::optional<ScreenFrame> frame;
  Cursor cursor = Cursor::arrow;

  void put(ScreenFrame newest) {
    const std::lock_guard lock(mutex);
    if (context == nullptr) return;
    frame = std::move(newest);
    ::lws_cancel_service(context);
  }
  void put(Cursor newest) {
    const std::lock_guard lock(mutex);
    cursor = newest;
    if (context != nullptr) ::lws_cancel_service(context);
  }
};

// As style sheets call them.
const char* css_name(Cursor cursor) {
  switch (cursor) {
    case Cursor::arrow: return "default";
    case Cursor::sideways: return "ew-resize";
    case Cursor::upright: return "ns-resize";
    case Cursor::falling: return "nwse-resize";
    case Cursor::rising: return "nesw-resize";
  }
  return "default";
}

// One WebSocket.
struct Connection {
  explicit Connection(lws* its_socket) : socket(its_socket) {}

  lws* const socket;
  std::optional<Viewer> viewer;    // from when the token was named
  std::string text;                // of the message that is coming in
  std::vector<std::byte> message;  // to go out, after LWS_PRE bytes that are free
  Cursor cursor = Cursor::arrow;   // that it shows
  Clock::time_point second_began;  // in which messages are counted
  std::uint32_t messages = 0;
};

// A header of the request; empty: it is missing, or too long to be ours.
std::string header_of(lws* socket, lws_token_indexes which) {
  std::array<char, 256> text{};
  const int length = ::lws_hdr_copy(socket, text.data(), text.size(), which);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : "";
}

void log_library(int, const char* line) {
  std::string_view text(line);
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  log_warning("web.library", {{"text", text}});
}

}  // namespace

class WebViewer::Service {
 public:
  Service(std::string token, WatchedScreen screen)
      : token_(std::move(token)), screen_(std::move(screen)) {}
  ~Service() {
    {
      const std::lock_guard lock(mailbox_->mutex);
      mailbox_->context = nullptr;
    }
    is_stopping_ = true;
    if (thread_.joinable()) {
      ::lws_cancel_service(context_);
      thread_.join();
    }
    if (context_ != nullptr) ::lws_context_destroy(context_);
  }

  Status listen(std::uint16_t port);
  void start() {
    thread_ = std::thread([this] {
      while (!is_stopping_ && ::lws_service(context_, 0) >= 0) {
      }
    });
  }
  void show(Cursor cursor) { mailbox_->put(cursor); }
  std::uint16_t port() const { return port_; }
  const std::string& token() const { return token_; }

 private:
  static int callback(lws* socket, lws_callback_reasons reason, void* user, void* in,
                      std::size_t length);
  int handle(lws* socket, lws_callback_reasons reason, Connection* connection, void* in,
             std::size_t length);
  int serve_page(lws* socket, std::string_view path);
  int write_page(lws* socket);
  int receive(Connection& connection, std::string_view part);
  int take_message(Connection& connection);
  int admit(Connection& connection);
  void take_input(const std::string& text);
  bool make_room();
  int greet(lws* socket);
  int time_is_up(lws* socket, Connection* connection);
  int end(Connection& connection, Goodbye why);
  void leave(Connection& connection);
  int write(Connection& connection);
  int write(Connection& connection, std::vector<std::byte> message, lws_write_protocol kind);
  void show_cursor();
  void show_frame();
  void send(Connection& connection, std::vector<std::byte> message);
  void sharpen(Connection& connection);
  // What is to be done for a viewer that is ready.
  void ask_for_frame();
  void wait_for_rest(Connection& connection);

  const std::string token_;
  const WatchedScreen screen_;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  lws_context* context_ = nullptr;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_stopping_{false};

  // The thread's own.
  std::uint32_t sockets_ = 0;
  std::vector<lws*> strangers_;               // have not named the token; the oldest first
  std::vector<Connection*> viewers_;          // those that did
  Cursor cursor_ = Cursor::arrow;             // that they are to show
  std::optional<std::uint64_t> asked_after_;  // a frame later than that has been asked for

  std::thread thread_;
};

Status WebViewer::Service::listen(std::uint16_t port) {
  ::lws_set_log_level(LLL_ERR, log_library);
  static constexpr lws_protocols protocols[] = {
      {"blink-screen", callback, sizeof(Connection*), 4096, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
  // A browser that is gone without a word is noticed by pings.
  static constexpr lws_retry_bo_t idle = {nullptr, 0, 0, 30, 60, 0};
  lws_context_creation_info info{};
  info.port = port;
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  info.user = this;
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
                 LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DISABLE_IPV6 |
                 LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES;
  info.fd_limit_per_thread = limits::web_connections_max + 16;
  info.timeout_secs = limits::web_token_ms_max / 1000;
  info.retry_and_idle_policy = &idle;
  info.server_string = "blink";
  context_ = ::lws_create_context(&info);
  if (context_ == nullptr) return Status::system("the viewer for browsers cannot start");
  lws_vhost* host = ::lws_create_vhost(context_, &info);
  if (host == nullptr)
    return Status::system("cannot listen on port " + std::to_string(port) + " of 127.0.0.1");
  port_ = static_cast<std::uint16_t>(::lws_get_vhost_listen_port(host));
  mailbox_->context = context_;
  return {};
}

int WebViewer::Service::callback(lws* socket, lws_callback_reasons reason, void* user, void* in,
                                 std::size_t length) {
  auto* self = static_cast<Service*>(::lws_context_user(::lws_get_context(socket)));
  int verdict = -1;
  // SAFETY: `user` is the room for a pointer that libwebsockets keeps for each connection and
  // clears before its first callback; those before it has one are not asked for it in handle().
  auto* connection = user != nullptr ? *static_cast<Connection**>(user) : nullptr;
  if (reason == LWS_CALLBACK_ESTABLISHED) {
    if (!with_memory([&] {
          connection = new Connection(socket);
          *static_cast<Connection**>(user) = connection;
        }))
      return -1;
  }
  if (reason == LWS_CALLBACK_CLOSED && connection != nullptr) {
    self->leave(*connection);
    delete connection;
    *static_cast<Connection**>(user) = nullptr;
    return 0;
  }
  const bool had_memory =
      with_memory([&] { verdict = self->handle(socket, reason, connection, in, length); });
  return had_memory ? verdict : -1;
}

int WebViewer::Service::handle(lws* socket, lws_callback_reasons reason, Connection* connection,
                               void* in, std::size_t length) {
  switch (reason) {
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
      return sockets_ < limits::web_connections_max || make_room() ? 0 : -1;
    case LWS_CALLBACK_WSI_CREATE: return greet(socket);
    case LWS_CALLBACK_WSI_DESTROY:
      --sockets_;
      std::erase(strangers_, socket);
      return 0;
    // The library would speak HTTP/2 too, of which nothing here knows.
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return ::strcasecmp(static_cast<const char*>(in), "websocket") == 0 ? 0 : -1;
    case LWS_CALLBACK_HTTP: return serve_page(socket, {static_cast<const char*>(in), length});
    case LWS_CALLBACK_HTTP_WRITEABLE: return write_page(socket);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
      return is_own_host(header_of(socket, WSI_TOKEN_HOST), port_) &&
                     is_own_origin(header_of(socket, WSI_TOKEN_ORIGIN), port_)
                 ? 0
                 : -1;
    case LWS_CALLBACK_ESTABLISHED: return 0;
    case LWS_CALLBACK_TIMER:
      if (connection == nullptr || !connection->viewer) return time_is_up(socket, connection);
      sharpen(*connection);
      return 0;
    case LWS_CALLBACK_RECEIVE: return receive(*connection, {static_cast<const char*>(in), length});
    case LWS_CALLBACK_SERVER_WRITEABLE: return write(*connection);
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
      show_cursor();
      show_frame();
      return 0;
    default: return ::lws_callback_http_dummy(socket, reason, nullptr, in, length);
  }
}

// From here on it has so long to name the token, however much it sends. The library's own patience
// begins anew with every step.
int WebViewer::Service::greet(lws* socket) {
  ++sockets_;
  ::lws_set_timer_usecs(socket, limits::web_token_ms_max * LWS_US_PER_MS);
  strangers_.push_back(socket);
  return 0;
}

// Anybody on this host can connect, and keep silent. So whoever has been here longest without
// naming the token has no more time, unless it does so at once: a browser needs few milliseconds.
bool WebViewer::Service::make_room() {
  if (strangers_.empty()) return false;
  ::lws_set_timer_usecs(strangers_.front(), 1);
  strangers_.erase(strangers_.begin());
  return true;
}

// Who has a page open is told so. The others, and whoever is in the way, are not waited for: in
// good order a connection may take as long again to end.
int WebViewer::Service::time_is_up(lws* socket, Connection* connection) {
  const bool is_in_the_way = std::ranges::find(strangers_, socket) == strangers_.end();
  if (connection != nullptr && !is_in_the_way) return end(*connection, Goodbye::wrong_token);
  ::lws_set_timeout(socket, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  return 0;
}

int WebViewer::Service::serve_page(lws* socket, std::string_view path) {
  const bool is_get = ::lws_hdr_total_length(socket, WSI_TOKEN_GET_URI) > 0;
  unsigned status = HTTP_STATUS_OK;
  if (!is_own_host(header_of(socket, WSI_TOKEN_HOST), port_))
    status = HTTP_STATUS_FORBIDDEN;
  else if (!is_get)
    status = HTTP_STATUS_METHOD_NOT_ALLOWED;
  else if (path != "/")
    status = HTTP_STATUS_NOT_FOUND;
  if (status != HTTP_STATUS_OK) {
    ::lws_return_http_status(socket, status, nullptr);
    return -1;
  }
  const std::pair<const char*, std::string_view> headers[] = {
      {"content-security-policy:", page_policy},
      {"x-frame-options:", "DENY"},
      {"x-content-type-options:", "nosniff"},
      {"referrer-policy:", "no-referrer"},
      {"cache-control:", "no-store"},
      {"cross-origin-opener-policy:", "same-origin"},
      {"cross-origin-resource-policy:", "same-origin"}};
  std::array<unsigned char, LWS_PRE + 2048> room{};
  unsigned char* const start = room.data() + LWS_PRE;
  unsigned char* at = start;
  unsigned char* const end = room.data() + room.size();
  if (::lws_add_http_common_headers(socket, status, "text/html; charset=utf-8", page_text.size(),
                                    &at, end) != 0)
    return -1;
  for (const auto& [name, value] : headers)
    if (::lws_add_http_header_by_name(socket, reinterpret_cast<const unsigned char*>(name),
                                      reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), &at, end) != 0)
      return -1;
  if (::lws_finalize_write_http_header(socket, start, &at, end) != 0) return -1;
  ::lws_callback_on_writable(socket);
  return 0;
}

int WebViewer::Service::write_page(lws* socket) {
  std::vector<unsigned char> bytes(LWS_PRE + page_text.size());
  std::memcpy(bytes.data() + LWS_PRE, page_text.data(), page_text.size());
  if (::lws_write(socket, bytes.data() + LWS_PRE, page_text.size(), LWS_WRITE_HTTP_FINAL) < 0)
    return -1;
  return ::lws_http_transaction_completed(socket) != 0 ? -1 : 0;
}

int WebViewer::Service::receive(Connection& connection, std::string_view part) {
  if (::lws_frame_is_binary(connection.socket) != 0 ||
      connection.text.size() + part.size() > limits::web_message_bytes_max)
    return end(connection, Goodbye::misbehaved);
  connection.text += part;
  if (::lws_is_final_fragment(connection.socket) == 0 ||
      ::lws_remaining_packet_payload(connection.socket) != 0)
    return 0;
  const int verdict = take_message(connection);
  connection.text.clear();
  return verdict;
}

int WebViewer::Service::take_message(Connection& connection) {
  if (!connection.viewer) return admit(connection);
  const auto now = Clock::now();
  if (now - connection.second_began >= std::chrono::seconds(1)) {
    connection.second_began = now;
    connection.messages = 0;
  }
  if (++connection.messages > limits::web_messages_per_s_max)
    return end(connection, Goodbye::misbehaved);
  if (connection.text.starts_with('[')) {
    take_input(connection.text);
    return 0;
  }
  const json said = json::parse(connection.text, nullptr, false);
  const auto shown = said.is_object() ? said.find("shown") : said.end();
  if (shown == said.end() || !shown->is_number_unsigned())
    return end(connection, Goodbye::misbehaved);
  connection.viewer->has_shown(shown->get<std::uint32_t>());
  ask_for_frame();
  wait_for_rest(connection);
  return 0;
}

// The first message of all is the token.
int WebViewer::Service::admit(Connection& connection) {
  if (!is_token(connection.text, token_)) {
    log_warning("web.wrong_token");
    return end(connection, Goodbye::wrong_token);
  }
  if (viewers_.size() >= limits::web_viewers_max) return end(connection, Goodbye::too_many);
  ::lws_set_timer_usecs(connection.socket, LWS_SET_TIMER_USEC_CANCEL);
  std::erase(strangers_, connection.socket);
  viewers_.push_back(&connection);
  connection.viewer.emplace();
  if (connection.cursor != cursor_) ::lws_callback_on_writable(connection.socket);
  log_info("web.viewer", {{"viewers", viewers_.size()}});
  ask_for_frame();
  return 0;
}

// What it does not understand is left out: the screen is none the worse.
void WebViewer::Service::take_input(const std::string& text) {
  auto events = input_events(text);
  if (!events.is_ok()) {
    log_warning("web.input", {{"error", events.status().text()}});
    return;
  }
  for (const InputEvent& event : events.value())
    screen_.input(event);
}

// From here on it does not count, however long it takes to hang up.
int WebViewer::Service::end(Connection& connection, Goodbye why) {
  leave(connection);
  ::lws_close_reason(connection.socket, static_cast<lws_close_status>(why), nullptr, 0);
  return -1;
}

// Nothing stays pressed that the user cannot release any more.
void WebViewer::Service::leave(Connection& connection) {
  if (!connection.viewer) return;
  std::erase(viewers_, &connection);
  connection.viewer.reset();
  screen_.input({.kind = InputEvent::Kind::leave});
  log_info("web.viewer_left", {{"viewers", viewers_.size()}});
}

// The pointer first: it is little, and the hand waits for it.
int WebViewer::Service::write(Connection& connection) {
  if (connection.viewer && std::exchange(connection.cursor, cursor_) != cursor_) {
    std::vector<std::byte> message(LWS_PRE);
    const std::string text = json({{"cursor", css_name(cursor_)}}).dump();
    std::ranges::copy(std::as_bytes(std::span(text)), std::back_inserter(message));
    if (!connection.message.empty()) ::lws_callback_on_writable(connection.socket);
    return write(connection, std::move(message), LWS_WRITE_TEXT);
  }
  if (connection.message.empty()) return 0;
  return write(connection, std::exchange(connection.message, {}), LWS_WRITE_BINARY);
}

// With the room before it.
int WebViewer::Service::write(Connection& connection, std::vector<std::byte> message,
                              lws_write_protocol kind) {
  auto* start = reinterpret_cast<unsigned char*>(message.data()) + LWS_PRE;
  return ::lws_write(connection.socket, start, message.size() - LWS_PRE, kind) < 0 ? -1 : 0;
}

void WebViewer::Service::show_cursor() {
  {
    const std::lock_guard lock(mailbox_->mutex);
    cursor_ = mailbox_->cursor;
  }
  for (Connection* connection : viewers_)
    if (connection->cursor != cursor_) ::lws_callback_on_writable(connection->socket);
}

void WebViewer::Service::show_frame() {
  std::optional<ScreenFrame> frame;
  {
    const std::lock_guard lock(mailbox_->mutex);
    frame.swap(mailbox_->frame);
  }
  if (!frame) return;
  asked_after_.reset();
  for (Connection* connection : viewers_)
    if (connection->viewer->is_ready() && connection->viewer->frame_seen() < frame->number)
      send(*connection, connection->viewer->show(*frame, LWS_PRE, Clock::now()));
  ask_for_frame();
}

void WebViewer::Service::send(Connection& connection, std::vector<std::byte> message) {
  if (message.empty()) return;
  connection.message = std::move(message);
  ::lws_callback_on_writable(connection.socket);
}

void WebViewer::Service::sharpen(Connection& connection) {
  if (connection.viewer->is_ready())
    send(connection, connection.viewer->sharpen(LWS_PRE, Clock::now()));
  wait_for_rest(connection);
}

// The one who is furthest behind says from where on.
void WebViewer::Service::ask_for_frame() {
  std::optional<std::uint64_t> after;
  for (const Connection* connection : viewers_)
    if (connection->viewer->is_ready())
      after = std::min(after.value_or(~0ull), connection->viewer->frame_seen());
  if (!after || (asked_after_ && *asked_after_ <= *after)) return;
  asked_after_ = after;
  screen_.watch(*after,
                [mailbox = mailbox_](ScreenFrame frame) { mailbox->put(std::move(frame)); });
}

void WebViewer::Service::wait_for_rest(Connection& connection) {
  if (!connection.viewer->is_ready()) return;
  const auto at = connection.viewer->next_sharpening();
  if (!at) return;
  const auto left = std::chrono::ceil<std::chrono::microseconds>(*at - Clock::now());
  ::lws_set_timer_usecs(connection.socket, std::max<lws_usec_t>(left.count(), LWS_US_PER_MS));
}

Result<std::unique_ptr<WebViewer>> WebViewer::start(std::uint16_t port, const std::string& token,
                                                    WatchedScreen screen) {
  auto service = std::make_unique<Service>(token, std::move(screen));
  BLINK_TRY(service->listen(port));
  service->start();
  return std::unique_ptr<WebViewer>(new WebViewer(std::move(service)));
}

WebViewer::WebViewer(std::unique_ptr<Service> service) : service_(std::move(service)) {}
WebViewer::~WebViewer() = default;

void WebViewer::show(Cursor cursor) { service_->show(cursor); }
std::uint16_t WebViewer::port() const { return service_->port(); }

std::string WebViewer::address() const {
  return "http://127.0.0.1:" + std::to_string(port()) + "/#" + service_->token();
}

}  // namespace blink::server
