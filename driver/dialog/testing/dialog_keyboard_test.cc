// The dialog of ConfigDSN and SQLDriverConnect, used by the keyboard alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>
// After windows.h.
#include <odbcinst.h>
#include <sql.h>
#include <sqlext.h>

#include <string>
#include <vector>

#include "driver/dialog/testing/person.h"
#include "driver/dialog/windows/resource.h"

namespace negodbc::dialog::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr wchar_t source[] = L"negodbc-dialog-test";

std::wstring stored(const wchar_t* key) {
  std::wstring value(1024, L'\0');
  const int size = SQLGetPrivateProfileStringW(source, key, L"", value.data(),
                                               static_cast<int>(value.size()), L"odbc.ini");
  value.resize(static_cast<std::size_t>(size));
  return value;
}

std::string narrow(const std::wstring& text) {
  return {text.begin(), text.end()};  // ASCII
}

class DialogTest : public ::testing::Test {
 protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }
  static void forget() {
    SQLRemoveDSNFromIniW(source);
    RegDeleteTreeW(HKEY_CURRENT_USER,
                   (std::wstring(L"SOFTWARE\\ODBC\\ODBC.INI\\") + source).c_str());
  }
  // ConfigDSNW before a window, its dialog used by `script`.
  static bool configure(WORD request, std::wstring attributes,
                        const std::function<void(Person&)>& script) {
    std::string failure;
    attributes += std::wstring(2, L'\0');
    const int done = with_person(
        [&](HWND owner) { return ConfigDSNW(owner, request, L"negodbc", attributes.c_str()); },
        script, failure);
    EXPECT_EQ(failure, "");
    return done != FALSE;
  }
};

TEST_F(DialogTest, MakesADataSourceByKeyboardAlone) {
  EXPECT_TRUE(configure(ODBC_ADD_DSN, L"", [](Person& person) {
    person.fill('N', source);
    person.press(VK_TAB);
    person.type(L"made by keys");
    person.fill('S', L"db.example.com");
    person.fill('P', L"5433");
    person.fill('B', L"sales");
    person.press('L', VK_MENU);
    person.press(VK_END);
    person.fill('U', L"alice");
    person.fill('W', L"secret");
    person.press('E', VK_MENU);
    person.type(L"N");  // None
    person.press('A', VK_MENU);
    person.wait_until("page two", [&] { return person.control(ID_SEARCH) != nullptr; });
    person.fill('S', L"connect_timeout");
    person.fill('V', L"20");
    person.press(VK_RETURN);
  }));
  EXPECT_EQ(stored(L"Description"), L"made by keys");
  EXPECT_EQ(stored(L"Server"), L"db.example.com");
  EXPECT_EQ(stored(L"Port"), L"5433");
  EXPECT_EQ(stored(L"Database"), L"sales");
  EXPECT_EQ(stored(L"Trusted_Connection"), L"No");
  EXPECT_EQ(stored(L"UID"), L"alice");
  EXPECT_EQ(stored(L"PWD"), L"secret");
  EXPECT_EQ(stored(L"SSLmode"), L"disable");
  EXPECT_EQ(stored(L"connect_timeout"), L"20");
}

TEST_F(DialogTest, TabGoesByTheFieldsInOrder) {
  std::vector<int> order;
  EXPECT_FALSE(configure(ODBC_ADD_DSN, L"", [&](Person& person) {
    person.press('N', VK_MENU);
    for (int i = 0; i < 11; ++i) {
      order.push_back(person.focus());
      person.press(VK_TAB);
    }
    person.press(VK_ESCAPE);
  }));
  // Principal and password are not for who logs in by his session's ticket.
  EXPECT_THAT(order, ElementsAre(ID_NAME, ID_DESCRIPTION, ID_SERVER, ID_PORT, ID_DATABASE, ID_WAY,
                                 ID_USER, ID_ENCRYPTION, ID_TEST, ID_OUTCOME, ID_ALL));
}

TEST_F(DialogTest, EveryFieldHasALabelBeforeIt) {
  const auto label_of = [](HWND control) {
    const HWND before = GetWindow(control, GW_HWNDPREV);
    wchar_t kind[16] = L"";
    wchar_t text[64] = L"";
    GetClassNameW(before, kind, 16);
    SendMessageW(before, WM_GETTEXT, 64, reinterpret_cast<LPARAM>(text));
    return lstrcmpiW(kind, L"Static") == 0 ? narrow(text) : "no label";
  };
  EXPECT_FALSE(configure(ODBC_ADD_DSN, L"", [&](Person& person) {
    for (const int id : {ID_NAME, ID_DESCRIPTION, ID_SERVER, ID_PORT, ID_DATABASE, ID_WAY, ID_USER,
                         ID_PRINCIPAL, ID_PASSWORD, ID_ENCRYPTION, ID_OUTCOME})
      EXPECT_THAT(label_of(person.control(id)), HasSubstr("&")) << id;
    person.press('A', VK_MENU);
    person.wait_until("page two", [&] { return person.control(ID_SEARCH) != nullptr; });
    for (const int id : {ID_SEARCH, ID_KEYWORDS, ID_VALUE, ID_EXPLANATION})
      EXPECT_THAT(label_of(person.control(id)), HasSubstr("&")) << id;
    person.press(VK_ESCAPE);
  }));
}

TEST_F(DialogTest, WhatIsWrongIsToldBesideItsField) {
  EXPECT_TRUE(configure(
      ODBC_ADD_DSN, std::wstring(L"DSN=") + source + L'\0' + L"Port=abc" + L'\0' + L"Fetch=many",
      [](Person& person) {
        EXPECT_EQ(person.text(ID_NAME), source);
        person.press(VK_RETURN);
        person.wait_until("a fault at the port",
                          [&] { return !person.text(ID_PORT + FAULT_OF).empty(); });
        EXPECT_THAT(narrow(person.text(ID_PORT + FAULT_OF)), HasSubstr("from 1 to 65535"));
        EXPECT_EQ(person.focus(), ID_PORT);
        person.fill('P', L"5433");
        EXPECT_EQ(person.text(ID_PORT + FAULT_OF), L"");
        person.press(VK_RETURN);
        person.wait_until("page two, where the other one is",
                          [&] { return person.control(ID_SEARCH) != nullptr; });
        EXPECT_THAT(narrow(person.text(ID_VALUE + FAULT_OF)), HasSubstr("expected a number"));
        EXPECT_THAT(narrow(person.text(ID_EXPLANATION)), HasSubstr("Rows that are asked for"));
        person.fill('V', L"100");
        person.press(VK_RETURN);
      }));
  EXPECT_EQ(stored(L"Port"), L"5433");
  EXPECT_EQ(stored(L"Fetch"), L"100");
}

TEST_F(DialogTest, TestTellsWhatTheLoginCameTo) {
  EXPECT_FALSE(configure(ODBC_ADD_DSN,
                         std::wstring(L"DSN=") + source + L'\0' + L"Server=127.0.0.1" + L'\0' +
                             L"Port=1" + L'\0' + L"UID=alice",
                         [](Person& person) {
                           person.press('T', VK_MENU);
                           person.wait_until("an outcome", [&] {
                             return person.text(ID_OUTCOME).starts_with(L"Test failed.");
                           });
                           EXPECT_THAT(narrow(person.text(ID_OUTCOME)),
                                       HasSubstr("Cannot connect to 127.0.0.1:1"));
                           person.press(VK_ESCAPE);
                         }));
  EXPECT_EQ(stored(L"Server"), L"");
}

TEST_F(DialogTest, ChangesADataSourceAndItsName) {
  const std::wstring attributes = std::wstring(L"DSN=") + source + L'\0';
  const auto made = attributes + L"Servername=db" + L'\0' + L"BoolsAsChar=1" + L'\0' + L'\0';
  ASSERT_TRUE(ConfigDSNW(nullptr, ODBC_ADD_DSN, L"negodbc", made.c_str()));
  EXPECT_TRUE(configure(ODBC_CONFIG_DSN, attributes, [](Person& person) {
    EXPECT_EQ(person.text(ID_SERVER), L"db");
    EXPECT_EQ(person.text(ID_PORT), L"");
    person.fill('S', L"db2");
    person.press(VK_RETURN);
  }));
  EXPECT_EQ(stored(L"Servername"), L"db2");
  EXPECT_EQ(stored(L"Server"), L"");
  EXPECT_EQ(stored(L"BoolsAsChar"), L"1");
}

TEST_F(DialogTest, ALoginAsksForWhatIsMissingOnly) {
  SQLHENV environment = nullptr;
  SQLHDBC connection = nullptr;
  ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment), SQL_SUCCESS);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
  ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
  std::wstring text = L"Driver=negodbc;Server=127.0.0.1;Port=1;Trusted_Connection=No;UID=alice";
  const auto connect = [&](HWND owner, SQLUSMALLINT how) {
    return SQLDriverConnectW(connection, owner, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS,
                             nullptr, 0, nullptr, how);
  };
  std::string failure;
  const int result =
      with_person([&](HWND owner) { return connect(owner, SQL_DRIVER_COMPLETE_REQUIRED); },
                  [](Person& person) {
                    for (const int id : {ID_NAME, ID_DESCRIPTION, ID_SERVER, ID_USER, ID_WAY})
                      EXPECT_FALSE(IsWindowEnabled(person.control(id))) << id;
                    EXPECT_TRUE(IsWindowEnabled(person.control(ID_PASSWORD)));
                    person.fill('W', L"secret");
                    const HWND first = person.dialog();
                    person.press(VK_RETURN);
                    // Nobody is there: the server may be named anew, and why is told.
                    person.wait_until("another dialog", [&] { return IsWindow(first) == FALSE; });
                    Person again;
                    again.wait_until("the reason", [&] { return !again.text(ID_OUTCOME).empty(); });
                    EXPECT_THAT(narrow(again.text(ID_OUTCOME)), HasSubstr("Cannot connect"));
                    EXPECT_TRUE(IsWindowEnabled(again.control(ID_SERVER)));
                    again.press(VK_ESCAPE);
                  },
                  failure);
  EXPECT_EQ(failure, "");
  EXPECT_EQ(result, SQL_NO_DATA);
  // Never without a window.
  EXPECT_EQ(connect(nullptr, SQL_DRIVER_PROMPT), SQL_ERROR);
  EXPECT_FALSE(sees_dialog());
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
}

}  // namespace
}  // namespace negodbc::dialog::testing
