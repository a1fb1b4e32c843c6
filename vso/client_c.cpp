// The C API over Client and ClientArray: handles are the objects themselves.

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "common/runtime_dir.h"
#include "vso/blink_client.h"
#include "vso/client.h"
#include "vso/client_array.h"

namespace {

using blink::Status;
using blink::vso::Client;
using blink::vso::ClientArray;
using blink::vso::ClientEvent;

thread_local std::string last_error;

int report(const Status& status) {
  if (status.is_ok()) return 0;
  last_error = status.text();
  return -1;
}

Client* client_of(blink_client* handle) { return reinterpret_cast<Client*>(handle); }
ClientArray* array_of(blink_array* handle) { return reinterpret_cast<ClientArray*>(handle); }

int no_such_object() { return report(Status::system("the array has no such object")); }
bool knows(blink_array* array, uint32_t object) {
  return array_of(array)->is_live(object) || no_such_object() == 0;
}

Client::Clock::time_point deadline_of(int timeout_ms) {
  return Client::Clock::now() + std::chrono::milliseconds(std::max(timeout_ms, 0));
}

}  // namespace

extern "C" {

const char* blink_error(void) { return last_error.c_str(); }

blink_client* blink_connect(const char* socket_path, const char* name, uint64_t region_bytes) {
  blink::vso::ClientOptions options;
  options.socket_path =
      socket_path != nullptr
          ? socket_path
          : blink::default_runtime_dir().append("/").append(blink::client_socket_name);
  if (name != nullptr) options.name = name;
  if (region_bytes != 0) options.region_bytes = region_bytes;
  auto client = Client::connect(std::move(options));
  if (!client.is_ok()) {
    report(client.status());
    return nullptr;
  }
  return reinterpret_cast<blink_client*>(client.take().release());
}

void blink_close(blink_client* client) { delete client_of(client); }
int blink_ping(blink_client* client) { return report(client_of(client)->ping()); }
int blink_bye(blink_client* client) { return report(client_of(client)->bye()); }
void blink_release(blink_client* client) { client_of(client)->release(); }
int blink_reconnect(blink_client* client, int timeout_ms) {
  return report(client_of(client)->reconnect(deadline_of(timeout_ms)));
}

int blink_ended(blink_client* client) {
  const auto why = client_of(client)->ended();
  if (!why) return 0;
  report(*why);
  return why->is_system() ? 2 : 1;
}

int blink_next_event(blink_client* client, blink_client_event* event, int timeout_ms) {
  if (timeout_ms > 0) client_of(client)->wait_for_event(deadline_of(timeout_ms));
  auto taken = client_of(client)->next_event();
  if (!taken.is_ok()) return report(taken.status());
  if (!taken.value()) return 0;
  const ClientEvent& from = *taken.value();
  *event = {.type = from.type,
            .array = from.array,
            .object = from.object,
            .code = from.code,
            .version = from.version,
            .text = {},
            .time_us = from.time_us,
            .kind = from.kind,
            .value = from.value,
            .modifiers = from.modifiers,
            .number = {from.number[0], from.number[1]}};
  std::memcpy(event->text, from.text.data(), std::min(from.text.size(), sizeof event->text - 1));
  return 1;
}

blink_array* blink_array_add(blink_client* client, uint32_t capacity) {
  auto array = client_of(client)->add_array(capacity);
  if (!array.is_ok()) {
    report(array.status());
    return nullptr;
  }
  return reinterpret_cast<blink_array*>(array.take());
}

int blink_array_remove(blink_client* client, blink_array* array) {
  return report(client_of(client)->remove_array(array_of(array)));
}

uint32_t blink_object_create(blink_array* array, uint16_t type, uint64_t bytes,
                             const uint32_t param[8]) {
  ClientArray::Params params{};
  if (param != nullptr) std::copy_n(param, params.size(), params.begin());
  auto object = array_of(array)->create(type, bytes, params);
  if (!object.is_ok()) {
    report(object.status());
    return 0;
  }
  return object.take();
}

void* blink_object_content(blink_array* array, uint32_t object) {
  return knows(array, object) ? array_of(array)->content(object).data() : nullptr;
}

int blink_object_begin(blink_array* array, uint32_t object) {
  if (!knows(array, object)) return -1;
  array_of(array)->begin_update(object);
  return 0;
}

int blink_object_set_param(blink_array* array, uint32_t object, const uint32_t param[8]) {
  if (!knows(array, object)) return -1;
  ClientArray::Params params;
  std::copy_n(param, params.size(), params.begin());
  array_of(array)->set_params(object, params);
  return 0;
}

uint64_t blink_object_end(blink_array* array, uint32_t object, uint64_t changed_begin,
                          uint64_t changed_end) {
  if (!knows(array, object)) return 0;
  if (changed_begin == 0 && changed_end == 0) return array_of(array)->end_update(object);
  return array_of(array)->end_update(object, ClientArray::Range{changed_begin, changed_end});
}

uint64_t blink_object_retire(blink_array* array, uint32_t object) {
  return knows(array, object) ? array_of(array)->retire(object) : 0;
}

int blink_object_wait(blink_array* array, uint32_t object, uint64_t version, int timeout_ms) {
  if (BLINK_OBJECT_SLOT(object) >= array_of(array)->capacity()) return no_such_object();
  return report(array_of(array)->wait_for_fence(object, version, deadline_of(timeout_ms)));
}

int blink_window_update(blink_client* client, blink_array* array, uint32_t window) {
  return report(client_of(client)->update(*array_of(array), window));
}

}  // extern "C"
