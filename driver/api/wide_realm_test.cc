// The W functions as the module has them, without a driver manager: units of lengths, surrogates,
// truncation, and handles that are no handles.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "driver/base/utf.h"
#include "driver/catalog/testing/info_types.h"

namespace negodbc::odbc {
namespace {

struct Close {
  void operator()(void* module) const { dlclose(module); }
};

class Wide : public ::testing::Test {
 protected:
  void SetUp() override {
    module_.reset(dlopen(std::getenv("NEGODBC_DRIVER"), RTLD_NOW | RTLD_LOCAL));
    ASSERT_NE(module_, nullptr) << dlerror();
    ASSERT_EQ(call<decltype(SQLAllocHandle)>("SQLAllocHandle")(SQL_HANDLE_ENV, nullptr, &env_),
              SQL_SUCCESS);
    ASSERT_EQ(call<decltype(SQLSetEnvAttr)>("SQLSetEnvAttr")(
                  env_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(version_), 0),
              SQL_SUCCESS);
    ASSERT_EQ(call<decltype(SQLAllocHandle)>("SQLAllocHandle")(SQL_HANDLE_DBC, env_, &dbc_),
              SQL_SUCCESS);
    auto in = wide(connection_string());
    SQLSMALLINT length = 0;
    ASSERT_EQ(call<decltype(SQLDriverConnectW)>("SQLDriverConnectW")(
                  dbc_, nullptr, in.data(), SQL_NTS, nullptr, 0, &length, SQL_DRIVER_NOPROMPT),
              SQL_SUCCESS);
    EXPECT_GT(length, 20);
    ASSERT_EQ(call<decltype(SQLAllocHandle)>("SQLAllocHandle")(SQL_HANDLE_STMT, dbc_, &stmt_),
              SQL_SUCCESS);
  }
  void TearDown() override {
    call<decltype(SQLFreeHandle)>("SQLFreeHandle")(SQL_HANDLE_STMT, stmt_);
    call<decltype(SQLDisconnect)>("SQLDisconnect")(dbc_);
    call<decltype(SQLFreeHandle)>("SQLFreeHandle")(SQL_HANDLE_DBC, dbc_);
    call<decltype(SQLFreeHandle)>("SQLFreeHandle")(SQL_HANDLE_ENV, env_);
  }

  static std::string connection_string() {
    return std::string("Server=") + std::getenv("NEGODBC_PGHOST") +
           ";Port=" + std::getenv("NEGODBC_PGPORT") +
           ";Database=negodbc;UID=trust_user;Trusted_Connection=No";
  }
  template <class F>
  F* call(const char* name) const {
    void* symbol = dlsym(module_.get(), name);
    if (symbol == nullptr) throw std::runtime_error(std::string("not exported: ") + name);
    return reinterpret_cast<F*>(symbol);
  }
  static std::vector<SQLWCHAR> wide(const std::string& text) {
    const std::u16string converted = to_utf16(text);
    std::vector<SQLWCHAR> out(converted.begin(), converted.end());
    out.push_back(0);
    return out;
  }
  static std::string narrow(const SQLWCHAR* text) {
    std::u16string copy;
    while (*text != 0) copy += static_cast<char16_t>(*text++);
    return to_utf8(copy);
  }
  SQLRETURN exec(const std::string& sql) const {
    auto text = wide(sql);
    return call<decltype(SQLExecDirectW)>("SQLExecDirectW")(stmt_, text.data(), SQL_NTS);
  }
  std::string state(SQLSMALLINT type, SQLHANDLE handle) const {
    SQLWCHAR text[6] = {};
    SQLINTEGER native = 0;
    call<decltype(SQLGetDiagRecW)>("SQLGetDiagRecW")(type, handle, 1, text, &native, nullptr, 0,
                                                     nullptr);
    return narrow(text);
  }

  SQLULEN version_ = SQL_OV_ODBC3;
  std::unique_ptr<void, Close> module_;
  SQLHANDLE env_ = nullptr;
  SQLHANDLE dbc_ = nullptr;
  SQLHANDLE stmt_ = nullptr;
};

TEST_F(Wide, DescribeColCountsCharactersAndColAttributeBytes) {
  ASSERT_EQ(exec("SELECT 1 AS \"ab😀cd\""), SQL_SUCCESS);
  SQLWCHAR name[16] = {};
  SQLSMALLINT length = 0;
  const auto describe = call<decltype(SQLDescribeColW)>("SQLDescribeColW");
  ASSERT_EQ(describe(stmt_, 1, name, 16, &length, nullptr, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(length, 6);
  EXPECT_EQ(narrow(name), "ab😀cd");
  // Room for three units and the terminator: the surrogate pair is not cut in two.
  ASSERT_EQ(describe(stmt_, 1, name, 4, &length, nullptr, nullptr, nullptr, nullptr),
            SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(narrow(name), "ab");
  EXPECT_EQ(length, 6);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "01004");
  const auto attribute = call<decltype(SQLColAttributeW)>("SQLColAttributeW");
  ASSERT_EQ(attribute(stmt_, 1, SQL_DESC_NAME, name, sizeof name, &length, nullptr), SQL_SUCCESS);
  EXPECT_EQ(length, 12);
  ASSERT_EQ(attribute(stmt_, 1, SQL_DESC_NAME, name, 11, &length, nullptr), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(narrow(name), "ab😀");
}

TEST_F(Wide, InfoAndConnectionAttributesCountBytes) {
  SQLWCHAR text[32] = {};
  SQLSMALLINT length = 0;
  ASSERT_EQ(
      call<decltype(SQLGetInfoW)>("SQLGetInfoW")(dbc_, SQL_DBMS_NAME, text, sizeof text, &length),
      SQL_SUCCESS);
  EXPECT_EQ(narrow(text), "PostgreSQL");
  EXPECT_EQ(length, 20);
  SQLINTEGER long_length = 0;
  ASSERT_EQ(call<decltype(SQLGetConnectAttrW)>("SQLGetConnectAttrW")(
                dbc_, SQL_ATTR_CURRENT_CATALOG, text, sizeof text, &long_length),
            SQL_SUCCESS);
  EXPECT_EQ(narrow(text), "negodbc");
  EXPECT_EQ(long_length, 14);
}

TEST_F(Wide, DiagnosticsCountCharactersInRecAndBytesInField) {
  ASSERT_EQ(exec("SELECT * FROM \"fehlt_ü\""), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "42S02");
  SQLWCHAR text[512] = {};
  SQLSMALLINT characters = 0;
  SQLSMALLINT bytes = 0;
  ASSERT_EQ(call<decltype(SQLGetDiagRecW)>("SQLGetDiagRecW")(SQL_HANDLE_STMT, stmt_, 1, nullptr,
                                                             nullptr, text, 512, &characters),
            SQL_SUCCESS);
  EXPECT_NE(narrow(text).find("fehlt_ü"), std::string::npos);
  ASSERT_EQ(call<decltype(SQLGetDiagFieldW)>("SQLGetDiagFieldW")(
                SQL_HANDLE_STMT, stmt_, 1, SQL_DIAG_MESSAGE_TEXT, text, sizeof text, &bytes),
            SQL_SUCCESS);
  EXPECT_EQ(bytes, characters * 2);
  EXPECT_EQ(call<decltype(SQLGetDiagRecW)>("SQLGetDiagRecW")(SQL_HANDLE_STMT, stmt_, 2, nullptr,
                                                             nullptr, text, 512, &characters),
            SQL_NO_DATA);
}

TEST_F(Wide, HandlesThatAreNone) {
  const auto fetch = call<decltype(SQLFetch)>("SQLFetch");
  EXPECT_EQ(fetch(nullptr), SQL_INVALID_HANDLE);
  EXPECT_EQ(fetch(dbc_), SQL_INVALID_HANDLE);  // of another kind
  int foreign = 0;
  EXPECT_EQ(fetch(&foreign), SQL_INVALID_HANDLE);
  SQLHANDLE other = nullptr;
  ASSERT_EQ(call<decltype(SQLAllocHandle)>("SQLAllocHandle")(SQL_HANDLE_STMT, dbc_, &other),
            SQL_SUCCESS);
  ASSERT_EQ(call<decltype(SQLFreeHandle)>("SQLFreeHandle")(SQL_HANDLE_STMT, other), SQL_SUCCESS);
  EXPECT_EQ(fetch(other), SQL_INVALID_HANDLE);  // stale
  EXPECT_EQ(call<decltype(SQLFreeHandle)>("SQLFreeHandle")(SQL_HANDLE_STMT, other),
            SQL_INVALID_HANDLE);
}

TEST_F(Wide, FreeingInTheWrongOrder) {
  const auto free_handle = call<decltype(SQLFreeHandle)>("SQLFreeHandle");
  EXPECT_EQ(free_handle(SQL_HANDLE_ENV, env_), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_ENV, env_), "HY010");
  EXPECT_EQ(free_handle(SQL_HANDLE_DBC, dbc_), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_DBC, dbc_), "HY010");
  // Disconnecting frees the statements.
  EXPECT_EQ(call<decltype(SQLDisconnect)>("SQLDisconnect")(dbc_), SQL_SUCCESS);
  EXPECT_EQ(call<decltype(SQLFetch)>("SQLFetch")(stmt_), SQL_INVALID_HANDLE);
}

TEST_F(Wide, DescriptorsAreReadable) {
  ASSERT_EQ(exec("SELECT 1::int2 AS small, 'x'::text AS words"), SQL_SUCCESS);
  SQLHDESC ird = nullptr;
  ASSERT_EQ(call<decltype(SQLGetStmtAttrW)>("SQLGetStmtAttrW")(stmt_, SQL_ATTR_IMP_ROW_DESC, &ird,
                                                               sizeof ird, nullptr),
            SQL_SUCCESS);
  SQLWCHAR name[16] = {};
  SQLSMALLINT name_length = 0;
  SQLSMALLINT type = 0;
  ASSERT_EQ(call<decltype(SQLGetDescRecW)>("SQLGetDescRecW")(
                ird, 1, name, 16, &name_length, &type, nullptr, nullptr, nullptr, nullptr, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(narrow(name), "small");
  EXPECT_EQ(name_length, 5);
  EXPECT_EQ(type, SQL_SMALLINT);
  EXPECT_EQ(call<decltype(SQLGetDescRecW)>("SQLGetDescRecW")(
                ird, 3, name, 16, &name_length, &type, nullptr, nullptr, nullptr, nullptr, nullptr),
            SQL_NO_DATA);
  EXPECT_EQ(call<decltype(SQLSetDescFieldW)>("SQLSetDescFieldW")(ird, 1, SQL_DESC_TYPE, nullptr, 0),
            SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_DESC, ird), "HY016");
}

TEST_F(Wide, DescriptorsAreCopiedBetweenConnections) {
  const auto allocate = call<decltype(SQLAllocHandle)>("SQLAllocHandle");
  SQLHANDLE other = nullptr;
  ASSERT_EQ(allocate(SQL_HANDLE_DBC, env_, &other), SQL_SUCCESS);
  auto in = wide(connection_string());
  ASSERT_EQ(call<decltype(SQLDriverConnectW)>("SQLDriverConnectW")(
                other, nullptr, in.data(), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS);
  SQLHANDLE target = nullptr;
  ASSERT_EQ(allocate(SQL_HANDLE_DESC, other, &target), SQL_SUCCESS);
  const auto attribute = call<decltype(SQLGetStmtAttrW)>("SQLGetStmtAttrW");
  const auto copy = call<decltype(SQLCopyDesc)>("SQLCopyDesc");
  const auto count = [&](SQLHANDLE descriptor) {
    SQLSMALLINT records = -1;
    call<decltype(SQLGetDescFieldW)>("SQLGetDescFieldW")(descriptor, 0, SQL_DESC_COUNT, &records, 0,
                                                         nullptr);
    return records;
  };
  SQLHANDLE ard = nullptr;
  SQLHANDLE ird = nullptr;
  attribute(stmt_, SQL_ATTR_APP_ROW_DESC, &ard, SQL_IS_POINTER, nullptr);
  attribute(stmt_, SQL_ATTR_IMP_ROW_DESC, &ird, SQL_IS_POINTER, nullptr);
  SQLINTEGER value = 0;
  call<decltype(SQLBindCol)>("SQLBindCol")(stmt_, 2, SQL_C_SLONG, &value, 0, nullptr);
  EXPECT_EQ(copy(ard, target), SQL_SUCCESS);
  EXPECT_EQ(count(target), 2);
  EXPECT_EQ(copy(ird, target), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_DESC, target), "HY007");
  ASSERT_EQ(exec("SELECT 1, 2, 3"), SQL_SUCCESS);
  EXPECT_EQ(copy(ird, target), SQL_SUCCESS);
  EXPECT_EQ(count(target), 3);
  EXPECT_EQ(copy(target, ird), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_DESC, ird), "HY016");
  EXPECT_EQ(copy(ard, stmt_), SQL_INVALID_HANDLE);
  EXPECT_EQ(call<decltype(SQLDisconnect)>("SQLDisconnect")(other), SQL_SUCCESS);
  EXPECT_EQ(copy(ard, target), SQL_INVALID_HANDLE) << "it was freed with its connection";
  EXPECT_EQ(call<decltype(SQLFreeHandle)>("SQLFreeHandle")(SQL_HANDLE_DBC, other), SQL_SUCCESS);
}

TEST_F(Wide, InformationCountsBytes) {
  const auto get_info = call<decltype(SQLGetInfoW)>("SQLGetInfoW");
  for (const auto& wanted : catalog::testing::info_types) {
    if (wanted.width != catalog::testing::InfoWidth::text) continue;
    SQLSMALLINT length = -1;
    ASSERT_EQ(get_info(dbc_, wanted.type, nullptr, 0, &length), SQL_SUCCESS) << wanted.name;
    ASSERT_EQ(length % 2, 0) << wanted.name;
    std::vector<SQLWCHAR> text(static_cast<std::size_t>(length) / 2 + 1, 1);
    SQLSMALLINT told = -1;
    ASSERT_EQ(get_info(dbc_, wanted.type, text.data(), static_cast<SQLSMALLINT>(length + 2), &told),
              SQL_SUCCESS)
        << wanted.name;
    EXPECT_EQ(told, length) << wanted.name;
    EXPECT_EQ(text.back(), 0) << wanted.name;
    if (length == 0) continue;
    EXPECT_EQ(get_info(dbc_, wanted.type, text.data(), length, &told), SQL_SUCCESS_WITH_INFO)
        << wanted.name;
    EXPECT_EQ(told, length) << wanted.name;
    EXPECT_EQ(text[text.size() - 2], 0) << wanted.name;
  }
}

// A driver manager may make ODBC 2 of ODBC 3 itself; here none is between.
class WideOdbc2 : public Wide {
 protected:
  WideOdbc2() { version_ = SQL_OV_ODBC2; }
};

TEST_F(WideOdbc2, StatesAndTypesAreTheDriversOwn) {
  EXPECT_EQ(exec("SELECT FROM WHERE"), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "37000");
  SQLWCHAR text[6] = {};
  EXPECT_EQ(call<decltype(SQLGetDiagFieldW)>("SQLGetDiagFieldW")(
                SQL_HANDLE_STMT, stmt_, 1, SQL_DIAG_SQLSTATE, text, sizeof text, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(narrow(text), "37000");
  ASSERT_EQ(exec("SELECT current_date"), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  ASSERT_EQ(call<decltype(SQLDescribeColW)>("SQLDescribeColW")(stmt_, 1, nullptr, 0, nullptr, &type,
                                                               nullptr, nullptr, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(type, SQL_DATE);
}

// What unixODBC 2.3.11 does not let an application do with streamed output parameters.
TEST_F(Wide, StreamedOutputs) {
  ASSERT_EQ(exec("CREATE FUNCTION pg_temp.twice(INOUT a text) LANGUAGE sql AS 'SELECT a || a'"),
            SQL_SUCCESS);
  SQLLEN length = SQL_DATA_AT_EXEC;
  char token = 0;
  ASSERT_EQ(call<decltype(SQLBindParameter)>("SQLBindParameter")(
                stmt_, 1, SQL_PARAM_INPUT_OUTPUT_STREAM, SQL_C_CHAR, SQL_LONGVARCHAR, 0, 0, &token,
                0, &length),
            SQL_SUCCESS);
  const auto param_data = [&] {
    SQLPOINTER value = nullptr;
    const SQLRETURN result = call<decltype(SQLParamData)>("SQLParamData")(stmt_, &value);
    if (result != SQL_SUCCESS) {
      EXPECT_EQ(value, &token);
    }
    return result;
  };
  const auto begin = [&] {
    ASSERT_EQ(exec("{call pg_temp.twice(?)}"), SQL_NEED_DATA);
    ASSERT_EQ(param_data(), SQL_NEED_DATA);
    char text[] = "abc";
    ASSERT_EQ(call<decltype(SQLPutData)>("SQLPutData")(stmt_, text, SQL_NTS), SQL_SUCCESS);
    ASSERT_EQ(param_data(), SQL_PARAM_DATA_AVAILABLE);
  };
  begin();
  ASSERT_EQ(param_data(), SQL_PARAM_DATA_AVAILABLE);
  SQLWCHAR part[8] = {};
  ASSERT_EQ(
      call<decltype(SQLGetData)>("SQLGetData")(stmt_, 1, SQL_C_WCHAR, part, sizeof part, &length),
      SQL_SUCCESS);
  EXPECT_EQ(narrow(part), "abcabc");
  EXPECT_EQ(param_data(), SQL_SUCCESS);
  length = SQL_DATA_AT_EXEC;

  begin();
  EXPECT_EQ(call<decltype(SQLFreeStmt)>("SQLFreeStmt")(stmt_, SQL_RESET_PARAMS), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "HY010");
  EXPECT_EQ(call<decltype(SQLFreeStmt)>("SQLFreeStmt")(stmt_, SQL_CLOSE), SQL_SUCCESS);
  begin();
  EXPECT_EQ(call<decltype(SQLCloseCursor)>("SQLCloseCursor")(stmt_), SQL_SUCCESS);
  EXPECT_EQ(call<decltype(SQLParamData)>("SQLParamData")(stmt_, nullptr), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "HY010");
  begin();  // and its value is dropped unread
  ASSERT_EQ(param_data(), SQL_PARAM_DATA_AVAILABLE);
  EXPECT_EQ(param_data(), SQL_SUCCESS);
}

// Two that are no characters would become one key.
TEST_F(Wide, HalfASurrogatePairIsRefused) {
  std::vector<SQLWCHAR> text = wide("SELECT 'a?'");
  text[9] = 0xD83D;
  EXPECT_EQ(call<decltype(SQLExecDirectW)>("SQLExecDirectW")(stmt_, text.data(), SQL_NTS),
            SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "22021");

  const SQLWCHAR pair[] = {0xD83D, 0xDE00};
  SQLLEN length = SQL_DATA_AT_EXEC;
  ASSERT_EQ(call<decltype(SQLBindParameter)>("SQLBindParameter")(
                stmt_, 1, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 10, 0, &length, 0, &length),
            SQL_SUCCESS);
  // Of the pair, so many units, each by itself.
  const auto run = [&](int units) {
    SQLPOINTER token = nullptr;
    EXPECT_EQ(exec("SELECT ?"), SQL_NEED_DATA);
    EXPECT_EQ(call<decltype(SQLParamData)>("SQLParamData")(stmt_, &token), SQL_NEED_DATA);
    for (int i = 0; i < units; ++i)
      EXPECT_EQ(call<decltype(SQLPutData)>("SQLPutData")(stmt_, const_cast<SQLWCHAR*>(&pair[i]),
                                                         2),  // NOLINT: ODBC's are not const
                SQL_SUCCESS);
    return call<decltype(SQLParamData)>("SQLParamData")(stmt_, &token);
  };
  EXPECT_EQ(run(1), SQL_ERROR);
  EXPECT_EQ(state(SQL_HANDLE_STMT, stmt_), "22021");
  ASSERT_EQ(run(2), SQL_SUCCESS);
  ASSERT_EQ(call<decltype(SQLFetch)>("SQLFetch")(stmt_), SQL_SUCCESS);
  SQLWCHAR value[4] = {};
  EXPECT_EQ(
      call<decltype(SQLGetData)>("SQLGetData")(stmt_, 1, SQL_C_WCHAR, value, sizeof value, nullptr),
      SQL_SUCCESS);
  EXPECT_EQ(narrow(value), "😀");
}

TEST_F(Wide, AMessageIsNoLongerThanItsLengthCanTell) {
  ASSERT_EQ(exec("DO $$BEGIN RAISE EXCEPTION '%', repeat('x', 70000); END$$"), SQL_ERROR);
  SQLSMALLINT length = 0;
  const auto record = call<decltype(SQLGetDiagRecW)>("SQLGetDiagRecW");
  EXPECT_EQ(record(SQL_HANDLE_STMT, stmt_, 1, nullptr, nullptr, nullptr, 0, &length), SQL_SUCCESS);
  EXPECT_EQ(length, 32000);
  std::vector<SQLWCHAR> text(32768);
  EXPECT_EQ(record(SQL_HANDLE_STMT, stmt_, 1, nullptr, nullptr, text.data(),
                   static_cast<SQLSMALLINT>(length + 1), &length),
            SQL_SUCCESS);
  EXPECT_TRUE(narrow(text.data()).ends_with("xxx..."));
  // In bytes.
  const auto field = call<decltype(SQLGetDiagFieldW)>("SQLGetDiagFieldW");
  EXPECT_EQ(field(SQL_HANDLE_STMT, stmt_, 1, SQL_DIAG_MESSAGE_TEXT, nullptr, 0, &length),
            SQL_SUCCESS);
  EXPECT_EQ(length, 32764);
  EXPECT_EQ(field(SQL_HANDLE_STMT, stmt_, 1, SQL_DIAG_MESSAGE_TEXT, text.data(), 32766, &length),
            SQL_SUCCESS);
  EXPECT_EQ(narrow(text.data()).size(), 16382U);
}

}  // namespace
}  // namespace negodbc::odbc
