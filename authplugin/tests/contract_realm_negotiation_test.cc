// Negotiate with the real libraries against peers of each make: each library's acceptor, and one
// that asks for what they don't ask for, or refuses.
#include <gtest/gtest.h>

#include <string>

#include "sspi_gssapi/der.h"
#include "sspi_gssapi/token_guard.h"
#include "tests/support/forged_reply.h"
#include "tests/support/realm_fixture.h"

namespace negodbc::test {
namespace {

namespace der = sspi_gssapi::der;
using sspi_gssapi::NegState;

class NegotiationRealm : public Realm {
 protected:
  static Bytes copy(der::Span of) { return {of.begin(), of.end()}; }

  // MechTypeList of the client's first token.
  static Bytes offered(der::Span token) {
    der::Span rest = der::take_all(token, der::kApplication).content;
    static_cast<void>(der::take(rest));
    const der::Element init = der::take_all(rest, der::kContext);
    return copy(
        der::find(der::take_all(init.content, der::kSequence).content, der::kContext).content);
  }
  // A server that speaks Kerberos by the library and SPNEGO by itself.
  void begin(sec_ulong request) {
    ASSERT_EQ(client.initialize(credential, kTarget, request, nullptr), SEC_I_CONTINUE_NEEDED)
        << why(client.status);
    list = offered(client.token);
    ASSERT_FALSE(list.empty());
    ASSERT_EQ(server.accept(acceptor, copy(sspi_gssapi::token_within_spnego(client.token))),
              SEC_E_OK)
        << why(server.status);
  }
  SECURITY_STATUS answer(NegState state, const Bytes& inner, const Bytes& seal) {
    const Bytes sent = spnego_reply(state, inner, seal);
    return client.initialize(credential, kTarget, request_, &sent);
  }
  Bytes seal_of_list() {
    Bytes code;
    EXPECT_EQ(sign(server, list, code), SEC_E_OK);
    return code;
  }
  void expect_seal_from_client() {
    const sspi_gssapi::SpnegoReply read = sspi_gssapi::read_spnego_reply(client.token);
    ASSERT_TRUE(read.well_formed);
    EXPECT_EQ(verify(server, list, copy(read.mic)), SEC_E_OK);
  }
  void expect_messages() {
    const Bytes plain = bytes_of("what is said then");
    Bytes sealed;
    Bytes opened;
    ASSERT_EQ(seal(client, plain, sealed), SEC_E_OK);
    ASSERT_EQ(open(server, sealed, opened), SEC_E_OK);
    EXPECT_EQ(opened, plain);
    ASSERT_EQ(seal(server, plain, sealed), SEC_E_OK);
    ASSERT_EQ(open(client, sealed, opened), SEC_E_OK);
    EXPECT_EQ(opened, plain);
  }

  const sec_ulong request_ = kAll;
  const TestCredential credential = outbound();
  const TestCredential acceptor = acquire(library(), "Kerberos", SECPKG_CRED_INBOUND);
  Bytes list;
  End client;
  End server;
};

TEST_P(NegotiationRealm, Either_librarys_acceptor) {
  for (const char* whose : {"heimdal", "mit"}) {
    const TestCredential other = acquire(whose, "Negotiate", SECPKG_CRED_INBOUND);
    for (const sec_ulong request : {kAll, kAll & ~sec_ulong{ISC_REQ_MUTUAL_AUTH}}) {
      Pair both;
      shake_hands(both, credential, other, kTarget, request);
      EXPECT_EQ(both.client.status, SEC_E_OK) << whose << ": " << why(both.client.status);
      EXPECT_EQ(both.server.status, SEC_E_OK) << whose << ": " << why(both.server.status);
      EXPECT_EQ(both.client.attributes & ISC_RET_MUTUAL_AUTH, request & ISC_REQ_MUTUAL_AUTH);
      EXPECT_EQ(client_of(both.server), user("alice"));
    }
  }
}

TEST_P(NegotiationRealm, A_peer_that_seals_the_offer) {
  begin(kAll);
  ASSERT_EQ(answer(NegState::kIncomplete, server.token, seal_of_list()), SEC_E_OK)
      << why(client.status);
  expect_seal_from_client();
  expect_messages();
}

TEST_P(NegotiationRealm, A_seal_over_another_offer) {
  begin(kAll);
  list.back() ^= std::byte{1};
  EXPECT_LT(answer(NegState::kIncomplete, server.token, seal_of_list()), 0);
}

TEST_P(NegotiationRealm, A_peer_that_asks_for_the_clients_seal) {
  if (std::string(library()) == "mit") {
    GTEST_SKIP() << "MIT's library seals nothing for who has taken its first choice";
  }
  begin(kAll & ~sec_ulong{ISC_REQ_MUTUAL_AUTH});
  ASSERT_EQ(answer(NegState::kRequestMic, {}, {}), SEC_I_CONTINUE_NEEDED) << why(client.status);
  expect_seal_from_client();
  ASSERT_EQ(answer(NegState::kCompleted, {}, seal_of_list()), SEC_E_OK) << why(client.status);
  expect_messages();
}

TEST_P(NegotiationRealm, A_peer_that_refuses) {
  begin(kAll);
  EXPECT_EQ(answer(NegState::kReject, {}, {}), SEC_E_LOGON_DENIED) << why(client.status);
  EXPECT_EQ(client.initialize(credential, kTarget, kAll, &server.token), SEC_E_INVALID_HANDLE);
}

INSTANTIATE_TEST_SUITE_P(Libraries, NegotiationRealm,
                         testing::Combine(testing::Values("heimdal", "mit"),
                                          testing::Values("Negotiate")),
                         [](const auto& of) { return std::string(std::get<0>(of.param)); });

}  // namespace
}  // namespace negodbc::test
