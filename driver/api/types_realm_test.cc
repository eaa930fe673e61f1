// Types as programs meet them: told the same everywhere, with sizes that can be allocated, and
// their values there and back as text.
#include <array>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

// What is told of a column, by whatever function.
struct Told {
  long type = 0;
  long size = 0;
  bool operator==(const Told&) const = default;
};

void PrintTo(const Told& told, std::ostream* out) {
  *out << "type " << told.type << ", size " << told.size;
}

Told described(const Query& q, SQLUSMALLINT column) {
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  EXPECT_EQ(SQLDescribeCol(q.get(), column, nullptr, 0, nullptr, &type, &size, nullptr, nullptr),
            SQL_SUCCESS)
      << q.error();
  return {type, static_cast<long>(size)};
}

Told described_parameter(const Query& q, SQLUSMALLINT number) {
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  EXPECT_EQ(SQLDescribeParam(q.get(), number, &type, &size, nullptr, nullptr), SQL_SUCCESS)
      << q.error();
  return {type, static_cast<long>(size)};
}

// Of SQLColumns, in the table's order.
struct CatalogueColumn {
  Told told;
  std::string type_name;
  long buffer_length;
};

std::vector<CatalogueColumn> catalogue(const Client& client, const char* table) {
  const Query q(client);
  EXPECT_EQ(SQLColumns(q.get(), nullptr, 0, nullptr, 0, chars(table), SQL_NTS, nullptr, 0),
            SQL_SUCCESS)
      << q.error();
  std::vector<CatalogueColumn> columns;
  while (SQL_SUCCEEDED(SQLFetch(q.get()))) {
    columns.push_back(
        {{std::stol(q.text(5)), std::stol(q.text(7))}, q.text(6), std::stol(q.text(8))});
  }
  return columns;
}

bool is_offered(const Client& client, long type, const std::string& name) {
  const Query q(client);
  EXPECT_EQ(SQLGetTypeInfo(q.get(), static_cast<SQLSMALLINT>(type)), SQL_SUCCESS) << q.error();
  bool found = false;
  while (SQL_SUCCEEDED(SQLFetch(q.get())))
    found = found || (q.text(1) == name && q.text(2) == std::to_string(type));
  return found;
}

struct Wish {
  const char* keywords;
  const char* type;
  Told told;
};

bool is_long(SQLLEN type) {
  return type == SQL_WLONGVARCHAR || type == SQL_LONGVARBINARY;
}

class TypeWishes : public ::testing::TestWithParam<Wish> {};

TEST_P(TypeWishes, AreToldEverywhereTheSame) {
  const Wish& wish = GetParam();
  const Client client((std::string("DSN=negodbc-trust;") + wish.keywords).c_str());
  const Query q(client);
  q.run(std::string("CREATE TEMP TABLE wished (c ") + wish.type + ")");
  ASSERT_EQ(q.prepare("SELECT c FROM wished WHERE c::text <> ''"), SQL_SUCCESS);
  EXPECT_EQ(described(q, 1), wish.told);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_CONCISE_TYPE), wish.told.type);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_LENGTH), wish.told.size);
  const auto columns = catalogue(client, "wished");
  ASSERT_EQ(columns.size(), 1U);
  EXPECT_EQ(columns[0].told, wish.told);
  EXPECT_EQ(columns[0].buffer_length, q.number_attribute(1, SQL_DESC_OCTET_LENGTH));
  const std::string name = columns[0].type_name;
  // A parameter has no length of its own.
  if (std::string_view(wish.type).find('(') == std::string_view::npos) {
    const Query insert(client);
    ASSERT_EQ(insert.prepare("INSERT INTO wished VALUES (?)"), SQL_SUCCESS);
    Told parameter = wish.told;
    if (std::string_view(wish.keywords) != "B1=65535" && is_long(parameter.type) &&
        (parameter.size == 0 || parameter.size == 65535))
      parameter.size = 8190;
    EXPECT_EQ(described_parameter(insert, 1), parameter);
    if (name.front() != '_') {
      EXPECT_TRUE(is_offered(client, wish.told.type, name)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Keywords, TypeWishes,
    ::testing::Values(
        Wish{"", "text", {SQL_WLONGVARCHAR, 65535}}, Wish{"", "varchar", {SQL_WLONGVARCHAR, 65535}},
        Wish{"", "json", {SQL_WLONGVARCHAR, 65535}}, Wish{"", "int4[]", {SQL_WLONGVARCHAR, 65535}},
        Wish{"", "bytea", {SQL_LONGVARBINARY, 0}}, Wish{"", "bool", {SQL_BIT, 1}},
        Wish{"", "int8", {SQL_BIGINT, 19}}, Wish{"", "varchar(9000)", {SQL_WVARCHAR, 9000}},
        Wish{"B7=0", "text", {SQL_WVARCHAR, 8190}}, Wish{"B7=0", "xml", {SQL_WVARCHAR, 8190}},
        Wish{"B7=0;B0=254", "text", {SQL_VARCHAR, 254}},
        Wish{"MaxVarcharSize=254", "varchar(255)", {SQL_WLONGVARCHAR, 255}},
        Wish{"B8=0", "jsonb", {SQL_WVARCHAR, 8190}}, Wish{"B8=0", "int4[]", {SQL_WVARCHAR, 8190}},
        Wish{"B1=-4", "text", {SQL_WLONGVARCHAR, 65535}},
        Wish{"B1=65535", "text", {SQL_WLONGVARCHAR, 65535}},
        Wish{"B1=65535", "bytea", {SQL_LONGVARBINARY, 65535}},
        Wish{"C7=0", "bytea", {SQL_VARBINARY, 8190}}, Wish{"B9=1", "bool", {SQL_VARCHAR, 5}},
        Wish{"C6=1", "bool", {SQL_BIT, 1}}, Wish{"BI=-5", "int8", {SQL_BIGINT, 19}},
        Wish{"BI=4", "int8", {SQL_INTEGER, 10}}, Wish{"BI=2", "int8", {SQL_NUMERIC, 19}},
        Wish{"BI=8", "int8", {SQL_DOUBLE, 15}}, Wish{"BI=12", "int8", {SQL_VARCHAR, 20}},
        Wish{"Int8As=-1", "int8", {SQL_WLONGVARCHAR, 20}},
        Wish{"D6=2", "numeric", {SQL_NUMERIC, 38}}, Wish{"D6=8", "numeric", {SQL_DOUBLE, 15}},
        Wish{"D6=12", "numeric", {SQL_WVARCHAR, 8190}},
        Wish{"NumericAs=-1", "numeric", {SQL_WLONGVARCHAR, 65535}},
        Wish{"D6=12", "numeric(10,2)", {SQL_NUMERIC, 10}}));

TEST(TypeWishes, ChangeWhatIsReadAndWritten) {
  const Client client("DSN=negodbc-trust;LFConversion=1;TrueIsMinus1=1;BoolsAsChar=1;Int8As=12");
  const Query q(client);
  EXPECT_EQ(q.value("SELECT E'a\\nb', true, false, 5::int8"), "a\r\nb|-1|0|5");
  q.run("CREATE TEMP TABLE written (t text, yes bool)");
  const Query insert(client);
  char text[] = "c\r\nd";
  SQLINTEGER yes = -1;
  SQLBindParameter(insert.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_LONGVARCHAR, 0, 0, text, 0,
                   nullptr);
  SQLBindParameter(insert.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_BIT, 0, 0, &yes, 0, nullptr);
  insert.run("INSERT INTO written VALUES (?, ?)");
  EXPECT_EQ(q.value("SELECT length(t), yes FROM written"), "3|-1");
  // As it is declared by what was told of a column without a limit.
  const Client narrow("DSN=negodbc-trust;MaxVarcharSize=10;TextAsLongVarchar=0");
  const Query longer(narrow);
  char twenty[] = "12345678901234567890";
  SQLBindParameter(longer.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 10, 0, twenty, 0,
                   nullptr);
  longer.run("SELECT length(?)");
  EXPECT_EQ(longer.rows(), "20");
}

// The entry point that connected decides: unixODBC tells the driver of an A program in no other
// way. What may have to be read in parts is wide for both.
TEST(TypeWishes, ShortTextIsAsWideAsTheProgram) {
  const char* const sql = "SELECT 'x'::varchar(5), 'x'::char(9), 'x'::varchar(256), 'x'::text";
  const auto told = [&](const Client& client) {
    const Query q(client);
    EXPECT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
    std::vector<SQLLEN> types;
    for (SQLUSMALLINT column = 1; column <= 4; ++column) types.push_back(described(q, column).type);
    return types;
  };
  const Client narrow;
  EXPECT_EQ(told(narrow),
            (std::vector<SQLLEN>{SQL_VARCHAR, SQL_CHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR}));
  // By default it is read as it is told.
  const Query q(narrow);
  ASSERT_EQ(q.exec("SELECT 'size'::varchar(5)"), SQL_SUCCESS) << q.error();
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  char value[16] = {};
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_DEFAULT, value, sizeof value, nullptr), SQL_SUCCESS);
  EXPECT_STREQ(value, "size");

  const Client wide("", false);
  const std::string_view source = "DSN=negodbc-trust";
  std::vector<SQLWCHAR> text(source.begin(), source.end());
  text.push_back(0);
  ASSERT_TRUE(SQL_SUCCEEDED(SQLDriverConnectW(wide.dbc(), nullptr, text.data(), SQL_NTS, nullptr, 0,
                                              nullptr, SQL_DRIVER_NOPROMPT)));
  EXPECT_EQ(told(wide),
            (std::vector<SQLLEN>{SQL_WVARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR}));
}

TEST(Money, IsANumberOfTheSessionsScale) {
  const Client client("DSN=negodbc-trust;ConnSettings={SET lc_monetary TO 'C'}");
  const Query q(client);
  q.run("CREATE TEMP TABLE paid (m money)");
  const Query insert(client);
  double amount = 1234.5;
  SQLBindParameter(insert.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_NUMERIC, 10, 2, &amount, 0,
                   nullptr);
  insert.run("INSERT INTO paid VALUES (?)");
  ASSERT_EQ(q.exec("SELECT m FROM paid"), SQL_SUCCESS);
  EXPECT_EQ(described(q, 1).type, SQL_NUMERIC);
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_SCALE), 2);
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  double read = 0;
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_DOUBLE, &read, 0, nullptr), SQL_SUCCESS) << q.error();
  EXPECT_EQ(read, amount);
  char text[20] = {};
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_CHAR, text, sizeof text, nullptr), SQL_SUCCESS);
  EXPECT_STREQ(text, "$1,234.50");
}

TEST(TypeWishes, BadOnesAreRefused) {
  for (const char* keywords : {"Int8As=7", "NumericAs=4", "TrueIsMinus1=maybe", "B0=-5"}) {
    const Client client("", false);
    const std::string text = std::string("DSN=negodbc-trust;") + keywords;
    EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr, chars(text.c_str()), SQL_NTS, nullptr, 0,
                               nullptr, SQL_DRIVER_NOPROMPT),
              SQL_ERROR);
    EXPECT_EQ(client.state(), "08001") << keywords;
  }
}

// Types and a value as the server writes it. What has a limit in itself has a size of its own.
struct Sample {
  const char* type;
  const char* value;
};
constexpr Sample samples[] = {
    {"bool", "1"},
    {"\"char\"", "x"},
    {"name", "a_name"},
    {"oid", "4294967295"},
    {"int2", "-32768"},
    {"int4", "-2147483648"},
    {"int8", "-9223372036854775808"},
    {"float4", "-1.1754944e-38"},
    {"float8", "-2.2250738585072014e-308"},
    {"numeric", "123456789012345678901.0000000000000001"},
    {"numeric(6,2)", "-1234.56"},
    {"money", "-$92,233,720,368,547,758.08"},
    {"text", "Größe 世界 😀"},
    {"varchar(12)", "Größe 世界"},
    {"char(9)", "Größe    "},
    {"bytea", "00ff10"},
    {"date", "2026-11-24"},
    {"time", "23:59:59.999999"},
    {"timetz", "23:59:59.999999+15:59:59"},
    {"timestamp", "2026-11-24 23:59:59.999999"},
    {"timestamptz", "2026-11-24 23:59:59.999999+00"},
    {"interval", "-178000000 years -11 mons -999999 days -23:59:59.999999"},
    {"interval day to second", "-1 days -02:03:04.5"},
    {"interval year to month", "3 years 4 mons"},
    {"uuid", "123e4567-e89b-12d3-a456-426614174000"},
    {"json", "{\"a\": [1, null, \"ä\"]}"},
    {"jsonb", "{\"a\": 2, \"b\": \"世\"}"},
    {"jsonpath", "$.\"a\"[*]"},
    {"xml", "<a b=\"c\">ä</a>"},
    {"inet", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/127"},
    {"cidr", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/128"},
    {"macaddr", "08:00:2b:01:02:03"},
    {"macaddr8", "08:00:2b:01:02:03:04:05"},
    {"bit", "1"},
    {"bit(8)", "10110011"},
    {"varbit(12)", "10110011"},
    {"varbit", "101100111000111100001111100000"},
    {"tsvector", "'wort':1A,2 'ähnlich':3"},
    {"tsquery", "'ähnlich' & !'wort'"},
    {"point", "(1.5,-2)"},
    {"line", "{1,-1,0}"},
    {"lseg", "[(0,0),(1,1)]"},
    {"box", "(1,1),(0,0)"},
    {"path", "((0,0),(1,1),(2,0))"},
    {"polygon", "((0,0),(1,1),(2,0))"},
    {"circle", "<(0,0),1.5>"},
    {"pg_lsn", "FFFFFFFF/FFFFFFFF"},
    {"int4range", "[1,10)"},
    {"int8range", "[1,9223372036854775807)"},
    {"numrange", "(1.5,)"},
    {"tsrange", "[\"2026-11-24 00:00:00\",\"2026-11-25 00:00:00\")"},
    {"tstzrange", "[\"2026-11-24 00:00:00+00\",)"},
    {"daterange", "[2026-11-24,2026-11-25)"},
    {"int4multirange", "{[1,3),[7,9)}"},
    {"int4[]", "{1,NULL,3}"},
    {"text[]", "{\"a b\",NULL,\"\\\"\",世}"},
    {"numeric(6,2)[]", "{1.50,2.25}"},
    {"timestamptz[]", "{\"2026-11-24 00:00:00+00\"}"},
    {"int4[][]", "{{1,2},{3,4}}"},
    {"walk.mood", "so lala"},
    {"walk.mood[]", "{gut,\"so lala\"}"},
    {"walk.pair", "(1,\"a \"\"b\"\"\")"},
    {"walk.pair[]", "{\"(1,x)\",\"(2,)\"}"},
    {"walk.short", "abc"},
    {"walk.shorter", "abcd"},
    {"walk.some_mood", "gut"},
    {"walk.bits", "101"},
    {"walk.hstore", "\"a\"=>\"1\", \"ä\"=>NULL"},
};

class TypesOfAllKinds : public ::testing::Test {
 protected:
  void SetUp() override {
    q_.run("DROP SCHEMA IF EXISTS walk CASCADE");
    q_.run("CREATE SCHEMA walk");
    q_.run("CREATE EXTENSION hstore SCHEMA walk");
    q_.run("CREATE TYPE walk.mood AS ENUM ('gut', 'so lala')");
    q_.run("CREATE TYPE walk.pair AS (k int, t text)");
    q_.run("CREATE DOMAIN walk.short AS varchar(5)");
    q_.run("CREATE DOMAIN walk.shorter AS walk.short CHECK (VALUE <> '')");
    q_.run("CREATE DOMAIN walk.some_mood AS walk.mood");
    q_.run("CREATE DOMAIN walk.bits AS bit varying(4)");
    std::string columns;
    std::string markers;
    for (const Sample& sample : samples) {
      columns +=
          (columns.empty() ? "c" : ", c") + std::to_string(&sample - samples) + " " + sample.type;
      markers += markers.empty() ? "?" : ", ?";
    }
    q_.run("CREATE TABLE walk.kinds (" + columns + ")");
    insert_ = "INSERT INTO walk.kinds VALUES (" + markers + ")";
  }
  void TearDown() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    q_.run("DROP SCHEMA walk CASCADE");
  }

  // Each by the type that SQLDescribeParam tells.
  void write(const std::vector<std::string>& values) {
    const Query insert(client_);
    ASSERT_EQ(insert.prepare(insert_), SQL_SUCCESS) << insert.error();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto number = static_cast<SQLUSMALLINT>(i + 1);
      const Told told = described_parameter(insert, number);
      EXPECT_GT(told.size, 0) << samples[i].type;
      EXPECT_LE(told.size, 8190) << samples[i].type;
      SQLBindParameter(insert.get(), number, SQL_PARAM_INPUT, SQL_C_CHAR,
                       static_cast<SQLSMALLINT>(told.type), static_cast<SQLULEN>(told.size), 6,
                       chars(values[i].c_str()), static_cast<SQLLEN>(values[i].size()), nullptr);
    }
    EXPECT_EQ(SQLExecute(insert.get()), SQL_SUCCESS) << insert.error();
  }

  Client client_{"DSN=negodbc;ConnSettings=SET lc_monetary TO 'C'"};
  Query q_{client_};
  std::string insert_;
};

std::vector<std::string> sample_values() {
  std::vector<std::string> values;
  for (const Sample& sample : samples) values.emplace_back(sample.value);
  return values;
}

// Or none that is known, of bytes: programs read these in parts.
TEST_F(TypesOfAllKinds, HaveSizesThatCanBeAllocated) {
  const auto columns = catalogue(client_, "kinds");
  ASSERT_EQ(columns.size(), std::size(samples));
  ASSERT_EQ(q_.prepare("SELECT * FROM walk.kinds"), SQL_SUCCESS);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto number = static_cast<SQLUSMALLINT>(i + 1);
    SCOPED_TRACE(samples[i].type);
    const bool sized = columns[i].told.type != SQL_LONGVARBINARY;
    EXPECT_EQ(columns[i].told.size > 0, sized);
    EXPECT_LE(columns[i].told.size, is_long(columns[i].told.type) ? 65535 : 8190);
    EXPECT_EQ(columns[i].buffer_length > 0, sized);
    EXPECT_LE(columns[i].buffer_length, 4 * 65535);
    EXPECT_EQ(described(q_, number), columns[i].told);
    EXPECT_EQ(q_.number_attribute(number, SQL_DESC_OCTET_LENGTH) > 0, sized);
    EXPECT_GT(q_.number_attribute(number, SQL_DESC_DISPLAY_SIZE), 0);
    EXPECT_LE(q_.number_attribute(number, SQL_DESC_DISPLAY_SIZE), 65535);
    EXPECT_EQ(q_.text_attribute(number, SQL_DESC_TYPE_NAME), columns[i].type_name);
  }
}

TEST_F(TypesOfAllKinds, FitWhatTheirDisplaySizeSays) {
  write(sample_values());
  q_.run("SELECT * FROM walk.kinds");
  std::vector<std::unique_ptr<std::vector<SQLWCHAR>>> buffers;
  std::vector<SQLLEN> lengths(std::size(samples));
  for (std::size_t i = 0; i < std::size(samples); ++i) {
    const auto number = static_cast<SQLUSMALLINT>(i + 1);
    const auto units =
        static_cast<std::size_t>(q_.number_attribute(number, SQL_DESC_DISPLAY_SIZE)) + 1;
    buffers.push_back(std::make_unique<std::vector<SQLWCHAR>>(units));
    SQLBindCol(q_.get(), number, SQL_C_WCHAR, buffers[i]->data(),
               static_cast<SQLLEN>(units * sizeof(SQLWCHAR)), &lengths[i]);
  }
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
  SQLFreeStmt(q_.get(), SQL_UNBIND);
  // The same value as UTF-8, which the samples are.
  for (std::size_t i = 0; i < std::size(samples); ++i)
    EXPECT_EQ(q_.text(static_cast<SQLUSMALLINT>(i + 1)), samples[i].value) << samples[i].type;
}

TEST_F(TypesOfAllKinds, ComeInPartsAndGoBack) {
  write(sample_values());
  std::vector<std::string> read;
  for (std::size_t i = 0; i < std::size(samples); ++i) {
    const std::string column = "c" + std::to_string(i);
    q_.run("SELECT " + column + " FROM walk.kinds");
    ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
    // Only character and binary data comes in parts.
    const long type = described(q_, 1).type;
    const bool in_parts = type == SQL_WCHAR || type == SQL_WVARCHAR || type == SQL_WLONGVARCHAR ||
                          type == SQL_LONGVARBINARY;
    std::string whole;
    std::array<char, 64> part{};
    const auto room = static_cast<SQLLEN>(in_parts ? 6 : part.size());
    SQLLEN left = 0;
    int parts = 0;
    for (SQLRETURN result = SQL_SUCCESS_WITH_INFO; result == SQL_SUCCESS_WITH_INFO; ++parts) {
      result = SQLGetData(q_.get(), 1, SQL_C_CHAR, part.data(), room, &left);
      ASSERT_TRUE(SQL_SUCCEEDED(result)) << samples[i].type << " " << q_.error();
      whole += part.data();
    }
    EXPECT_EQ(whole, samples[i].value) << samples[i].type;
    if (whole.size() >= 6 && in_parts) {
      EXPECT_GT(parts, 1) << samples[i].type;
    }
    read.push_back(whole);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
  write(read);
  for (std::size_t i = 0; i < std::size(samples); ++i) {
    const std::string column = "c" + std::to_string(i);
    EXPECT_EQ(q_.value("SELECT count(*), count(DISTINCT " + column + "::text) FROM walk.kinds"),
              "2|1")
        << samples[i].type;
  }
}

}  // namespace
}  // namespace negodbc::odbc
