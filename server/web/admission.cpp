#include "server/web/admission.h"

#include <sys/random.h>
#include <algorithm>
#include <array>
#include <cerrno>

namespace blink::server {

Result<std::string> new_token() {
  std::array<unsigned char, 16> random{};
  // So few bytes come whole or not at all.
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    return Status::system("cannot get random numbers for the viewer's token", errno);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : random) {
    token += digits[byte >> 4];
    token += digits[byte & 15];
  }
  return token;
}

bool is_token(std::string_view offered, std::string_view token) {
  // volatile: no compiler finds out that the loop could end early.
  volatile unsigned difference = offered.size() != token.size();
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char at = i < offered.size() ? offered[i] : '\0';
    difference = difference | static_cast<unsigned char>(at ^ token[i]);
  }
  return difference == 0;
}

bool is_own_host(std::string_view host, std::uint16_t port) {
  const std::string end = ":" + std::to_string(port);
  if (host.ends_with(end))
    host.remove_suffix(end.size());
  else if (port != 80)
    return false;
  return host == "127.0.0.1" || host == "localhost";
}

bool is_own_origin(std::string_view origin, std::uint16_t port) {
  constexpr std::string_view scheme = "http://";
  return origin.starts_with(scheme) && is_own_host(origin.substr(scheme.size()), port);
}

}  // namespace blink::server
