// How a check says what it has found.
#ifndef NEGODBC_CONFORMANCE_EXPECTATION_H_
#define NEGODBC_CONFORMANCE_EXPECTATION_H_

#include <string>
#include <utility>

#include "conformance/checks.h"

namespace negodbc::conformance {

// Ends a check; caught by whoever runs it (guarded()).
struct Broken {
  std::string text;
};
struct NotOffered {
  std::string text;
};

inline void expect(bool kept, const std::string& otherwise) {
  if (!kept) throw Broken{otherwise};
}
inline void expect_status(negodbc_auth_status found, negodbc_auth_status wanted,
                          const std::string& call) {
  expect(found == wanted,
         call + " gives " + std::to_string(found) + " instead of " + std::to_string(wanted));
}

// A check as a function that throws.
template <void (*check)(const Subject&)>
Result guarded(const Subject& subject) {
  try {
    check(subject);
    return {};
  } catch (Broken& broken) {
    return {Outcome::broken, std::move(broken.text)};
  } catch (NotOffered& missing) {
    return {Outcome::not_offered, std::move(missing.text)};
  }
}

// The table for this ABI version. Throws Broken.
inline const negodbc_auth_api& table_of(const Subject& subject) {
  const negodbc_auth_api* const api = subject.entry(NEGODBC_AUTH_ABI_VERSION);
  expect(api != nullptr, "there is no table of version 1");
  return *api;
}

// Options that any plugin takes.
inline negodbc_auth_options good_options() {
  negodbc_auth_options options = {};
  options.size = sizeof options;
  options.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  options.service = "postgres";
  options.host = "localhost";
  return options;
}

// A session that is opened, and closed with its owner.
class Opened {
 public:
  Opened(const negodbc_auth_api& of, const negodbc_auth_options& options)
      : api(of), status(of.open(&options, &handle)) {}
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() { api.close(handle); }

  negodbc_auth_status step(const std::string& input, std::uint32_t timeout_ms) {
    const void* made = nullptr;
    std::size_t size = 0;
    const negodbc_auth_status told = api.step(handle, input.empty() ? nullptr : input.data(),
                                              input.size(), timeout_ms, &made, &size);
    token.clear();
    if (made != nullptr) token.assign(static_cast<const char*>(made), size);
    return told;
  }
  [[nodiscard]] negodbc_auth_diagnosis record() const {
    negodbc_auth_diagnosis record = {};
    record.size = sizeof record;
    expect_status(api.diagnosis(handle, &record), NEGODBC_AUTH_OK, "diagnosis()");
    return record;
  }

  const negodbc_auth_api& api;
  negodbc_auth_session* handle = nullptr;
  negodbc_auth_status status;
  std::string token;  // of the last step
};

// The session is over, and goes on telling why: a status, words, what to do.
inline void expect_over(Opened& session, negodbc_auth_status status, std::uint32_t timeout_ms) {
  negodbc_auth_diagnosis record = session.record();
  expect_status(record.status, status, "the record's status");
  expect(record.text != nullptr && *record.text != '\0', "the record has no words for it");
  expect(record.hint != nullptr && *record.hint != '\0', "the record does not say what to do");
  expect(session.token.empty(), "there is a token all the same");
  expect_status(session.step("", timeout_ms), NEGODBC_AUTH_E_STATE, "a further step");
  record = session.record();
  expect_status(record.status, status, "the record's status after a further step");
}

// login_checks.cc
std::span<const Check> login_checks();

}  // namespace negodbc::conformance

#endif  // NEGODBC_CONFORMANCE_EXPECTATION_H_
