#include "driver/dsn/log_wish.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "driver/base/error.h"
#include "driver/base/process.h"

namespace negodbc::dsn {
namespace {

LogWish wish(const char* connection_string) {
  return log_wish(parse_connection_string(connection_string).settings);
}

// NOLINTBEGIN(concurrency-mt-unsafe): a test has one thread
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { put(value); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { put(""); }

 private:
  void put(const char* value) const {
#ifdef _WIN32
    (void)_putenv_s(name_, value);
#else
    if (*value == '\0')
      unsetenv(name_);
    else
      setenv(name_, value, 1);
#endif
  }
  const char* name_;
};
// NOLINTEND(concurrency-mt-unsafe)

TEST(LogWish, ThereIsNoneUnlessItIsAskedFor) {
  EXPECT_EQ(wish("Server=db").path, "");
  EXPECT_EQ(wish("LogLevel=values;Debug=0;CommLog=No;B2=0;Logdir=/var/log").path, "");
}

TEST(LogWish, TheKeywordsNameFileAndLevel) {
  EXPECT_EQ(wish("Log=/l").path, "/l");
  EXPECT_EQ(wish("Log=/l").level, log::Level::statements);
  EXPECT_EQ(wish("Log=/l;LogLevel=errors").level, log::Level::errors);
  EXPECT_EQ(wish("Log=/l;LogLevel=logins").level, log::Level::logins);
  EXPECT_EQ(wish("Log=/l;LogLevel=VALUES").level, log::Level::values);
  EXPECT_THROW(wish("Log=/l;LogLevel=chatty"), Error);
}

TEST(LogWish, TheEnvironmentStandsBehindThem) {
  const Variable file("NEGODBC_LOG", "/e");
  const Variable level("NEGODBC_LOG_LEVEL", "logins");
  EXPECT_EQ(wish("Server=db").path, "/e");
  EXPECT_EQ(wish("Server=db;Debug=1").path, "/e");
  EXPECT_EQ(wish("Server=db").level, log::Level::logins);
  EXPECT_EQ(wish("Log=/l;LogLevel=errors").path, "/l");
  EXPECT_EQ(wish("Log=/l;LogLevel=errors").level, log::Level::errors);
  const Variable none("NEGODBC_LOG_LEVEL", "chatty");
  try {
    wish("Server=db");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.state(), "01000");
  }
}

TEST(LogWish, TheNullDeviceIsNoneWhateverElseAsksForOne) {
  const Variable file("NEGODBC_LOG", "/of_the_environment");
  const std::string none = std::string("Log=") + log::null_device;
  EXPECT_EQ(wish((none + ";Debug=1;CommLog=1").c_str()).path, "");
  EXPECT_THROW(wish((none + ";LogLevel=chatty").c_str()), Error);
}

TEST(LogWish, PsqlodbcsWordsHaveItNamedByUserAndProcess) {
  const std::string end = "_" + std::to_string(process_number()) + ".log";
  for (const char* words : {"Debug=1", "CommLog=1", "B2=2", "B3=Yes", "Debug=0;CommLog=1"}) {
    const std::string path = wish((std::string(words) + ";Logdir=/var/log/odbc").c_str()).path;
    EXPECT_EQ(path.rfind("/var/log/odbc", 0), 0U) << path;
    EXPECT_NE(path.find("negodbc_"), std::string::npos) << path;
    EXPECT_TRUE(path.ends_with(end)) << path;
  }
  EXPECT_TRUE(wish("Debug=1").path.ends_with(end));
  EXPECT_EQ(wish("Debug=1;Log=/l").path, "/l");
}

}  // namespace
}  // namespace negodbc::dsn
