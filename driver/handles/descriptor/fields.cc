// The table of descriptor fields: which role may read or write each, and how.
#include <algorithm>
#include <array>
#include <cstdint>

#include "driver/base/error.h"
#include "driver/handles/descriptor/descriptor.h"

namespace negodbc::odbc {
namespace {

constexpr unsigned ard = 1;
constexpr unsigned apd = 2;
constexpr unsigned ird = 4;
constexpr unsigned ipd = 8;
constexpr unsigned application = ard | apd;
constexpr unsigned all = ard | apd | ird | ipd;
constexpr unsigned settable = ard | apd | ipd;

unsigned bit(DescriptorRole role) {
  switch (role) {
    case DescriptorRole::ard:
      return ard;
    case DescriptorRole::apd:
      return apd;
    case DescriptorRole::ird:
      return ird;
    case DescriptorRole::ipd:
      return ipd;
  }
  return 0;
}

// A number that comes in a pointer's place.
template <class T>
T number(SQLPOINTER value) {
  return static_cast<T>(reinterpret_cast<std::intptr_t>(value));
}

struct Input {
  SQLPOINTER value;
  const std::string& text;
  bool c_type;
};

struct HeaderField {
  SQLSMALLINT id;
  unsigned readable, writable;
  Value (*get)(const Descriptor&);
  void (*set)(Descriptor&, const Input&);
};

constexpr HeaderField header_fields[] = {
    {SQL_DESC_ALLOC_TYPE, all, 0,
     [](const Descriptor& d) -> Value {
       return static_cast<SQLSMALLINT>(d.is_explicit() ? SQL_DESC_ALLOC_USER : SQL_DESC_ALLOC_AUTO);
     },
     nullptr},
    {SQL_DESC_ARRAY_SIZE, application, application,
     [](const Descriptor& d) -> Value { return d.array_size; },
     [](Descriptor& d, const Input& in) {
       const auto size = number<SQLULEN>(in.value);
       if (size == 0) throw Error("HY024", "an array has at least one element");
       d.array_size = size;
     }},
    {SQL_DESC_ARRAY_STATUS_PTR, all, all,
     [](const Descriptor& d) -> Value { return static_cast<SQLPOINTER>(d.array_status_ptr); },
     [](Descriptor& d, const Input& in) {
       d.array_status_ptr = static_cast<SQLUSMALLINT*>(in.value);
     }},
    {SQL_DESC_BIND_OFFSET_PTR, application, application,
     [](const Descriptor& d) -> Value { return static_cast<SQLPOINTER>(d.bind_offset_ptr); },
     [](Descriptor& d, const Input& in) { d.bind_offset_ptr = static_cast<SQLLEN*>(in.value); }},
    {SQL_DESC_BIND_TYPE, application, application,
     [](const Descriptor& d) -> Value { return d.bind_type; },
     [](Descriptor& d, const Input& in) {
       const auto type = number<SQLINTEGER>(in.value);
       if (type < 0) throw Error("HY024", "the size of a bound row cannot be negative");
       d.bind_type = type;
     }},
    {SQL_DESC_COUNT, all, settable, [](const Descriptor& d) -> Value { return d.count(); },
     [](Descriptor& d, const Input& in) { d.set_count(number<SQLSMALLINT>(in.value)); }},
    {SQL_DESC_ROWS_PROCESSED_PTR, ird | ipd, ird | ipd,
     [](const Descriptor& d) -> Value { return static_cast<SQLPOINTER>(d.rows_processed_ptr); },
     [](Descriptor& d, const Input& in) {
       d.rows_processed_ptr = static_cast<SQLULEN*>(in.value);
     }},
};

struct RecordField {
  SQLSMALLINT id;
  unsigned readable, writable;
  Value (*get)(const Record&);
  void (*set)(Record&, const Input&);
};

template <auto Member>
Value get_member(const Record& record) {
  return record.*Member;
}
template <auto Member>
Value get_pointer(const Record& record) {
  return static_cast<SQLPOINTER>(record.*Member);
}
template <auto Member>
void set_number(Record& record, const Input& in) {
  record.*Member = number<std::remove_reference_t<decltype(record.*Member)>>(in.value);
}
void set_scale(Record& record, const Input& in) {
  record.scale = number<SQLSMALLINT>(in.value);
  record.scale_given = true;
}
void set_length_pointer(Record& record, const Input& in) {
  record.octet_length_ptr = static_cast<SQLLEN*>(in.value);
}
void set_indicator(Record& record, const Input& in) {
  record.indicator_ptr = static_cast<SQLLEN*>(in.value);
}
void set_concise(Record& record, const Input& in) {
  record.set_concise_type(number<SQLSMALLINT>(in.value), in.c_type);
}
void set_verbose(Record& record, const Input& in) {
  record.set_verbose_type(number<SQLSMALLINT>(in.value), in.c_type);
}
void set_code(Record& record, const Input& in) {
  record.datetime_interval_code = number<SQLSMALLINT>(in.value);
  if (record.type == SQL_DATETIME || record.type == SQL_INTERVAL)
    record.set_verbose_type(record.type, in.c_type);
}
void set_name(Record& record, const Input& in) {
  record.name = in.text;
  record.unnamed = SQL_NAMED;
}
void set_unnamed(Record& record, const Input& in) {
  if (number<SQLSMALLINT>(in.value) != SQL_UNNAMED)
    throw Error("HY091", "a parameter is named by setting SQL_DESC_NAME");
  record.unnamed = SQL_UNNAMED;
  record.name.clear();
}
void set_data(Record& record, const Input& in) {
  Descriptor::check_consistency(record, in.c_type);
  record.data_ptr = in.value;
}

constexpr RecordField record_fields[] = {
    {SQL_DESC_CONCISE_TYPE, all, settable, get_member<&Record::concise_type>, set_concise},
    {SQL_DESC_TYPE, all, settable, get_member<&Record::type>, set_verbose},
    {SQL_DESC_DATETIME_INTERVAL_CODE, all, settable, get_member<&Record::datetime_interval_code>,
     set_code},
    {SQL_DESC_DATETIME_INTERVAL_PRECISION, all, settable,
     get_member<&Record::datetime_interval_precision>,
     set_number<&Record::datetime_interval_precision>},
    {SQL_DESC_LENGTH, all, settable, get_member<&Record::length>, set_number<&Record::length>},
    {SQL_DESC_OCTET_LENGTH, all, settable, get_member<&Record::octet_length>,
     set_number<&Record::octet_length>},
    {SQL_DESC_PRECISION, all, settable, get_member<&Record::precision>,
     set_number<&Record::precision>},
    {SQL_DESC_SCALE, all, settable, get_member<&Record::scale>, set_scale},
    {SQL_DESC_NUM_PREC_RADIX, all, settable, get_member<&Record::num_prec_radix>,
     set_number<&Record::num_prec_radix>},
    {SQL_DESC_DATA_PTR, application, settable, get_pointer<&Record::data_ptr>, set_data},
    {SQL_DESC_INDICATOR_PTR, application, application, get_pointer<&Record::indicator_ptr>,
     set_indicator},
    {SQL_DESC_OCTET_LENGTH_PTR, application, application, get_pointer<&Record::octet_length_ptr>,
     set_length_pointer},
    {SQL_DESC_PARAMETER_TYPE, ipd, ipd, get_member<&Record::parameter_type>,
     set_number<&Record::parameter_type>},
    {SQL_DESC_NAME, ird | ipd, ipd, get_member<&Record::name>, set_name},
    {SQL_DESC_UNNAMED, ird | ipd, ipd, get_member<&Record::unnamed>, set_unnamed},
    {SQL_DESC_NULLABLE, ird | ipd, 0, get_member<&Record::nullable>, nullptr},
    {SQL_DESC_UNSIGNED, ird | ipd, 0, get_member<&Record::is_unsigned>, nullptr},
    {SQL_DESC_SEARCHABLE, ird, 0, get_member<&Record::searchable>, nullptr},
    {SQL_DESC_UPDATABLE, ird, 0, get_member<&Record::updatable>, nullptr},
    {SQL_DESC_FIXED_PREC_SCALE, ird | ipd, 0, get_member<&Record::fixed_prec_scale>, nullptr},
    {SQL_DESC_ROWVER, ird | ipd, 0, get_member<&Record::rowver>, nullptr},
    {SQL_DESC_CASE_SENSITIVE, ird | ipd, 0, get_member<&Record::case_sensitive>, nullptr},
    {SQL_DESC_AUTO_UNIQUE_VALUE, ird, 0, get_member<&Record::auto_unique_value>, nullptr},
    {SQL_DESC_DISPLAY_SIZE, ird, 0, get_member<&Record::display_size>, nullptr},
    {SQL_DESC_LABEL, ird, 0, get_member<&Record::label>, nullptr},
    {SQL_DESC_BASE_COLUMN_NAME, ird, 0, get_member<&Record::base_column_name>, nullptr},
    {SQL_DESC_BASE_TABLE_NAME, ird, 0, get_member<&Record::base_table_name>, nullptr},
    {SQL_DESC_TABLE_NAME, ird, 0, get_member<&Record::table_name>, nullptr},
    {SQL_DESC_SCHEMA_NAME, ird, 0, get_member<&Record::schema_name>, nullptr},
    {SQL_DESC_CATALOG_NAME, ird, 0, get_member<&Record::catalog_name>, nullptr},
    {SQL_DESC_TYPE_NAME, ird | ipd, 0, get_member<&Record::type_name>, nullptr},
    {SQL_DESC_LOCAL_TYPE_NAME, ird | ipd, 0, get_member<&Record::type_name>, nullptr},
    {SQL_DESC_LITERAL_PREFIX, ird, 0, get_member<&Record::literal_prefix>, nullptr},
    {SQL_DESC_LITERAL_SUFFIX, ird, 0, get_member<&Record::literal_suffix>, nullptr},
};

template <class Field, std::size_t N>
const Field* find_field(const Field (&fields)[N], SQLSMALLINT id) {
  const auto* found = std::find_if(std::begin(fields), std::end(fields),
                                   [&](const Field& f) { return f.id == id; });
  return found == std::end(fields) ? nullptr : found;
}

Error bad_field(SQLSMALLINT id) {
  return {"HY091", "descriptor field " + std::to_string(id) +
                       " does not exist or is not for this descriptor"};
}

// A change of what describes the type unbinds the record, as the reference says under
// SQL_DESC_DATA_PTR.
bool unbinds(SQLSMALLINT id) {
  switch (id) {
    case SQL_DESC_DATA_PTR:
    case SQL_DESC_INDICATOR_PTR:
    case SQL_DESC_OCTET_LENGTH_PTR:
    case SQL_DESC_NAME:
    case SQL_DESC_UNNAMED:
    case SQL_DESC_PARAMETER_TYPE:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool Descriptor::is_header_field(SQLSMALLINT field) {
  return find_field(header_fields, field) != nullptr;
}

bool Descriptor::is_text_field(SQLSMALLINT field) {
  const RecordField* found = find_field(record_fields, field);
  return found != nullptr && std::holds_alternative<std::string>(found->get(Record{}));
}

Value Descriptor::field(SQLSMALLINT record, SQLSMALLINT field) const {
  const unsigned role = bit(role_);
  if (const HeaderField* header = find_field(header_fields, field)) {
    if ((header->readable & role) == 0) throw bad_field(field);
    return header->get(*this);
  }
  const RecordField* found = find_field(record_fields, field);
  if (found == nullptr || (found->readable & role) == 0) throw bad_field(field);
  const Record* target = find_or_bookmark(record);
  if (target == nullptr)
    throw Error("07009", "record " + std::to_string(record) + " does not exist");
  return found->get(*target);
}

void Descriptor::set_field(SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                           const std::string& text) {
  const unsigned role = bit(role_);
  const Input input{value, text, is_application()};
  const HeaderField* header = find_field(header_fields, field);
  const RecordField* found = find_field(record_fields, field);
  const unsigned writable = header != nullptr  ? header->writable
                            : found != nullptr ? found->writable
                                               : 0;
  if ((writable & role) == 0) {
    if (role_ == DescriptorRole::ird && (header != nullptr || found != nullptr))
      throw Error("HY016", "the description of a result cannot be written");
    throw bad_field(field);
  }
  if (header != nullptr) return header->set(*this, input);
  Record& target = record == 0 && has_bookmark() ? bookmark : this->record(record);
  if (is_application() && unbinds(field)) target.data_ptr = nullptr;
  found->set(target, input);
}

}  // namespace negodbc::odbc
