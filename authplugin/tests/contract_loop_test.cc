// The contract as the loop keeps it, on a fake function table: every code and sequence, also those
// that GSSAPI never gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <variant>

#include "negotiate/initiator.h"
#include "tests/fake/fake_platform.h"

namespace negodbc::test {
namespace {

using auth::Cause;
using auth::ContextRequest;
using auth::Credential;
using auth::CredentialRequest;
using auth::Initiator;
using Events = std::vector<std::string>;

std::span<const std::byte> bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
std::string text(const auth::SecretBytes& token) {
  return std::string(reinterpret_cast<const char*>(token.data()), token.size());
}

class Loop : public testing::Test {
 protected:
  Loop() {
    script = TableScript{};
    request.target = "service/host";
    request.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  }
  ~Loop() override { EXPECT_EQ(script.live(), 0) << "something was not given back"; }

  Initiator::Step begin(const char* package = "Negotiate") {
    CredentialRequest from;
    from.package = package;
    auto acquired = Credential::acquire(platform, from, 0);
    auto credential = std::get<Credential::Ptr>(acquired);
    return Initiator(platform, credential, package, request).step({});
  }
  static Initiator::Step go_on(Initiator::Step& step, std::string_view answer) {
    return std::move(std::get<Initiator::Continue>(step.result).next).step(bytes(answer));
  }
  static const auth::Failure& failure(const Initiator::Step& step) {
    return std::get<auth::Failure>(step.result);
  }

  TableScript& script = table_script();
  FakePlatform platform;
  ContextRequest request;
};

TEST_F(Loop, SEC_E_OK_with_a_token_that_must_still_be_sent) {
  script.legs = {TableLeg{.token = "last"}};
  Initiator::Step step = begin();
  auto* done = std::get_if<Initiator::Done>(&step.result);
  ASSERT_NE(done, nullptr);
  EXPECT_EQ(text(done->token), "last");
  EXPECT_EQ(done->context.facts().package, "Kerberos");
  EXPECT_EQ(done->context.names().principal, "client@FAKE");
  EXPECT_EQ(done->context.names().target, "service/host@FAKE");
}

TEST_F(Loop, SEC_I_CONTINUE_NEEDED_until_SEC_E_OK) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "one"},
                 TableLeg{.status = SEC_I_CONTINUE_NEEDED}, TableLeg{.token = "three"}};
  Initiator::Step step = begin();
  EXPECT_EQ(text(std::get<Initiator::Continue>(step.result).token), "one");
  step = go_on(step, "answer");
  EXPECT_EQ(text(std::get<Initiator::Continue>(step.result).token), "") << "it may be empty";
  step = go_on(step, "");
  ASSERT_TRUE(std::holds_alternative<Initiator::Done>(step.result));
  ASSERT_EQ(script.calls.size(), 3u);
  EXPECT_TRUE(script.calls[0].first);
  EXPECT_TRUE(script.calls[0].input.empty());
  EXPECT_FALSE(script.calls[1].first);
  EXPECT_EQ(script.calls[1].input[0],
            (std::pair<sec_ulong, std::string>{SECBUFFER_TOKEN, "answer"}));
  EXPECT_EQ(script.calls[2].input[0].second, "") << "an empty answer is passed on as one";
}

TEST_F(Loop, SEC_I_COMPLETE_NEEDED_completes_then_ends) {
  script.legs = {TableLeg{.status = SEC_I_COMPLETE_NEEDED, .token = "?end"}};
  {
    const Initiator::Step step = begin();
    const auto* done = std::get_if<Initiator::Done>(&step.result);
    ASSERT_NE(done, nullptr);
    EXPECT_EQ(text(done->token), "!end") << "completed before it is sent";
  }
  EXPECT_EQ(script.events, (Events{"acquire", "initialize", "complete", "delete", "free"}));
}

TEST_F(Loop, SEC_I_COMPLETE_AND_CONTINUE_completes_then_goes_on) {
  script.legs = {TableLeg{.status = SEC_I_COMPLETE_AND_CONTINUE, .token = "?go"}, TableLeg{}};
  Initiator::Step step = begin();
  EXPECT_EQ(text(std::get<Initiator::Continue>(step.result).token), "!go");
  step = go_on(step, "answer");
  EXPECT_TRUE(std::holds_alternative<Initiator::Done>(step.result));
}

TEST_F(Loop, CompleteAuthToken_fails) {
  script.complete_status = SEC_E_INVALID_TOKEN;
  for (const SECURITY_STATUS status : {SEC_I_COMPLETE_NEEDED, SEC_I_COMPLETE_AND_CONTINUE}) {
    script.legs = {TableLeg{.status = status, .token = "?"}};
    const Initiator::Step step = begin();
    EXPECT_EQ(failure(step).status, NEGODBC_AUTH_E_INVALID_TOKEN);
    EXPECT_EQ(script.live(), 0) << "the context made by the first call is deleted";
  }
}

struct CodeRow {
  SECURITY_STATUS code;
  negodbc_auth_status status;
};
class LoopFailure : public Loop, public testing::WithParamInterface<CodeRow> {};

TEST_P(LoopFailure, On_the_first_leg) {
  script.legs = {TableLeg{.status = GetParam().code}};
  const Initiator::Step step = begin();
  EXPECT_EQ(failure(step).status, GetParam().status);
  EXPECT_EQ(failure(step).native, GetParam().code);
  EXPECT_EQ(failure(step).detail.text, auth::status_name(GetParam().code));
  EXPECT_EQ(script.events, (Events{"acquire", "initialize", "free"})) << "no context, no deletion";
}

TEST_P(LoopFailure, On_a_later_leg_the_context_is_deleted) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"},
                 TableLeg{.status = GetParam().code, .token = "an error token"}};
  Initiator::Step step = begin();
  step = go_on(step, "answer");
  EXPECT_EQ(failure(step).status, GetParam().status);
  EXPECT_EQ(script.events, (Events{"acquire", "initialize", "initialize", "delete", "free"}));
}

INSTANTIATE_TEST_SUITE_P(
    Codes, LoopFailure,
    testing::Values(CodeRow{SEC_E_INSUFFICIENT_MEMORY, NEGODBC_AUTH_E_MEMORY},
                    CodeRow{SEC_E_INTERNAL_ERROR, NEGODBC_AUTH_E_INTERNAL},
                    CodeRow{SEC_E_INVALID_HANDLE, NEGODBC_AUTH_E_INTERNAL},
                    CodeRow{SEC_E_INVALID_TOKEN, NEGODBC_AUTH_E_INVALID_TOKEN},
                    CodeRow{SEC_E_LOGON_DENIED, NEGODBC_AUTH_E_LOGON_DENIED},
                    CodeRow{SEC_E_NO_AUTHENTICATING_AUTHORITY, NEGODBC_AUTH_E_NO_AUTHORITY},
                    CodeRow{SEC_E_NO_CREDENTIALS, NEGODBC_AUTH_E_NO_CREDENTIALS},
                    CodeRow{SEC_E_TARGET_UNKNOWN, NEGODBC_AUTH_E_TARGET_UNKNOWN},
                    CodeRow{SEC_E_UNSUPPORTED_FUNCTION, NEGODBC_AUTH_E_UNSUPPORTED},
                    CodeRow{SEC_E_WRONG_PRINCIPAL, NEGODBC_AUTH_E_WRONG_PRINCIPAL},
                    CodeRow{SEC_E_TIME_SKEW, NEGODBC_AUTH_E_CLOCK_SKEW},
                    CodeRow{SEC_E_BUFFER_TOO_SMALL, NEGODBC_AUTH_E_BUFFER_TOO_SMALL},
                    CodeRow{negodbc_security_status(0x80099999u), NEGODBC_AUTH_E_INTERNAL}),
    [](const auto& of) {
      std::string name = auth::status_name(of.param.code);
      std::erase(name, ' ');
      return name;
    });

TEST_F(Loop, An_unknown_success_code_is_no_success) {
  script.legs = {TableLeg{.status = SEC_I_RENEGOTIATE}};
  const Initiator::Step step = begin();
  EXPECT_LT(failure(step).status, 0);
}

TEST_F(Loop, The_platforms_cause_is_finer_than_the_code) {
  platform.detail.cause = Cause::kExpired;
  platform.detail.text = "gone";
  platform.detail.major = 5;
  script.legs = {TableLeg{.status = SEC_E_NO_CREDENTIALS}};
  const Initiator::Step step = begin();
  EXPECT_EQ(failure(step).status, NEGODBC_AUTH_E_EXPIRED);
  EXPECT_EQ(failure(step).detail.text, "gone");
  EXPECT_EQ(failure(step).detail.major, 5u);
}

TEST_F(Loop, ISC_REQ_ALLOCATE_MEMORY_where_the_platform_allocates) {
  script.legs = {TableLeg{.token = "t"}};
  const Initiator::Step step = begin();
  EXPECT_NE(script.calls[0].request & ISC_REQ_ALLOCATE_MEMORY, 0u);
  EXPECT_EQ(script.calls[0].lent, 0u);
}

TEST_F(Loop, A_buffer_is_lent_where_the_platform_does_not_allocate) {
  platform.allocates = false;
  script.legs = {TableLeg{.token = "t"}};
  const Initiator::Step step = begin();
  EXPECT_EQ(script.calls[0].request & ISC_REQ_ALLOCATE_MEMORY, 0u);
  EXPECT_GE(script.calls[0].lent, 65536u);
  EXPECT_EQ(text(std::get<Initiator::Done>(step.result).token), "t");
}

TEST_F(Loop, Flags_are_asked_for) {
  request.flags_required = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_CONFIDENTIALITY;
  request.flags_requested = NEGODBC_AUTH_FLAG_INTEGRITY | NEGODBC_AUTH_FLAG_REPLAY_DETECT |
                            NEGODBC_AUTH_FLAG_SEQUENCE_DETECT;
  const Initiator::Step step = begin();
  EXPECT_EQ(script.calls[0].request & ~(ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_CONNECTION),
            ISC_REQ_MUTUAL_AUTH | ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY |
                ISC_REQ_REPLAY_DETECT | ISC_REQ_SEQUENCE_DETECT);
  EXPECT_EQ(script.calls[0].request & ISC_REQ_DELEGATE, 0u) << "never unasked";
}

TEST_F(Loop, Delegation_asks_for_mutual_authentication_too) {
  request.flags_required = 0;
  request.delegation = auth::Delegation::kFull;
  const Initiator::Step step = begin();
  EXPECT_NE(script.calls[0].request & ISC_REQ_DELEGATE, 0u);
  EXPECT_NE(script.calls[0].request & ISC_REQ_MUTUAL_AUTH, 0u);
}

TEST_F(Loop, Insufficient_attributes_end_the_context) {
  request.flags_required = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_CONFIDENTIALITY;
  request.flags_requested = NEGODBC_AUTH_FLAG_INTEGRITY;
  script.legs = {TableLeg{.attributes = ISC_RET_MUTUAL_AUTH}};
  const Initiator::Step step = begin();
  EXPECT_EQ(failure(step).status, NEGODBC_AUTH_E_NOT_GRANTED);
  EXPECT_NE(failure(step).detail.text.find("confidentiality"), std::string::npos);
  EXPECT_EQ(failure(step).detail.text.find("integrity"), std::string::npos)
      << "requested, but not insisted on";
  EXPECT_EQ(script.contexts, 0);
}

TEST_F(Loop, Attributes_count_at_the_final_success_only) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t", .attributes = 0},
                 TableLeg{.attributes = ISC_RET_MUTUAL_AUTH}};
  Initiator::Step step = begin();
  step = go_on(step, "a");
  EXPECT_TRUE(std::holds_alternative<Initiator::Done>(step.result));
  script.legs = {
      TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t", .attributes = ISC_RET_MUTUAL_AUTH},
      TableLeg{.attributes = 0}};
  Initiator::Step other = begin();
  other = go_on(other, "a");
  EXPECT_EQ(failure(other).status, NEGODBC_AUTH_E_NOT_GRANTED);
}

TEST_F(Loop, NTLM_is_refused_unless_allowed) {
  script.package = "NTLM";
  EXPECT_EQ(failure(begin()).detail.cause, Cause::kNtlmRefused);
  request.allow_ntlm = true;
  const Initiator::Step step = begin();
  ASSERT_TRUE(std::holds_alternative<Initiator::Done>(step.result));
  EXPECT_EQ(std::get<Initiator::Done>(step.result).context.facts().package, "NTLM");
}

TEST_F(Loop, Without_the_attributes_that_some_platforms_lack) {
  script.package = "";
  script.has_native_names = false;
  Initiator::Step step = begin("Kerberos");
  auto* done = std::get_if<Initiator::Done>(&step.result);
  ASSERT_NE(done, nullptr);
  EXPECT_EQ(done->context.facts().package, "Kerberos");
  EXPECT_EQ(done->context.names().principal, "user@FAKE");
  EXPECT_EQ(done->context.names().target, "service/host");
}

TEST_F(Loop, Channel_bindings_travel_with_every_leg) {
  const auto data = bytes("tls-server-end-point:x");
  request.channel_bindings.assign(data.begin(), data.end());
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}, TableLeg{}};
  Initiator::Step step = begin();
  step = go_on(step, "a");
  ASSERT_EQ(script.calls.size(), 2u);
  for (const auto& call : script.calls) {
    const auto& [type, content] = call.input.back();
    EXPECT_EQ(type, SECBUFFER_CHANNEL_BINDINGS);
    EXPECT_EQ(content.substr(sizeof(SEC_CHANNEL_BINDINGS)), "tls-server-end-point:x");
  }
  EXPECT_EQ(script.calls[0].input.size(), 1u);
}

TEST_F(Loop, A_peer_that_goes_on_for_ever_is_refused) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}};
  Initiator::Step step = begin();
  int legs = 1;
  while (std::holds_alternative<Initiator::Continue>(step.result)) {
    step = go_on(step, "a");
    ASSERT_LE(++legs, 100);
  }
  EXPECT_EQ(failure(step).status, NEGODBC_AUTH_E_INVALID_TOKEN);
  EXPECT_EQ(script.contexts, 0);
}

TEST_F(Loop, An_initiator_given_up_deletes_its_context) {
  script.legs = {TableLeg{.status = SEC_I_CONTINUE_NEEDED, .token = "t"}};
  {
    const Initiator::Step step = begin();
    EXPECT_EQ(script.contexts, 1);
  }
  EXPECT_EQ(script.events, (Events{"acquire", "initialize", "delete", "free"}));
}

TEST_F(Loop, AcquireCredentialsHandle_fails) {
  script.acquire_status = SEC_E_NO_CREDENTIALS;
  const auto acquired = Credential::acquire(platform, CredentialRequest{}, 0);
  EXPECT_EQ(std::get<auth::Failure>(acquired).status, NEGODBC_AUTH_E_NO_CREDENTIALS);
}

TEST_F(Loop, A_credential_near_its_end_counts_as_expired) {
  platform.facts.expires_at = std::chrono::duration_cast<std::chrono::seconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count() +
                              100;
  EXPECT_TRUE(std::holds_alternative<Credential::Ptr>(
      Credential::acquire(platform, CredentialRequest{}, 60)));
  const auto refused = Credential::acquire(platform, CredentialRequest{}, 1000);
  EXPECT_EQ(std::get<auth::Failure>(refused).detail.cause, Cause::kTooLittleLife);
  EXPECT_EQ(std::get<auth::Failure>(refused).status, NEGODBC_AUTH_E_EXPIRED);
  EXPECT_EQ(std::get<auth::Failure>(refused).detail.facts.principal, "user@FAKE");
  platform.facts.expires_at -= 200;
  EXPECT_EQ(
      std::get<auth::Failure>(Credential::acquire(platform, CredentialRequest{}, 0)).detail.cause,
      Cause::kExpired);
}

TEST_F(Loop, A_platform_without_this_kind_of_credential) {
  platform.has_identities = false;
  const auto acquired = Credential::acquire(platform, CredentialRequest{}, 0);
  EXPECT_EQ(std::get<auth::Failure>(acquired).status, NEGODBC_AUTH_E_UNSUPPORTED);
}

TEST_F(Loop, SIZES_are_needed) {
  script.sizes_status = SEC_E_INTERNAL_ERROR;
  Initiator::Step step = begin();
  auth::Established& context = std::get<Initiator::Done>(step.result).context;
  std::vector<std::byte> output(100);
  EXPECT_EQ(std::get<auth::Failure>(context.protect(bytes("data"), output)).status,
            NEGODBC_AUTH_E_INTERNAL)
      << "nothing is protected without them";
  EXPECT_TRUE(std::holds_alternative<auth::Failure>(context.max_frame_overhead()));
}

// Messages.
class LoopMessage : public Loop {
 protected:
  auth::Established establish() {
    Initiator::Step step = begin();
    return std::move(std::get<Initiator::Done>(step.result).context);
  }
};

TEST_F(LoopMessage, Trailer_data_and_padding_leave_no_gap) {
  auth::Established context = establish();
  std::vector<std::byte> output(100);
  const auto size = context.protect(bytes("data"), output);
  ASSERT_TRUE(std::holds_alternative<std::size_t>(size));
  output.resize(std::get<std::size_t>(size));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(output.data()), output.size()),
            std::string(16, 'T') + "DATA" + "PP");
  std::vector<std::byte> plain(output.size());
  const auto opened = context.unprotect(output, plain);
  ASSERT_TRUE(std::holds_alternative<std::size_t>(opened));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(plain.data()), std::get<std::size_t>(opened)),
            "data");
  EXPECT_EQ(script.encrypt_qop, 0u);
}

TEST_F(LoopMessage, Signed_only_where_that_is_asked_for) {
  script.legs = {TableLeg{.attributes = ISC_RET_MUTUAL_AUTH | ISC_RET_INTEGRITY}};
  auth::Established context = establish();
  std::vector<std::byte> output(100);
  EXPECT_EQ(std::get<auth::Failure>(context.protect(bytes("data"), output)).status,
            NEGODBC_AUTH_E_NOT_GRANTED);
  const auto size = context.protect(bytes("data"), output, auth::Protection::kSigned);
  ASSERT_TRUE(std::holds_alternative<std::size_t>(size));
  EXPECT_EQ(script.encrypt_qop, SECQOP_WRAP_NO_ENCRYPT);
  output.resize(std::get<std::size_t>(size));
  for (const auto qop : {sec_ulong{0}, sec_ulong{SECQOP_WRAP_NO_ENCRYPT}}) {
    script.decrypt_qop = qop;
    std::vector<std::byte> plain(output.size());
    auth::Protection found = auth::Protection::kSealed;
    ASSERT_TRUE(std::holds_alternative<std::size_t>(context.unprotect(output, plain, found)));
    EXPECT_EQ(found, qop == 0 ? auth::Protection::kSealed : auth::Protection::kSigned);
  }
}

TEST_F(LoopMessage, Without_integrity_nothing_is_signed) {
  script.legs = {TableLeg{.attributes = ISC_RET_MUTUAL_AUTH}};
  auth::Established context = establish();
  std::vector<std::byte> output(100);
  for (const auto& outcome : {context.protect(bytes("data"), output, auth::Protection::kSigned),
                              context.sign(bytes("data"), output)}) {
    EXPECT_EQ(std::get<auth::Failure>(outcome).status, NEGODBC_AUTH_E_NOT_GRANTED);
  }
  EXPECT_EQ(context.verify(bytes("data"), output)->status, NEGODBC_AUTH_E_NOT_GRANTED);
  auth::Protection found{};
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect(output, output, found)).status,
            NEGODBC_AUTH_E_NOT_GRANTED);
}

TEST_F(LoopMessage, A_code_of_a_message) {
  auth::Established context = establish();
  std::vector<std::byte> code(16);
  EXPECT_EQ(std::get<std::uint32_t>(context.max_code()), 16u);
  EXPECT_EQ(std::get<auth::Failure>(context.sign(bytes("data"), std::span(code).first(15))).status,
            NEGODBC_AUTH_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(std::count(script.events.begin(), script.events.end(), "sign"), 0)
      << "told before anything is signed";
  const auto size = context.sign(bytes("data"), code);
  ASSERT_TRUE(std::holds_alternative<std::size_t>(size));
  code.resize(std::get<std::size_t>(size));
  EXPECT_FALSE(context.verify(bytes("data"), code).has_value());
  EXPECT_EQ(context.verify(bytes("dat"), code)->status, NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(context.verify(bytes("data"), {})->status, NEGODBC_AUTH_E_MESSAGE_ALTERED);
  for (const SECURITY_STATUS status : {SEC_E_OUT_OF_SEQUENCE, SEC_E_INVALID_TOKEN}) {
    script.decrypt_status = status;
    EXPECT_EQ(context.verify(bytes("data"), code)->status, NEGODBC_AUTH_E_MESSAGE_ALTERED);
  }
}

TEST_F(LoopMessage, Output_may_be_the_input) {
  auth::Established context = establish();
  std::string memory = "data" + std::string(60, '-');
  const std::span<std::byte> whole(reinterpret_cast<std::byte*>(memory.data()), memory.size());
  const auto size = context.protect(whole.first(4), whole);
  ASSERT_TRUE(std::holds_alternative<std::size_t>(size));
  EXPECT_EQ(memory.substr(16, 4), "DATA");
}

TEST_F(LoopMessage, Too_small_a_buffer_is_told_before_anything_is_sealed) {
  auth::Established context = establish();
  std::vector<std::byte> output(10);
  EXPECT_EQ(std::get<auth::Failure>(context.protect(bytes("data"), output)).status,
            NEGODBC_AUTH_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(std::get<std::uint32_t>(context.max_frame_overhead()), 20u + 8u);
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect(bytes("0123456789ab"), output)).status,
            NEGODBC_AUTH_E_BUFFER_TOO_SMALL);
}

TEST_F(LoopMessage, Without_confidentiality_nothing_is_protected) {
  script.legs = {TableLeg{.attributes = ISC_RET_MUTUAL_AUTH | ISC_RET_INTEGRITY}};
  auth::Established context = establish();
  std::vector<std::byte> output(100);
  EXPECT_EQ(std::get<auth::Failure>(context.protect(bytes("data"), output)).status,
            NEGODBC_AUTH_E_NOT_GRANTED);
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect(bytes("data"), output)).status,
            NEGODBC_AUTH_E_NOT_GRANTED);
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect_in_place(output)).status,
            NEGODBC_AUTH_E_NOT_GRANTED);
}

TEST_F(LoopMessage, A_failed_message_leaves_nothing_behind) {
  auth::Established context = establish();
  std::vector<std::byte> output(64, std::byte{0x77});
  script.encrypt_status = SEC_E_CONTEXT_EXPIRED;
  EXPECT_EQ(std::get<auth::Failure>(context.protect(bytes("data"), output)).status,
            NEGODBC_AUTH_E_EXPIRED);
  EXPECT_EQ(output, std::vector<std::byte>(64));
  script.decrypt_status = SEC_E_MESSAGE_ALTERED;
  output.assign(64, std::byte{0x77});
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect(bytes("sealed"), output)).status,
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(output, std::vector<std::byte>(64));
}

TEST_F(LoopMessage, Is_opened_where_it_lies) {
  auth::Established context = establish();
  std::vector<std::byte> message(100);
  const auto size = context.protect(bytes("data"), message);
  ASSERT_TRUE(std::holds_alternative<std::size_t>(size));
  message.resize(std::get<std::size_t>(size));
  const std::vector<std::byte> sealed = message;
  const auto opened = context.unprotect_in_place(message);
  ASSERT_TRUE(std::holds_alternative<std::span<std::byte>>(opened));
  const auto data = std::get<std::span<std::byte>>(opened);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(data.data()), data.size()), "data");
  EXPECT_GE(data.data(), message.data());

  const auto refused = [&](std::vector<std::byte> altered) {
    const auto outcome = context.unprotect_in_place(altered);
    EXPECT_EQ(altered, std::vector<std::byte>(altered.size())) << "nothing of it is left";
    return std::get<auth::Failure>(outcome).status;
  };
  EXPECT_EQ(refused({}), NEGODBC_AUTH_E_MESSAGE_ALTERED);
  script.decrypt_qop = SECQOP_WRAP_NO_ENCRYPT;
  EXPECT_EQ(refused(sealed), NEGODBC_AUTH_E_MESSAGE_ALTERED);
  script.decrypt_status = SEC_E_OUT_OF_SEQUENCE;
  EXPECT_EQ(refused(sealed), NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

TEST_F(LoopMessage, Out_of_sequence_counts_as_altered) {
  auth::Established context = establish();
  script.decrypt_status = SEC_E_OUT_OF_SEQUENCE;
  std::vector<std::byte> output(64);
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect(bytes("sealed"), output)).status,
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

TEST_F(LoopMessage, Signed_but_not_sealed_is_refused) {
  auth::Established context = establish();
  script.decrypt_qop = SECQOP_WRAP_NO_ENCRYPT;
  std::vector<std::byte> output(64);
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect(bytes(std::string(30, 'x')), output)).status,
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
  EXPECT_EQ(output, std::vector<std::byte>(64));
}

TEST_F(LoopMessage, An_empty_message_is_no_sealed_one) {
  auth::Established context = establish();
  std::vector<std::byte> output(64);
  EXPECT_EQ(std::get<auth::Failure>(context.unprotect({}, output)).status,
            NEGODBC_AUTH_E_MESSAGE_ALTERED);
}

}  // namespace
}  // namespace negodbc::test
