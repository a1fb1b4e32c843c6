// The connection setup of the X11 protocol ("X Window System Protocol", chapter 8).

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "cli/doctor/display_hello.h"
#include "common/byte_reader.h"

namespace blink::doctor {
namespace {

constexpr std::string_view cookie_name = "MIT-MAGIC-COOKIE-1";
constexpr int port_of_display_0 = 6000;
constexpr std::uint16_t family_local = 256;
constexpr std::uint16_t family_wild = 65535;

// ---- Whom to talk to ----

Result<UniqueFd> connect_tcp(const X11Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(port_of_display_0 + address.number);
  if (const int error = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found))
    return Status::system(address.host + ": " + ::gai_strerror(error));
  UniqueFd socket;
  int error = 0;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    socket.reset(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) break;
    error = errno;
    socket.reset();
  }
  ::freeaddrinfo(found);
  if (!socket.is_open()) return Status::system(address.host + " port " + port, error);
  return socket;
}

Result<UniqueFd> connect_x11(const X11Address& address) {
  if (!address.host.empty()) return connect_tcp(address);
  const std::string path = "/tmp/.X11-unix/X" + std::to_string(address.number);
  Result<UniqueFd> abstract = connect_unix(path, /*is_abstract=*/true);
  return abstract.is_ok() ? std::move(abstract) : connect_unix(path);
}

// ---- Who we are ----

std::string this_host() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::string read_cookie(int number) {
  const char* const named = std::getenv("XAUTHORITY");
  const char* const home = std::getenv("HOME");
  std::ifstream file(named ? named : std::string(home ? home : "") + "/.Xauthority",
                     std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return find_x11_cookie(bytes.str(), this_host(), number);
}

std::string padded(std::string_view text) {
  return std::string(text) + std::string((4 - text.size() % 4) % 4, '\0');
}

// All numbers are in our own byte order, which its first byte names.
std::string setup_request(const std::string& cookie) {
  const std::string_view name = cookie.empty() ? std::string_view() : cookie_name;
  constexpr std::uint16_t one = 1;
  const bool is_little = *reinterpret_cast<const unsigned char*>(&one) == 1;
  std::string request(12, '\0');
  request[0] = is_little ? 'l' : 'B';
  const auto put = [&request](std::size_t at, std::size_t value) {
    const auto number = static_cast<std::uint16_t>(value);
    std::memcpy(request.data() + at, &number, sizeof number);
  };
  put(2, 11);  // the protocol's version, 11.0
  put(6, name.size());
  put(8, cookie.size());
  return request + padded(name) + padded(cookie);
}

// ---- What the server says ----

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  std::uint16_t number = 0;
  if (at + sizeof number <= bytes.size()) std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

X11Server read_setup(std::string_view body) {
  X11Server server;
  const std::size_t vendor_bytes = number_at(body, 16);
  const std::size_t formats = body.size() > 21 ? static_cast<unsigned char>(body[21]) : 0;
  constexpr std::size_t vendor_at = 32;
  if (vendor_at + vendor_bytes <= body.size()) server.vendor = body.substr(vendor_at, vendor_bytes);
  const std::size_t screen_at = vendor_at + (vendor_bytes + 3) / 4 * 4 + formats * 8;
  if (screen_at + 40 > body.size()) return server;
  server.screen = std::to_string(number_at(body, screen_at + 20)) + "x" +
                  std::to_string(number_at(body, screen_at + 22)) + ", " +
                  std::to_string(static_cast<unsigned char>(body[screen_at + 38])) + " bits";
  return server;
}

// The fields of an Xauthority entry are big-endian counts, each before its bytes.
std::uint16_t read_big(ByteReader& reader) {
  const auto bytes = reader.take(2);
  if (bytes.empty()) return 0;
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) << 8 |
                                    std::to_integer<unsigned>(bytes[1]));
}

std::string_view read_counted(ByteReader& reader) {
  const auto bytes = reader.take(read_big(reader));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<X11Address> parse_x11_address(std::string_view display) {
  X11Address address;
  const std::size_t colon = display.rfind(':');
  if (colon == std::string_view::npos) return Status::system("DISPLAY has no colon");
  address.host = display.substr(0, colon);
  if (address.host == "unix") address.host.clear();
  const std::string_view rest = display.substr(colon + 1);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), address.number);
  const bool ends_well = end == rest.data() + rest.size() || *end == '.';
  if (error != std::errc() || !ends_well || address.number < 0 || address.number > 59'535)
    return Status::system("DISPLAY names no display number");
  return address;
}

std::string find_x11_cookie(std::string_view file, std::string_view host, int number) {
  ByteReader reader(std::as_bytes(std::span(file)));
  const std::string wanted = std::to_string(number);
  while (reader.remaining() > 0) {
    const std::uint16_t family = read_big(reader);
    const std::string_view address = read_counted(reader);
    const std::string_view display = read_counted(reader);
    const std::string_view name = read_counted(reader);
    const std::string_view cookie = read_counted(reader);
    if (!reader.is_good()) break;
    const bool is_here = family == family_wild || (family == family_local && address == host);
    if (is_here && (display.empty() || display == wanted) && name == cookie_name)
      return std::string(cookie);
  }
  return {};
}

Result<X11Server> greet_x11(const X11Address& address) {
  BLINK_ASSIGN(const UniqueFd socket, connect_x11(address));
  BLINK_TRY(write_all(socket.get(), setup_request(read_cookie(address.number))));
  BLINK_ASSIGN(const std::string head, read_exactly(socket.get(), 8));
  BLINK_ASSIGN(const std::string body,
               read_exactly(socket.get(), std::size_t{number_at(head, 6)} * 4));
  enum : char { refused = 0, accepted = 1 };
  if (head[0] == accepted) return read_setup(body);
  const std::size_t reason_bytes =
      head[0] == refused ? static_cast<unsigned char>(head[1]) : body.size();
  std::string reason = body.substr(0, reason_bytes);
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '\0'))
    reason.pop_back();
  return Status::system("the server lets nobody in without its cookie: " + reason, EACCES);
}

}  // namespace blink::doctor
