// What a client sends, protocol 3.0: PostgreSQL 15's documentation, "Message Formats". Without I/O.
//
// A length is looked at before anything is kept for it; what does not fit throws Refusal
// (too_long, malformed, version), what a body contradicts wire::ProtocolError.
#ifndef NEGODBC_BENCH_SINK_REQUESTS_H
#define NEGODBC_BENCH_SINK_REQUESTS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace negodbc::bench {

// The most that a message may be long, its length field included: PostgreSQL's own limits.
inline constexpr std::uint32_t longest_startup = 10'000;
inline constexpr std::uint32_t longest_password = 1'000;  // SASL's messages too
inline constexpr std::uint32_t longest_token = 65'535;
inline constexpr std::uint32_t longest_statement = 65'535;  // and whatever a session sends

struct Request {
  char type;
  std::string_view body;  // without type and length; valid until the next call of the reader's
};

// Splits a client's stream. Keeps no more than what one message may be long, and what was given
// with one call beyond it.
class RequestReader {
 public:
  void add(std::string_view bytes);
  // The body of a whole message without a type (StartupMessage, SSLRequest and their like).
  std::optional<std::string_view> untyped(std::uint32_t longest);
  std::optional<Request> typed(std::uint32_t longest);
  // Whether there is anything that was not taken yet.
  bool empty() const { return at_ == bytes_.size(); }

 private:
  std::optional<std::string_view> take(std::size_t head, std::uint32_t longest);

  std::string bytes_;
  std::size_t at_ = 0;
};

struct Startup {
  enum class Kind : std::uint8_t { session, tls, gss_encryption, cancel };
  Kind kind = Kind::session;
  std::vector<std::pair<std::string, std::string>> parameters;  // of a session

  // The parameter's value, "" when it is not there.
  std::string_view value(std::string_view name) const;
};
Startup parse_startup(std::string_view body);

struct SaslInitialResponse {
  std::string_view mechanism;
  std::string_view response;
};
SaslInitialResponse parse_sasl_initial_response(std::string_view body);

}  // namespace negodbc::bench

#endif
