// What the contract's tests on the fake library share.
#ifndef NEGODBC_TESTS_FAKE_CONTRACT_FIXTURE_H_
#define NEGODBC_TESTS_FAKE_CONTRACT_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/fake/fake_fixture.h"

namespace negodbc::test {

inline constexpr char kFakeTarget[] = "service/host";
inline constexpr sec_ulong kMutual = ISC_REQ_MUTUAL_AUTH;

// One call with every parameter in the test's hand.
struct RawCall {
  CredHandle* credential = nullptr;
  CtxtHandle* context = nullptr;
  const char* target = kFakeTarget;
  sec_ulong request = kMutual | ISC_REQ_ALLOCATE_MEMORY;
  sec_ulong reserved1 = 0;
  sec_ulong representation = SECURITY_NETWORK_DREP;
  std::vector<SecBuffer> input;
  bool has_input = false;
  sec_ulong reserved2 = 0;
  CtxtHandle made{};
  CtxtHandle* new_context = &made;
  std::vector<SecBuffer> output{SecBuffer{0, SECBUFFER_TOKEN, nullptr}};
  bool has_output = true;
  sec_ulong version = SECBUFFER_VERSION;
  sec_ulong attributes = 0;
  TimeStamp expiry{};

  SECURITY_STATUS run() {
    SecBufferDesc in{version, static_cast<sec_ulong>(input.size()), input.data()};
    SecBufferDesc out{version, static_cast<sec_ulong>(output.size()), output.data()};
    return sspi_gssapi::table_w().InitializeSecurityContextW(
        credential, context, target == nullptr ? nullptr : WideArgument(target).get(), request,
        reserved1, representation, has_input ? &in : nullptr, reserved2, new_context,
        has_output ? &out : nullptr, &attributes, &expiry);
  }
  void release() {
    for (SecBuffer& buffer : output) sspi_gssapi::table_w().FreeContextBuffer(buffer.pvBuffer);
    sspi_gssapi::table_w().DeleteSecurityContext(&made);
  }
};

// A further leg of a context, with an answer of the peer's.
struct LaterCall : RawCall {
  explicit LaterCall(CtxtHandle& partial) {
    context = &partial;
    new_context = &partial;
    has_input = true;
    input = {SecBuffer{static_cast<sec_ulong>(answer.size()), SECBUFFER_TOKEN, answer.data()}};
  }
  std::string answer = "answer";
};

class Parameter : public OnFakeGss {
 protected:
  void SetUp() override {
    fake.init_legs = {FakeLeg{.major = GSS_S_CONTINUE_NEEDED, .token = "first"},
                      FakeLeg{.major = GSS_S_COMPLETE}};
    call.credential = &credential.handle;
  }
  void TearDown() override {
    call.release();
    { TestCredential ended = std::move(credential); }
    OnFakeGss::TearDown();
  }
  TestCredential credential = outbound();
  RawCall call;
};

// With a credential to begin with.
class WithCredential : public OnFakeGss {
 protected:
  TestCredential credential = outbound();
  void TearDown() override {
    { TestCredential ended = std::move(credential); }
    OnFakeGss::TearDown();
  }
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_CONTRACT_FIXTURE_H_
