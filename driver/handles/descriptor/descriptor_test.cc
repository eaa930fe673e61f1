#include "driver/handles/descriptor/descriptor.h"

#include <gtest/gtest.h>

#include <functional>

#include "driver/handles/connection.h"
#include "driver/handles/descriptor/buffers.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {
namespace {

SQLPOINTER as_pointer(std::intptr_t value) {
  return reinterpret_cast<SQLPOINTER>(value);
}

std::string state(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    return std::string(e.state().view());
  }
  return "";
}

class Descriptors : public ::testing::Test {
 protected:
  std::shared_ptr<Connection> connection_ =
      std::make_shared<Connection>(std::make_shared<Environment>());
  Descriptor ard_{DescriptorRole::ard, false, connection_};
  Descriptor apd_{DescriptorRole::apd, true, connection_};
  Descriptor ird_{DescriptorRole::ird, false, connection_};
  Descriptor ipd_{DescriptorRole::ipd, false, connection_};
};

TEST_F(Descriptors, TypesStayConsistent) {
  ard_.set_field(1, SQL_DESC_CONCISE_TYPE, as_pointer(SQL_C_TYPE_TIMESTAMP), {});
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(1, SQL_DESC_TYPE)), SQL_DATETIME);
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(1, SQL_DESC_DATETIME_INTERVAL_CODE)),
            SQL_CODE_TIMESTAMP);
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(1, SQL_DESC_PRECISION)), 6);
  ard_.set_field(1, SQL_DESC_TYPE, as_pointer(SQL_DATETIME), {});
  ard_.set_field(1, SQL_DESC_DATETIME_INTERVAL_CODE, as_pointer(SQL_CODE_DATE), {});
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(1, SQL_DESC_CONCISE_TYPE)), SQL_C_TYPE_DATE);
  ard_.set_field(1, SQL_DESC_CONCISE_TYPE, as_pointer(SQL_C_INTERVAL_DAY), {});
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(1, SQL_DESC_TYPE)), SQL_INTERVAL);
  ard_.set_field(1, SQL_DESC_TYPE, as_pointer(SQL_C_SLONG), {});
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(1, SQL_DESC_CONCISE_TYPE)), SQL_C_SLONG);
  EXPECT_EQ(state([&] { ard_.set_field(1, SQL_DESC_CONCISE_TYPE, as_pointer(12345), {}); }),
            "HY021");
}

TEST_F(Descriptors, FieldsThatAreNotForARole) {
  ard_.record(1);
  EXPECT_EQ(state([&] { (void)ard_.field(1, SQL_DESC_BASE_TABLE_NAME); }), "HY091");
  EXPECT_EQ(state([&] { ard_.set_field(1, SQL_DESC_PARAMETER_TYPE, as_pointer(1), {}); }), "HY091");
  EXPECT_EQ(state([&] { ird_.set_field(1, SQL_DESC_TYPE, as_pointer(SQL_INTEGER), {}); }), "HY016");
  EXPECT_EQ(state([&] { ird_.set_field(0, SQL_DESC_ALLOC_TYPE, as_pointer(1), {}); }), "HY016");
  EXPECT_EQ(state([&] { ard_.set_field(0, SQL_DESC_ALLOC_TYPE, as_pointer(1), {}); }), "HY091");
  EXPECT_EQ(state([&] { ard_.set_field(0, 31337, as_pointer(1), {}); }), "HY091");
  EXPECT_EQ(state([&] { apd_.set_field(0, SQL_DESC_TYPE, as_pointer(SQL_C_CHAR), {}); }), "07009");
  EXPECT_EQ(state([&] { ard_.set_field(-1, SQL_DESC_TYPE, as_pointer(SQL_C_CHAR), {}); }), "07009");
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(0, SQL_DESC_ALLOC_TYPE)), SQL_DESC_ALLOC_AUTO);
  EXPECT_EQ(std::get<SQLSMALLINT>(apd_.field(0, SQL_DESC_ALLOC_TYPE)), SQL_DESC_ALLOC_USER);
}

TEST_F(Descriptors, HeaderFields) {
  SQLUSMALLINT status[2];
  ird_.set_field(0, SQL_DESC_ARRAY_STATUS_PTR, status, {});
  EXPECT_EQ(ird_.array_status_ptr, status);
  ard_.set_field(0, SQL_DESC_ARRAY_SIZE, as_pointer(7), {});
  EXPECT_EQ(ard_.array_size, 7U);
  EXPECT_EQ(state([&] { ard_.set_field(0, SQL_DESC_ARRAY_SIZE, nullptr, {}); }), "HY024");
  ard_.set_field(0, SQL_DESC_COUNT, as_pointer(3), {});
  EXPECT_EQ(ard_.count(), 3);
}

TEST_F(Descriptors, ANewTypeUnbindsTheRecord) {
  SQLINTEGER place = 0;
  ard_.set_field(1, SQL_DESC_CONCISE_TYPE, as_pointer(SQL_C_SLONG), {});
  ard_.set_field(1, SQL_DESC_DATA_PTR, &place, {});
  EXPECT_TRUE(ard_.find(1)->bound());
  ard_.set_field(1, SQL_DESC_PRECISION, as_pointer(3), {});
  EXPECT_FALSE(ard_.find(1)->bound());
}

TEST_F(Descriptors, RecordZeroIsTheBookmarks) {
  SQLULEN place = 0;
  ard_.set_field(0, SQL_DESC_CONCISE_TYPE, as_pointer(SQL_C_VARBOOKMARK), {});
  ard_.set_field(0, SQL_DESC_DATA_PTR, &place, {});
  EXPECT_EQ(ard_.bookmark.data_ptr, &place);
  EXPECT_EQ(std::get<SQLSMALLINT>(ard_.field(0, SQL_DESC_CONCISE_TYPE)), SQL_C_BINARY);
  EXPECT_EQ(ard_.count(), 0);  // SQL_DESC_COUNT does not count it
  EXPECT_EQ(state([&] { (void)apd_.field(0, SQL_DESC_CONCISE_TYPE); }), "07009");
}

TEST_F(Descriptors, UnbindingDropsTheLastRecords) {
  SQLINTEGER place = 0;
  ard_.record(1).data_ptr = &place;
  ard_.record(4).data_ptr = &place;
  ard_.unbind(4);
  EXPECT_EQ(ard_.count(), 1);
  ard_.unbind(1);
  EXPECT_EQ(ard_.count(), 0);
}

TEST_F(Descriptors, Copies) {
  SQLINTEGER place = 0;
  ard_.set_field(2, SQL_DESC_CONCISE_TYPE, as_pointer(SQL_C_SLONG), {});
  ard_.set_field(2, SQL_DESC_DATA_PTR, &place, {});
  ard_.array_size = 9;
  apd_.copy_from(ard_);
  EXPECT_EQ(apd_.array_size, 9U);
  EXPECT_EQ(apd_.find(2)->data_ptr, &place);
  EXPECT_TRUE(apd_.is_explicit());
  EXPECT_EQ(state([&] { ird_.copy_from(ard_); }), "HY016");
  ipd_.set_field(1, SQL_DESC_NAME, nullptr, "named");
  EXPECT_EQ(std::get<SQLSMALLINT>(ipd_.field(1, SQL_DESC_UNNAMED)), SQL_NAMED);
}

TEST_F(Descriptors, ElementsOfArrays) {
  char data[100];
  SQLLEN lengths[10];
  Record& record = ard_.record(1);
  record.set_concise_type(SQL_C_SLONG, true);
  record.data_ptr = data;
  record.octet_length_ptr = record.indicator_ptr = lengths;
  EXPECT_EQ(element_of(ard_, record, 3, SQL_C_CHAR).data, data + 12);
  EXPECT_EQ(element_of(ard_, record, 3, SQL_C_CHAR).length, lengths + 3);
  record.set_concise_type(SQL_C_CHAR, true);
  record.octet_length = 7;
  EXPECT_EQ(element_of(ard_, record, 3, SQL_C_CHAR).data, data + 21);
  record.set_concise_type(SQL_C_DEFAULT, true);
  EXPECT_EQ(element_of(ard_, record, 2, SQL_C_SBIGINT).data, data + 16);
  SQLLEN offset = 5;
  ard_.bind_offset_ptr = &offset;
  ard_.bind_type = 20;
  EXPECT_EQ(element_of(ard_, record, 2, SQL_C_CHAR).data, data + 45);
  record.data_ptr = nullptr;
  EXPECT_EQ(element_of(ard_, record, 2, SQL_C_CHAR).data, nullptr);
}

TEST(CTypes, SizesAndKinds) {
  EXPECT_EQ(types::c_type_size(SQL_C_SLONG), 4U);
  EXPECT_EQ(types::c_type_size(SQL_C_TYPE_TIMESTAMP), sizeof(SQL_TIMESTAMP_STRUCT));
  EXPECT_EQ(types::c_type_size(SQL_C_WCHAR), 0U);
  EXPECT_TRUE(types::is_c_type(SQL_C_DEFAULT));
  EXPECT_FALSE(types::is_c_type(12345));
  EXPECT_TRUE(types::is_sql_type(SQL_WLONGVARCHAR));
  EXPECT_FALSE(types::is_sql_type(SQL_C_SBIGINT));
}

}  // namespace
}  // namespace negodbc::odbc
