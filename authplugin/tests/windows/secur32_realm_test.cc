// The contract on the system's own Secur32 with a real KDC: the plugin through its C ABI, against
// an acceptor of the same table in this process. Under Wine KRB5_CONFIG, KRB5CCNAME and KRB5_KTNAME
// are set before Wine starts, so every state of the tickets is a run of this program
// (run_realm_test).
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "negodbc/auth_plugin.h"
#include "negotiate/security_platform.h"
#include "negotiate/utf16.h"
#include "sspi_windows/credential_facts.h"

namespace negodbc::test {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kTimeoutMs = 20000;
constexpr std::uint32_t kAll = NEGODBC_AUTH_FLAG_MUTUAL | NEGODBC_AUTH_FLAG_REPLAY_DETECT |
                               NEGODBC_AUTH_FLAG_SEQUENCE_DETECT |
                               NEGODBC_AUTH_FLAG_CONFIDENTIALITY | NEGODBC_AUTH_FLAG_INTEGRITY;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  EXPECT_NE(value, nullptr) << name;
  return value == nullptr ? "" : value;
}

// The adapted table: what the loop uses, so what an acceptor seals is laid out as on the wire.
const SecurityFunctionTableW& table() {
  return auth::system_platform().table();
}

// The server's end.
class Acceptor {
 public:
  explicit Acceptor(const std::string& package) {
    auth::WideText name = auth::to_wide(package);
    TimeStamp expiry{};
    status_ = table().AcquireCredentialsHandleW(nullptr, name.data(), SECPKG_CRED_INBOUND, nullptr,
                                                nullptr, nullptr, nullptr, &credential_, &expiry);
    EXPECT_EQ(status_, SEC_E_OK) << auth::status_name(status_);
  }
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  ~Acceptor() {
    if (exists_) table().DeleteSecurityContext(&context_);
    if (status_ == SEC_E_OK) table().FreeCredentialsHandle(&credential_);
  }

  SECURITY_STATUS accept(Bytes input, Bytes& output) {
    std::vector<std::byte> memory(65536);
    SecBuffer in{static_cast<sec_ulong>(input.size()), SECBUFFER_TOKEN, input.data()};
    SecBuffer out{static_cast<sec_ulong>(memory.size()), SECBUFFER_TOKEN, memory.data()};
    SecBufferDesc in_desc{SECBUFFER_VERSION, 1, &in};
    SecBufferDesc out_desc{SECBUFFER_VERSION, 1, &out};
    TimeStamp expiry{};
    const SECURITY_STATUS status = table().AcceptSecurityContext(
        &credential_, exists_ ? &context_ : nullptr, &in_desc, 0, SECURITY_NETWORK_DREP, &context_,
        &out_desc, &attributes_, &expiry);
    output.clear();
    if (status >= 0) {
      exists_ = true;
      output.assign(memory.begin(), memory.begin() + out.cbBuffer);
    }
    return status;
  }

  SECURITY_STATUS seal(const Bytes& plain, Bytes& sealed) {
    SecPkgContext_Sizes sizes{};
    SECURITY_STATUS status = table().QueryContextAttributesW(&context_, SECPKG_ATTR_SIZES, &sizes);
    if (status != SEC_E_OK) return status;
    Bytes token(sizes.cbSecurityTrailer);
    Bytes data = plain;
    Bytes padding(sizes.cbBlockSize);
    std::array buffers = {
        SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
        SecBuffer{static_cast<sec_ulong>(data.size()), SECBUFFER_DATA, data.data()},
        SecBuffer{static_cast<sec_ulong>(padding.size()), SECBUFFER_PADDING, padding.data()}};
    SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
    status = table().EncryptMessage(&context_, 0, &message, 0);
    sealed.clear();
    if (status != SEC_E_OK) return status;
    for (const SecBuffer& part : buffers) {
      const auto* const begin = static_cast<const std::byte*>(part.pvBuffer);
      sealed.insert(sealed.end(), begin, begin + part.cbBuffer);
    }
    return status;
  }

  SECURITY_STATUS open(Bytes sealed, Bytes& plain) {
    std::array buffers = {
        SecBuffer{static_cast<sec_ulong>(sealed.size()), SECBUFFER_STREAM, sealed.data()},
        SecBuffer{0, SECBUFFER_DATA, nullptr}};
    SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
    sec_ulong qop = 0;
    const SECURITY_STATUS status = table().DecryptMessage(&context_, &message, 0, &qop);
    plain.clear();
    if (status != SEC_E_OK) return status;
    const auto* const begin = static_cast<const std::byte*>(buffers[1].pvBuffer);
    if (buffers[1].cbBuffer != 0) plain.assign(begin, begin + buffers[1].cbBuffer);
    return status;
  }

  [[nodiscard]] sec_ulong attributes() const { return attributes_; }

 private:
  CredHandle credential_{};
  CtxtHandle context_{};
  SECURITY_STATUS status_ = SEC_E_INTERNAL_ERROR;
  bool exists_ = false;
  sec_ulong attributes_ = 0;
};

class Client {
 public:
  explicit Client(const negodbc_auth_options& options)
      : api_(negodbc_auth_plugin(NEGODBC_AUTH_ABI_VERSION)),
        opened_(api_->open(&options, &session_)) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { api_->close(session_); }

  negodbc_auth_status step(const Bytes& input) {
    const void* made = nullptr;
    std::size_t size = 0;
    const negodbc_auth_status status =
        api_->step(session_, input.data(), input.size(), kTimeoutMs, &made, &size);
    const auto* const begin = static_cast<const std::byte*>(made);
    token_.assign(begin, begin + size);
    return status;
  }
  negodbc_auth_status log_in(Acceptor& acceptor) {
    if (opened_ != NEGODBC_AUTH_OK) return opened_;
    negodbc_auth_status status = step({});
    while (status >= 0) {
      Bytes answer;
      if (!token_.empty() && acceptor.accept(token_, answer) < 0) return NEGODBC_AUTH_E_INTERNAL;
      if (status == NEGODBC_AUTH_ESTABLISHED) break;
      status = step(answer);
    }
    return status;
  }
  [[nodiscard]] negodbc_auth_diagnosis diagnosis() const {
    negodbc_auth_diagnosis record{};
    record.size = sizeof record;
    EXPECT_EQ(api_->diagnosis(session_, &record), NEGODBC_AUTH_OK);
    return record;
  }
  [[nodiscard]] negodbc_auth_info info() const {
    negodbc_auth_info record{};
    record.size = sizeof record;
    EXPECT_EQ(api_->query(session_, &record), NEGODBC_AUTH_OK);
    return record;
  }
  negodbc_auth_status protect(const Bytes& plain, Bytes& sealed) {
    sealed.resize(plain.size() + info().max_frame_overhead);
    std::size_t size = sealed.size();
    const negodbc_auth_status status =
        api_->protect(session_, plain.data(), plain.size(), sealed.data(), &size);
    sealed.resize(status == NEGODBC_AUTH_OK ? size : 0);
    return status;
  }
  negodbc_auth_status unprotect(const Bytes& sealed, Bytes& plain) {
    plain.resize(sealed.size());
    std::size_t size = plain.size();
    const negodbc_auth_status status =
        api_->unprotect(session_, sealed.data(), sealed.size(), plain.data(), &size);
    plain.resize(status == NEGODBC_AUTH_OK ? size : 0);
    return status;
  }
  [[nodiscard]] const Bytes& token() const { return token_; }
  [[nodiscard]] negodbc_auth_status opened() const { return opened_; }

 private:
  const negodbc_auth_api* api_;
  negodbc_auth_session* session_ = nullptr;
  negodbc_auth_status opened_;
  Bytes token_;
};

class Secur32 : public testing::TestWithParam<const char*> {
 protected:
  negodbc_auth_options options(std::uint32_t flags = kAll) const {
    negodbc_auth_options made{};
    made.size = sizeof made;
    made.flags_required = flags;
    made.package = GetParam();
    made.service = "postgres";
    made.host = "localhost";
    return made;
  }
};

Bytes text(std::size_t size) {
  return Bytes(size, std::byte{0x5A});
}

TEST_P(Secur32, Two_legs_with_all_flags_and_messages_both_ways) {
  Acceptor server(GetParam());
  Client client(options());
  ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
  const negodbc_auth_info info = client.info();
  EXPECT_EQ(info.flags_granted & kAll, kAll);
  EXPECT_EQ(info.flags_granted & NEGODBC_AUTH_FLAG_DELEGATED, 0u);
  EXPECT_STREQ(info.package, "Kerberos");
  EXPECT_GT(info.expires_at, 0);
  EXPECT_EQ(client.diagnosis().legs, 1u);  // tokens sent; the server's answer ends it
  for (const std::size_t size : {0U, 1U, 3U, 16U, 16384U}) {
    Bytes sealed;
    Bytes opened;
    ASSERT_EQ(client.protect(text(size), sealed), NEGODBC_AUTH_OK) << client.diagnosis().json;
    ASSERT_EQ(server.open(sealed, opened), SEC_E_OK) << size;
    EXPECT_EQ(opened, text(size));
    ASSERT_EQ(server.seal(text(size), sealed), SEC_E_OK);
    ASSERT_EQ(client.unprotect(sealed, opened), NEGODBC_AUTH_OK) << size;
    EXPECT_EQ(opened, text(size));
  }
}

TEST_P(Secur32, The_servers_message_may_be_the_first) {
  Acceptor server(GetParam());
  Client client(options());
  ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
  Bytes sealed;
  Bytes opened;
  ASSERT_EQ(server.seal(text(1000), sealed), SEC_E_OK);
  ASSERT_EQ(client.unprotect(sealed, opened), NEGODBC_AUTH_OK);
  EXPECT_EQ(opened, text(1000));
}

TEST_P(Secur32, A_flipped_bit_is_SEC_E_MESSAGE_ALTERED) {
  for (const std::size_t at : {4U, 20U, 70U, 100U}) {
    Acceptor server(GetParam());
    Client client(options());
    ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED);
    Bytes sealed;
    Bytes opened;
    ASSERT_EQ(server.seal(text(64), sealed), SEC_E_OK);
    sealed.at(at) ^= std::byte{1};
    EXPECT_EQ(client.unprotect(sealed, opened), NEGODBC_AUTH_E_MESSAGE_ALTERED) << at;
  }
}

TEST_P(Secur32, Repeated_and_cut_messages_are_refused) {
  Acceptor server(GetParam());
  Client client(options());
  ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED);
  Bytes sealed;
  Bytes opened;
  ASSERT_EQ(server.seal(text(64), sealed), SEC_E_OK);
  ASSERT_EQ(client.unprotect(sealed, opened), NEGODBC_AUTH_OK);
  EXPECT_LT(client.unprotect(sealed, opened), 0);
  for (const std::size_t size : {1U, 15U, 16U, 59U, 60U}) {
    EXPECT_LT(
        client.unprotect(Bytes(sealed.begin(), sealed.begin() + static_cast<long>(size)), opened),
        0)
        << size;
  }
}

TEST_P(Secur32, Without_confidentiality_nothing_is_sealed) {
  Acceptor server(GetParam());
  Client client(options(NEGODBC_AUTH_FLAG_MUTUAL));
  ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
  Bytes sealed;
  const bool granted = (client.info().flags_granted & NEGODBC_AUTH_FLAG_CONFIDENTIALITY) != 0;
  EXPECT_EQ(client.protect(text(4), sealed),
            granted ? NEGODBC_AUTH_OK : NEGODBC_AUTH_E_NOT_GRANTED);
}

TEST_P(Secur32, Without_mutual_authentication) {
  Acceptor server(GetParam());
  Client client(options(0));
  ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
  EXPECT_EQ(client.info().flags_granted & NEGODBC_AUTH_FLAG_MUTUAL, 0u);
}

TEST_P(Secur32, Realm_given_in_the_target) {
  Acceptor server(GetParam());
  negodbc_auth_options asked = options();
  const std::string realm = environment("NEGODBC_REALM");
  asked.realm = realm.c_str();
  Client client(asked);
  EXPECT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
  EXPECT_EQ(client.diagnosis().target, "postgres/localhost@" + realm);
}

TEST_P(Secur32, SEC_E_INVALID_TOKEN_from_a_malformed_reply) {
  Client client(options());
  ASSERT_EQ(client.step({}), NEGODBC_AUTH_CONTINUE);
  EXPECT_LT(client.step(text(20)), 0);
  EXPECT_EQ(client.step(text(20)), NEGODBC_AUTH_E_STATE);
}

TEST_P(Secur32, An_unknown_service_fails_with_its_name) {
  negodbc_auth_options asked = options();
  asked.service = "nosuchservice";
  Client client(asked);
  EXPECT_LT(client.step({}), 0);
  const negodbc_auth_diagnosis why = client.diagnosis();
  EXPECT_STREQ(why.target, "nosuchservice/localhost");
  EXPECT_NE(std::string(why.status_name), "SEC_E_OK");
  EXPECT_NE(std::string(why.text), "");
  EXPECT_EQ(why.gss_major, 0u);
}

TEST_P(Secur32, Names_itself_and_the_logon_session) {
  Acceptor server(GetParam());
  Client client(options());
  ASSERT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED);
  const negodbc_auth_diagnosis record = client.diagnosis();
  EXPECT_STREQ(record.library, "windows");
  EXPECT_NE(std::string(record.library_version), "");
  EXPECT_STREQ(record.credential_source, "logon session");
}

// Windows keeps tickets itself: what is GSSAPI's is refused, and not passed over.
TEST_P(Secur32, Caches_and_keytabs_are_not_supported) {
  negodbc_auth_options asked = options();
  asked.credential_cache = "FILE:/tmp/x";
  Client cache(asked);
  EXPECT_EQ(cache.step({}), NEGODBC_AUTH_E_UNSUPPORTED);
  asked = options();
  asked.client_keytab = "/tmp/x";
  asked.principal = "a@B";
  Client keytab(asked);
  EXPECT_EQ(keytab.step({}), NEGODBC_AUTH_E_UNSUPPORTED);
}

// Neither Windows' Secur32 nor Wine's looks at the name, and Wine's does not tell whose its ticket
// is.
TEST_P(Secur32, A_principal_is_the_sessions_or_nobody) {
  const std::string realm = environment("NEGODBC_REALM");
  negodbc_auth_options asked = options();
  const std::string other = "bob@" + realm;
  asked.principal = other.c_str();
  Client another(asked);
  EXPECT_EQ(another.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS) << another.diagnosis().json;
  EXPECT_TRUE(another.token().empty());
  EXPECT_NE(std::string(another.diagnosis().text).find("no tickets of " + other),
            std::string::npos);
  const std::string own = "alice@" + realm;
  asked.principal = own.c_str();
  Acceptor server(GetParam());
  Client client(asked);
  EXPECT_EQ(client.log_in(server),
            sspi_windows::is_wine() ? NEGODBC_AUTH_E_NO_CREDENTIALS : NEGODBC_AUTH_ESTABLISHED)
      << client.diagnosis().json;
}

negodbc_auth_counters counters() {
  negodbc_auth_counters made{};
  made.size = sizeof made;
  EXPECT_EQ(negodbc_auth_plugin(NEGODBC_AUTH_ABI_VERSION)->counters(&made), NEGODBC_AUTH_OK);
  return made;
}

TEST_P(Secur32, A_credential_handle_is_kept_for_the_next_logins) {
  const auto log_in = [&] {
    Acceptor server(GetParam());
    Client client(options());
    EXPECT_EQ(client.log_in(server), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
  };
  log_in();
  const negodbc_auth_counters before = counters();
  for (int i = 0; i < 5; ++i) log_in();
  EXPECT_EQ(counters().credentials_acquired, before.credentials_acquired);
  EXPECT_EQ(counters().credentials_reused, before.credentials_reused + 5)
      << "here, not on a helper";
}

TEST_P(Secur32, A_thread_that_impersonates_logs_in_by_its_own_token) {
  Acceptor server(GetParam());
  Client of_process(options());
  ASSERT_EQ(of_process.log_in(server), NEGODBC_AUTH_ESTABLISHED);
  ASSERT_NE(ImpersonateSelf(SecurityImpersonation), 0);
  for (int i = 0; i < 2; ++i) {
    Acceptor another(GetParam());
    const std::uint64_t before = counters().credentials_acquired;
    Client client(options());
    EXPECT_EQ(client.log_in(another), NEGODBC_AUTH_ESTABLISHED) << client.diagnosis().json;
    EXPECT_EQ(counters().credentials_acquired, before + (i == 0 ? 1 : 0));
  }
  RevertToSelf();
}

// Run with a KRB5CCNAME that names no cache.
class NoTicket : public Secur32 {};
TEST_P(NoTicket, Is_told) {
  Client client(options());
  EXPECT_EQ(client.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS) << client.diagnosis().json;
  EXPECT_STREQ(client.diagnosis().status_name, "SEC_E_NO_CREDENTIALS");
  // What to do is done where the tickets are.
  const std::string hint = client.diagnosis().hint;
  EXPECT_NE(hint.find(sspi_windows::is_wine() ? "the system that Wine runs on" : "Log on"),
            std::string::npos)
      << hint;
}

// Run with a KRB5CCNAME of tickets that have run out.
class Expired : public Secur32 {};
TEST_P(Expired, Is_told_from_a_missing_ticket) {
  Client client(options());
  EXPECT_EQ(client.step({}), NEGODBC_AUTH_E_EXPIRED) << client.diagnosis().json;
}

std::string package_name(const testing::TestParamInfo<const char*>& of) {
  return of.param;
}
const auto kPackages = testing::Values("Kerberos", "Negotiate");
INSTANTIATE_TEST_SUITE_P(Packages, Secur32, kPackages, package_name);
INSTANTIATE_TEST_SUITE_P(Packages, NoTicket, kPackages, package_name);
INSTANTIATE_TEST_SUITE_P(Packages, Expired, kPackages, package_name);

}  // namespace
}  // namespace negodbc::test
