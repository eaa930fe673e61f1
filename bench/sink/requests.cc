#include "bench/sink/requests.h"

#include "bench/sink/counters.h"
#include "driver/wire/cursor.h"

namespace negodbc::bench {
namespace {

constexpr std::uint32_t version_3_0 = 3U << 16U;
constexpr std::uint32_t code_of_requests = 1234U << 16U;  // not a version: what is asked for
constexpr std::uint32_t cancel_code = code_of_requests + 5678;
constexpr std::uint32_t tls_code = code_of_requests + 5679;
constexpr std::uint32_t gss_encryption_code = code_of_requests + 5680;
constexpr std::size_t length_size = 4;

}  // namespace

void RequestReader::add(std::string_view bytes) {
  if (at_ != 0) {
    bytes_.erase(0, at_);
    at_ = 0;
  }
  bytes_ += bytes;
}

// `head`: what comes before the length.
std::optional<std::string_view> RequestReader::take(std::size_t head, std::uint32_t longest) {
  const std::string_view rest = std::string_view(bytes_).substr(at_);
  if (rest.size() < head + length_size) return std::nullopt;
  const std::uint32_t length = wire::load_u32(rest.data() + head);
  if (length < length_size) throw Refusal(Cause::malformed, "08P01", "invalid length of a message");
  if (length > longest)
    throw Refusal(Cause::too_long, "08P01",
                  "a message of " + std::to_string(length) + " bytes, where " +
                      std::to_string(longest) + " are allowed");
  if (rest.size() < head + length) return std::nullopt;
  at_ += head + length;
  return rest.substr(head + length_size, length - length_size);
}

std::optional<std::string_view> RequestReader::untyped(std::uint32_t longest) {
  return take(0, longest);
}

std::optional<Request> RequestReader::typed(std::uint32_t longest) {
  const std::size_t begin = at_;
  const auto body = take(1, longest);
  if (!body) return std::nullopt;
  return Request{bytes_[begin], *body};
}

std::string_view Startup::value(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

Startup parse_startup(std::string_view body) {
  wire::Cursor cursor(body, "startup");
  const std::uint32_t code = cursor.u32();
  if (code == cancel_code) {
    cursor.u32();  // process
    cursor.u32();  // key
    cursor.end();
    return {Startup::Kind::cancel, {}};
  }
  if (code == tls_code || code == gss_encryption_code) {
    cursor.end();
    return {code == tls_code ? Startup::Kind::tls : Startup::Kind::gss_encryption, {}};
  }
  if (code != version_3_0)
    throw Refusal(Cause::version, "0A000",
                  "unsupported frontend protocol " + std::to_string(code >> 16U) + "." +
                      std::to_string(code & 0xffffU) + ": the sink speaks 3.0");
  Startup startup;
  for (;;) {
    const std::string_view name = cursor.text();
    if (name.empty()) break;
    startup.parameters.emplace_back(name, cursor.text());
  }
  cursor.end();
  if (startup.value("user").empty())
    throw Refusal(Cause::malformed, "28000", "no PostgreSQL user name specified in startup packet");
  if (!startup.value("replication").empty())
    throw Refusal(Cause::version, "0A000", "the sink has nothing to replicate");
  return startup;
}

SaslInitialResponse parse_sasl_initial_response(std::string_view body) {
  wire::Cursor cursor(body, "SASLInitialResponse");
  SaslInitialResponse initial;
  initial.mechanism = cursor.text();
  const std::int32_t size = cursor.i32();
  if (size < 0) cursor.fail("the response is missing");
  initial.response = cursor.bytes(static_cast<std::size_t>(size));
  cursor.end();
  return initial;
}

}  // namespace negodbc::bench
