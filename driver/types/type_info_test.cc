#include "driver/types/type_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "driver/types/parameter_type.h"

namespace negodbc::types {
namespace {

constexpr std::int32_t numeric_modifier(std::uint32_t precision, int scale) {
  return static_cast<std::int32_t>(
      (precision << 16U | (static_cast<std::uint32_t>(scale) & 0x7FFU)) + 4);
}

struct Expected {
  std::uint32_t oid;
  std::int32_t modifier;
  SQLSMALLINT concise;
  SQLULEN size;
  SQLSMALLINT digits;
  SQLLEN octets;
  SQLLEN display;
  SQLSMALLINT default_c;
};

TEST(DescribeType, EveryType) {
  for (const Expected& e : {
           Expected{oid_bool, -1, SQL_BIT, 1, 0, 1, 1, SQL_C_BIT},
           {oid_int2, -1, SQL_SMALLINT, 5, 0, 2, 6, SQL_C_SSHORT},
           {oid_int4, -1, SQL_INTEGER, 10, 0, 4, 11, SQL_C_SLONG},
           {oid_int8, -1, SQL_BIGINT, 19, 0, 8, 20, SQL_C_SBIGINT},
           {oid_oid, -1, SQL_BIGINT, 10, 0, 8, 10, SQL_C_UBIGINT},
           {oid_xid, -1, SQL_BIGINT, 10, 0, 8, 10, SQL_C_UBIGINT},
           {oid_cid, -1, SQL_BIGINT, 10, 0, 8, 10, SQL_C_UBIGINT},
           {oid_float4, -1, SQL_REAL, 7, 0, 4, 15, SQL_C_FLOAT},
           {oid_float8, -1, SQL_DOUBLE, 15, 0, 8, 24, SQL_C_DOUBLE},
           {oid_numeric, -1, SQL_NUMERIC, 38, 16, 40, 40, SQL_C_CHAR},
           {oid_numeric, numeric_modifier(10, 2), SQL_NUMERIC, 10, 2, 12, 12, SQL_C_CHAR},
           {oid_numeric, numeric_modifier(3, -2), SQL_NUMERIC, 5, 0, 7, 7, SQL_C_CHAR},
           {oid_numeric, numeric_modifier(3, 5), SQL_NUMERIC, 5, 5, 7, 7, SQL_C_CHAR},
           {oid_numeric, numeric_modifier(1000, 1000), SQL_NUMERIC, 1000, 1000, 1002, 1002,
            SQL_C_CHAR},
           {oid_text, -1, SQL_WLONGVARCHAR, 65535, 0, 131070, 65535, SQL_C_WCHAR},
           {oid_varchar, -1, SQL_WLONGVARCHAR, 65535, 0, 131070, 65535, SQL_C_WCHAR},
           {oid_varchar, 24, SQL_WVARCHAR, 20, 0, 40, 20, SQL_C_WCHAR},
           {oid_bpchar, 14, SQL_WCHAR, 10, 0, 20, 10, SQL_C_WCHAR},
           {oid_bpchar, -1, SQL_WLONGVARCHAR, 65535, 0, 131070, 65535, SQL_C_WCHAR},
           {oid_name, -1, SQL_WVARCHAR, 63, 0, 126, 63, SQL_C_WCHAR},
           {oid_json, -1, SQL_WLONGVARCHAR, 65535, 0, 131070, 65535, SQL_C_WCHAR},
           {oid_interval, -1, SQL_WVARCHAR, 80, 0, 160, 80, SQL_C_WCHAR},
           {999999, -1, SQL_WLONGVARCHAR, 65535, 0, 131070, 65535, SQL_C_WCHAR},
           {oid_bytea, -1, SQL_LONGVARBINARY, 0, 0, 0, 16380, SQL_C_BINARY},
           {oid_date, -1, SQL_TYPE_DATE, 10, 0, 6, 10, SQL_C_TYPE_DATE},
           {oid_time, -1, SQL_TYPE_TIME, 15, 6, 6, 15, SQL_C_TYPE_TIME},
           {oid_time, 0, SQL_TYPE_TIME, 8, 0, 6, 8, SQL_C_TYPE_TIME},
           {oid_timestamp, -1, SQL_TYPE_TIMESTAMP, 26, 6, 16, 26, SQL_C_TYPE_TIMESTAMP},
           {oid_timestamp, 3, SQL_TYPE_TIMESTAMP, 23, 3, 16, 23, SQL_C_TYPE_TIMESTAMP},
           {oid_timestamp, 0, SQL_TYPE_TIMESTAMP, 19, 0, 16, 19, SQL_C_TYPE_TIMESTAMP},
           {oid_timestamptz, -1, SQL_TYPE_TIMESTAMP, 26, 6, 16, 32, SQL_C_TYPE_TIMESTAMP},
           {oid_uuid, -1, SQL_GUID, 36, 0, 16, 36, SQL_C_GUID},
       }) {
    const SqlType type = describe_type(e.oid, e.modifier, {});
    EXPECT_EQ(type.concise_type, e.concise) << e.oid;
    EXPECT_EQ(type.column_size, e.size) << e.oid << ' ' << e.modifier;
    EXPECT_EQ(type.decimal_digits, e.digits) << e.oid;
    EXPECT_EQ(type.octet_length, e.octets) << e.oid;
    EXPECT_EQ(type.display_size, e.display) << e.oid;
    EXPECT_EQ(type.default_c_type, e.default_c) << e.oid;
  }
}

TEST(DescribeType, Datetimes) {
  const SqlType type = describe_type(oid_timestamptz, -1, {});
  EXPECT_EQ(type.verbose_type, SQL_DATETIME);
  EXPECT_EQ(type.datetime_code, SQL_CODE_TIMESTAMP);
  EXPECT_EQ(type.type_name, "timestamptz");
  EXPECT_EQ(describe_type(oid_date, -1, {}).datetime_code, SQL_CODE_DATE);
  EXPECT_EQ(describe_type(oid_time, -1, {}).datetime_code, SQL_CODE_TIME);
  EXPECT_EQ(describe_type(oid_int4, -1, {}).verbose_type, SQL_INTEGER);
  EXPECT_EQ(describe_type(oid_int4, -1, {}).datetime_code, 0);
}

TEST(DescribeType, SignsAndRadix) {
  for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{
           oid_int2, oid_int4, oid_int8, oid_float4, oid_float8, oid_numeric}) {
    EXPECT_FALSE(describe_type(oid, -1, {}).is_unsigned);
    EXPECT_EQ(describe_type(oid, -1, {}).precision_radix, 10);
  }
  for (const std::uint32_t oid :
       std::initializer_list<std::uint32_t>{oid_bool, oid_text, oid_date, oid_uuid, oid_bytea}) {
    EXPECT_TRUE(describe_type(oid, -1, {}).is_unsigned);
    EXPECT_EQ(describe_type(oid, -1, {}).precision_radix, 0);
  }
  EXPECT_TRUE(describe_type(oid_oid, -1, {}).is_unsigned);
}

TEST(DescribeType, Searching) {
  EXPECT_EQ(describe_type(oid_text, -1, {}).searchable, SQL_PRED_SEARCHABLE);
  EXPECT_EQ(describe_type(oid_varchar, 10, {}).searchable, SQL_PRED_SEARCHABLE);
  EXPECT_EQ(describe_type(oid_int4, -1, {}).searchable, SQL_PRED_BASIC);
  EXPECT_EQ(describe_type(oid_jsonb, -1, {}).searchable, SQL_PRED_BASIC);
  EXPECT_EQ(describe_type(oid_json, -1, {}).searchable, SQL_PRED_NONE);
  EXPECT_TRUE(describe_type(oid_text, -1, {}).case_sensitive);
  EXPECT_FALSE(describe_type(oid_int4, -1, {}).case_sensitive);
}

TEST(DescribeType, TheDsnsWishes) {
  const auto told = [](std::uint32_t oid, const TypeOptions& options, std::int32_t modifier = -1) {
    return describe_type(oid, modifier, options).concise_type;
  };
  const auto size = [](std::uint32_t oid, const TypeOptions& options, std::int32_t modifier = -1) {
    return describe_type(oid, modifier, options).column_size;
  };
  EXPECT_EQ(told(oid_text, {.ansi = true}), SQL_LONGVARCHAR);
  EXPECT_EQ(told(oid_varchar, {.ansi = true}, 14), SQL_VARCHAR);
  EXPECT_EQ(told(oid_bpchar, {.ansi = true}, 14), SQL_CHAR);
  EXPECT_EQ(describe_type(oid_text, -1, {.ansi = true}).default_c_type, SQL_C_CHAR);
  EXPECT_EQ(describe_type(oid_varchar, 14, {.ansi = true}).octet_length, 40);
  const TypeOptions short_ones{.short_text_narrow = true};
  EXPECT_EQ(told(oid_varchar, short_ones, 4 + 255), SQL_VARCHAR);
  EXPECT_EQ(told(oid_varchar, short_ones, 4 + 256), SQL_WVARCHAR);
  EXPECT_EQ(told(oid_bpchar, short_ones, 14), SQL_CHAR);
  EXPECT_EQ(told(oid_name, short_ones), SQL_VARCHAR);
  EXPECT_EQ(told(oid_text, short_ones), SQL_WLONGVARCHAR);
  EXPECT_EQ(told(oid_varchar, short_ones), SQL_WLONGVARCHAR);
  EXPECT_EQ(describe_type(oid_varchar, 14, short_ones).default_c_type, SQL_C_CHAR);
  EXPECT_EQ(describe_type(oid_varchar, 14, short_ones).octet_length, 40);

  const TypeOptions none_long{.text_as_long_varchar = false,
                              .unknowns_as_long_varchar = false,
                              .bytea_as_long_varbinary = false};
  for (const std::uint32_t oid : {oid_text, oid_varchar, oid_xml, oid_json, oid_jsonb})
    EXPECT_EQ(told(oid, none_long), SQL_WVARCHAR) << oid;
  EXPECT_EQ(told(oid_bytea, none_long), SQL_VARBINARY);
  EXPECT_EQ(told(oid_json, {.text_as_long_varchar = false}), SQL_WLONGVARCHAR);
  EXPECT_EQ(told(1007, {.unknowns_as_long_varchar = false}), SQL_WVARCHAR);
  EXPECT_EQ(told(oid_text, {.unknowns_as_long_varchar = false}), SQL_WLONGVARCHAR);

  EXPECT_EQ(size(oid_text, {.text_as_long_varchar = false, .max_varchar_size = 255}), 255U);
  EXPECT_EQ(size(oid_text, {.max_varchar_size = 255}), 65535U);
  EXPECT_EQ(size(oid_text, {.max_long_varchar_size = 77}), 77U);
  EXPECT_EQ(size(oid_bytea, {.max_long_varchar_size = 77}), 77U);
  EXPECT_EQ(size(oid_large_object, {.max_long_varchar_size = 77}), 77U);
  EXPECT_EQ(size(oid_large_object, {}), 0U);
  // Declared longer than MaxVarcharSize: a long type of its own size.
  EXPECT_EQ(told(oid_varchar, {.max_varchar_size = 255}, 1004), SQL_WLONGVARCHAR);
  EXPECT_EQ(size(oid_varchar, {.max_varchar_size = 255}, 1004), 1000U);
  EXPECT_EQ(told(oid_bpchar, {.max_varchar_size = 255}, 1004), SQL_WLONGVARCHAR);
  EXPECT_EQ(told(oid_varchar, {.max_varchar_size = 255}, 259), SQL_WVARCHAR);
  EXPECT_EQ(told(oid_varchar, {}, 1000004), SQL_WVARCHAR);

  EXPECT_EQ(told(oid_bool, {.bools_as_char = true}), SQL_WVARCHAR);
  EXPECT_EQ(size(oid_bool, {.bools_as_char = true}), 5U);
  EXPECT_EQ(describe_type(oid_bool, -1, {.true_is_minus_one = true}).display_size, 2);
}

TEST(DescribeType, NumbersAsTheDsnWishes) {
  for (const auto& [as, told, c_type, size] :
       {std::tuple{SQL_BIGINT, SQL_BIGINT, SQL_C_SBIGINT, 19U},
        {SQL_INTEGER, SQL_INTEGER, SQL_C_SLONG, 10U},
        {SQL_NUMERIC, SQL_NUMERIC, SQL_C_CHAR, 19U},
        {SQL_DOUBLE, SQL_DOUBLE, SQL_C_DOUBLE, 15U},
        {SQL_VARCHAR, SQL_WVARCHAR, SQL_C_WCHAR, 20U},
        {SQL_LONGVARCHAR, SQL_WLONGVARCHAR, SQL_C_WCHAR, 20U}}) {
    TypeOptions options;
    options.int8_as = static_cast<SQLSMALLINT>(as);
    const SqlType type = describe_type(oid_int8, -1, options);
    EXPECT_EQ(type.concise_type, told);
    EXPECT_EQ(type.default_c_type, c_type) << as;
    EXPECT_EQ(type.column_size, size) << as;
    EXPECT_EQ(type.type_name, "int8");
    EXPECT_EQ(describe_type(oid_int4, -1, options).concise_type, SQL_INTEGER);
  }
  for (const auto& [as, told] : {std::pair{SQL_NUMERIC, SQL_NUMERIC},
                                 {SQL_DOUBLE, SQL_DOUBLE},
                                 {SQL_VARCHAR, SQL_WVARCHAR},
                                 {SQL_LONGVARCHAR, SQL_WLONGVARCHAR}}) {
    TypeOptions options;
    options.numeric_as = static_cast<SQLSMALLINT>(as);
    EXPECT_EQ(describe_type(oid_numeric, -1, options).concise_type, told);
    EXPECT_EQ(describe_type(oid_numeric, numeric_modifier(10, 2), options).concise_type,
              SQL_NUMERIC);
  }
}

TEST(DescribeType, SizesOfWhatHasNoLimit) {
  EXPECT_TRUE(TypeOptions{}.means_unlimited(8190));
  EXPECT_TRUE(TypeOptions{}.means_unlimited(65535));
  EXPECT_FALSE(TypeOptions{}.means_unlimited(255));
  const TypeOptions options{.max_varchar_size = 255, .max_long_varchar_size = 4000};
  EXPECT_TRUE(options.means_unlimited(255));
  EXPECT_TRUE(options.means_unlimited(4000));
  EXPECT_FALSE(options.means_unlimited(256));
}

TEST(DescribeType, HostileModifiers) {
  for (const std::int32_t modifier : {-2147483647 - 1, -1, 0, 1, 3, 4, 5, 2147483647}) {
    for (const std::uint32_t oid :
         std::initializer_list<std::uint32_t>{oid_numeric, oid_varchar, oid_bpchar, oid_time,
                                              oid_timestamp, oid_timestamptz, oid_bit}) {
      EXPECT_GT(describe_type(oid, modifier, {}).column_size, 0U) << oid << ' ' << modifier;
    }
  }
}

TEST(TypeInfo, IsSortedByDataType) {
  for (const TypeOptions& options :
       {TypeOptions{}, TypeOptions{.bools_as_char = true, .int8_as = SQL_DOUBLE, .ansi = true}}) {
    const auto rows = type_info_rows(options, SQL_ALL_TYPES);
    EXPECT_TRUE(
        std::is_sorted(rows.begin(), rows.end(), [](const TypeInfoRow& a, const TypeInfoRow& b) {
          return a.type.concise_type < b.type.concise_type;
        }));
    EXPECT_GT(rows.size(), 30U);
  }
}

TEST(TypeInfo, GivesTheClosestFirst) {
  const auto first = [](SQLSMALLINT data_type) {
    const auto rows = type_info_rows({}, data_type);
    EXPECT_FALSE(rows.empty()) << data_type;
    return rows.empty() ? std::string() : std::string(rows.front().type_name);
  };
  EXPECT_EQ(first(SQL_INTEGER), "int4");
  EXPECT_EQ(first(SQL_BIGINT), "int8");
  EXPECT_EQ(first(SQL_SMALLINT), "int2");
  EXPECT_EQ(first(SQL_TINYINT), "int2");
  EXPECT_EQ(first(SQL_BIT), "bool");
  EXPECT_EQ(first(SQL_VARCHAR), "varchar");
  EXPECT_EQ(first(SQL_WVARCHAR), "varchar");
  EXPECT_EQ(first(SQL_CHAR), "bpchar");
  EXPECT_EQ(first(SQL_LONGVARCHAR), "text");
  EXPECT_EQ(first(SQL_WLONGVARCHAR), "text");
  EXPECT_EQ(first(SQL_DECIMAL), "numeric");
  EXPECT_EQ(first(SQL_FLOAT), "float8");
  EXPECT_EQ(first(SQL_BINARY), "bytea");
  EXPECT_EQ(first(SQL_LONGVARBINARY), "bytea");
  EXPECT_EQ(first(SQL_TYPE_TIMESTAMP), "timestamp");
  EXPECT_EQ(first(SQL_GUID), "uuid");
  EXPECT_EQ(first(SQL_INTERVAL_DAY_TO_SECOND), "interval day to second");
  EXPECT_TRUE(type_info_rows({}, SQL_UNKNOWN_TYPE - 999).empty());
}

TEST(TypeInfo, HoldsEveryTypeThatIsReported) {
  for (const TypeOptions& options :
       {TypeOptions{}, TypeOptions{.bools_as_char = true},
        TypeOptions{.text_as_long_varchar = false}, TypeOptions{.unknowns_as_long_varchar = false},
        TypeOptions{.bytea_as_long_varbinary = false}, TypeOptions{.ansi = true},
        TypeOptions{.short_text_narrow = true}, TypeOptions{.int8_as = SQL_VARCHAR},
        TypeOptions{.int8_as = SQL_DOUBLE}, TypeOptions{.numeric_as = SQL_LONGVARCHAR},
        TypeOptions{.numeric_as = SQL_DOUBLE}}) {
    for (const std::uint32_t oid : std::initializer_list<std::uint32_t>{
             oid_bool,      oid_int2,        oid_int4,    oid_int8,    oid_float4, oid_float8,
             oid_numeric,   oid_text,        oid_varchar, oid_bytea,   oid_date,   oid_time,
             oid_timestamp, oid_timestamptz, oid_uuid,    oid_json,    oid_jsonb,  oid_xml,
             oid_inet,      oid_cidr,        oid_macaddr, oid_macaddr8}) {
      const SQLSMALLINT reported = describe_type(oid, -1, options).concise_type;
      const auto rows = type_info_rows(options, reported);
      EXPECT_TRUE(std::any_of(rows.begin(), rows.end(),
                              [&](const TypeInfoRow& row) { return row.oid == oid; }))
          << oid << " as " << reported;
    }
  }
}

TEST(TypeInfo, SerialTypesNumberThemselves) {
  const auto rows = type_info_rows({}, SQL_INTEGER);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_FALSE(rows[0].auto_unique);
  EXPECT_EQ(rows[1].type_name, "serial");
  EXPECT_TRUE(rows[1].auto_unique);
  EXPECT_EQ(rows[1].nullable, SQL_NO_NULLS);
}

TEST(TypeInfo, Scales) {
  EXPECT_EQ(type_info_rows({}, SQL_NUMERIC).front().maximum_scale, 1000);
  EXPECT_EQ(type_info_rows({}, SQL_NUMERIC).front().type.column_size, 1000U);
  EXPECT_EQ(type_info_rows({}, SQL_INTEGER).front().maximum_scale, 0);
  EXPECT_EQ(type_info_rows({}, SQL_TYPE_TIMESTAMP).front().maximum_scale, 6);
  EXPECT_EQ(type_info_rows({}, SQL_WVARCHAR).front().maximum_scale, -1);
  EXPECT_EQ(type_info_rows({}, SQL_WVARCHAR).front().create_params, "max length");
}

TEST(ParameterOid, DeclaresAllButCharacterData) {
  for (const auto& [sql_type, oid] : {std::pair{SQL_BIT, oid_bool},
                                      {SQL_TINYINT, oid_int2},
                                      {SQL_SMALLINT, oid_int2},
                                      {SQL_INTEGER, oid_int4},
                                      {SQL_BIGINT, oid_int8},
                                      {SQL_REAL, oid_float4},
                                      {SQL_FLOAT, oid_float8},
                                      {SQL_DOUBLE, oid_float8},
                                      {SQL_NUMERIC, oid_numeric},
                                      {SQL_DECIMAL, oid_numeric},
                                      {SQL_BINARY, oid_bytea},
                                      {SQL_VARBINARY, oid_bytea},
                                      {SQL_LONGVARBINARY, oid_bytea},
                                      {SQL_TYPE_DATE, oid_date},
                                      {SQL_TYPE_TIME, oid_time},
                                      {SQL_TYPE_TIMESTAMP, oid_timestamp},
                                      {SQL_DATE, oid_date},
                                      {SQL_TIME, oid_time},
                                      {SQL_TIMESTAMP, oid_timestamp},
                                      {SQL_GUID, oid_uuid},
                                      {SQL_INTERVAL_DAY, oid_interval}}) {
    EXPECT_EQ(parameter_oid(static_cast<SQLSMALLINT>(sql_type)), oid) << sql_type;
  }
  for (const SQLSMALLINT sql_type : std::initializer_list<SQLSMALLINT>{
           SQL_CHAR, SQL_VARCHAR, SQL_LONGVARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR}) {
    EXPECT_EQ(parameter_oid(sql_type), 0U);
  }
}

}  // namespace
}  // namespace negodbc::types
