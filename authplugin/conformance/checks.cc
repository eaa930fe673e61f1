#include "conformance/checks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "conformance/expectation.h"

namespace negodbc::conformance {
namespace {

void an_older_driver_gets_no_table(const Subject& subject) {
  expect(subject.entry(0) == nullptr, "there is a table of version 0");
}

void no_table_is_newer_than_the_driver(const Subject& subject) {
  for (const std::uint32_t version : {NEGODBC_AUTH_ABI_VERSION, 2u, 0xFFFFFFFFu}) {
    const negodbc_auth_api* const api = subject.entry(version);
    const std::string asked = " for a driver of version " + std::to_string(version);
    expect(api != nullptr, "there is no table" + asked);
    expect(api->abi_version >= 1 && api->abi_version <= version,
           "the table is of version " + std::to_string(api->abi_version) + asked);
  }
}

void the_first_tables_functions_are_there(const Subject& subject) {
  const negodbc_auth_api& api = table_of(subject);
  expect(api.size >= offsetof(negodbc_auth_api, counters) + sizeof(api.counters),
         "the table has " + std::to_string(api.size) + " bytes");
  expect(api.name != nullptr && *api.name != '\0', "it has no name");
  expect(api.version != nullptr && *api.version != '\0', "it has no version");
  expect(api.open != nullptr && api.principal != nullptr && api.step != nullptr &&
             api.query != nullptr && api.protect != nullptr && api.unprotect != nullptr &&
             api.diagnosis != nullptr && api.close != nullptr && api.counters != nullptr,
         "a function of it is NULL");
}

void fields_beyond_the_options_size_count_as_zero(const Subject& subject) {
  const negodbc_auth_api& api = table_of(subject);
  negodbc_auth_options options = good_options();
  options.target = "no spn at all";  // would be refused
  options.size = offsetof(negodbc_auth_options, target);
  expect_status(Opened(api, options).status, NEGODBC_AUTH_OK, "open() of shorter options");
  options.size = sizeof(options);
  expect_status(Opened(api, options).status, NEGODBC_AUTH_E_ARGUMENT, "open() with a wrong target");
}

void a_newer_drivers_fields_are_ignored(const Subject& subject) {
  struct Newer {
    negodbc_auth_options known;
    std::array<std::byte, 64> unknown;
  } newer{};
  newer.known = good_options();
  newer.known.size = sizeof(newer);
  newer.unknown.fill(std::byte{0xFF});
  expect_status(Opened(table_of(subject), newer.known).status, NEGODBC_AUTH_OK,
                "open() of longer options");
}

void records_are_not_written_beyond_their_size(const Subject& subject) {
  constexpr unsigned char untouched = 0xA5;
  const Opened session(table_of(subject), good_options());
  for (std::uint32_t size = 0; size <= sizeof(negodbc_auth_diagnosis); size += 4) {
    std::vector<unsigned char> memory(sizeof(negodbc_auth_diagnosis) + 16, untouched);
    std::memcpy(memory.data(), &size, sizeof(size));
    auto* const lent = reinterpret_cast<negodbc_auth_diagnosis*>(memory.data());
    const std::string of = "diagnosis() of a record of " + std::to_string(size) + " bytes";
    expect_status(session.api.diagnosis(session.handle, lent),
                  size < 4 ? NEGODBC_AUTH_E_ARGUMENT : NEGODBC_AUTH_OK, of);
    expect(std::memcmp(memory.data(), &size, sizeof(size)) == 0, of + " changes the size");
    const auto from = memory.begin() + std::max<std::ptrdiff_t>(size, 4);
    expect(std::all_of(from, memory.end(), [](unsigned char byte) { return byte == untouched; }),
           of + " writes beyond it");
  }
}

void a_records_texts_are_never_null(const Subject& subject) {
  const Opened session(table_of(subject), good_options());
  const negodbc_auth_diagnosis record = session.record();
  for (const char* text :
       {record.package, record.library, record.library_version, record.target, record.principal,
        record.credential_source, record.status_name, record.text, record.hint, record.json}) {
    expect(text != nullptr, "a text is NULL");
  }
  expect(*record.hint == '\0', "it says what to do where nothing has failed");
  expect(std::strcmp(record.target, "postgres/localhost") == 0,
         std::string("its target is ") + record.target);
  expect(std::strcmp(record.package, "Negotiate") == 0,
         std::string("the package that was not given is ") + record.package);
}

void nulls_are_refused(const Subject& subject) {
  const negodbc_auth_api& api = table_of(subject);
  const auto refused = [](negodbc_auth_status status, const char* call) {
    expect_status(status, NEGODBC_AUTH_E_ARGUMENT, call);
  };
  const negodbc_auth_options options = good_options();
  refused(api.open(&options, nullptr), "open() without a place for the session");
  negodbc_auth_session* failed = nullptr;
  const negodbc_auth_status opened = api.open(nullptr, &failed);
  const bool tells = failed != nullptr;
  api.close(failed);
  refused(opened, "open() without options");
  expect(tells, "a failed open() gives no session that tells why");

  const Opened good(api, options);
  const void* token = nullptr;
  std::size_t size = 0;
  const char* name = nullptr;
  refused(api.step(nullptr, nullptr, 0, 1, &token, &size), "step() without a session");
  refused(api.step(good.handle, nullptr, 1, 1, &token, &size), "step() without its input");
  refused(api.step(good.handle, nullptr, 0, 1, nullptr, &size),
          "step() without a place for a token");
  refused(api.step(good.handle, nullptr, 0, 1, &token, nullptr),
          "step() without a place for a size");
  refused(api.principal(nullptr, 1, &name), "principal() without a session");
  refused(api.principal(good.handle, 1, nullptr), "principal() without a place for it");
  refused(api.query(nullptr, nullptr), "query() without a session");
  refused(api.diagnosis(good.handle, nullptr), "diagnosis() without a record");
  refused(api.counters(nullptr), "counters() without a record");
  refused(api.protect(good.handle, nullptr, 0, nullptr, nullptr), "protect() without a size");
  size = 1;
  refused(api.protect(good.handle, nullptr, 0, nullptr, &size), "protect() without a buffer");
  api.close(nullptr);
}

void nothing_is_protected_before_it_is_established(const Subject& subject) {
  const Opened session(table_of(subject), good_options());
  negodbc_auth_info info = {};
  info.size = sizeof(info);
  expect_status(session.api.query(session.handle, &info), NEGODBC_AUTH_E_STATE, "query()");
  std::array<char, 8> memory{};
  std::size_t size = memory.size();
  expect_status(session.api.protect(session.handle, "x", 1, memory.data(), &size),
                NEGODBC_AUTH_E_STATE, "protect()");
  size = memory.size();
  expect_status(session.api.unprotect(session.handle, "x", 1, memory.data(), &size),
                NEGODBC_AUTH_E_STATE, "unprotect()");
}

void a_peer_that_begins_with_nothing_is_refused(const Subject& subject) {
  Opened session(table_of(subject), good_options());
  const negodbc_auth_status status = session.step("x", subject.timeout_ms);
  if (NEGODBC_AUTH_HAS(&session.api, cancel)) {
    expect(status < 0 && status != NEGODBC_AUTH_E_STATE, "step() gives " + std::to_string(status));
  } else {
    expect_status(status, NEGODBC_AUTH_E_STATE, "step()");
  }
  expect(session.token.empty(), "there is a token all the same");
}

void sessions_are_counted(const Subject& subject) {
  const negodbc_auth_api& api = table_of(subject);
  const auto counted = [&] {
    negodbc_auth_counters counters = {};
    counters.size = sizeof(counters);
    expect_status(api.counters(&counters), NEGODBC_AUTH_OK, "counters()");
    return counters;
  };
  const negodbc_auth_counters before = counted();
  {
    negodbc_auth_options wrong = good_options();
    wrong.reserved = 1;
    const Opened bad(api, wrong);
    const Opened good(api, good_options());
  }
  const negodbc_auth_counters after = counted();
  expect(after.sessions_opened == before.sessions_opened + 2,
         "two sessions are not two more opened");
  expect(after.sessions_failed == before.sessions_failed + 1, "a failure is not one more failed");
}

void without_a_ticket_it_says_so(const Subject& subject) {
  negodbc_auth_options options = good_options();
  options.credential_cache = "FILE:/nonexistent/no-tickets-here";
  Opened session(table_of(subject), options);
  if (session.status == NEGODBC_AUTH_E_UNSUPPORTED) throw NotOffered{"caches can't be named here"};
  const negodbc_auth_status status = session.step("", subject.timeout_ms);
  if (status == NEGODBC_AUTH_E_UNSUPPORTED) throw NotOffered{"caches can't be named here"};
  if (status == NEGODBC_AUTH_E_LIBRARY) throw NotOffered{"there is no GSSAPI library"};
  expect_status(status, NEGODBC_AUTH_E_NO_CREDENTIALS, "step() without a ticket");
  expect_over(session, status, subject.timeout_ms);
}

void what_is_cancelled_beforehand_ends(const Subject& subject) {
  Opened session(table_of(subject), good_options());
  if (!NEGODBC_AUTH_HAS(&session.api, cancel)) throw NotOffered{"cancel()"};
  expect_status(session.api.cancel(session.handle), NEGODBC_AUTH_OK, "cancel()");
  expect_status(session.step("", subject.timeout_ms), NEGODBC_AUTH_E_CANCELLED, "step()");
  expect_status(session.record().status, NEGODBC_AUTH_E_CANCELLED, "the record's status");
  expect_status(session.step("", subject.timeout_ms), NEGODBC_AUTH_E_STATE, "a further step");
}

void every_status_has_words(const Subject& subject) {
  const negodbc_auth_api& api = table_of(subject);
  if (!NEGODBC_AUTH_HAS(&api, status_text)) throw NotOffered{"status_text()"};
  for (negodbc_auth_status status = NEGODBC_AUTH_E_CANCELLED - 1; status <= 3; ++status) {
    const char* const text = api.status_text(status);
    expect(text != nullptr && *text != '\0', "none for " + std::to_string(status));
  }
}

constexpr Check of_the_abi[] = {
#define NEGODBC_CHECK(name, promise) \
  { #name, promise, false, guarded < name> }
    NEGODBC_CHECK(an_older_driver_gets_no_table, "A driver older than version 1 gets NULL"),
    NEGODBC_CHECK(no_table_is_newer_than_the_driver,
                  "The table is of the driver's version or an older one"),
    NEGODBC_CHECK(the_first_tables_functions_are_there,
                  "Name, version and the functions of version 1's first table are there"),
    NEGODBC_CHECK(fields_beyond_the_options_size_count_as_zero,
                  "An older driver's options are taken as far as they go"),
    NEGODBC_CHECK(a_newer_drivers_fields_are_ignored,
                  "What a newer driver's options have at the end is ignored"),
    NEGODBC_CHECK(records_are_not_written_beyond_their_size,
                  "A record is written as far as its caller's goes"),
    NEGODBC_CHECK(a_records_texts_are_never_null, "A record's texts are there from the beginning"),
    NEGODBC_CHECK(nulls_are_refused, "NULL where something has to be is E_ARGUMENT"),
    NEGODBC_CHECK(nothing_is_protected_before_it_is_established,
                  "query(), protect(), unprotect() before the end are E_STATE"),
    NEGODBC_CHECK(a_peer_that_begins_with_nothing_is_refused,
                  "What the peer begins with is refused where it is no offer"),
    NEGODBC_CHECK(sessions_are_counted, "Sessions, opened and failed, are counted"),
    NEGODBC_CHECK(without_a_ticket_it_says_so,
                  "Without a ticket it is E_NO_CREDENTIALS, with words, and the session is over"),
    NEGODBC_CHECK(what_is_cancelled_beforehand_ends, "cancel() ends the next call"),
    NEGODBC_CHECK(every_status_has_words, "status_text() knows every status"),
#undef NEGODBC_CHECK
};

}  // namespace

std::span<const Check> checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> list(std::begin(of_the_abi), std::end(of_the_abi));
    const std::span<const Check> more = login_checks();
    list.insert(list.end(), more.begin(), more.end());
    return list;
  }();
  return all;
}

}  // namespace negodbc::conformance
