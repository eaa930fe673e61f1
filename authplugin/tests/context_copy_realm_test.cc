// The copy of a credential that threads make contexts with: what libraries go through at each leg
// is short, and the service's ticket is what they come to first.
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "sspi_gssapi/gss_credential.h"
#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/ticket_list.h"
#include "tests/support/plugin.h"

namespace negodbc::test {
namespace {

using namespace sspi_gssapi;

std::vector<std::string> entries(const GssLibrary& library, const std::string& cache) {
  std::vector<std::string> targets;
  Krb5 krb5(library.krb5);
  EXPECT_EQ(library.krb5.krb5_cc_resolve(krb5.get(), cache.c_str(), &krb5.cache), 0);
  EXPECT_TRUE(each_entry(library, krb5, krb5.cache, [&](const void*, const auth::Ticket& entry) {
    targets.push_back(entry.target);
  }));
  return targets;
}

class ContextCopy : public testing::TestWithParam<const char*> {};

TEST_P(ContextCopy, Has_the_services_ticket_first_and_no_notes_for_the_KDC) {
  CredentialSource source;
  source.package = Package::kKerberos;
  source.outbound = true;
  source.library = GetParam();
  source.private_copy = true;
  auto acquired = GssCredential::acquire(source);
  ASSERT_TRUE(std::holds_alternative<GssCredential::Ptr>(acquired));
  const auto master = std::get<GssCredential::Ptr>(acquired);
  const GssLibrary& library = master->library;

  ScopedName target(library);
  ASSERT_FALSE(GSS_ERROR(import_target(library, "postgres/localhost", target).major));
  const auto first_leg = [&](const GssCredential& credential) {
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    ScopedBuffer token(library);
    OM_uint32 minor = 0;
    const OM_uint32 major = library.gss_init_sec_context(
        &minor, credential.handle(), &context, target.get(), &kKrb5Mech, GSS_C_MUTUAL_FLAG, 0,
        GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, nullptr, token.out(), nullptr, nullptr);
    if (context != GSS_C_NO_CONTEXT)
      library.gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    return major;
  };
  ASSERT_EQ(first_leg(*master), OM_uint32{GSS_S_CONTINUE_NEEDED});  // fetches the ticket

  const auto copy = master->copy();
  ASSERT_NE(copy, nullptr);
  const std::string realm = environment("NEGODBC_REALM");
  std::vector<std::string> copied = entries(library, copy->cache);
  // Heimdal itself notes the realm to start from when a ticket-granting ticket is stored.
  std::erase(copied, "krb5_ccache_conf_data/start_realm@X-CACHECONF:");
  EXPECT_EQ(copied, (std::vector<std::string>{"postgres/localhost@" + realm,
                                              "krbtgt/" + realm + "@" + realm}));
  EXPECT_LE(entries(library, copy->cache).size(), 3u);
  EXPECT_EQ(first_leg(*copy), OM_uint32{GSS_S_CONTINUE_NEEDED});
}

INSTANTIATE_TEST_SUITE_P(Libraries, ContextCopy, testing::Values("heimdal", "mit"),
                         [](const auto& library) { return std::string(library.param); });

}  // namespace
}  // namespace negodbc::test
