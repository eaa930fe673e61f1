// SQLBrowseConnect, through the driver manager.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

struct Browsing {
  SQLRETURN call(const std::string& text) {
    SQLCHAR out[1024] = {};
    SQLSMALLINT length = 0;
    const SQLRETURN result =
        SQLBrowseConnect(client.dbc(), chars(text.c_str()), SQL_NTS, out, sizeof out, &length);
    prompt = reinterpret_cast<char*>(out);
    if (SQL_SUCCEEDED(result) || result == SQL_NEED_DATA) {
      EXPECT_EQ(static_cast<std::size_t>(length), prompt.size());
    }
    return result;
  }
  Client client{"", false};
  std::string prompt;
};

// Where the realm's server listens, as SQLDriverConnect's completed string says it.
std::string port() {
  const Client client("DSN=negodbc-trust");
  return Query(client).value("SHOW port");
}

TEST(BrowseConnect, FromTheDriverAlone) {
  Browsing browse;
  ASSERT_EQ(browse.call("DRIVER={negodbc}"), SQL_NEED_DATA) << browse.client.state();
  EXPECT_EQ(browse.prompt,
            "Server:Server=?;*Port:Port=?;*UID:User name=?;*PWD:Password=?;"
            "*Trusted_Connection:Log in by ticket={Yes,No}");
  ASSERT_EQ(browse.call("Server=localhost;UID=trust_user;Port=" + port()), SQL_NEED_DATA)
      << testing::diagnostic(SQL_HANDLE_DBC, browse.client.dbc());
  EXPECT_EQ(browse.prompt.find("*Database:Database={"), 0U) << browse.prompt;
  EXPECT_NE(browse.prompt.find("negodbc"), std::string::npos) << browse.prompt;
  EXPECT_EQ(browse.prompt.find("template"), std::string::npos) << browse.prompt;
  ASSERT_EQ(browse.call("Database=negodbc"), SQL_SUCCESS)
      << testing::diagnostic(SQL_HANDLE_DBC, browse.client.dbc());
  EXPECT_NE(browse.prompt.find("Server=localhost"), std::string::npos) << browse.prompt;
  EXPECT_EQ(Query(browse.client).value("SELECT current_database()"), "negodbc");
  // What came out connects by itself.
  const Client again(browse.prompt.c_str());
  EXPECT_EQ(Query(again).value("SELECT session_user"), "trust_user");
}

TEST(BrowseConnect, ADsnThatSaysEverything) {
  Browsing browse;
  EXPECT_EQ(browse.call("DSN=negodbc"), SQL_SUCCESS)
      << testing::diagnostic(SQL_HANDLE_DBC, browse.client.dbc());
  EXPECT_EQ(Query(browse.client).value("SELECT session_user"), "alice");
}

TEST(BrowseConnect, AFailedLoginEndsIt) {
  Browsing browse;
  ASSERT_EQ(browse.call("DSN=negodbc-trust"), SQL_NEED_DATA);  // no password, and it may want one
  EXPECT_EQ(browse.call("Database=nowhere"), SQL_ERROR);
  EXPECT_EQ(browse.client.state(), "08004");
  EXPECT_EQ(browse.call("DSN=negodbc"), SQL_SUCCESS);  // begun anew
}

TEST(BrowseConnect, IsGivenUpByDisconnecting) {
  Browsing browse;
  ASSERT_EQ(browse.call("DRIVER=negodbc"), SQL_NEED_DATA);
  EXPECT_EQ(SQLDisconnect(browse.client.dbc()), SQL_SUCCESS);
  EXPECT_EQ(browse.call("DSN=negodbc"), SQL_SUCCESS)
      << testing::diagnostic(SQL_HANDLE_DBC, browse.client.dbc());
}

TEST(BrowseConnect, UnknownKeywordsAreNamed) {
  Browsing browse;
  ASSERT_EQ(browse.call("DRIVER=negodbc;Colour=red"), SQL_NEED_DATA);
  EXPECT_EQ(browse.client.state(), "01S00");
}

}  // namespace
}  // namespace negodbc::odbc
