// A child that is forked while threads of its parent are in the driver connects by itself. Called
// in the module itself: a driver manager has locks of its own.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sql.h>
#include <sqlext.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

constexpr int children = 100;
constexpr unsigned child_seconds = 20;

class Forks : public ::testing::Test {
 protected:
  Forks() {
    if (module_ == nullptr) throw std::runtime_error(dlerror());
    EXPECT_EQ(allocate_(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env_), SQL_SUCCESS);
    EXPECT_EQ(function<decltype(SQLSetEnvAttr)>("SQLSetEnvAttr")(
                  env_, SQL_ATTR_ODBC_VERSION,
                  reinterpret_cast<SQLPOINTER>(static_cast<SQLULEN>(SQL_OV_ODBC3_80)), 0),
              SQL_SUCCESS);
  }
  ~Forks() override {
    free_(SQL_HANDLE_ENV, env_);
    dlclose(module_);
  }
  Forks(const Forks&) = delete;
  Forks& operator=(const Forks&) = delete;

  void allocate_and_free() const {
    SQLHDBC connection = SQL_NULL_HDBC;
    allocate_(SQL_HANDLE_DBC, env_, &connection);
    free_(SQL_HANDLE_DBC, connection);
  }

  [[nodiscard]] bool connect_and_ask() const {
    SQLHDBC connection = SQL_NULL_HDBC;
    SQLHSTMT statement = SQL_NULL_HSTMT;
    if (allocate_(SQL_HANDLE_DBC, env_, &connection) != SQL_SUCCESS) return false;
    const bool done = SQL_SUCCEEDED(connect_(connection, nullptr, testing::chars(string_.c_str()),
                                             SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)) &&
                      allocate_(SQL_HANDLE_STMT, connection, &statement) == SQL_SUCCESS &&
                      execute_(statement, testing::chars("SELECT 1"), SQL_NTS) == SQL_SUCCESS;
    if (statement != SQL_NULL_HSTMT) free_(SQL_HANDLE_STMT, statement);
    disconnect_(connection);
    return free_(SQL_HANDLE_DBC, connection) == SQL_SUCCESS && done;
  }

 private:
  template <class F>
  F* function(const char* name) const {
    void* const symbol = dlsym(module_, name);
    if (symbol == nullptr) throw std::runtime_error(std::string("not exported: ") + name);
    return reinterpret_cast<F*>(symbol);
  }

  // An address, since looking up a name has locks of the system's.
  const std::string string_ =
      std::string("Server=127.0.0.1;Port=") + std::getenv("NEGODBC_PGPORT") +
      ";Database=negodbc;UID=trust_user;Trusted_Connection=No;SSLmode=disable;GssEncMode=disable";
  void* const module_ = dlopen(std::getenv("NEGODBC_DRIVER"), RTLD_NOW | RTLD_LOCAL);
  decltype(SQLAllocHandle)* const allocate_ = function<decltype(SQLAllocHandle)>("SQLAllocHandle");
  decltype(SQLFreeHandle)* const free_ = function<decltype(SQLFreeHandle)>("SQLFreeHandle");
  decltype(SQLDriverConnect)* const connect_ =
      function<decltype(SQLDriverConnect)>("SQLDriverConnect");
  decltype(SQLExecDirect)* const execute_ = function<decltype(SQLExecDirect)>("SQLExecDirect");
  decltype(SQLDisconnect)* const disconnect_ = function<decltype(SQLDisconnect)>("SQLDisconnect");
  SQLHENV env_ = SQL_NULL_HENV;
};

TEST_F(Forks, AChildConnectsWhateverItsParentsThreadsDo) {
  std::atomic<bool> stop = false;
  constexpr int allocating = 6;
  std::vector<std::thread> threads;
  threads.reserve(allocating + 1);
  for (int i = 0; i < allocating; ++i) {
    threads.emplace_back([&] {
      while (!stop) allocate_and_free();
    });
  }
  threads.emplace_back([&] {
    while (!stop) EXPECT_TRUE(connect_and_ask());
  });
  int failed = 0;
  for (int i = 0; i < children && failed < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(child_seconds);
      _exit(connect_and_ask() ? 0 : 1);
    }
    int status = -1;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << "child " << i;
    if (status != 0) ++failed;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace negodbc::odbc
