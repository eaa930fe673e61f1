#include "driver/handles/descriptor/descriptor.h"

#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/types/c_types.h"

namespace negodbc::odbc {
namespace {

constexpr SQLSMALLINT interval_base = SQL_INTERVAL_YEAR - SQL_CODE_YEAR;

bool is_interval(SQLSMALLINT concise) {
  return concise >= SQL_INTERVAL_YEAR && concise <= SQL_INTERVAL_MINUTE_TO_SECOND;
}

// SQL_TYPE_DATE, SQL_TYPE_TIME and SQL_TYPE_TIMESTAMP are 91, 92 and 93; their codes 1, 2 and 3.
bool is_datetime(SQLSMALLINT concise) {
  return concise >= SQL_TYPE_DATE && concise <= SQL_TYPE_TIMESTAMP;
}

}  // namespace

void Record::set_concise_type(SQLSMALLINT value, bool c_type) {
  if (c_type ? !types::is_c_type(value) : !types::is_sql_type(value))
    throw Error("HY021", "there is no data type " + std::to_string(value));
  concise_type = types::concise_datetime(value);
  datetime_interval_code = 0;
  if (is_datetime(concise_type)) {
    type = SQL_DATETIME;
    datetime_interval_code = static_cast<SQLSMALLINT>(concise_type - SQL_TYPE_DATE + SQL_CODE_DATE);
    precision = concise_type == SQL_TYPE_TIMESTAMP ? 6 : 0;
  } else if (is_interval(concise_type)) {
    type = SQL_INTERVAL;
    datetime_interval_code = static_cast<SQLSMALLINT>(concise_type - interval_base);
    datetime_interval_precision = 2;
    precision = 6;
  } else {
    type = concise_type;
    if (type == SQL_CHAR || type == SQL_VARCHAR || type == SQL_WCHAR || type == SQL_WVARCHAR) {
      length = 1;
      precision = 0;
    } else if (type == SQL_DECIMAL || type == SQL_NUMERIC) {
      scale = 0;
      scale_given = false;
      precision = 38;
    } else if (!c_type && type == SQL_FLOAT) {
      precision = 53;
    }
  }
}

void Record::set_verbose_type(SQLSMALLINT value, bool c_type) {
  if (value == SQL_DATETIME || value == SQL_INTERVAL) {
    type = value;
    concise_type = value == SQL_DATETIME
                       ? static_cast<SQLSMALLINT>(datetime_interval_code + SQL_TYPE_DATE - 1)
                       : static_cast<SQLSMALLINT>(datetime_interval_code + interval_base);
    if (value == SQL_INTERVAL) {
      datetime_interval_precision = 2;
      precision = 6;
    }
    return;
  }
  set_concise_type(value, c_type);
}

Descriptor::Descriptor(DescriptorRole role, bool explicit_one,
                       std::shared_ptr<Connection> connection)
    : Handle(Kind::descriptor),
      role_(role),
      explicit_(explicit_one),
      connection_(std::move(connection)) {}

CallMutex& Descriptor::mutex() {
  return connection_->mutex();
}

Record& Descriptor::record(SQLSMALLINT number) {
  if (number < 1) throw Error("07009", "record " + std::to_string(number) + " does not exist");
  if (number > count()) set_count(number);
  return records_[static_cast<std::size_t>(number) - 1];
}

void Descriptor::set_count(SQLSMALLINT count) {
  if (count < 0) throw Error("07009", "a descriptor cannot have a negative number of records");
  const std::size_t before = records_.size();
  records_.resize(static_cast<std::size_t>(count));
  if (role_ != DescriptorRole::ipd) return;
  for (std::size_t i = before; i < records_.size(); ++i) {
    records_[i].concise_type = records_[i].type = SQL_UNKNOWN_TYPE;
  }
}

void Descriptor::unbind(SQLSMALLINT number) {
  if (!has_record(number)) return;
  Record& record = records_[static_cast<std::size_t>(number) - 1];
  record.data_ptr = nullptr;
  record.indicator_ptr = record.octet_length_ptr = nullptr;
  while (!records_.empty() && !records_.back().bound()) records_.pop_back();
}

void Descriptor::copy_from(const Descriptor& source) {
  if (role_ == DescriptorRole::ird)
    throw Error("HY016", "the description of a result cannot be written");
  array_size = source.array_size;
  array_status_ptr = source.array_status_ptr;
  bind_offset_ptr = source.bind_offset_ptr;
  bind_type = source.bind_type;
  rows_processed_ptr = source.rows_processed_ptr;
  records_ = source.records_;
  bookmark = source.bookmark;
  if (!is_application()) {
    bookmark = {};
    for (Record& record : records_) {
      record.data_ptr = nullptr;
      record.indicator_ptr = record.octet_length_ptr = nullptr;
    }
  }
}

void Descriptor::check_consistency(const Record& record, bool c_type) {
  const auto inconsistent = [](const std::string& why) {
    throw Error("HY021", "inconsistent descriptor information: " + why);
  };
  if (record.type == SQL_DATETIME) {
    if (record.datetime_interval_code < SQL_CODE_DATE ||
        record.datetime_interval_code > SQL_CODE_TIMESTAMP)
      inconsistent("a date or time without a valid SQL_DESC_DATETIME_INTERVAL_CODE");
  } else if (record.type == SQL_INTERVAL) {
    if (record.datetime_interval_code < SQL_CODE_YEAR ||
        record.datetime_interval_code > SQL_CODE_MINUTE_TO_SECOND)
      inconsistent("an interval without a valid SQL_DESC_DATETIME_INTERVAL_CODE");
  } else if (c_type ? !types::is_c_type(record.concise_type)
                    : !types::is_sql_type(record.concise_type)) {
    inconsistent("there is no data type " + std::to_string(record.concise_type));
  }
  if (record.type == SQL_NUMERIC && (record.precision < 0 || record.scale > 1000))
    inconsistent("precision and scale of a number");
}

}  // namespace negodbc::odbc
