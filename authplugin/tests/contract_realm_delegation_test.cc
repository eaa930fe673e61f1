// The contract with the real libraries and a real KDC: delegation, and credentials that a host
// program hands over. Names are those of the table in authplugin/README.md.
#include <dlfcn.h>
#include <gssapi/gssapi_ext.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "sspi_gssapi/oids.h"
#include "tests/support/plugin.h"
#include "tests/support/realm_fixture.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

// What the acceptor got of the client's; SEC_E_NO_CREDENTIALS when nothing was delegated.
SECURITY_STATUS delegated_to(End& server, void*& credential) {
  SecPkgContext_DelegatedCredential delegated{};
  const SECURITY_STATUS status = sspi_gssapi::table_w().QueryContextAttributesW(
      &server.handle, NEGODBC_ATTR_DELEGATED_CREDENTIAL, &delegated);
  credential = delegated.NativeCredential;
  return status;
}

class Delegation : public Realm {
 protected:
  // A plugin's session to this service, against an acceptor of ours.
  void log_in(const std::string& target, std::uint32_t delegation, void* credential = nullptr) {
    negodbc_auth_options options = options_for("localhost");
    options.library = library();
    options.package = package();
    options.target = target.c_str();
    options.delegation = delegation;
    options.native_credential = credential;
    session = std::make_unique<PluginSession>(options);
    ASSERT_EQ(session->log_in(inbound()), NEGODBC_AUTH_ESTABLISHED) << session->diagnosis().json;
  }
  std::uint32_t granted() const {
    negodbc_auth_info info{};
    info.size = sizeof(info);
    EXPECT_EQ(session->api->query(session->session, &info), NEGODBC_AUTH_OK);
    return info.flags_granted;
  }
  const std::string marked = environment("NEGODBC_DELEGATE_SERVICE");
  std::unique_ptr<PluginSession> session;
};

TEST_P(Realm, ISC_REQ_DELEGATE_hands_the_credential_over) {
  establish(kAll | ISC_REQ_DELEGATE);
  ASSERT_NE(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  EXPECT_NE(pair.client.attributes & ISC_RET_DELEGATE, 0u);
  NEGODBC_AUTH_IDENTITY identity{};
  ASSERT_EQ(delegated_to(pair.server, identity.NativeCredential), SEC_E_OK);
  // A host program hands it on: a login as the user that delegated it.
  EXPECT_EQ(logged_in_as(identity), user("alice"));
}

TEST_P(Realm, Delegation_by_policy_does_nothing_where_the_KDC_does_not_say_so) {
  establish(kAll | NEGODBC_ISC_REQ_DELEGATE_POLICY);
  EXPECT_EQ(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  void* credential = nullptr;
  EXPECT_EQ(delegated_to(pair.server, credential), SEC_E_NO_CREDENTIALS);
}

TEST_P(Realm, Delegation_by_policy_to_a_service_marked_ok_as_delegate) {
  shake_hands(pair, outbound(), inbound(), environment("NEGODBC_DELEGATE_SERVICE"),
              kAll | NEGODBC_ISC_REQ_DELEGATE_POLICY);
  ASSERT_EQ(pair.server.status, SEC_E_OK) << why(pair.server.status);
  EXPECT_NE(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  EXPECT_NE(pair.client.attributes & ISC_RET_DELEGATE, 0u);
  NEGODBC_AUTH_IDENTITY identity{};
  ASSERT_EQ(delegated_to(pair.server, identity.NativeCredential), SEC_E_OK);
  EXPECT_EQ(logged_in_as(identity), user("alice"));
}

TEST_P(Delegation, Nothing_by_default_not_even_to_a_service_marked_ok_as_delegate) {
  for (const std::string& target : {std::string(kTarget), marked}) {
    log_in(target, NEGODBC_AUTH_DELEGATE_NONE);
    EXPECT_EQ(granted() & NEGODBC_AUTH_FLAG_DELEGATED, 0u) << target;
    void* credential = nullptr;
    EXPECT_EQ(delegated_to(session->server, credential), SEC_E_NO_CREDENTIALS) << target;
  }
}

TEST_P(Delegation, Policy_only_where_the_KDC_says_so) {
  for (const std::string& target : {std::string(kTarget), marked}) {
    log_in(target, NEGODBC_AUTH_DELEGATE_POLICY);
    const bool expected = target == marked;
    EXPECT_EQ((granted() & NEGODBC_AUTH_FLAG_DELEGATED) != 0, expected) << target;
    void* credential = nullptr;
    EXPECT_EQ(delegated_to(session->server, credential), expected ? SEC_E_OK : SEC_E_NO_CREDENTIALS)
        << target;
  }
}

TEST_P(Delegation, The_record_tells_with_the_first_token_whether_a_ticket_goes_along) {
  for (const std::string& target : {std::string(kTarget), marked}) {
    negodbc_auth_options options = options_for("localhost");
    options.library = library();
    options.package = package();
    options.target = target.c_str();
    options.delegation = NEGODBC_AUTH_DELEGATE_POLICY;
    session = std::make_unique<PluginSession>(options);
    EXPECT_EQ(session->diagnosis().flags_granted, 0u);
    ASSERT_EQ(session->step({}), NEGODBC_AUTH_CONTINUE) << session->diagnosis().json;
    EXPECT_EQ(session->diagnosis().flags_granted,
              target == marked ? NEGODBC_AUTH_FLAG_DELEGATED : 0u)
        << target;
  }
}

TEST_P(Delegation, Full_and_the_credential_handed_over_through_the_ABI) {
  log_in(kTarget, NEGODBC_AUTH_DELEGATE_FULL);
  EXPECT_NE(granted() & NEGODBC_AUTH_FLAG_DELEGATED, 0u);
  const std::unique_ptr<PluginSession> first = std::move(session);
  void* credential = nullptr;
  ASSERT_EQ(delegated_to(first->server, credential), SEC_E_OK);
  log_in(kTarget, NEGODBC_AUTH_DELEGATE_NONE, credential);
  EXPECT_EQ(client_of(session->server), user("alice"));
  EXPECT_STREQ(session->diagnosis().credential_source, "credential handed over");
}

// Constrained delegation: a middle service acts for a user that gave it nothing (S4U2Self), at the
// service that the KDC allows it (S4U2Proxy). MIT's library makes such a credential, Heimdal 7's
// does not. The other way there, from the user's ticket, is refused by Heimdal 7's KDC, which signs
// none.
class HostProgram {
 public:
  HostProgram(const std::string& service, const std::string& keytab, const std::string& user) {
    void* mit = ::dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_LOCAL);
    if (mit == nullptr) return;
    find(mit, "gss_import_name", import_name_);
    find(mit, "gss_release_name", release_name_);
    find(mit, "gss_release_cred", release_cred_);
    decltype(&gss_acquire_cred_from) acquire_from = nullptr;
    decltype(&gss_acquire_cred_impersonate_name) impersonate = nullptr;
    find(mit, "gss_acquire_cred_from", acquire_from);
    find(mit, "gss_acquire_cred_impersonate_name", impersonate);
    std::array<gss_key_value_element_desc, 2> elements = {
        gss_key_value_element_desc{"client_keytab", keytab.c_str()},
        gss_key_value_element_desc{"ccache", "MEMORY:negodbc-host-program"}};
    const gss_key_value_set_desc store{elements.size(), elements.data()};
    gss_OID_set_desc mechs{1, &sspi_gssapi::kKrb5Mech};
    OM_uint32 minor = 0;
    const gss_name_t own = name_of(service);
    const gss_name_t other = name_of(user);
    EXPECT_EQ(acquire_from(&minor, own, 0, &mechs, GSS_C_BOTH, &store, &own_, nullptr, nullptr),
              GSS_S_COMPLETE);
    EXPECT_EQ(
        impersonate(&minor, own_, other, 0, &mechs, GSS_C_INITIATE, &credential, nullptr, nullptr),
        GSS_S_COMPLETE)
        << minor;
    for (gss_name_t name : {own, other}) release_name_(&minor, &name);
  }
  ~HostProgram() {
    OM_uint32 minor = 0;
    release_cred_(&minor, &credential);
    release_cred_(&minor, &own_);
  }
  HostProgram(const HostProgram&) = delete;
  HostProgram& operator=(const HostProgram&) = delete;

  gss_cred_id_t credential = nullptr;

 private:
  template <typename Function>
  static void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    EXPECT_NE(function, nullptr) << name;
  }
  gss_name_t name_of(std::string text) const {
    gss_buffer_desc buffer{text.size(), text.data()};
    gss_name_t name = nullptr;
    OM_uint32 minor = 0;
    EXPECT_EQ(import_name_(&minor, &buffer, &sspi_gssapi::kKrb5Name, &name), GSS_S_COMPLETE);
    return name;
  }
  decltype(&gss_import_name) import_name_ = nullptr;
  decltype(&gss_release_name) release_name_ = nullptr;
  decltype(&gss_release_cred) release_cred_ = nullptr;
  gss_cred_id_t own_ = nullptr;
};

class ConstrainedDelegation : public Delegation {};

TEST_P(ConstrainedDelegation, S4U2Proxy_with_a_credential_handed_over_through_the_ABI) {
  const HostProgram program(user(environment("NEGODBC_PROXY_SERVICE").c_str()),
                            environment("NEGODBC_KEYTAB"), user("alice"));
  ASSERT_NE(program.credential, nullptr);
  log_in(kTarget, NEGODBC_AUTH_DELEGATE_NONE, program.credential);
  EXPECT_EQ(client_of(session->server), user("alice"));
  EXPECT_EQ(session->diagnosis().principal, user("alice"));
}

TEST_P(ConstrainedDelegation, S4U2Proxy_to_a_service_that_is_not_allowed) {
  const HostProgram program(user(environment("NEGODBC_PROXY_SERVICE").c_str()),
                            environment("NEGODBC_KEYTAB"), user("alice"));
  negodbc_auth_options options = options_for("localhost");
  options.library = library();
  options.package = package();
  options.target = marked.c_str();
  options.native_credential = program.credential;
  PluginSession refused(options);
  EXPECT_EQ(refused.step({}), NEGODBC_AUTH_E_LOGON_DENIED) << refused.diagnosis().json;
  EXPECT_NE(std::string(refused.diagnosis().hint).find("not allowed to use " + marked),
            std::string::npos)
      << refused.diagnosis().hint;
}

INSTANTIATE_TEST_SUITE_P(Libraries, Delegation, ways(), name_of_way);
INSTANTIATE_TEST_SUITE_P(Libraries, ConstrainedDelegation,
                         testing::Combine(testing::Values("mit"),
                                          testing::Values("Negotiate", "Kerberos")),
                         name_of_way);

}  // namespace
}  // namespace negodbc::test
