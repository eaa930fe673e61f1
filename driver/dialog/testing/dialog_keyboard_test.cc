// The dialog of ConfigDSN and SQLDriverConnect, used by the keyboard alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <winsock2.h>
// Before windows.h.
#include <windows.h>
// After it.
#include <odbcinst.h>
#include <sql.h>
#include <sqlext.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "driver/dialog/testing/person.h"
#include "driver/dialog/windows/resource.h"

namespace negodbc::dialog::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr wchar_t source[] = L"negodbc-dialog-test";
constexpr wchar_t second[] = L"negodbc-dialog-test-2";
constexpr wchar_t third[] = L"K\u00fcche \u65e5\u672c";
constexpr wchar_t third_in_other_letters[] = L"k\u00fcCHE \u65e5\u672c";

std::wstring stored(const wchar_t* key, const wchar_t* of = source) {
  std::wstring value(1024, L'\0');
  const int size = SQLGetPrivateProfileStringW(of, key, L"", value.data(),
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
    for (const wchar_t* name : {source, second, third, third_in_other_letters}) {
      SQLRemoveDSNFromIniW(name);
      RegDeleteTreeW(HKEY_CURRENT_USER,
                     (std::wstring(L"SOFTWARE\\ODBC\\ODBC.INI\\") + name).c_str());
    }
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

// Of a server that nobody answers for.
std::wstring attributes_of(const std::wstring& port) {
  return std::wstring(L"DSN=") + source + L'\0' + L"Server=127.0.0.1" + L'\0' + L"Port=" + port +
         L'\0' + L"UID=alice";
}

TEST_F(DialogTest, TestTellsWhatTheDoctorFinds) {
  EXPECT_FALSE(configure(ODBC_ADD_DSN, attributes_of(L"1"), [](Person& person) {
    person.press('T', VK_MENU);
    person.wait_until("an outcome",
                      [&] { return person.text(ID_OUTCOME).starts_with(L"Test failed."); });
    const std::string outcome = narrow(person.text(ID_OUTCOME));
    EXPECT_THAT(outcome, HasSubstr("Cannot connect to 127.0.0.1:1"));
    EXPECT_THAT(outcome, HasSubstr("\r\n\r\nStep by step:\r\nok: driver manager: "));
    EXPECT_THAT(outcome, HasSubstr("note: server: no address takes connections\r\n    127.0.0.1"));
    person.press(VK_ESCAPE);
  }));
  EXPECT_EQ(stored(L"Server"), L"");
}

// A server that takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() {
    WSADATA data;
    (void)WSAStartup(MAKEWORD(2, 2), &data);
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof address;
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, name, size) != 0 || listen(socket_, 8) != 0 ||
        getsockname(socket_, name, &size) != 0)
      throw std::runtime_error("no server");
    port_ = std::to_wstring(ntohs(address.sin_port));
  }
  ~SilentServer() { closesocket(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  [[nodiscard]] const std::wstring& port() const { return port_; }

 private:
  SOCKET socket_;
  std::wstring port_;
};

TEST_F(DialogTest, ATestIsStoppedByItsKey) {
  const SilentServer server;
  EXPECT_FALSE(configure(
      ODBC_ADD_DSN,
      attributes_of(server.port()) + L'\0' + L"connect_timeout=600" + L'\0' +
          L"Trusted_Connection=No",
      [](Person& person) {
        const auto button = [&] { return narrow(person.text(ID_TEST)); };
        person.press('T', VK_MENU);
        person.wait_until("another word on the button", [&] { return button() == "S&top"; });
        EXPECT_EQ(narrow(person.text(ID_OUTCOME)), "Testing ...");
        // The dialog is used meanwhile.
        person.fill('D', L"meanwhile");
        person.press('T', VK_MENU);
        person.wait_until("the word of before", [&] { return button() == "&Test"; });
        EXPECT_EQ(narrow(person.text(ID_OUTCOME)), "Test stopped.");
        // Another one, which the dialog's end stops.
        person.press('T', VK_MENU);
        person.wait_until("another word on the button", [&] { return button() == "S&top"; });
        person.press(VK_ESCAPE);
      }));
}

TEST_F(DialogTest, ChangesADataSource) {
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

// Wine's installer neither lists data sources nor removes them: saving_test has the rest.
TEST_F(DialogTest, RenamesADataSource) {
  const std::wstring attributes = std::wstring(L"DSN=") + source + L'\0';
  const auto made =
      attributes + L"Servername=db" + L'\0' + L"BoolsAsChar=1" + L'\0' + L"PWD=x" + L'\0' + L'\0';
  const auto taken = std::wstring(L"DSN=") + second + L'\0' + L"Server=other" + L'\0' + L'\0';
  ASSERT_TRUE(ConfigDSNW(nullptr, ODBC_ADD_DSN, L"negodbc", made.c_str()));
  ASSERT_TRUE(ConfigDSNW(nullptr, ODBC_ADD_DSN, L"negodbc", taken.c_str()));
  EXPECT_TRUE(configure(ODBC_CONFIG_DSN, attributes, [](Person& person) {
    // Another's name is a fault, in other letters too.
    person.fill('N', L"NEGODBC-dialog-test-2");
    person.press(VK_RETURN);
    person.wait_until("a fault at the name",
                      [&] { return !person.text(ID_NAME + FAULT_OF).empty(); });
    EXPECT_THAT(narrow(person.text(ID_NAME + FAULT_OF)), HasSubstr("already"));
    EXPECT_EQ(person.focus(), ID_NAME);
    person.fill('N', third);
    person.fill('P', L"5433");
    person.press(VK_RETURN);
  }));
  EXPECT_EQ(stored(L"Servername", third), L"db");
  EXPECT_EQ(stored(L"Port", third), L"5433");
  EXPECT_EQ(stored(L"BoolsAsChar", third), L"1");
  EXPECT_EQ(stored(L"PWD", third), L"x");
  EXPECT_EQ(stored(L"Server", second), L"other");
  // The same name in other letters is the same data source.
  EXPECT_TRUE(configure(ODBC_CONFIG_DSN, std::wstring(L"DSN=") + third, [](Person& person) {
    person.fill('N', third_in_other_letters);
    person.press(VK_RETURN);
  }));
  EXPECT_EQ(stored(L"Servername", third), L"db");
}

// As pasting does it.
void set(Person& person, int control, const std::wstring& text) {
  SendMessageW(person.control(control), WM_SETTEXT, 0, reinterpret_cast<LPARAM>(text.c_str()));
}

TEST_F(DialogTest, StrangeTextsAreToldOrKept) {
  const std::wstring strange = L"{a;b}=}} 'c' \"d\" \u00fc\u65e5 \U0001f600";
  const std::wstring longest(20000, L'x');
  const std::wstring attributes = std::wstring(L"DSN=") + source;
  EXPECT_TRUE(configure(ODBC_ADD_DSN, attributes, [&](Person& person) {
    set(person, ID_USER, L"two\r\nlines");
    set(person, ID_DESCRIPTION, longest);
    set(person, ID_DATABASE, strange);
    person.press(VK_RETURN);
    person.wait_until("a fault", [&] { return !person.text(ID_USER + FAULT_OF).empty(); });
    EXPECT_THAT(narrow(person.text(ID_USER + FAULT_OF)), HasSubstr("line end"));
    set(person, ID_USER, strange);
    person.press(VK_RETURN);
  }));
  EXPECT_EQ(stored(L"UID"), strange);
  EXPECT_FALSE(configure(ODBC_CONFIG_DSN, attributes, [&](Person& person) {
    EXPECT_EQ(person.text(ID_USER), strange);
    EXPECT_EQ(person.text(ID_DATABASE), strange);
    EXPECT_EQ(GetWindowTextLengthW(person.control(ID_DESCRIPTION)), 20000);
    person.press(VK_ESCAPE);
  }));
}

TEST_F(DialogTest, ANameThatIsTakenMeanwhileIsAFault) {
  const auto words = std::wstring(L"DSN=") + source + L'\0' + L"Server=theirs" + L'\0' + L'\0';
  EXPECT_FALSE(configure(ODBC_ADD_DSN, std::wstring(L"DSN=") + source, [&](Person& person) {
    EXPECT_TRUE(ConfigDSNW(nullptr, ODBC_ADD_DSN, L"negodbc", words.c_str()));
    person.press(VK_RETURN);
    person.wait_until("a fault at the name",
                      [&] { return !person.text(ID_NAME + FAULT_OF).empty(); });
    person.press(VK_ESCAPE);
  }));
  EXPECT_EQ(stored(L"Server"), L"theirs");
}

TEST_F(DialogTest, GoesWithTheWindowBeforeWhichItStands) {
  EXPECT_FALSE(configure(ODBC_ADD_DSN, attributes_of(L"1"), [](Person& person) {
    const HWND dialog = person.dialog();
    PostMessageW(GetWindow(dialog, GW_OWNER), WM_CLOSE, 0, 0);
    person.wait_until("its end", [&] { return IsWindow(dialog) == FALSE; });
  }));
  EXPECT_EQ(stored(L"Server"), L"");
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

TEST_F(DialogTest, ALoginTellsOfAValueThatItWouldNotAskFor) {
  SQLHENV environment = nullptr;
  SQLHDBC connection = nullptr;
  ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment), SQL_SUCCESS);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
  ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
  std::wstring text =
      L"Driver=negodbc;Server=127.0.0.1;Port=abc;Fetch=many;Trusted_Connection=No;UID=alice";
  std::string failure;
  const int result = with_person(
      [&](HWND owner) {
        return SQLDriverConnectW(connection, owner, reinterpret_cast<SQLWCHAR*>(text.data()),
                                 SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_COMPLETE_REQUIRED);
      },
      [](Person& person) {
        EXPECT_THAT(narrow(person.text(ID_OUTCOME)),
                    AllOf(HasSubstr("Port: expected a number"), HasSubstr("Fetch: ")));
        EXPECT_TRUE(IsWindowEnabled(person.control(ID_PORT)));
        EXPECT_FALSE(IsWindowEnabled(person.control(ID_SERVER)));
        person.fill('P', L"1");
        person.press(VK_RETURN);
        person.wait_until("page two", [&] { return person.control(ID_VALUE) != nullptr; });
        EXPECT_TRUE(IsWindowEnabled(person.control(ID_VALUE)));
        EXPECT_THAT(narrow(person.text(ID_VALUE + FAULT_OF)), HasSubstr("number"));
        person.press(VK_ESCAPE);
      },
      failure);
  EXPECT_EQ(failure, "");
  EXPECT_EQ(result, SQL_NO_DATA);
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
}

}  // namespace
}  // namespace negodbc::dialog::testing
