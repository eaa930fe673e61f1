// A credential that the program itself has made with a GSSAPI library and hands over.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <variant>

#include "sspi_gssapi/gss_name.h"
#include "sspi_gssapi/oids.h"
#include "tests/support/identity_fixture.h"

namespace negodbc::test {
namespace {

class NativeRealm : public IdentityFixture {
 protected:
  const sspi_gssapi::GssLibrary& own_library() const {
    return *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library(library()));
  }
  // A folder of caches: alice's is the primary one, and bob's is there.
  std::string collection() const {
    std::string folder = folder_ + "/collection";
    std::filesystem::create_directory(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    put("NEGODBC_CCACHE_VALID", folder + "/tkt");
    put("NEGODBC_CCACHE_BOB", folder + "/tktbob");
    std::ofstream(folder + "/primary") << "tkt\n";
    return "DIR:" + folder;
  }
};

// The program's credential, without a name and for the mechanisms given; NULL: for all.
class OpenCredential {
 public:
  OpenCredential(const sspi_gssapi::GssLibrary& library, gss_OID_desc* mech) : library_(library) {
    gss_OID_set_desc mechs{1, mech};
    OM_uint32 minor = 0;
    EXPECT_FALSE(GSS_ERROR(library_.gss_acquire_cred(
        &minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, mech == nullptr ? GSS_C_NO_OID_SET : &mechs,
        GSS_C_INITIATE, &credential, nullptr, nullptr)));
  }
  ~OpenCredential() {
    OM_uint32 minor = 0;
    library_.gss_release_cred(&minor, &credential);
  }
  OpenCredential(const OpenCredential&) = delete;
  OpenCredential& operator=(const OpenCredential&) = delete;
  gss_cred_id_t credential = nullptr;

 private:
  const sspi_gssapi::GssLibrary& library_;
};

TEST_P(NativeRealm, A_credential_for_all_mechanisms_can_be_handed_over) {
  const ScopedVariable name("KRB5CCNAME", environment("NEGODBC_CCACHE_VALID").c_str());
  OpenCredential program(own_library(), nullptr);
  negodbc_auth_options asked = options();
  asked.native_credential = program.credential;
  EXPECT_EQ(log_in(asked), principal("alice"));
  PluginSession session(asked);
  EXPECT_EQ(name_of(session), principal("alice"));
}

// As gss_init_sec_context() would use it.
TEST_P(NativeRealm, The_target_chooses_for_a_credential_that_is_open) {
  if (std::string(library()) != "mit") GTEST_SKIP() << "Heimdal takes the primary one at once";
  const ScopedVariable name("KRB5CCNAME", collection().c_str());
  std::ofstream(folder_ + "/.k5identity") << principal("bob") << " service=negodbc\n"
                                          << principal("bob") << " service=postgres\n";
  const ScopedVariable home("HOME", folder_.c_str());
  for (gss_OID_desc* const mech : {&sspi_gssapi::kKrb5Mech, static_cast<gss_OID_desc*>(nullptr)}) {
    OpenCredential program(own_library(), mech);
    negodbc_auth_options asked = options();
    asked.native_credential = program.credential;
    PluginSession session(asked);
    EXPECT_EQ(name_of(session), principal("bob"));
    EXPECT_EQ(seen_by_acceptor(session), principal("bob"));
  }
}

INSTANTIATE_TEST_SUITE_P(Libraries, NativeRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
