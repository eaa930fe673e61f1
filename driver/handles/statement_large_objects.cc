// Columns and parameters of the type lo: the statement has their oids, the application their bytes.
#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"
#include "driver/sql/wrapped_markers.h"

namespace negodbc::odbc {

// A parameter that is bound as SQL_LONGVARBINARY becomes a new large object where the server wants
// a lo: the server is asked for that, where the type exists. The object is made by the statement
// itself, so that both are done or none.
void Statement::settle_large_objects() {
  if (!plain_text_.empty()) translated_->text = std::exchange(plain_text_, {});
  if (translated_->call || current_of_) return;
  const bool standard_strings = connection_->standard_strings();
  std::vector<std::uint32_t> types = wanted_types();
  std::vector<std::size_t> binary;
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    const Record* parameter = ipd_->find(sent_[i]);
    if (types[i] == 0 || parameter->concise_type != SQL_LONGVARBINARY) continue;
    types[i] = 0;
    binary.push_back(i);
  }
  if (binary.empty() || !sql::assigns_columns(translated_->text, standard_strings)) return;
  const catalog::Query ask = [this](const std::string& sql) { return query(sql); };
  std::vector<std::size_t> objects;
  try {
    if (!connection_->large_objects().any_type(ask)) return;
    const auto known = connection_->cached(translated_->text, types);
    ask_server(*known, translated_->text, types);
    const std::vector<std::uint32_t>& told = known->prepared.parameter_types;
    for (const std::size_t i : binary)
      if (i < told.size() && connection_->large_objects().is_type(told[i], ask))
        objects.push_back(i + 1);
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // what is wrong with the statement is told of itself
  }
  if (objects.empty()) return;
  plain_text_ = std::move(translated_->text);
  translated_->text = sql::wrapped_markers(plain_text_, objects, "pg_catalog.lo_from_bytea(0, ",
                                           ")", standard_strings);
}

// Among fields_, which says of them only that they are oids.
void Statement::find_large_objects() {
  const catalog::Query ask = [this](const std::string& sql) { return query(sql); };
  try {
    for (wire::Field& field : fields_)
      if (field.type_oid == result::oid_oid && field.attribute > 0 &&
          connection_->large_objects().is_column(field.table_oid, field.attribute, ask))
        field.type_oid = result::oid_large_object;
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    // In a failed transaction nothing can be asked: they stay oids.
  }
}

// A parameter's type, of which the server gives the domain.
std::uint32_t Statement::parameter_type(std::uint32_t server_type) {
  const catalog::Query ask = [this](const std::string& sql) { return query(sql); };
  return server_type >= catalog::first_user_oid &&
                 connection_->large_objects().is_type(server_type, ask)
             ? std::uint32_t{result::oid_large_object}
             : server_type;
}

bool Statement::is_large_object(SQLSMALLINT number) const {
  return fields_[static_cast<std::size_t>(number) - 1].type_oid == result::oid_large_object;
}

std::string Statement::object_id(SQLSMALLINT number) const {
  return std::string(current_row().values[static_cast<std::size_t>(number) - 1].view());
}

result::Outcome Statement::read(LargeObject& object, const result::Target& target) {
  return object.read(target, max_length_, [this](const std::string& sql) { return query(sql); });
}

}  // namespace negodbc::odbc
