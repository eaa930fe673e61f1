// When this plugin's messages take over from the library's, and what becomes of the context then.
#include <array>
#include <string>
#include <tuple>

#include "tests/support/own_messages_fixture.h"

namespace negodbc::test {
namespace {

TEST_P(OwnMessages, Take_over_in_the_midst_when_there_is_much) {
  for (const bool down : {true, false}) {
    Pair fresh;
    const TestCredential client = acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
    const TestCredential server = acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
    shake_hands(fresh, client, server, kTarget, kAll);
    ASSERT_EQ(fresh.client.status, SEC_E_OK);
    const Bytes plain = pattern(16000);
    Bytes code;
    for (int i = 0; i < 16; ++i) {
      passes(down ? fresh.server : fresh.client, down ? fresh.client : fresh.server, plain);
      ASSERT_EQ(sign(fresh.client, plain, code), SEC_E_OK);
      ASSERT_EQ(verify(fresh.server, plain, code), SEC_E_OK);
      EXPECT_FALSE(i < 3 && is_own(fresh.client));
    }
    passes(fresh.client, fresh.server, plain);
    passes(fresh.server, fresh.client, plain);
    passes(fresh.client, fresh.server, plain);
    EXPECT_TRUE(is_own(fresh.client));
    ASSERT_EQ(sign(fresh.server, plain, code), SEC_E_OK);
    EXPECT_EQ(verify(fresh.client, plain, code), SEC_E_OK);
  }
}

TEST_P(OwnMessages, Leave_all_other_questions_to_the_library) {
  establish(kOwn);
  passes(pair.client, pair.server, pattern(10));
  ASSERT_TRUE(is_own(pair.client));
  const auto& table = sspi_gssapi::table_w();
  CtxtHandle* const handle = &pair.client.handle;
  SecPkgContext_NativeNamesW names{};
  ASSERT_EQ(table.QueryContextAttributesW(handle, SECPKG_ATTR_NATIVE_NAMES, &names), SEC_E_OK);
  EXPECT_EQ(std::u16string(names.sServerName).substr(0, 18), u"postgres/localhost");
  table.FreeContextBuffer(names.sClientName);
  table.FreeContextBuffer(names.sServerName);
  SecPkgContext_Lifespan span{};
  EXPECT_EQ(table.QueryContextAttributesW(handle, SECPKG_ATTR_LIFESPAN, &span), SEC_E_OK);
  EXPECT_GT(sspi_gssapi::unix_time_of(span.tsExpiry), ::time(nullptr));
  SecPkgContext_SessionKey key{};
  EXPECT_EQ(table.QueryContextAttributesW(handle, SECPKG_ATTR_SESSION_KEY, &key), SEC_E_OK);
  table.FreeContextBuffer(key.SessionKey);
  SecPkgContext_Sizes sizes{};
  EXPECT_EQ(table.QueryContextAttributesW(handle, SECPKG_ATTR_SIZES, &sizes), SEC_E_OK);
  EXPECT_GE(sizes.cbSecurityTrailer, context_of(pair.client)->messages.tokens->front_size(true));
  passes(pair.client, pair.server, pattern(10));
}

TEST_P(OwnMessages, Go_on_in_an_exported_context) {
  const auto& table = sspi_gssapi::table_w();
  for (const sec_ulong how : {kOwn, kAll}) {
    Pair fresh;
    const TestCredential client = acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
    const TestCredential server = acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
    shake_hands(fresh, client, server, kTarget, how);
    ASSERT_EQ(fresh.client.status, SEC_E_OK);
    for (int i = 0; i < 3; ++i) {
      passes(fresh.client, fresh.server, pattern(10));
      passes(fresh.server, fresh.client, pattern(10));
    }
    Bytes repeated;
    ASSERT_EQ(seal(fresh.server, pattern(10), repeated), SEC_E_OK);
    Bytes plain;
    ASSERT_EQ(open(fresh.client, repeated, plain), SEC_E_OK);
    SecBuffer packed{};
    ASSERT_EQ(table.ExportSecurityContext(&fresh.client.handle, SECPKG_CONTEXT_EXPORT_DELETE_OLD,
                                          &packed, nullptr),
              SEC_E_OK);
    fresh.client.exists = false;
    End imported;
    ASSERT_EQ(table.ImportSecurityContextW(WideArgument(package()).get(), &packed, nullptr,
                                           &imported.handle),
              SEC_E_OK);
    imported.exists = true;
    table.FreeContextBuffer(packed.pvBuffer);
    passes(imported, fresh.server, pattern(20));
    passes(fresh.server, imported, pattern(20));
    EXPECT_EQ(is_own(imported), how == kOwn);
    EXPECT_EQ(open(imported, repeated, plain), SEC_E_OUT_OF_SEQUENCE);
  }
}

TEST_P(OwnMessages, Are_the_librarys_where_anything_is_unusual) {
  struct Case {
    const char* what;
    sec_ulong request;
  };
  for (const Case& each :
       {Case{"asked for", kAll | NEGODBC_ISC_REQ_LIBRARY_SEALING},
        Case{"no mutual authentication", kOwn & ~sec_ulong{ISC_REQ_MUTUAL_AUTH}}}) {
    Pair fresh;
    const TestCredential client = acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
    const TestCredential server = acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
    shake_hands(fresh, client, server, kTarget, each.request);
    ASSERT_EQ(fresh.client.status, SEC_E_OK) << each.what;
    for (int i = 0; i < 20; ++i) passes(fresh.client, fresh.server, pattern(16000));
    EXPECT_FALSE(is_own(fresh.client)) << each.what;
    EXPECT_TRUE(context_of(fresh.client)->messages.settled) << each.what;
  }
}

TEST_P(OwnMessages, Begin_anew_with_the_handshake) {
  establish(kOwn);
  passes(pair.client, pair.server, pattern(10));
  const TestCredential client = acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
  const TestCredential server = acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
  End again;
  ASSERT_EQ(pair.client.initialize(client, kTarget, kOwn, nullptr), SEC_I_CONTINUE_NEEDED);
  ASSERT_EQ(again.accept(server, pair.client.token), SEC_E_OK);
  ASSERT_EQ(pair.client.initialize(client, kTarget, kOwn, &again.token), SEC_E_OK);
  EXPECT_FALSE(is_own(pair.client));
  passes(pair.client, again, pattern(10));
  passes(again, pair.client, pattern(10));
  EXPECT_TRUE(is_own(pair.client));
}

TEST_P(OwnMessages, In_several_buffers_and_with_too_small_ones) {
  establish(kOwn);
  std::string one = "in seve";
  std::string two = "ral parts";
  Bytes token(100);
  std::array<SecBuffer, 3> buffers = {
      SecBuffer{10, SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(one.size()), SECBUFFER_DATA, one.data()},
      SecBuffer{static_cast<sec_ulong>(two.size()), SECBUFFER_DATA, two.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
  const auto& table = sspi_gssapi::table_w();
  EXPECT_EQ(table.EncryptMessage(&pair.client.handle, 0, &message, 0), SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(one + two, "in several parts");
  ASSERT_LE(buffers[0].cbBuffer, token.size());
  ASSERT_EQ(table.EncryptMessage(&pair.client.handle, 0, &message, 0), SEC_E_OK);
  ASSERT_TRUE(is_own(pair.client));
  Bytes row(token.begin(), token.begin() + buffers[0].cbBuffer);
  const Bytes data = bytes_of(one + two);
  row.insert(row.end(), data.begin(), data.end());
  Bytes plain;
  ASSERT_EQ(open(pair.server, row, plain), SEC_E_OK) << "no number was lost";
  EXPECT_EQ(text_of(plain), "in several parts");
}

}  // namespace
}  // namespace negodbc::test
