// A program hands its own credential over by SQL_ATTR_NEGODBC_CREDENTIAL.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "driver/api/testing/odbc_client.h"
#include "driver/include/negodbc/odbc_extensions.h"

namespace negodbc::odbc::testing {
namespace {

// As gssapi.h and gssapi_ext.h declare them.
using Acquire = std::uint32_t (*)(std::uint32_t* minor, void* name, std::uint32_t life, void* mechs,
                                  int usage, void** credential, void** actual_mechs,
                                  std::uint32_t* actual_life);
struct KeyValue {
  const char *key, *value;
};
struct KeyValues {
  std::uint32_t count;
  const KeyValue* elements;
};
using AcquireFrom = std::uint32_t (*)(std::uint32_t* minor, void* name, std::uint32_t life,
                                      void* mechs, int usage, const KeyValues* store,
                                      void** credential, void** actual_mechs,
                                      std::uint32_t* actual_life);
using Release = std::uint32_t (*)(std::uint32_t* minor, void** credential);

// A credential that the program got by itself: here, of bob's cache.
class OwnCredential {
 public:
  explicit OwnCredential(const char* file) : library_(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) return;
    constexpr std::uint32_t for_ever = 0xFFFFFFFF;
    constexpr int initiate = 1;
    const std::string bobs = std::getenv("NEGODBC_CCACHE_BOB");  // NOLINT(concurrency-mt-unsafe)
    std::uint32_t minor = 0;
    if (void* const from = dlsym(library_, "gss_acquire_cred_from")) {
      const KeyValue cache = {"ccache", bobs.c_str()};
      const KeyValues store = {1, &cache};
      EXPECT_EQ(reinterpret_cast<AcquireFrom>(from)(&minor, nullptr, for_ever, nullptr, initiate,
                                                    &store, &handle, nullptr, nullptr),
                0U);
      return;
    }
    // Heimdal looks into the default cache now.
    const std::string own = std::getenv("KRB5CCNAME");  // NOLINT(concurrency-mt-unsafe)
    setenv("KRB5CCNAME", bobs.c_str(), 1);              // NOLINT(concurrency-mt-unsafe)
    EXPECT_EQ(reinterpret_cast<Acquire>(dlsym(library_, "gss_acquire_cred"))(
                  &minor, nullptr, for_ever, nullptr, initiate, &handle, nullptr, nullptr),
              0U);
    setenv("KRB5CCNAME", own.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  ~OwnCredential() {
    if (library_ == nullptr) return;
    std::uint32_t minor = 0;
    reinterpret_cast<Release>(dlsym(library_, "gss_release_cred"))(&minor, &handle);
  }
  OwnCredential(const OwnCredential&) = delete;
  OwnCredential& operator=(const OwnCredential&) = delete;

  void* handle = nullptr;

 private:
  void* library_;
};

TEST(Credential, OfTheProgramIsLoggedInWith) {
  for (const auto& [file, library] :
       {std::pair("libgssapi.so.3", "heimdal"), std::pair("libgssapi_krb5.so.2", "mit")}) {
    const OwnCredential own(file);
    ASSERT_NE(own.handle, nullptr) << file;
    for (const auto* package : {"Negotiate", "Kerberos"}) {
      Client client("", false);
      ASSERT_EQ(client.set(SQL_ATTR_NEGODBC_CREDENTIAL, reinterpret_cast<SQLULEN>(own.handle)),
                SQL_SUCCESS);
      client.connect(
          (std::string("DSN=negodbc;GssLib=") + library + ";Authentication=" + package).c_str());
      const Query q(client);
      EXPECT_EQ(q.value("SELECT current_user"), "bob") << library << ' ' << package;
      EXPECT_EQ(client.set(SQL_ATTR_NEGODBC_CREDENTIAL, 0), SQL_ERROR) << "connected";
      EXPECT_EQ(client.state(), "HY011");
      // The program may have released it since.
      SQLPOINTER kept = own.handle;
      EXPECT_EQ(SQLGetConnectAttr(client.dbc(), SQL_ATTR_NEGODBC_CREDENTIAL, &kept, 0, nullptr),
                SQL_SUCCESS);
      EXPECT_EQ(kept, nullptr);
    }
  }
  const Client again("DSN=negodbc");
  EXPECT_EQ(Query(again).value("SELECT current_user"), "alice") << "it is that connection's only";
}

// What a statement that is cancelled from another thread ends with.
std::string cancelled(const Client& client) {
  const Query q(client);
  const std::string pid = q.value("SELECT pg_backend_pid()");
  std::thread canceller([&] {
    const Client other;
    const Query watch(other);
    // What another role waits for is hidden, what it has locked is not.
    const std::string at_work =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = ";
    for (int i = 0; i < 1500 && watch.value(at_work + pid) != "1"; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(SQLCancel(q.get()), SQL_SUCCESS);
  });
  EXPECT_EQ(q.exec("SELECT pg_advisory_xact_lock(1), pg_sleep(20)"), SQL_ERROR)
      << "it was not cancelled";
  canceller.join();
  std::string state = q.state();
  EXPECT_EQ(q.value("SELECT 1"), "1");
  return state;
}

constexpr const char* how_encrypted =
    "SELECT principal, encrypted FROM pg_stat_gssapi WHERE pid = pg_backend_pid()";

TEST(Credential, IsNotNeededOnceConnected) {
  for (const auto& [file, library] :
       {std::pair("libgssapi.so.3", "heimdal"), std::pair("libgssapi_krb5.so.2", "mit")}) {
    for (const char* mode : {"require", "prefer"}) {
      auto own = std::make_unique<OwnCredential>(file);
      Client client("", false);
      client.set(SQL_ATTR_NEGODBC_CREDENTIAL, reinterpret_cast<SQLULEN>(own->handle));
      client.connect(
          (std::string("DSN=negodbc;GssLib=") + library + ";GssEncMode=" + mode).c_str());
      own.reset();
      EXPECT_EQ(Query(client).value(how_encrypted),
                "bob@" + std::string(std::getenv("NEGODBC_REALM")) + "|1");
      EXPECT_EQ(cancelled(client), "HY008") << library << ' ' << mode;
    }
  }
}

TEST(Credential, ByPasswordIsThereForACancellationToo) {
  const std::string none = std::getenv("NEGODBC_CCACHE_NONE");  // NOLINT(concurrency-mt-unsafe)
  const std::string ambient = std::getenv("KRB5CCNAME");        // NOLINT(concurrency-mt-unsafe)
  const std::string secret =
      std::getenv("NEGODBC_ALICE_PASSWORD");  // NOLINT(concurrency-mt-unsafe)
  setenv("KRB5CCNAME", none.c_str(), 1);      // NOLINT(concurrency-mt-unsafe)
  for (const char* library : {"heimdal", "mit"}) {
    const std::string by_password = std::string("DSN=negodbc;GssLib=") + library +
                                    ";GssEncMode=require;Principal=alice;PrincipalPassword={" +
                                    secret + "};CredentialCopies=";
    for (const char* copies : {"16", "0"}) {
      const Client client((by_password + copies).c_str());
      EXPECT_EQ(Query(client).value(how_encrypted),
                "alice@" + std::string(std::getenv("NEGODBC_REALM")) + "|1");
      EXPECT_EQ(cancelled(client), "HY008") << library << ' ' << copies;
    }
  }
  setenv("KRB5CCNAME", ambient.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

TEST(Credential, NeedsItsLibraryNamed) {
  const OwnCredential own("libgssapi_krb5.so.2");
  Client client("", false);
  client.set(SQL_ATTR_NEGODBC_CREDENTIAL, reinterpret_cast<SQLULEN>(own.handle));
  EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr, chars("DSN=negodbc"), SQL_NTS, nullptr, 0,
                             nullptr, SQL_DRIVER_NOPROMPT),
            SQL_ERROR);
  EXPECT_NE(diagnostic(SQL_HANDLE_DBC, client.dbc()).find("name it by GssLib"), std::string::npos)
      << diagnostic(SQL_HANDLE_DBC, client.dbc());
}

}  // namespace
}  // namespace negodbc::odbc::testing
