// The contract of InitializeSecurityContext on the fake library: its parameters. Names of suites
// and tests are those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "sspi_gssapi/oids.h"
#include "tests/fake/contract_fixture.h"

namespace negodbc::test {
namespace {

TEST_F(Parameter, phCredential_of_an_inbound_use_is_refused) {
  TestCredential in = inbound();
  call.credential = &in.handle;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, phCredential_stale_is_refused) {
  CredHandle stale{};
  {
    TestCredential ended = outbound();
    stale = ended.handle;
  }
  call.credential = &stale;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, phCredential_NULL_on_a_later_leg) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  LaterCall second(call.made);
  EXPECT_EQ(second.run(), SEC_E_OK);
}

TEST_F(Parameter, phContext_is_NULL_first_and_the_partial_context_after) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_TRUE(SecIsValidHandle(&call.made));
  RawCall second;
  second.credential = &credential.handle;
  second.context = &call.made;
  second.new_context = &call.made;
  std::string answer = "answer";
  second.has_input = true;
  second.input = {SecBuffer{6, SECBUFFER_TOKEN, answer.data()}};
  EXPECT_EQ(second.run(), SEC_E_OK);
  ASSERT_EQ(fake.init_calls.size(), 2u);
  EXPECT_FALSE(fake.init_calls[0].has_input);
  EXPECT_EQ(fake.init_calls[1].input, "answer");
}

TEST_F(Parameter, phContext_stale_or_made_up_is_refused) {
  CtxtHandle made_up{12345, 67890};
  call.context = &made_up;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
  call.context = nullptr;
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  CtxtHandle stale = call.made;
  ASSERT_EQ(table().DeleteSecurityContext(&call.made), SEC_E_OK);
  RawCall again;
  again.credential = &credential.handle;
  again.context = &stale;
  EXPECT_EQ(again.run(), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(table().DeleteSecurityContext(&stale), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, pszTargetName_is_an_SPN) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.imported, std::vector<std::string>{"hostbased:service@host"});
  EXPECT_EQ(fake.init_calls[0].target, "service@host");
}

TEST_F(Parameter, pszTargetName_with_a_realm_is_a_principal) {
  call.target = "service/host@REALM";
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.imported, std::vector<std::string>{"principal:service/host@REALM"});
}

TEST_F(Parameter, pszTargetName_missing) {
  call.target = nullptr;
  EXPECT_EQ(call.run(), SEC_E_TARGET_UNKNOWN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pszTargetName_is_imported_once_not_once_per_leg) {
  End client;
  ASSERT_EQ(client.initialize(credential, kFakeTarget, kMutual, nullptr), SEC_I_CONTINUE_NEEDED);
  const Bytes answer = bytes_of("answer");
  ASSERT_EQ(client.initialize(credential, kFakeTarget, kMutual, &answer), SEC_E_OK);
  EXPECT_EQ(fake.imported.size(), 1u);
}

TEST_F(Parameter, Reserved1_and_Reserved2_must_be_zero) {
  call.reserved1 = 1;
  EXPECT_EQ(call.run(), SEC_E_INVALID_PARAMETER);
  call.reserved1 = 0;
  call.reserved2 = 1;
  EXPECT_EQ(call.run(), SEC_E_INVALID_PARAMETER);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, TargetDataRep_is_native_or_network) {
  call.representation = SECURITY_NATIVE_DREP;
  EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  RawCall other;
  other.credential = &credential.handle;
  other.representation = 7;
  EXPECT_EQ(other.run(), SEC_E_INVALID_PARAMETER);
}

TEST_F(Parameter, pInput_without_a_token_on_a_later_leg) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  RawCall second;
  second.credential = &credential.handle;
  second.context = &call.made;
  second.has_input = true;
  std::string data = "x";
  second.input = {SecBuffer{1, SECBUFFER_DATA, data.data()}};
  EXPECT_EQ(second.run(), SEC_E_INVALID_TOKEN) << "a buffer of the wrong type";
  second.has_input = false;
  EXPECT_EQ(second.run(), SEC_E_INVALID_TOKEN) << "no buffer at all";
}

// An offer of mechanisms (NegTokenInit2) with this one, in DER.
std::string offer_with(const gss_OID_desc& mech) {
  const auto element = [](char tag, const std::string& content) {
    return std::string{tag, static_cast<char>(content.size())} + content;
  };
  const auto oid = [&](const gss_OID_desc& of) {
    return element('\x06', std::string(static_cast<const char*>(of.elements), of.length));
  };
  const std::string list = element('\xA0', element('\x30', oid(mech)));
  return element('\x60', oid(sspi_gssapi::kSpnegoMech) + element('\xA0', element('\x30', list)));
}

TEST_F(Parameter, pInput_with_a_token_on_the_first_leg_where_the_server_began) {
  TestCredential negotiate = outbound("Negotiate");
  call.credential = &negotiate.handle;
  std::string offer = offer_with(sspi_gssapi::kKrb5Mech);
  call.has_input = true;
  call.input = {SecBuffer{static_cast<sec_ulong>(offer.size()),
                          SECBUFFER_TOKEN | SECBUFFER_READONLY, offer.data()}};
  EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  // MIT's library has no use for it. One that nothing is known of may.
  EXPECT_FALSE(fake.init_calls[0].has_input);
  FakeGss& other = script_of(kFakePlain);
  other = FakeGss{};
  other.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "first"}};
  {
    TestCredential plain = acquire(kFakePlain, "Negotiate", SECPKG_CRED_OUTBOUND);
    RawCall to_other;
    to_other.credential = &plain.handle;
    to_other.has_input = true;
    to_other.input = call.input;
    EXPECT_EQ(to_other.run(), SEC_I_CONTINUE_NEEDED);
    EXPECT_EQ(other.init_calls[0].input, offer);
    to_other.release();
  }
  EXPECT_EQ(other.live(), 0);
}

TEST_F(Parameter, pInput_of_a_server_that_began_with_what_is_no_offer_of_ours) {
  TestCredential negotiate = outbound("Negotiate");
  struct Case {
    CredHandle* credential;
    std::string token;
    SECURITY_STATUS status;
  };
  for (const Case& one : {
           Case{&negotiate.handle, "hello", SEC_E_INVALID_TOKEN},
           Case{&negotiate.handle, offer_with(sspi_gssapi::kNtlmMech), SEC_E_SECPKG_NOT_FOUND},
           // The client begins.
           Case{&credential.handle, offer_with(sspi_gssapi::kKrb5Mech), SEC_E_INVALID_TOKEN},
       }) {
    std::string token = one.token;
    call.credential = one.credential;
    call.has_input = true;
    call.input = {SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()}};
    EXPECT_EQ(call.run(), one.status);
    EXPECT_FALSE(SecIsValidHandle(&call.made));
  }
  EXPECT_TRUE(fake.init_calls.empty()) << "no library has seen it";
}

TEST_F(Parameter, pInput_malformed_descriptor) {
  call.has_input = true;
  call.version = 9;
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  call.version = SECBUFFER_VERSION;
  call.input = {SecBuffer{5, SECBUFFER_CHANNEL_BINDINGS, nullptr}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pInput_with_channel_bindings) {
  std::array<std::byte, sizeof(SEC_CHANNEL_BINDINGS) + 4> packed{};
  SEC_CHANNEL_BINDINGS header{};
  header.cbApplicationDataLength = 4;
  header.dwApplicationDataOffset = sizeof(header);
  std::memcpy(packed.data(), &header, sizeof(header));
  std::memcpy(packed.data() + sizeof(header), "bind", 4);
  call.has_input = true;
  call.input = {SecBuffer{packed.size(), SECBUFFER_CHANNEL_BINDINGS, packed.data()}};
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.init_calls[0].bindings, "bind");
  EXPECT_FALSE(fake.init_calls[0].has_input);
}

TEST_F(Parameter, pInput_with_channel_bindings_that_point_outside) {
  SEC_CHANNEL_BINDINGS header{};
  header.dwApplicationDataOffset = sizeof(header);
  header.cbApplicationDataLength = 0xFFFFFFFFu;
  call.has_input = true;
  call.input = {SecBuffer{sizeof(header), SECBUFFER_CHANNEL_BINDINGS, &header}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pInput_without_channel_bindings_passes_none) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(fake.init_calls[0].bindings, "<none>");
}

TEST_F(Parameter, phNewContext_missing) {
  call.new_context = nullptr;
  EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
}

TEST_F(Parameter, phNewContext_gets_nothing_when_the_first_call_fails) {
  fake.init_legs = {FakeLeg{.major = GSS_S_FAILURE}};
  EXPECT_LT(call.run(), 0);
  EXPECT_FALSE(SecIsValidHandle(&call.made));
}

TEST_F(Parameter, pOutput_without_a_token_buffer) {
  call.output = {SecBuffer{0, SECBUFFER_DATA, nullptr}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  call.has_output = false;
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  call.has_output = true;
  call.output = {SecBuffer{0, SECBUFFER_TOKEN | SECBUFFER_READONLY, nullptr}};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(fake.init_calls.empty());
}

TEST_F(Parameter, pOutput_NULL_where_a_later_leg_has_nothing_to_send) {
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  LaterCall second(call.made);
  second.has_output = false;
  EXPECT_EQ(second.run(), SEC_E_OK);
}

TEST_F(Parameter, pOutput_NULL_where_a_later_leg_has_a_token) {
  fake.init_legs.back().token = "last";
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  LaterCall second(call.made);
  second.has_output = false;
  EXPECT_EQ(second.run(), SEC_E_BUFFER_TOO_SMALL);
}

TEST_F(Parameter, pOutput_NULL_does_not_begin_anew) {
  fake.init_legs = {FakeLeg{}};
  ASSERT_EQ(call.run(), SEC_E_OK);
  LaterCall again(call.made);
  again.has_input = false;
  again.has_output = false;
  EXPECT_EQ(again.run(), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(fake.init_calls.size(), 1u);
}

TEST_F(Parameter, pOutput_of_a_failed_leg_has_the_error_token_where_it_is_asked_for) {
  for (const bool asked : {true, false}) {
    RawCall first;
    first.credential = &credential.handle;
    fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "first"},
                      FakeLeg{.major = GSS_S_FAILURE, .token = "error"}};
    ASSERT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
    LaterCall second(first.made);
    if (asked) second.request |= ISC_REQ_EXTENDED_ERROR;
    EXPECT_LT(second.run(), 0);
    const SecBuffer& out = second.output[0];
    EXPECT_EQ(std::string(static_cast<const char*>(out.pvBuffer), out.cbBuffer),
              asked ? "error" : "");
    EXPECT_EQ(second.attributes & ISC_RET_EXTENDED_ERROR,
              asked ? ISC_RET_EXTENDED_ERROR : sec_ulong{0});
    table().FreeContextBuffer(out.pvBuffer);
    first.release();
  }
}

TEST_F(Parameter, pOutput_of_a_refused_leg_has_no_token) {
  fake.init_legs = {FakeLeg{.token = "by NTLM"}};
  fake.runs_ntlm = true;
  TestCredential negotiate = outbound("Negotiate");
  CredHandle handle = negotiate.handle;
  call.credential = &handle;
  call.request |= ISC_REQ_EXTENDED_ERROR;
  EXPECT_EQ(call.run(), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(call.output[0].pvBuffer, nullptr);
}

TEST_F(Parameter, pOutput_too_small_a_buffer) {
  std::array<char, 4> memory{};
  call.request = kMutual;
  call.output = {SecBuffer{memory.size(), SECBUFFER_TOKEN, memory.data()}};
  EXPECT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(call.output[0].cbBuffer, 5u) << "tells what would have been enough";
  EXPECT_FALSE(SecIsValidHandle(&call.made));
}

TEST_F(Parameter, pOutput_in_the_callers_buffer) {
  std::array<char, 16> memory{};
  call.request = kMutual;
  call.output = {SecBuffer{memory.size(), SECBUFFER_TOKEN, memory.data()}};
  ASSERT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(std::string(memory.data(), call.output[0].cbBuffer), "first");
  EXPECT_EQ(call.attributes & ISC_RET_ALLOCATED_MEMORY, 0u);
}

TEST_F(Parameter, pfContextAttr_tells_what_was_granted) {
  fake.init_legs = {FakeLeg{.flags = GSS_C_MUTUAL_FLAG | GSS_C_CONF_FLAG}};
  call.request = kMutual | ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY | ISC_REQ_ALLOCATE_MEMORY;
  ASSERT_EQ(call.run(), SEC_E_OK);
  EXPECT_EQ(call.attributes, ISC_RET_MUTUAL_AUTH | ISC_RET_CONFIDENTIALITY | ISC_RET_CONNECTION |
                                 ISC_RET_ALLOCATED_MEMORY);
}

TEST_F(Parameter, ptsExpiry_tells_when_the_context_ends) {
  fake.init_legs = {FakeLeg{.life = 3600}};
  ASSERT_EQ(call.run(), SEC_E_OK);
  const std::int64_t ends = auth::system_platform().unix_time(call.expiry);
  EXPECT_NEAR(static_cast<double>(ends), static_cast<double>(::time(nullptr) + 3600), 5.0);
}

TEST_F(Parameter, ptsExpiry_for_ever) {
  fake.init_legs = {FakeLeg{.life = GSS_C_INDEFINITE}};
  ASSERT_EQ(call.run(), SEC_E_OK);
  EXPECT_EQ(auth::system_platform().unix_time(call.expiry), 0);
  EXPECT_EQ(call.expiry.HighPart, 0x7FFFFFFF);
}

}  // namespace
}  // namespace negodbc::test
