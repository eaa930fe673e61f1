// The contract with the real libraries and a real KDC: messages and what a context tells. Names are
// those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "tests/support/realm_fixture.h"

namespace negodbc::test {
namespace {

TEST_P(Realm, Messages_are_sealed_and_opened_in_both_directions) {
  establish();
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 16384u, 65536u}) {
    const Bytes plain(size, std::byte{0x42});
    for (const bool up : {true, false}) {
      End& from = up ? pair.client : pair.server;
      End& to = up ? pair.server : pair.client;
      Bytes sealed;
      Bytes opened;
      sec_ulong qop = 7;
      ASSERT_EQ(seal(from, plain, sealed), SEC_E_OK) << size;
      if (size >= 16) {
        EXPECT_EQ(std::search(sealed.begin(), sealed.end(), plain.begin(), plain.end()),
                  sealed.end());
      }
      ASSERT_EQ(open(to, sealed, opened, &qop), SEC_E_OK) << size;
      EXPECT_EQ(opened, plain);
      EXPECT_EQ(qop, 0u);
    }
  }
}

TEST_P(Realm, A_flipped_bit_anywhere_is_SEC_E_MESSAGE_ALTERED) {
  establish();
  Bytes sealed;
  ASSERT_EQ(seal(pair.client, bytes_of("a message of some length"), sealed), SEC_E_OK);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    // 4: the filler byte; 6, 7: the rotation, which some values of leave the message as it was.
    if (at >= 3 && at <= 7) continue;
    Bytes altered = sealed;
    altered[at] ^= std::byte{0x10};
    Bytes plain;
    const SECURITY_STATUS status = open(pair.server, altered, plain);
    EXPECT_TRUE(status == SEC_E_MESSAGE_ALTERED || status == SEC_E_OUT_OF_SEQUENCE)
        << at << " " << why(status);
  }
  // The context is not to be used further: Heimdal has counted what it refused.
}

TEST_P(Realm, Repeated_and_skipped_messages_are_SEC_E_OUT_OF_SEQUENCE) {
  establish();
  std::array<Bytes, 3> sealed;
  for (Bytes& message : sealed) ASSERT_EQ(seal(pair.client, bytes_of("m"), message), SEC_E_OK);
  Bytes plain;
  EXPECT_EQ(open(pair.server, sealed[0], plain), SEC_E_OK);
  EXPECT_EQ(open(pair.server, sealed[0], plain), SEC_E_OUT_OF_SEQUENCE) << "repeated";
  EXPECT_TRUE(plain.empty());
  EXPECT_EQ(open(pair.server, sealed[2], plain), SEC_E_OUT_OF_SEQUENCE) << "one is missing";
}

TEST_P(Realm, MakeSignature_and_VerifySignature) {
  establish();
  SecPkgContext_Sizes sizes{};
  ASSERT_EQ(table().QueryContextAttributesW(&pair.client.handle, SECPKG_ATTR_SIZES, &sizes),
            SEC_E_OK);
  std::string text = "signed";
  Bytes mic(sizes.cbMaxSignature);
  std::array<SecBuffer, 2> buffers = {
      SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()},
      SecBuffer{static_cast<sec_ulong>(mic.size()), SECBUFFER_TOKEN, mic.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  ASSERT_EQ(table().MakeSignature(&pair.client.handle, 0, &message, 0), SEC_E_OK);
  EXPECT_LE(buffers[1].cbBuffer, sizes.cbMaxSignature);
  sec_ulong qop = 9;
  EXPECT_EQ(table().VerifySignature(&pair.server.handle, &message, 0, &qop), SEC_E_OK);
  EXPECT_EQ(qop, 0u);
  EXPECT_EQ(table().VerifySignature(&pair.server.handle, &message, 0, &qop), SEC_E_OUT_OF_SEQUENCE);
  buffers[1].cbBuffer = static_cast<sec_ulong>(mic.size());
  ASSERT_EQ(table().MakeSignature(&pair.client.handle, 0, &message, 0), SEC_E_OK);
  text[0] ^= 1;
  EXPECT_EQ(table().VerifySignature(&pair.server.handle, &message, 0, &qop), SEC_E_MESSAGE_ALTERED);
  buffers[1].cbBuffer = 4;
  EXPECT_EQ(table().MakeSignature(&pair.client.handle, 0, &message, 0), SEC_E_BUFFER_TOO_SMALL);
}

TEST_P(Realm, DecryptMessage_of_token_and_data) {
  establish();
  Bytes sealed;
  const Bytes plain = bytes_of("in parts");
  ASSERT_EQ(seal(pair.client, plain, sealed), SEC_E_OK);
  Bytes token(sealed.begin(), sealed.end() - static_cast<std::ptrdiff_t>(plain.size()));
  Bytes data(sealed.end() - static_cast<std::ptrdiff_t>(plain.size()), sealed.end());
  std::array<SecBuffer, 2> buffers = {
      SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(data.size()), SECBUFFER_DATA, data.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  ASSERT_EQ(table().DecryptMessage(&pair.server.handle, &message, 0, nullptr), SEC_E_OK);
  EXPECT_EQ(data, plain);
}

TEST_P(Realm, EncryptMessage_without_encryption_is_told_by_the_quality) {
  establish();
  std::string text = "signed only";
  Bytes token(100);
  Bytes padding(16);
  std::array<SecBuffer, 3> buffers = {
      SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()},
      SecBuffer{static_cast<sec_ulong>(padding.size()), SECBUFFER_PADDING, padding.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
  ASSERT_EQ(table().EncryptMessage(&pair.client.handle, SECQOP_WRAP_NO_ENCRYPT, &message, 0),
            SEC_E_OK);
  Bytes row(token.begin(), token.begin() + buffers[0].cbBuffer);
  const Bytes data = bytes_of(text);
  row.insert(row.end(), data.begin(), data.end());
  row.insert(row.end(), padding.begin(), padding.begin() + buffers[2].cbBuffer);
  Bytes plain;
  sec_ulong qop = 0;
  ASSERT_EQ(open(pair.server, row, plain, &qop), SEC_E_OK);
  EXPECT_EQ(qop, SECQOP_WRAP_NO_ENCRYPT);
  EXPECT_EQ(text_of(plain), "signed only");
}

TEST_P(Realm, EncryptMessage_with_a_token_buffer_too_small) {
  establish();
  std::string text = "data";
  Bytes token(10);
  std::array<SecBuffer, 2> buffers = {
      SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  EXPECT_EQ(table().EncryptMessage(&pair.client.handle, 0, &message, 0), SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(text, "data");
}

TEST_P(Realm, EncryptMessage_leaves_read_only_data_alone) {
  establish();
  static const char constant[] = "constant";  // in memory that can't be written to
  for (const sec_ulong how : {SECBUFFER_READONLY, SECBUFFER_READONLY_WITH_CHECKSUM}) {
    for (const bool first : {true, false}) {
      std::string text = "data";
      Bytes token(100);
      std::array<SecBuffer, 3> buffers = {
          SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
          SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()},
          SecBuffer{sizeof(constant), SECBUFFER_DATA | how, const_cast<char*>(constant)}};
      if (first) std::swap(buffers[1], buffers[2]);
      SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
      EXPECT_EQ(table().EncryptMessage(&pair.client.handle, 0, &message, 0),
                SEC_E_UNSUPPORTED_FUNCTION);
      EXPECT_EQ(text, "data");
    }
  }
}

TEST_P(Realm, QueryContextAttributes) {
  establish();
  CtxtHandle* handle = &pair.client.handle;
  const auto& t = table();
  SecPkgContext_Sizes sizes{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_SIZES, &sizes), SEC_E_OK);
  EXPECT_GE(sizes.cbMaxToken, 65536u);
  EXPECT_GE(sizes.cbSecurityTrailer, 28u);
  EXPECT_EQ(client_of(pair.client), user("alice"));
  EXPECT_EQ(client_of(pair.server), user("alice"));
  SecPkgContext_NativeNamesW names{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_NATIVE_NAMES, &names), SEC_E_OK);
  const std::u16string server(names.sServerName);
  EXPECT_EQ(std::string(server.begin(), server.end()),
            kTarget + ("@" + environment("NEGODBC_REALM")));
  t.FreeContextBuffer(names.sClientName);
  t.FreeContextBuffer(names.sServerName);
  SecPkgContext_Lifespan span{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_LIFESPAN, &span), SEC_E_OK);
  EXPECT_GT(sspi_gssapi::unix_time_of(span.tsExpiry), ::time(nullptr));
  SecPkgContext_PackageInfoW info{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_PACKAGE_INFO, &info), SEC_E_OK);
  EXPECT_EQ(std::u16string(info.PackageInfo->Name), u"Kerberos");
  t.FreeContextBuffer(info.PackageInfo);
  SecPkgContext_NegotiationInfoW negotiated{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_NEGOTIATION_INFO, &negotiated), SEC_E_OK);
  EXPECT_EQ(negotiated.NegotiationState, SECPKG_NEGOTIATION_COMPLETE);
  t.FreeContextBuffer(negotiated.PackageInfo);
  SecPkgContext_SessionKey ours{};
  SecPkgContext_SessionKey theirs{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_SESSION_KEY, &ours), SEC_E_OK);
  ASSERT_EQ(t.QueryContextAttributesW(&pair.server.handle, SECPKG_ATTR_SESSION_KEY, &theirs),
            SEC_E_OK);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(ours.SessionKey), ours.SessionKeyLength),
            std::string(reinterpret_cast<char*>(theirs.SessionKey), theirs.SessionKeyLength));
  t.FreeContextBuffer(ours.SessionKey);
  t.FreeContextBuffer(theirs.SessionKey);
  SecPkgContext_Flags flags{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_FLAGS, &flags), SEC_E_OK);
  EXPECT_EQ(flags.Flags, pair.client.attributes);
  EXPECT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_KEY_INFO, &flags),
            SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_SIZES, nullptr), SEC_E_INVALID_PARAMETER);
}

TEST_P(Realm, ExportSecurityContext_and_ImportSecurityContext) {
  establish();
  SecBuffer packed{};
  ASSERT_EQ(table().ExportSecurityContext(&pair.client.handle, SECPKG_CONTEXT_EXPORT_DELETE_OLD,
                                          &packed, nullptr),
            SEC_E_OK)
      << why(SEC_E_UNSUPPORTED_FUNCTION);
  pair.client.exists = false;
  EXPECT_FALSE(SecIsValidHandle(&pair.client.handle));
  End imported;
  ASSERT_EQ(table().ImportSecurityContextW(WideArgument(package()).get(), &packed, nullptr,
                                           &imported.handle),
            SEC_E_OK);
  imported.exists = true;
  Bytes sealed;
  Bytes plain;
  ASSERT_EQ(seal(imported, bytes_of("moved"), sealed), SEC_E_OK);
  ASSERT_EQ(open(pair.server, sealed, plain), SEC_E_OK);
  EXPECT_EQ(text_of(plain), "moved");
  EXPECT_EQ(client_of(imported), user("alice"));
  // Damaged, or of another package.
  CtxtHandle none{};
  EXPECT_EQ(table().ImportSecurityContextW(WideArgument("NTLM").get(), &packed, nullptr, &none),
            SEC_E_INVALID_TOKEN);
  static_cast<char*>(packed.pvBuffer)[0] ^= 1;
  EXPECT_EQ(table().ImportSecurityContextW(WideArgument(package()).get(), &packed, nullptr, &none),
            SEC_E_INVALID_TOKEN);
  table().FreeContextBuffer(packed.pvBuffer);
}

}  // namespace
}  // namespace negodbc::test
