#include "client-icd/connection.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/runtime_dir.h"

namespace blink::icd {
namespace {

constexpr std::uint32_t objects_max = 4096;
constexpr std::chrono::seconds answer_time{30};
constexpr std::uint64_t region_bytes = 1ull << 30;  // memory only where it is used

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
  BLINK_ASSIGN(connection->array_, connection->client_->add_array(objects_max));
  return connection;
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
}

bool Connection::publish_and_wait(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t version = array_->end_update(object);
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

void Connection::listen() {
  for (;;) {
    auto event = client_->next_event();
    if (!event.is_ok() || !event.value()) return;
    if (event.value()->type == BLINK_EVENT_OBJECT_REFUSED)
      refused_[event.value()->object] = event.value()->code;
  }
}

void Connection::set_params(std::uint32_t object, const vso::ClientArray::Params& params) {
  const std::lock_guard lock(mutex_);
  array_->begin_update(object);
  array_->set_params(object, params);
  array_->end_update(object);
}

void Connection::retire(std::uint32_t object) {
  const std::lock_guard lock(mutex_);
  array_->retire(object);
}

bool Connection::eval(std::uint32_t stream, std::uint32_t begin, std::uint32_t bytes) {
  return client_->eval(*array_, stream, begin, bytes).is_ok();
}

}  // namespace blink::icd
