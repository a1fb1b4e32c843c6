// Wayland's first two requests (the "Wire Format" chapter of its protocol): get_registry, which
// makes the compositor name all that it offers, and sync, whose answer says that this was all.

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "cli/doctor/display_hello.h"
#include "common/byte_reader.h"

namespace blink::doctor {
namespace {

// Objects: the display is always 1; the others are ours to number.
enum : std::uint32_t { display_object = 1, registry_object = 2, callback_object = 3 };
// Requests of wl_display, and the events that matter.
enum : std::uint32_t { request_sync = 0, request_get_registry = 1 };
enum : std::uint32_t { event_global = 0, event_display_error = 0 };

constexpr std::size_t message_bytes_max = 4096;
constexpr int messages_max = 1000;

void add_request(std::string& out, std::uint32_t opcode, std::uint32_t new_object) {
  constexpr std::uint32_t bytes = 12;
  const std::uint32_t words[3] = {display_object, bytes << 16 | opcode, new_object};
  out.append(reinterpret_cast<const char*>(words), sizeof words);
}

// A string's length counts its zero; its bytes are padded to whole words.
std::string read_string(ByteReader& reader) {
  const std::uint32_t length = reader.read<std::uint32_t>();
  const auto bytes = reader.take((std::size_t{length} + 3) / 4 * 4);
  if (bytes.empty()) return {};
  return std::string(reinterpret_cast<const char*>(bytes.data()), length - 1);
}

struct Message {
  std::uint32_t object = 0;
  std::uint32_t opcode = 0;
  std::string body;
};

Result<Message> read_message(int socket) {
  BLINK_ASSIGN(const std::string head, read_exactly(socket, 8));
  ByteReader reader(std::as_bytes(std::span(head)));
  Message message;
  message.object = reader.read<std::uint32_t>();
  const std::uint32_t second = reader.read<std::uint32_t>();
  message.opcode = second & 0xFFFF;
  const std::size_t bytes = second >> 16;
  if (bytes < head.size() || bytes > message_bytes_max)
    return Status::system("the server does not speak Wayland");
  BLINK_ASSIGN(message.body, read_exactly(socket, bytes - head.size()));
  return message;
}

}  // namespace

bool WaylandServer::offers(std::string_view interface) const {
  return std::any_of(globals.begin(), globals.end(), [interface](const std::string& global) {
    return global.starts_with(std::string(interface) + " ");
  });
}

Result<WaylandServer> greet_wayland(std::string_view display, std::string_view runtime_folder) {
  WaylandServer server;
  server.path = display;
  if (!display.starts_with('/')) {
    if (runtime_folder.empty()) return Status::system("XDG_RUNTIME_DIR is not set");
    server.path = std::string(runtime_folder) + "/" + std::string(display);
  }
  BLINK_ASSIGN(const UniqueFd socket, connect_unix(server.path));
  std::string requests;
  add_request(requests, request_get_registry, registry_object);
  add_request(requests, request_sync, callback_object);
  BLINK_TRY(write_all(socket.get(), requests));
  for (int i = 0; i < messages_max; ++i) {
    BLINK_ASSIGN(const Message message, read_message(socket.get()));
    if (message.object == callback_object) return server;
    if (message.object == display_object && message.opcode == event_display_error)
      return Status::system("the compositor refused us");
    if (message.object != registry_object || message.opcode != event_global) continue;
    ByteReader reader(std::as_bytes(std::span(message.body)));
    reader.read<std::uint32_t>();  // the global's number
    const std::string interface = read_string(reader);
    const std::uint32_t version = reader.read<std::uint32_t>();
    if (reader.is_good()) server.globals.push_back(interface + " " + std::to_string(version));
  }
  return Status::system("the compositor does not come to an end");
}

}  // namespace blink::doctor
