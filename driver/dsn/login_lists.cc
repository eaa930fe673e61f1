#include "driver/dsn/login_lists.h"

#include <charconv>
#include <string>
#include <system_error>

#include "driver/auth/auth_policy.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"

namespace negodbc::dsn {
namespace {

constexpr std::uint16_t default_port = 5432;

std::vector<std::string_view> split(std::string_view text) {
  constexpr std::string_view blank = " \t";
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string_view part = text.substr(at, end - at);
    while (!part.empty() && blank.find(part.front()) != std::string_view::npos)
      part.remove_prefix(1);
    while (!part.empty() && blank.find(part.back()) != std::string_view::npos)
      part.remove_suffix(1);
    parts.push_back(part);
    at = end + 1;
  }
  return parts;
}

std::uint16_t to_port(std::string_view text) {
  if (text.empty()) return default_port;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    throw Error("08001", "connection string: Port=" + std::string(text) +
                             ": expected a number from 1 to 65535");
  }
  return port;
}

// [2001:db8::1] as in URLs.
std::string_view unbracketed(std::string_view name) {
  if (name.size() > 2 && name.front() == '[' && name.back() == ']')
    return name.substr(1, name.size() - 2);
  return name;
}

// The whole of a login, or of a connection string, would become the name that is looked up and told
// in every text, its password with it. A socket's folder may have any name.
void require_name(std::string_view name) {
  if (name.starts_with('/')) return;
  if (name.find('@', 1) == std::string_view::npos && name.find('=') == std::string_view::npos)
    return;
  throw Error("08001",
              "connection string: Server has more in it than a host: there is a '@' or a '=', and "
              "it is not shown. The host's name alone goes into Server, who logs in into UID, a "
              "password into PWD, with semicolons between them");
}

unsigned method_bit(std::string_view name) {
  if (const auto method = auth::find_method(name)) return static_cast<unsigned>(*method);
  throw Error("08001", "connection string: require_auth: unknown method '" + std::string(name) +
                           "'; known are " + auth::method_names());
}

}  // namespace

std::vector<net::Host> parse_hosts(std::string_view names, bool names_given,
                                   std::string_view addresses, std::string_view ports) {
  const auto given_names = split(names);
  const auto given_ports = split(ports);
  std::vector<std::string_view> given_addresses;
  if (!addresses.empty()) given_addresses = split(addresses);
  const std::size_t count = given_addresses.empty() ? given_names.size() : given_addresses.size();
  if (names_given && given_names.size() != count) {
    throw Error("08001", "connection string: Server: " + std::to_string(given_names.size()) +
                             " names in Server but " + std::to_string(count) + " in hostaddr");
  }
  if (given_ports.size() != 1 && given_ports.size() != count) {
    throw Error("08001", "connection string: Port: " + std::to_string(given_ports.size()) +
                             " ports for " + std::to_string(count) +
                             " servers; give one, or one for each");
  }
  std::vector<net::Host> hosts(count);
  for (std::size_t i = 0; i < count; ++i) {
    net::Host& host = hosts[i];
    if (!given_addresses.empty()) host.address = unbracketed(given_addresses[i]);
    if (given_addresses.empty() || names_given) host.name = unbracketed(given_names[i]);
    require_name(host.name);
    if (host.name.empty()) host.name = host.address.empty() ? "localhost" : host.address;
    host.port = to_port(given_ports[given_ports.size() == 1 ? 0 : i]);
  }
  return hosts;
}

unsigned parse_require_auth(std::string_view list) {
  if (list.empty()) return 0;
  const auto parts = split(list);
  const bool refusing = parts.front().starts_with('!');
  unsigned named = 0;
  for (std::string_view part : parts) {
    if (part.starts_with('!') != refusing) {
      throw Error(
          "08001",
          "connection string: require_auth: either every method has a '!' before it or none");
    }
    if (refusing) part.remove_prefix(1);
    const unsigned bit = method_bit(part);
    if ((named & bit) != 0) {
      throw Error("08001",
                  "connection string: require_auth: '" + std::string(part) + "' is named twice");
    }
    named |= bit;
  }
  const unsigned accepted = refusing ? auth::all_methods() & ~named : named;
  if (accepted == 0) {
    throw Error("08001", "connection string: require_auth refuses every way of login");
  }
  return accepted;
}

}  // namespace negodbc::dsn
