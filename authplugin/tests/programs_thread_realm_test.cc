// A program that comes to use Heimdal itself when the plugin has used it already on the same
// thread: a program of its own, as the plugin has to be the first.
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/mech_credential.h"
#include "sspi_gssapi/oids.h"
#include "tests/support/plugin.h"
#include "tests/support/scoped_variable.h"

namespace negodbc::test {
namespace {

// Who the library's default credential is on this thread.
std::string own_default(const sspi_gssapi::GssLibrary& library) {
  sspi_gssapi::ScopedCred credential(library);
  sspi_gssapi::ScopedName name(library);
  gss_OID_set_desc mechs{1, &sspi_gssapi::kKrb5Mech};
  OM_uint32 minor = 0;
  if (GSS_ERROR(library.gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                         GSS_C_INITIATE, credential.out(), nullptr, nullptr)) ||
      GSS_ERROR(library.gss_inquire_cred(&minor, credential.get(), name.out(), nullptr, nullptr,
                                         nullptr))) {
    return "";
  }
  return display_name(library, name.get());
}

std::string principal(const char* user) {
  return user + std::string("@") + environment("NEGODBC_REALM");
}

TEST(ProgramsThread, ItsOwnLoginsFollowTheEnvironment) {
  constexpr int kLogins = 6;  // a thread of the plugin's serves the first ones
  {
    const ScopedVariable name("KRB5CCNAME", environment("NEGODBC_CCACHE_VALID").c_str());
    for (const char* const package : {"Kerberos", "Negotiate"}) {
      for (int i = 0; i < kLogins; ++i) {
        negodbc_auth_options asked = options_for("localhost");
        asked.library = "heimdal";
        asked.package = package;
        PluginSession session(asked);
        EXPECT_GE(session.step({}), 0) << session.diagnosis().text;
      }
    }
  }
  const ScopedVariable name("KRB5CCNAME", environment("NEGODBC_CCACHE_BOB").c_str());
  const auto loaded = sspi_gssapi::load_library("heimdal");
  const sspi_gssapi::GssLibrary& own = *std::get<const sspi_gssapi::GssLibrary*>(loaded);
  EXPECT_EQ(own_default(own), principal("bob"));
}

}  // namespace
}  // namespace negodbc::test
