// What a plugin has to keep where there is a ticket and a KDC: as far as one end of a handshake
// shows.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "conformance/expectation.h"

namespace negodbc::conformance {
namespace {

// The first leg, which has to come out.
void first_leg(Opened& session, const Subject& subject) {
  const negodbc_auth_status status = session.step("", subject.timeout_ms);
  expect(status == NEGODBC_AUTH_CONTINUE,
         "the first step gives " + std::to_string(status) + ": " + session.record().text);
  expect(!session.token.empty(), "the first step makes no token");
}

void the_principal_is_told_before_any_step(const Subject& subject) {
  Opened session(table_of(subject), *subject.login);
  const char* name = nullptr;
  const negodbc_auth_status status =
      session.api.principal(session.handle, subject.timeout_ms, &name);
  expect(status == NEGODBC_AUTH_OK && name != nullptr && std::strchr(name, '@') != nullptr,
         "principal() gives " + std::to_string(status) + ": " + session.record().text);
  const std::string told(name);
  first_leg(session, subject);
  expect(told == session.record().principal, "the record names another principal");
}

void the_first_step_makes_a_token(const Subject& subject) {
  Opened session(table_of(subject), *subject.login);
  first_leg(session, subject);
  const negodbc_auth_diagnosis record = session.record();
  expect_status(record.status, NEGODBC_AUTH_OK, "the record's status");
  expect(record.legs == 1, "the record counts " + std::to_string(record.legs) + " legs");
  negodbc_auth_info info = {};
  info.size = sizeof(info);
  expect_status(session.api.query(session.handle, &info), NEGODBC_AUTH_E_STATE,
                "query() in the midst");
}

void a_garbled_reply_is_refused(const Subject& subject) {
  Opened session(table_of(subject), *subject.login);
  first_leg(session, subject);
  const negodbc_auth_status status = session.step("\x60\x05garbage", subject.timeout_ms);
  expect(status < 0, "step() takes it: " + std::to_string(status));
  expect_over(session, status, subject.timeout_ms);
}

void no_time_fails_at_once(const Subject& subject) {
  Opened session(table_of(subject), *subject.login);
  const auto begun = std::chrono::steady_clock::now();
  expect_status(session.step("", 0), NEGODBC_AUTH_E_TIMED_OUT, "step() without time");
  expect(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5), "it takes its time");
  expect_status(session.step("", subject.timeout_ms), NEGODBC_AUTH_E_STATE, "a further step");
}

void a_ticket_with_too_little_life_has_expired(const Subject& subject) {
  constexpr std::uint32_t forty_years_s = 40u * 365 * 86400;
  negodbc_auth_options options = *subject.login;
  options.min_lifetime_s = forty_years_s;
  Opened session(table_of(subject), options);
  const negodbc_auth_status status = session.step("", subject.timeout_ms);
  expect_status(status, NEGODBC_AUTH_E_EXPIRED, "step() that wants forty years of life");
  expect_over(session, status, subject.timeout_ms);
}

void an_unknown_service_is_unknown(const Subject& subject) {
  negodbc_auth_options options = *subject.login;
  options.target = nullptr;
  options.service = "no-such-service";
  if (options.host == nullptr) options.host = "localhost";
  Opened session(table_of(subject), options);
  const negodbc_auth_status status = session.step("", subject.timeout_ms);
  expect_status(status, NEGODBC_AUTH_E_TARGET_UNKNOWN, "step() to a service that nobody knows");
  expect_over(session, status, subject.timeout_ms);
}

void sessions_are_independent(const Subject& subject) {
  const negodbc_auth_api& api = table_of(subject);
  std::mutex mutex;
  std::string fault;
  std::vector<std::thread> threads;
  constexpr int many = 8;
  threads.reserve(many);
  for (int i = 0; i < many; ++i) {
    threads.emplace_back([&] {
      try {
        Opened session(api, *subject.login);
        first_leg(session, subject);
      } catch (const Broken& broken) {
        const std::lock_guard lock(mutex);
        fault = broken.text;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  expect(fault.empty(), fault);
}

// What `ready` tells.
struct Waiter {
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false;
  static void NEGODBC_AUTH_CALL wake(void* data) {
    auto* const waiter = static_cast<Waiter*>(data);
    const std::lock_guard lock(waiter->mutex);
    waiter->ready = true;
    waiter->changed.notify_all();
  }
};

void a_started_step_ends_as_step_does(const Subject& subject) {
  Waiter waiter;
  Opened session(table_of(subject), *subject.login);
  if (!NEGODBC_AUTH_HAS(&session.api, start_step) || !NEGODBC_AUTH_HAS(&session.api, finish_step))
    throw NotOffered{"start_step()"};
  const void* token = nullptr;
  std::size_t size = 0;
  negodbc_auth_status status = session.api.start_step(
      session.handle, nullptr, 0, subject.timeout_ms, Waiter::wake, &waiter, &token, &size);
  if (status == NEGODBC_AUTH_PENDING) {
    const char* name = nullptr;
    expect_status(session.api.principal(session.handle, 1, &name), NEGODBC_AUTH_E_STATE,
                  "principal() in the midst of it");
    {
      std::unique_lock lock(waiter.mutex);
      expect(waiter.changed.wait_for(lock, std::chrono::milliseconds(subject.timeout_ms),
                                     [&] { return waiter.ready; }),
             "nobody says that it is done");
    }
    status = session.api.finish_step(session.handle, &token, &size);
  }
  expect(status == NEGODBC_AUTH_CONTINUE && size != 0,
         "it gives " + std::to_string(status) + ": " + session.record().text);
}

constexpr Check of_a_login[] = {
#define NEGODBC_CHECK(name, promise) \
  { #name, promise, true, guarded < name> }
    NEGODBC_CHECK(the_principal_is_told_before_any_step,
                  "principal() names who logs in, with the realm"),
    NEGODBC_CHECK(the_first_step_makes_a_token,
                  "The first step makes a token and waits for a reply"),
    NEGODBC_CHECK(a_garbled_reply_is_refused,
                  "A reply that is none fails, and the session is over"),
    NEGODBC_CHECK(no_time_fails_at_once, "A time-out of 0 is E_TIMED_OUT at once"),
    NEGODBC_CHECK(a_ticket_with_too_little_life_has_expired,
                  "A ticket with less life than is asked for is E_EXPIRED"),
    NEGODBC_CHECK(an_unknown_service_is_unknown,
                  "A service that the KDC does not know is E_TARGET_UNKNOWN"),
    NEGODBC_CHECK(sessions_are_independent, "Eight threads step sessions of their own at once"),
    NEGODBC_CHECK(a_started_step_ends_as_step_does,
                  "start_step() and finish_step() do what step() does"),
#undef NEGODBC_CHECK
};

}  // namespace

std::span<const Check> login_checks() {
  return of_a_login;
}

}  // namespace negodbc::conformance
