// What any plugin has to keep of the C ABI, without a network: versions, sizes, arguments, states.
// NEGODBC_PLUGIN names the plugin's file.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "tests/support/abi_session.h"

namespace negodbc::test {
namespace {

TEST(AbiVersion, AnOlderDriverGetsNone) {
  EXPECT_EQ(load_plugin(0), nullptr);
}

TEST(AbiVersion, TheSameOrANewerDriverGetsATableThatIsNotNewer) {
  for (const std::uint32_t version : {NEGODBC_AUTH_ABI_VERSION, 2u, 0xFFFFFFFFu}) {
    const negodbc_auth_api* api = load_plugin(version);
    ASSERT_NE(api, nullptr) << version;
    EXPECT_LE(api->abi_version, version);
    EXPECT_GE(api->abi_version, 1u);
    // The functions of version 1's first table are all there.
    EXPECT_GE(api->size, offsetof(negodbc_auth_api, counters) + sizeof(api->counters));
    EXPECT_STRNE(api->name, "");
    EXPECT_STRNE(api->version, "");
    EXPECT_NE(api->open, nullptr);
    EXPECT_NE(api->counters, nullptr);
  }
}

TEST(AbiSize, FieldsBeyondTheCallersSizeCountAsZero) {
  negodbc_auth_options options = good_options();
  options.target = "no spn at all";  // would be refused
  options.size = offsetof(negodbc_auth_options, target);
  EXPECT_EQ(AbiSession(options).status, NEGODBC_AUTH_OK);
  options.size = sizeof(options);
  EXPECT_EQ(AbiSession(options).status, NEGODBC_AUTH_E_ARGUMENT);
}

TEST(AbiSize, ANewerDriversFieldsAreIgnored) {
  struct Newer {
    negodbc_auth_options known;
    std::array<std::byte, 64> unknown;
  } newer{};
  newer.known = good_options();
  newer.known.size = sizeof(newer);
  newer.unknown.fill(std::byte{0xFF});
  EXPECT_EQ(AbiSession(newer.known).status, NEGODBC_AUTH_OK);
}

TEST(AbiSize, RecordsAreNotWrittenBeyondTheirSize) {
  const AbiSession session(good_options());
  for (std::uint32_t size = 0; size <= sizeof(negodbc_auth_diagnosis); size += 4) {
    std::vector<unsigned char> memory(sizeof(negodbc_auth_diagnosis) + 16, 0xA5);
    negodbc_auth_diagnosis record{};
    std::memcpy(&record, memory.data(), sizeof(record));
    record.size = size;
    std::memcpy(memory.data(), &record, sizeof(record));
    auto* lent = reinterpret_cast<negodbc_auth_diagnosis*>(memory.data());
    const negodbc_auth_status status = session.api->diagnosis(session.handle, lent);
    EXPECT_EQ(status, size < 4 ? NEGODBC_AUTH_E_ARGUMENT : NEGODBC_AUTH_OK) << size;
    EXPECT_EQ(lent->size, size);
    const auto from = memory.begin() + std::max<std::ptrdiff_t>(size, 4);
    EXPECT_TRUE(std::all_of(from, memory.end(), [](unsigned char byte) { return byte == 0xA5; }))
        << size;
  }
}

TEST(AbiSize, ARecordsTextsAreNeverNull) {
  const AbiSession session(good_options());
  negodbc_auth_diagnosis record{};
  record.size = sizeof(record);
  ASSERT_EQ(session.api->diagnosis(session.handle, &record), NEGODBC_AUTH_OK);
  for (const char* text :
       {record.package, record.library, record.library_version, record.target, record.principal,
        record.credential_source, record.status_name, record.text, record.hint, record.json}) {
    EXPECT_NE(text, nullptr);
  }
  EXPECT_STREQ(record.hint, "");
  EXPECT_STREQ(record.target, "postgres/localhost");
  EXPECT_STREQ(record.package, "Negotiate");
}

TEST(AbiArguments, NullsAreRefused) {
  const negodbc_auth_api* api = load_plugin();
  const negodbc_auth_options options = good_options();
  EXPECT_EQ(api->open(&options, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  negodbc_auth_session* session = nullptr;
  EXPECT_EQ(api->open(nullptr, &session), NEGODBC_AUTH_E_ARGUMENT);
  ASSERT_NE(session, nullptr) << "a failed open gives a session that tells why";
  api->close(session);

  const AbiSession good(options);
  const void* token = nullptr;
  std::size_t size = 0;
  const char* name = nullptr;
  EXPECT_EQ(api->step(nullptr, nullptr, 0, 1, &token, &size), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->step(good.handle, nullptr, 1, 1, &token, &size), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->step(good.handle, nullptr, 0, 1, nullptr, &size), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->step(good.handle, nullptr, 0, 1, &token, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->principal(nullptr, 1, &name), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->principal(good.handle, 1, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->query(nullptr, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->diagnosis(good.handle, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->counters(nullptr), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_EQ(api->protect(good.handle, nullptr, 0, nullptr, nullptr), NEGODBC_AUTH_E_ARGUMENT);
  size = 1;
  EXPECT_EQ(api->protect(good.handle, nullptr, 0, nullptr, &size), NEGODBC_AUTH_E_ARGUMENT);
  api->close(nullptr);
}

TEST(AbiState, BeforeEstablishment) {
  const AbiSession session(good_options());
  negodbc_auth_info info{};
  info.size = sizeof(info);
  EXPECT_EQ(session.api->query(session.handle, &info), NEGODBC_AUTH_E_STATE);
  std::array<char, 8> memory{};
  std::size_t size = memory.size();
  EXPECT_EQ(session.api->protect(session.handle, "x", 1, memory.data(), &size),
            NEGODBC_AUTH_E_STATE);
  size = memory.size();
  EXPECT_EQ(session.api->unprotect(session.handle, "x", 1, memory.data(), &size),
            NEGODBC_AUTH_E_STATE);
}

TEST(AbiState, WhatThePeerHasBegunWithIsRefusedWhereItIsNothing) {
  const AbiSession session(good_options());
  const void* token = nullptr;
  std::size_t size = 0;
  const negodbc_auth_status status =
      session.api->step(session.handle, "x", 1, kTimeoutMs, &token, &size);
  if (NEGODBC_AUTH_HAS(session.api, cancel)) {
    EXPECT_LT(status, 0);
    EXPECT_NE(status, NEGODBC_AUTH_E_STATE);
  } else {
    EXPECT_EQ(status, NEGODBC_AUTH_E_STATE);
  }
  EXPECT_EQ(token, nullptr);
}

TEST(AbiCounters, CountSessions) {
  const negodbc_auth_api* api = load_plugin();
  negodbc_auth_counters before{};
  before.size = sizeof(before);
  ASSERT_EQ(api->counters(&before), NEGODBC_AUTH_OK);
  {
    negodbc_auth_options options = good_options();
    options.reserved = 1;
    const AbiSession bad(options);
    const AbiSession good(good_options());
  }
  negodbc_auth_counters after{};
  after.size = sizeof(after);
  ASSERT_EQ(api->counters(&after), NEGODBC_AUTH_OK);
  EXPECT_EQ(after.sessions_opened, before.sessions_opened + 2);
  EXPECT_EQ(after.sessions_failed, before.sessions_failed + 1);
}

}  // namespace
}  // namespace negodbc::test
