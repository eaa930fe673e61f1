// SPNEGO's initiator over a Kerberos that does as it is told.
#include "sspi_gssapi/kerberos_negotiation.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sspi_gssapi/der.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/token_guard.h"
#include "tests/fake/fake_fixture.h"

namespace negodbc::test {
namespace {

using sspi_gssapi::NegotiationFault;
using sspi_gssapi::NegState;

class Negotiation : public testing::Test {
 protected:
  Negotiation() {
    fake = FakeGss{};
    gss_buffer_desc name = sspi_gssapi::borrowed("service/host");
    OM_uint32 minor = 0;
    library.gss_import_name(&minor, &name, &sspi_gssapi::kKrb5Name, target.out());
  }
  void TearDown() override {
    OM_uint32 minor = 0;
    library.gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    { const sspi_gssapi::ScopedName ended = std::move(target); }
    EXPECT_EQ(fake.live(), 0) << "something was not given back";
  }

  // As the peer writes them.
  static std::string element(std::uint8_t tag, std::string_view content) {
    std::vector<std::byte> header;
    sspi_gssapi::der::put_header(header, tag, content.size());
    return text_of(header).append(content);
  }
  static std::string field(int number, const std::string& value) {
    return element(static_cast<std::uint8_t>(0xA0 + number), value);
  }
  static std::string state(NegState told) {
    return field(0, element(0x0A, std::string(1, static_cast<char>(told))));
  }
  static std::string mech(const gss_OID_desc& oid) {
    return field(1, element(0x06, {static_cast<const char*>(oid.elements), oid.length}));
  }
  static std::string token_of(const std::string& bytes) { return field(2, element(0x04, bytes)); }
  static std::string mic_of(const std::string& bytes) { return field(3, element(0x04, bytes)); }
  static std::string kerberos(char id = 2) {
    const std::string oid(static_cast<const char*>(sspi_gssapi::kKrb5Mech.elements),
                          sspi_gssapi::kKrb5Mech.length);
    return element(0x60, element(0x06, oid) + id + std::string("\x00\x6F\x00", 3));
  }

  sspi_gssapi::InitiatorLeg leg() {
    return {.library = library,
            .credential = GSS_C_NO_CREDENTIAL,
            .context = context,
            .target = target.get(),
            .mech = &sspi_gssapi::kKrb5Mech,
            .request = GSS_C_MUTUAL_FLAG,
            .bindings = GSS_C_NO_CHANNEL_BINDINGS,
            .granted = granted};
  }
  OM_uint32 begin(OM_uint32 kerberos_is = GSS_S_CONTINUE_NEEDED, const std::string& first = "first",
                  const FakeLeg& later = {}) {
    fake.init_legs = {FakeLeg{.major = kerberos_is, .token = first}, later};
    sspi_gssapi::InitiatorLeg call = leg();
    return negotiation.begin(call, token);
  }
  OM_uint32 answer(const std::string& fields) {
    return answer_bytes(field(1, element(0x30, fields)));
  }
  OM_uint32 answer_bytes(const std::string& reply) {
    token.clear();
    sspi_gssapi::InitiatorLeg call = leg();
    const OM_uint32 major = negotiation.go_on(
        call, {reinterpret_cast<const std::byte*>(reply.data()), reply.size()}, token);
    life = call.life;
    return major;
  }
  sspi_gssapi::SpnegoReply sent() const { return sspi_gssapi::read_spnego_reply(token); }

  const sspi_gssapi::GssLibrary& library =
      *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library(kFakePlain));
  FakeGss& fake = script_of(kFakePlain);
  sspi_gssapi::ScopedName target{library};
  gss_ctx_id_t context = GSS_C_NO_CONTEXT;
  OM_uint32 granted = 0;
  OM_uint32 life = 0;
  sspi_gssapi::KerberosNegotiation negotiation;
  auth::SecretBytes token;
};

const std::string kSeal = "mic:13";  // the fake's, over a list of one mechanism

TEST_F(Negotiation, The_first_token_offers_Kerberos_alone) {
  for (const std::size_t size : {1u, 90u, 127u, 128u, 255u, 256u, 4000u, 65535u, 70000u}) {
    const std::string inner(size, 'k');
    EXPECT_EQ(begin(GSS_S_CONTINUE_NEEDED, inner), GSS_S_CONTINUE_NEEDED);
    const sspi_gssapi::SpnegoOffer offer = sspi_gssapi::read_spnego_offer(token);
    EXPECT_TRUE(offer.well_formed && offer.kerberos && !offer.ntlm) << size;
    EXPECT_EQ(sspi_gssapi::der::text(sspi_gssapi::token_within_spnego(token)), inner) << size;
  }
  EXPECT_EQ(begin(GSS_S_FAILURE), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kNone) << "that is the library's";
}

TEST_F(Negotiation, With_the_answer_of_Kerberos_it_is_done) {
  begin();
  EXPECT_EQ(
      answer(state(NegState::kCompleted) + mech(sspi_gssapi::kKrb5Mech) + token_of(kerberos())),
      GSS_S_COMPLETE);
  EXPECT_TRUE(token.empty());
  EXPECT_EQ(life, 3600u);
  ASSERT_EQ(fake.init_calls.size(), 2u);
  EXPECT_EQ(fake.init_calls[1].input, kerberos());
}

TEST_F(Negotiation, The_choice_may_be_called_otherwise_or_not_at_all) {
  for (const std::string& choice : {mech(sspi_gssapi::kMicrosoftKrb5Mech), std::string()}) {
    begin();
    EXPECT_EQ(answer(state(NegState::kIncomplete) + choice + token_of(kerberos())), GSS_S_COMPLETE);
    begin();
    EXPECT_EQ(answer(choice + token_of(kerberos())), GSS_S_COMPLETE) << "nor any state";
  }
}

TEST_F(Negotiation, What_was_not_offered_is_refused) {
  begin();
  EXPECT_EQ(answer(state(NegState::kIncomplete) + mech(sspi_gssapi::kNtlmMech)), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kNtlm);
  begin();
  EXPECT_EQ(answer(state(NegState::kIncomplete) + mech(sspi_gssapi::kSpnegoMech)), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kOtherMech);
  EXPECT_EQ(fake.init_calls.size(), 2u) << "the library is not asked";
}

TEST_F(Negotiation, Where_Kerberos_needs_no_answer_the_peers_is_waited_for) {
  EXPECT_EQ(begin(GSS_S_COMPLETE), GSS_S_CONTINUE_NEEDED);
  EXPECT_EQ(answer(state(NegState::kCompleted) + mech(sspi_gssapi::kKrb5Mech)), GSS_S_COMPLETE);
  EXPECT_EQ(life, 3600u) << "of the first leg";
  EXPECT_EQ(fake.init_calls.size(), 1u);
  begin(GSS_S_COMPLETE);
  EXPECT_EQ(answer(state(NegState::kCompleted) + token_of("")), GSS_S_COMPLETE)
      << "as old IIS has it";
  begin(GSS_S_COMPLETE);
  EXPECT_EQ(answer(state(NegState::kIncomplete)), GSS_S_FAILURE) << "it waits for nothing";
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kMalformed);
  begin(GSS_S_COMPLETE);
  EXPECT_EQ(answer(state(NegState::kCompleted) + token_of(kerberos())), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kMalformed) << "and takes nothing";
}

TEST_F(Negotiation, A_seal_is_verified_and_answered) {
  begin();
  EXPECT_EQ(answer(state(NegState::kCompleted) + token_of(kerberos()) + mic_of(kSeal)),
            GSS_S_COMPLETE);
  EXPECT_EQ(sent().state, NegState::kCompleted);
  EXPECT_EQ(sspi_gssapi::der::text(sent().mic), kSeal);
  EXPECT_FALSE(sent().has_token);
  begin();
  EXPECT_EQ(answer(state(NegState::kCompleted) + token_of(kerberos()) + mic_of("mic:14")),
            GSS_S_BAD_SIG);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kNone) << "the library says so";
  begin();
  EXPECT_EQ(answer(state(NegState::kCompleted) + token_of(kerberos()) + mic_of(kerberos())),
            GSS_S_COMPLETE)
      << "Windows 2000 repeats the token";
  EXPECT_TRUE(token.empty());
}

// Heimdal tells of a number out of turn before it looks at the seal itself.
TEST_F(Negotiation, A_seal_that_is_not_wholly_right_is_none) {
  for (const OM_uint32 told :
       std::initializer_list<OM_uint32>{GSS_S_UNSEQ_TOKEN, GSS_S_OLD_TOKEN, GSS_S_DUPLICATE_TOKEN,
                                        GSS_S_GAP_TOKEN, GSS_S_BAD_SIG}) {
    fake.mic_major = told;
    begin();
    EXPECT_EQ(answer(state(NegState::kCompleted) + token_of(kerberos()) + mic_of(kSeal)),
              GSS_S_BAD_SIG);
  }
}

TEST_F(Negotiation, Who_asks_for_a_seal_has_to_give_one) {
  begin();
  EXPECT_EQ(answer(state(NegState::kRequestMic) + token_of(kerberos())), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kMalformed);
  begin();
  EXPECT_EQ(answer(state(NegState::kRequestMic) + token_of(kerberos()) + mic_of(kSeal)),
            GSS_S_COMPLETE);
  EXPECT_EQ(sspi_gssapi::der::text(sent().mic), kSeal);
  // Where the client has had the last word already it seals first.
  for (const bool gives : {true, false}) {
    begin(GSS_S_COMPLETE);
    EXPECT_EQ(answer(state(NegState::kRequestMic) + mech(sspi_gssapi::kKrb5Mech)),
              GSS_S_CONTINUE_NEEDED);
    EXPECT_EQ(sent().state, NegState::kIncomplete);
    EXPECT_EQ(sspi_gssapi::der::text(sent().mic), kSeal);
    EXPECT_EQ(answer(state(NegState::kCompleted) + (gives ? mic_of(kSeal) : std::string())),
              gives ? GSS_S_COMPLETE : GSS_S_FAILURE);
    EXPECT_TRUE(token.empty());
  }
  fake.mic_major = GSS_S_FAILURE;
  begin(GSS_S_COMPLETE);
  EXPECT_EQ(answer(state(NegState::kRequestMic)), GSS_S_FAILURE);
}

TEST_F(Negotiation, Kerberos_may_have_more_to_say) {
  begin(GSS_S_CONTINUE_NEEDED, "first", FakeLeg{.major = GSS_S_COMPLETE, .token = "third"});
  EXPECT_EQ(answer(state(NegState::kIncomplete) + token_of(kerberos())), GSS_S_CONTINUE_NEEDED);
  EXPECT_EQ(sent().state, NegState::kIncomplete);
  EXPECT_EQ(sspi_gssapi::der::text(sent().token), "third");
  EXPECT_EQ(answer(state(NegState::kCompleted)), GSS_S_COMPLETE);
}

TEST_F(Negotiation, A_refusal_is_told_with_its_reason_where_it_has_one) {
  begin();
  EXPECT_EQ(answer(state(NegState::kReject)), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kRejected);
  begin();
  EXPECT_EQ(answer(state(NegState::kReject) + token_of(kerberos())), GSS_S_FAILURE);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kRejected) << "whatever comes with it";
  begin(GSS_S_CONTINUE_NEEDED, "first", FakeLeg{.major = GSS_S_DEFECTIVE_TOKEN});
  EXPECT_EQ(answer(state(NegState::kReject) + token_of(kerberos(3))), GSS_S_DEFECTIVE_TOKEN);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kNone) << "a KRB-ERROR is the library's to tell";
}

TEST_F(Negotiation, What_is_no_answer_does_not_reach_the_library) {
  const std::string good =
      field(1, element(0x30, state(NegState::kCompleted) + token_of(kerberos()) + mic_of(kSeal)));
  for (std::size_t size = 0; size < good.size(); ++size) {
    begin();
    EXPECT_EQ(answer_bytes(good.substr(0, size)), GSS_S_FAILURE) << size;
    EXPECT_EQ(negotiation.fault(), NegotiationFault::kMalformed) << size;
  }
  for (const std::string& fields :
       {std::string(), state(NegState::kCompleted), state(NegState::kIncomplete),
        state(NegState::kCompleted) + mic_of(kSeal), token_of("not framed"), token_of(kerberos(1)),
        field(0, element(0x0A, "\x04")), field(0, element(0x02, std::string(1, '\0'))),
        token_of(kerberos()) + state(NegState::kCompleted),
        token_of(kerberos()) + token_of(kerberos())}) {
    begin();
    EXPECT_EQ(answer(fields), GSS_S_FAILURE);
    EXPECT_EQ(negotiation.fault(), NegotiationFault::kMalformed);
  }
  for (const FakeGss::InitCall& call : fake.init_calls) EXPECT_FALSE(call.has_input);
}

TEST_F(Negotiation, Begins_anew) {
  begin();
  EXPECT_EQ(answer(state(NegState::kReject)), GSS_S_FAILURE);
  EXPECT_EQ(begin(), GSS_S_CONTINUE_NEEDED);
  EXPECT_EQ(negotiation.fault(), NegotiationFault::kNone);
  EXPECT_EQ(answer(state(NegState::kCompleted) + token_of(kerberos())), GSS_S_COMPLETE);
}

}  // namespace
}  // namespace negodbc::test
