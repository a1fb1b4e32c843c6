// What the demos have in common: a client with one window, until somebody closes it.
//
//   Client client("clock", argc, argv);
//   client.open("Clock", 300, 300);
//   client.give(init());
//   client.give(redraw());
//   return client.run();
//
// demos/tiny does the same with nothing but the C interface. Whatever goes wrong ends the program
// with one line that says so.

#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jit/builder/procedure_builder.h"
#include "vso/blink_client.h"

namespace blink::demos {

class Client {
 public:
  // The first argument, if there is one, is the server's socket. `more`: what may follow it.
  Client(const std::string& name, int argc, char** argv, const char* more = "")
      : Client(name, socket_of(name, argc, argv, more)) {}
  // No socket: the user's server. `region_bytes`: room for all objects; 0: as much as most need.
  Client(std::string name, const char* socket, std::uint64_t region_bytes = 0)
      : name_("demo-" + name) {
    client_ = blink_connect(socket, name.c_str(), region_bytes);
    if (client_ == nullptr) fail();
    array_ = blink_array_add(client_, 16);
    if (array_ == nullptr) fail();
  }
  ~Client() { blink_close(client_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void open(std::string_view title, std::uint32_t width, std::uint32_t height) {
    window_ = put(BLINK_OBJECT_WINDOW, std::as_bytes(std::span(title)), {width, height});
  }
  // One for each callback; another for the same callback takes its place.
  void give(const std::vector<jit::Word>& procedure) {
    put(BLINK_OBJECT_PROCEDURE, std::as_bytes(std::span(procedure)), {window_});
  }
  // What procedures fetch from this object's id: pixels, shaders.
  std::uint32_t give_data(std::span<const std::byte> bytes) {
    return put(BLINK_OBJECT_DATA, bytes, {});
  }
  // A picture for procedures, which name it by this number. It is painted where it lies, version
  // by version.
  std::uint32_t add_picture(std::uint32_t width, std::uint32_t height, std::uint32_t row_bytes,
                            std::uint64_t bytes) {
    const std::uint32_t parameters[8] = {width, height, BLINK_FORMAT_BGRX8, row_bytes,
                                         BLINK_PICTURE_IN_PROCEDURES};
    const std::uint32_t picture =
        blink_object_create(array_, BLINK_OBJECT_PICTURE, bytes, parameters);
    if (picture == 0) fail();
    pictures_[picture] = 0;
    return picture;
  }
  // Returns when the server has done with the version before: from then on the pages are ours.
  std::uint8_t* begin_picture(std::uint32_t picture) {
    if (const std::uint64_t version = pictures_.at(picture); version != 0) {
      while (blink_object_wait(array_, picture, version, 10'000) != 0)
        come_back();
      blink_object_begin(array_, picture);
    }
    return static_cast<std::uint8_t*>(blink_object_content(array_, picture));
  }
  void end_picture(std::uint32_t picture) {
    pictures_.at(picture) = blink_object_end(array_, picture, 0, 0);
  }
  // Runs the window's `update`, with all that was given before, and returns when it has drawn.
  void update() {
    while (blink_window_update(client_, array_, window_) != 0)
      come_back();
  }
  std::uint32_t window() const { return window_; }  // as a picture: what `update` drew

  // The numbers that procedures read with `param`: always as many. Returns when the server has
  // them.
  void set_params(std::span<const float> numbers) {
    if (params_ == 0) {
      params_ = put(BLINK_OBJECT_PARAMS, std::as_bytes(numbers), {window_});
      return;
    }
    blink_object_begin(array_, params_);
    std::memcpy(blink_object_content(array_, params_), numbers.data(), numbers.size_bytes());
    const std::uint64_t version = blink_object_end(array_, params_, 0, 0);
    // Where that fails, so does listen(), which says why.
    (void)blink_object_wait(array_, params_, version, 10'000);
  }

  using Listener = std::function<void(const blink_client_event&)>;
  // Hears events, for at most that long. False: the window was closed.
  bool listen(int timeout_ms, const Listener& hear = {}) {
    blink_client_event event;
    while (blink_next_event(client_, &event, timeout_ms) == 1) {
      timeout_ms = 0;
      if (event.type == BLINK_EVENT_CLOSE) return false;
      if (event.type == BLINK_EVENT_RELEASE) {
        let_go();
        break;
      }
      const bool is_refusal =
          event.type == BLINK_EVENT_OBJECT_REFUSED || event.type == BLINK_EVENT_PROCEDURE;
      if (is_refusal) std::fprintf(stderr, "%s: %s\n", name_.c_str(), event.text);
      if (hear) hear(event);
    }
    if (blink_ended(client_) != 0) come_back();
    return true;
  }
  // Until the user closes the window: then the program has done what it was for.
  int run(const Listener& hear = {}) {
    while (listen(60'000, hear)) {
    }
    return 0;
  }

 private:
  static const char* socket_of(const std::string& name, int argc, char** argv, const char* more) {
    if (argc < 2) return nullptr;
    if (std::string_view(argv[1]) != "--help" && std::string_view(argv[1]) != "-h") return argv[1];
    std::printf("usage: demo-%s [SOCKET%s]\n", name.c_str(), more);
    std::exit(0);
  }
  // A new object with this content, which the server may read from now on.
  std::uint32_t put(std::uint16_t type, std::span<const std::byte> content,
                    const std::uint32_t (&parameters)[8]) {
    const std::uint32_t object = blink_object_create(array_, type, content.size(), parameters);
    if (object == 0) fail();
    std::memcpy(blink_object_content(array_, object), content.data(), content.size());
    blink_object_end(array_, object, 0, 0);
    return object;
  }
  // Servers may die: there will be another one, and it shows what this one has shown.
  void come_back() const {
    constexpr int patience_ms = 60'000;
    if (blink_ended(client_) != 2 || blink_reconnect(client_, patience_ms) != 0) fail();
  }
  // The machine is frozen, for as long as it takes.
  void let_go() const {
    blink_release(client_);
    while (blink_reconnect(client_, 60'000) != 0)
      if (blink_ended(client_) != 2) fail();
  }
  [[noreturn]] void fail() const {
    std::fprintf(stderr, "%s: %s\n", name_.c_str(), blink_error());
    std::exit(1);
  }

  const std::string name_;
  blink_client* client_ = nullptr;
  blink_array* array_ = nullptr;
  std::uint32_t window_ = 0, params_ = 0;
  std::map<std::uint32_t, std::uint64_t> pictures_;  // the version that was given last
};

}  // namespace blink::demos
