#include "tests/model/login.h"

#include <cstdlib>

namespace negodbc::model {

std::string to_text(const LoginRequest& request) {
  std::string text = request.package;
  if (!request.cache.empty()) text += " cache=" + request.cache;
  if (!request.keytab.empty()) text += " keytab=" + request.keytab;
  if (!request.principal.empty()) text += " principal=" + request.principal;
  if (request.password) text += " password=" + *request.password;
  if (request.service != "postgres") text += " service=" + request.service;
  if (request.credential_copies != 0)
    text += " copies=" + std::to_string(request.credential_copies);
  if (request.target_life_s != 0) text += " target_life=" + std::to_string(request.target_life_s);
  return text;
}

std::string to_text(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kSeen:
      return outcome.principal;
    case Outcome::Kind::kRefused:
      return "refused by the acceptor: " + outcome.words;
    case Outcome::Kind::kCrashed:
      return "crashed: " + outcome.words;
    case Outcome::Kind::kFailed:
      break;
  }
  return "failed: " + outcome.words;
}

std::string packed(const Outcome& outcome) {
  return static_cast<char>('0' + static_cast<int>(outcome.kind)) + outcome.principal + '\n' +
         outcome.words;
}

Outcome unpacked(const std::string& text) {
  Outcome outcome;
  const auto end = text.find('\n');
  if (end == std::string::npos || end == 0) {
    outcome.kind = Outcome::Kind::kCrashed;
    outcome.words = "it has told nothing";
    return outcome;
  }
  outcome.kind = static_cast<Outcome::Kind>(text.front() - '0');
  outcome.principal = text.substr(1, end - 1);
  outcome.words = text.substr(end + 1);
  return outcome;
}

void set_environment(const Environment& environment) {
  for (const auto& [name, value] : environment) {
    if (value) {
      ::setenv(name.c_str(), value->c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    } else {
      ::unsetenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    }
  }
}

}  // namespace negodbc::model
