// Descriptors: fields, records, copies.
#include <cstdint>
#include <optional>

#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/text.h"
#include "driver/api/value_out.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

// An IRD before execution is filled by asking the server, and an IPD where that is wanted.
void make_ready(Descriptor& descriptor) {
  if (descriptor.statement() == nullptr) return;
  if (descriptor.role() == DescriptorRole::ipd) descriptor.statement()->fill_ipd();
  if (descriptor.role() != DescriptorRole::ird) return;
  try {
    descriptor.statement()->require_ird();
  } catch (const Error& e) {
    if (e.state() == "HY010")
      throw Error("HY007", "the statement is not prepared: nothing is described");
    throw;
  }
}

// Throws Error 07009 for numbers that no record of this descriptor could have: an IRD has a record
// 0 while the statement uses bookmarks.
bool is_there(Descriptor& descriptor, SQLSMALLINT record) {
  if (record < 0 || (record == 0 && !descriptor.has_bookmark()))
    throw Error("07009", "there is no record " + std::to_string(record));
  if (record > 0) return descriptor.has_record(record);
  if (descriptor.role() == DescriptorRole::ird && descriptor.statement() != nullptr)
    (void)descriptor.statement()->column(0);
  return true;
}

// One connection is locked after the other, never both.
SQLRETURN copy_between_connections(Descriptor& source, SQLHDESC target_id) noexcept {
  try {
    Descriptor between(DescriptorRole::ard, true, source.connection());
    std::optional<Error> failed;
    {
      const std::lock_guard lock(source.mutex());
      if (source.freed()) return SQL_INVALID_HANDLE;
      try {
        make_ready(source);
        between.copy_from(source);
      } catch (const Error& e) {
        failed = e;
      }
    }
    return guarded<Descriptor>(target_id, [&](Descriptor& target) {
      if (failed) throw Error(*failed);
      target.copy_from(between);
    });
  } catch (...) {
    return SQL_ERROR;
  }
}

template <class Char>
SQLRETURN get_field(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                    SQLINTEGER capacity, SQLINTEGER* length) noexcept {
  return guard<Descriptor>(id, [&](Descriptor& descriptor) -> SQLRETURN {
    const bool header = Descriptor::is_header_field(field);
    if (!header || field == SQL_DESC_COUNT) make_ready(descriptor);
    if (!header && !is_there(descriptor, record)) return SQL_NO_DATA;
    const bool of_result = descriptor.role() == DescriptorRole::ird && !header;
    value_out<Char>(of_result && descriptor.statement() != nullptr
                        ? descriptor.statement()->column_field(record, field)
                        : descriptor.field(record, field),
                    value, capacity, length, descriptor.diagnostics());
    return SQL_SUCCESS;
  });
}

template <class Char>
SQLRETURN set_field(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
                    SQLINTEGER length) noexcept {
  return guarded<Descriptor>(id, [&](Descriptor& descriptor) {
    std::string text;
    if (Descriptor::is_text_field(field)) {
      const SQLLEN characters =
          length == SQL_NTS ? SQLLEN{SQL_NTS} : length / static_cast<SQLLEN>(sizeof(Char));
      text = optional_text(static_cast<const Char*>(value), characters).value_or("");
    }
    if (descriptor.role() == DescriptorRole::ipd) make_ready(descriptor);
    descriptor.set_field(record, field, value, text);
  });
}

template <class Char>
SQLRETURN get_record(SQLHDESC id, SQLSMALLINT number, Char* name, SQLSMALLINT capacity,
                     SQLSMALLINT* name_length, SQLSMALLINT* type, SQLSMALLINT* sub_type,
                     SQLLEN* length, SQLSMALLINT* precision, SQLSMALLINT* scale,
                     SQLSMALLINT* nullable) noexcept {
  return guard<Descriptor>(id, [&](Descriptor& descriptor) -> SQLRETURN {
    make_ready(descriptor);
    if (!is_there(descriptor, number)) return SQL_NO_DATA;
    const Record* record = descriptor.find_or_bookmark(number);
    const auto put = [](auto* place, auto value) {
      if (place != nullptr) *place = value;
    };
    text_out(record->name, name, capacity, name_length, Unit::characters,
             &descriptor.diagnostics());
    put(type, record->type);
    put(sub_type, record->datetime_interval_code);
    put(length, record->octet_length);
    put(precision, record->precision);
    put(scale, record->scale);
    put(nullable, record->nullable);
    return SQL_SUCCESS;
  });
}

SQLPOINTER as_pointer(SQLLEN value) {
  return reinterpret_cast<SQLPOINTER>(static_cast<std::intptr_t>(value));
}

}  // namespace

SQLRETURN SQL_API SQLGetDescField(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT field,
                                  SQLPOINTER value, SQLINTEGER capacity, SQLINTEGER* length) {
  return get_field<SQLCHAR>(id, record, field, value, capacity, length);
}

SQLRETURN SQL_API SQLGetDescFieldW(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT field,
                                   SQLPOINTER value, SQLINTEGER capacity, SQLINTEGER* length) {
  return get_field<SQLWCHAR>(id, record, field, value, capacity, length);
}

SQLRETURN SQL_API SQLSetDescField(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT field,
                                  SQLPOINTER value, SQLINTEGER length) {
  return set_field<SQLCHAR>(id, record, field, value, length);
}

SQLRETURN SQL_API SQLSetDescFieldW(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT field,
                                   SQLPOINTER value, SQLINTEGER length) {
  return set_field<SQLWCHAR>(id, record, field, value, length);
}

SQLRETURN SQL_API SQLGetDescRec(SQLHDESC id, SQLSMALLINT number, SQLCHAR* name,
                                SQLSMALLINT capacity, SQLSMALLINT* name_length, SQLSMALLINT* type,
                                SQLSMALLINT* sub_type, SQLLEN* length, SQLSMALLINT* precision,
                                SQLSMALLINT* scale, SQLSMALLINT* nullable) {
  return get_record(id, number, name, capacity, name_length, type, sub_type, length, precision,
                    scale, nullable);
}

SQLRETURN SQL_API SQLGetDescRecW(SQLHDESC id, SQLSMALLINT number, SQLWCHAR* name,
                                 SQLSMALLINT capacity, SQLSMALLINT* name_length, SQLSMALLINT* type,
                                 SQLSMALLINT* sub_type, SQLLEN* length, SQLSMALLINT* precision,
                                 SQLSMALLINT* scale, SQLSMALLINT* nullable) {
  return get_record(id, number, name, capacity, name_length, type, sub_type, length, precision,
                    scale, nullable);
}

SQLRETURN SQL_API SQLSetDescRec(SQLHDESC id, SQLSMALLINT record, SQLSMALLINT type,
                                SQLSMALLINT sub_type, SQLLEN length, SQLSMALLINT precision,
                                SQLSMALLINT scale, SQLPOINTER data, SQLLEN* octet_length,
                                SQLLEN* indicator) {
  return guarded<Descriptor>(id, [&](Descriptor& descriptor) {
    const auto set = [&](SQLSMALLINT field, SQLPOINTER value) {
      descriptor.set_field(record, field, value, {});
    };
    set(SQL_DESC_TYPE, as_pointer(type));
    if (type == SQL_DATETIME || type == SQL_INTERVAL)
      set(SQL_DESC_DATETIME_INTERVAL_CODE, as_pointer(sub_type));
    set(SQL_DESC_OCTET_LENGTH, as_pointer(length));
    set(SQL_DESC_PRECISION, as_pointer(precision));
    set(SQL_DESC_SCALE, as_pointer(scale));
    if (descriptor.is_application()) {
      set(SQL_DESC_OCTET_LENGTH_PTR, octet_length);
      set(SQL_DESC_INDICATOR_PTR, indicator);
      set(SQL_DESC_DATA_PTR, data);
    } else {
      Descriptor::check_consistency(descriptor.record(record), false);
    }
  });
}

SQLRETURN SQL_API SQLCopyDesc(SQLHDESC source_id, SQLHDESC target_id) {
  const auto source = find<Descriptor>(source_id);
  if (!source) return SQL_INVALID_HANDLE;
  const auto other = find<Descriptor>(target_id);
  if (other && source->connection() != other->connection())
    return copy_between_connections(*source, target_id);
  return guarded<Descriptor>(target_id, [&](Descriptor& target) {
    if (source.get() == &target) return;
    make_ready(*source);
    target.copy_from(*source);
  });
}
