// Messages that this plugin seals and opens by OpenSSL, against each library at the other end, with
// each library's key: the same bytes, and the same judgement.
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <tuple>

#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/lucid_context.h"
#include "sspi_gssapi/table.h"
#include "tests/support/realm_fixture.h"

namespace negodbc::test {
namespace {

using sspi_gssapi::GssContext;

constexpr sec_ulong kOwn = kAll | NEGODBC_ISC_REQ_OPENSSL_SEALING;

// The client's library, the server's, the package.
class OwnMessages
    : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {
 protected:
  static void SetUpTestSuite() {
    prepare_acceptors();
    prefer_enctypes();
  }
  // Before a library has read its configuration: what NEGODBC_TEST_ENCTYPES has goes before the
  // rest.
  static void prefer_enctypes() {
    const char* const wanted = std::getenv("NEGODBC_TEST_ENCTYPES");
    if (wanted == nullptr) return;
    const std::string file = testing::TempDir() + "enctypes." + std::to_string(::getpid());
    std::ofstream(file) << "[libdefaults]\n  permitted_enctypes = " << wanted << "\n";
    const std::string both = file + ":" + environment("KRB5_CONFIG");
    ::setenv("KRB5_CONFIG", both.c_str(), 1);
  }
  static void TearDownTestSuite() {
    if (std::getenv("NEGODBC_TEST_ENCTYPES") == nullptr) return;
    const std::string both = environment("KRB5_CONFIG");
    ::unlink(both.substr(0, both.find(':')).c_str());
  }
  const char* package() const { return std::get<2>(GetParam()); }

  void establish(sec_ulong request) {
    const TestCredential client = acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
    const TestCredential server = acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
    shake_hands(pair, client, server, kTarget, request);
    ASSERT_EQ(pair.client.status, SEC_E_OK) << sspi_gssapi::last_error(pair.client.status).text;
    ASSERT_EQ(pair.server.status, SEC_E_OK) << sspi_gssapi::last_error(pair.server.status).text;
  }
  static GssContext::Ptr context_of(End& end) {
    return sspi_gssapi::ContextRegistry::instance().find(&end.handle);
  }
  static bool is_own(End& end) { return context_of(end)->messages.tokens != nullptr; }

  static Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = std::byte(i * 31 & 0xFFU);
    return bytes;
  }
  static void passes(End& from, End& to, const Bytes& plain, sec_ulong qop = 0) {
    Bytes sealed;
    Bytes opened;
    sec_ulong found = 7;
    ASSERT_EQ(seal(from, plain, sealed, qop), SEC_E_OK) << plain.size();
    ASSERT_EQ(open(to, sealed, opened, &found), SEC_E_OK)
        << plain.size() << sspi_gssapi::last_error(SEC_E_MESSAGE_ALTERED).text;
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(found, qop);
  }
  void pass_all_kinds() {
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 31u, 32u, 33u, 1000u, 16384u, 65536u}) {
      for (const sec_ulong qop : {sec_ulong{0}, sec_ulong{SECQOP_WRAP_NO_ENCRYPT}}) {
        passes(pair.client, pair.server, pattern(size), qop);
        passes(pair.server, pair.client, pattern(size), qop);
      }
      Bytes code;
      ASSERT_EQ(sign(pair.client, pattern(size), code), SEC_E_OK);
      EXPECT_EQ(verify(pair.server, pattern(size), code), SEC_E_OK);
      ASSERT_EQ(sign(pair.server, pattern(size), code), SEC_E_OK);
      EXPECT_EQ(verify(pair.client, pattern(size), code), SEC_E_OK);
    }
  }
  Pair pair;
};

TEST_P(OwnMessages, Are_opened_by_the_library_and_open_its_own) {
  establish(kOwn);
  pass_all_kinds();
  EXPECT_TRUE(is_own(pair.client));
  EXPECT_FALSE(is_own(pair.server)) << "an acceptor's stay with its library";
}

// MIT's two ends agree on another type than the ticket's, where both prefer it.
TEST_P(OwnMessages, Have_keys_of_the_type_that_is_preferred) {
  establish(kOwn);
  const GssContext::Ptr context = context_of(pair.client);
  const auto lucid = sspi_gssapi::export_lucid(context->library, context->handle);
  ASSERT_TRUE(lucid);
  EXPECT_NE(kerberos_messages::find_enctype(lucid->enctype), nullptr) << lucid->enctype;
  const char* const number = std::getenv("NEGODBC_TEST_ENCTYPE");
  const std::string_view mit = "mit";
  if (number == nullptr || std::get<0>(GetParam()) != mit || std::get<1>(GetParam()) != mit) return;
  EXPECT_EQ(lucid->enctype, std::atoi(number));
}

// The library's context still stands at the numbers that it was established with.
TEST_P(OwnMessages, Are_the_librarys_byte_for_byte) {
  establish(kOwn);
  const GssContext::Ptr context = context_of(pair.client);
  const Bytes message = pattern(100);
  gss_buffer_desc in{message.size(), const_cast<std::byte*>(message.data())};
  OM_uint32 minor = 0;
  gss_buffer_desc theirs = GSS_C_EMPTY_BUFFER;
  ASSERT_EQ(context->library.gss_get_mic(&minor, context->handle, GSS_C_QOP_DEFAULT, &in, &theirs),
            GSS_S_COMPLETE);
  const auto* begin = static_cast<const std::byte*>(theirs.value);
  const Bytes mic(begin, begin + theirs.length);
  context->library.gss_release_buffer(&minor, &theirs);

  // The second number in both.
  std::array<gss_iov_buffer_desc, 2> iov{};
  Bytes front(64);
  Bytes data = message;
  iov[0].type = GSS_IOV_BUFFER_TYPE_HEADER;
  iov[0].buffer = {0, nullptr};
  iov[1].type = GSS_IOV_BUFFER_TYPE_DATA;
  iov[1].buffer = {data.size(), data.data()};
  ASSERT_EQ(context->library.gss_wrap_iov_length(&minor, context->handle, 0, GSS_C_QOP_DEFAULT,
                                                 nullptr, iov.data(), 2),
            GSS_S_COMPLETE);
  ASSERT_LE(iov[0].buffer.length, front.size());
  iov[0].buffer.value = front.data();
  ASSERT_EQ(context->library.gss_wrap_iov(&minor, context->handle, 0, GSS_C_QOP_DEFAULT, nullptr,
                                          iov.data(), 2),
            GSS_S_COMPLETE);
  Bytes wrapped(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(iov[0].buffer.length));
  wrapped.insert(wrapped.end(), data.begin(), data.end());

  // Ours, from the first number on: the library has counted to two.
  context->messages.resumed =
      kerberos_messages::TokenState{true, kerberos_messages::MessageTokens::number_of(mic), {}};
  Bytes own_mic;
  ASSERT_EQ(sign(pair.client, message, own_mic), SEC_E_OK);
  EXPECT_EQ(own_mic, mic);
  Bytes own_wrapped;
  ASSERT_EQ(seal(pair.client, message, own_wrapped, SECQOP_WRAP_NO_ENCRYPT), SEC_E_OK);
  EXPECT_EQ(own_wrapped, wrapped);
  ASSERT_TRUE(is_own(pair.client));
  // Of what is sealed the header is all that is not random.
  Bytes sealed;
  ASSERT_EQ(seal(pair.client, message, sealed), SEC_E_OK);
  Bytes by_library;
  context->messages.tokens.reset();
  ASSERT_EQ(seal(pair.client, message, by_library), SEC_E_OK);
  EXPECT_EQ(Bytes(sealed.begin(), sealed.begin() + 16),
            Bytes(by_library.begin(), by_library.begin() + 16));
  EXPECT_EQ(sealed.size(), by_library.size());
}

// As PostgreSQL's server makes them: by gss_wrap, which MIT does not rotate.
TEST_P(OwnMessages, Open_what_gss_wrap_has_made) {
  establish(kOwn);
  const GssContext::Ptr server = context_of(pair.server);
  for (const int sealed : {1, 0}) {
    for (const std::size_t size : {0u, 1u, 16u, 1000u, 16000u}) {
      const Bytes plain = pattern(size);
      gss_buffer_desc in{plain.size(), const_cast<std::byte*>(plain.data())};
      gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
      OM_uint32 minor = 0;
      ASSERT_EQ(server->library.gss_wrap(&minor, server->handle, sealed, GSS_C_QOP_DEFAULT, &in,
                                         nullptr, &out),
                GSS_S_COMPLETE);
      const auto* begin = static_cast<const std::byte*>(out.value);
      const Bytes token(begin, begin + out.length);
      server->library.gss_release_buffer(&minor, &out);
      Bytes opened;
      ASSERT_EQ(open(pair.client, token, opened), SEC_E_OK) << size;
      EXPECT_EQ(opened, plain);
    }
  }
  EXPECT_TRUE(is_own(pair.client));
}

// Each act on what the server has sealed, by OpenSSL and by the library: one judgement.
TEST_P(OwnMessages, Are_refused_as_the_library_refuses) {
  constexpr std::array<const char*, 7> kActs = {
      "the first twice", "the second first", "back to the first", "one is missing",
      "altered",         "cut off",          "signed twice"};
  for (std::size_t act = 0; act < kActs.size(); ++act) {
    std::array<SECURITY_STATUS, 2> judged{};
    std::array<std::string, 2> words;
    for (const bool own : {true, false}) {
      Pair fresh;
      const TestCredential client =
          acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
      const TestCredential server =
          acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
      shake_hands(fresh, client, server, kTarget,
                  own ? kOwn : kAll | NEGODBC_ISC_REQ_LIBRARY_SEALING);
      ASSERT_EQ(fresh.client.status, SEC_E_OK);
      std::array<Bytes, 3> sent;
      Bytes code;
      for (Bytes& each : sent) ASSERT_EQ(seal(fresh.server, pattern(50), each), SEC_E_OK);
      ASSERT_EQ(sign(fresh.server, pattern(50), code), SEC_E_OK);
      const auto take = [&](const Bytes& message) {
        Bytes plain;
        const SECURITY_STATUS status = open(fresh.client, message, plain);
        EXPECT_EQ(status == SEC_E_OK, plain == pattern(50));
        return status;
      };
      SECURITY_STATUS& status = judged.at(own ? 0 : 1);
      switch (act) {
        case 0:
          ASSERT_EQ(take(sent[0]), SEC_E_OK);
          status = take(sent[0]);
          break;
        case 1:
          status = take(sent[1]);
          break;
        case 2:
          ASSERT_EQ(take(sent[0]), SEC_E_OK);
          ASSERT_EQ(take(sent[1]), SEC_E_OK);
          status = take(sent[0]);
          break;
        case 3:
          ASSERT_EQ(take(sent[0]), SEC_E_OK);
          status = take(sent[2]);
          break;
        case 4:
          sent[0].back() ^= std::byte{1};
          status = take(sent[0]);
          break;
        case 5:
          sent[0].pop_back();
          status = take(sent[0]);
          break;
        default:
          for (const Bytes& each : sent) ASSERT_EQ(take(each), SEC_E_OK);
          ASSERT_EQ(verify(fresh.client, pattern(50), code), SEC_E_OK);
          status = verify(fresh.client, pattern(50), code);
      }
      words.at(own ? 0 : 1) = sspi_gssapi::last_error(status).major_text;
      EXPECT_EQ(is_own(fresh.client), own);
    }
    EXPECT_NE(judged[0], SEC_E_OK) << kActs.at(act);
    // Heimdal 7 calls a message of before the last one an altered one.
    const bool vague = act == 2 && std::string_view(std::get<0>(GetParam())) == "heimdal";
    EXPECT_EQ(judged[0], vague ? SEC_E_OUT_OF_SEQUENCE : judged[1]) << kActs.at(act);
    EXPECT_FALSE(words[0].empty()) << kActs.at(act);
  }
}

// By the server's library, of what the client has made by OpenSSL.
TEST_P(OwnMessages, Repeated_and_missing_ones_are_refused_by_the_library) {
  establish(kOwn);
  std::array<Bytes, 3> sealed;
  for (Bytes& message : sealed) ASSERT_EQ(seal(pair.client, pattern(5), message), SEC_E_OK);
  ASSERT_TRUE(is_own(pair.client));
  Bytes plain;
  EXPECT_EQ(open(pair.server, sealed[0], plain), SEC_E_OK);
  EXPECT_EQ(open(pair.server, sealed[0], plain), SEC_E_OUT_OF_SEQUENCE);
  EXPECT_EQ(open(pair.server, sealed[2], plain), SEC_E_OUT_OF_SEQUENCE);
}

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

INSTANTIATE_TEST_SUITE_P(Libraries, OwnMessages,
                         testing::Combine(testing::Values("heimdal", "mit"),
                                          testing::Values("heimdal", "mit"),
                                          testing::Values("Negotiate", "Kerberos")),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)) + "_to_" +
                                  std::get<1>(info.param) + "_" + std::get<2>(info.param);
                         });

}  // namespace
}  // namespace negodbc::test
