// What a login is asked for, and what comes of it, the same for the plugin and the plain library.
#ifndef NEGODBC_TESTS_MODEL_LOGIN_H_
#define NEGODBC_TESTS_MODEL_LOGIN_H_

#include <map>
#include <optional>
#include <string>

namespace negodbc::model {

struct LoginRequest {
  std::string library;  // "heimdal", "mit"
  std::string package = "Negotiate";
  std::string cache;  // "": the default
  std::string keytab;
  std::string principal;
  std::optional<std::string> password;
  std::string service = "postgres";
  std::string service_keytab;  // the acceptor's
  // What the plugin keeps, as in negodbc_auth_options.
  unsigned credential_copies = 0;
  unsigned target_life_s = 0;
};
std::string to_text(const LoginRequest& request);

struct Outcome {
  enum class Kind {
    kSeen,     // the acceptor saw `principal`
    kRefused,  // the acceptor refused the token
    kFailed,   // there was none, or its answer was refused
    kCrashed
  };
  Kind kind = Kind::kFailed;
  std::string principal;
  std::string words;  // why it failed
  bool seen() const { return kind == Kind::kSeen; }
};
std::string to_text(const Outcome& outcome);

// For a pipe between processes.
std::string packed(const Outcome& outcome);
Outcome unpacked(const std::string& text);

// Variables of the environment; nothing: not set.
using Environment = std::map<std::string, std::optional<std::string>>;
void set_environment(const Environment& environment);

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_LOGIN_H_
