// Columns and parameters of the type lo: the statement has their oids, the application their bytes.
#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"
#include "driver/sql/wrapped_markers.h"

namespace negodbc::odbc {

// A parameter that is bound as SQL_LONGVARBINARY is sent as bytea, and becomes a new large object
// where the server wants a lo. The object is made by the statement itself, so that both are done or
// none. A server that gets bytea for a lo refuses the statement before anything is done: only then
// is it asked what it wants (with_large_objects), so that bytea costs nothing. Where the refusal
// would cost a transaction, or the connection is known to have the type, it is asked beforehand.
void Statement::settle_large_objects() {
  if (!plain_text_.empty()) translated_->text = std::exchange(plain_text_, {});
  const std::vector<std::size_t> binary = binary_parameters();
  if (binary.empty()) return;
  catalog::LargeObjects& known = connection_->large_objects();
  if (!known.asked() && undoes_errors()) return;
  std::vector<std::size_t> objects;
  try {
    if (!known.any_type(asking())) return;
    objects = wanted_as_objects(binary);
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // what is wrong with the statement is told of itself
  }
  if (objects.empty()) return;
  plain_text_ = std::move(translated_->text);
  translated_->text = sql::wrapped_markers(plain_text_, objects, "pg_catalog.lo_from_bytea(0, ",
                                           ")", connection_->standard_strings());
}

// Whether it may be because of such a parameter that the server has refused the statement. The
// types are asked for then, so that settle_large_objects() decides.
bool Statement::refused_large_object(const Error& error) {
  if (error.state() != "42804" || binary_parameters().empty()) return false;
  if (connection_->conversation().transaction_status(execution_deadline()) == 'E') return false;
  try {
    connection_->large_objects().any_type(asking());
    return true;
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

// Among sent_, those that could be meant for a lo.
std::vector<std::size_t> Statement::binary_parameters() const {
  std::vector<std::size_t> binary;
  if (translated_->call || current_of_ || several_) return binary;
  const std::vector<std::uint32_t> types = wanted_types();
  for (std::size_t i = 0; i < sent_.size(); ++i)
    if (types[i] != 0 && ipd_->find(sent_[i])->concise_type == SQL_LONGVARBINARY)
      binary.push_back(i);
  if (!binary.empty() && !sql::assigns_columns(translated_->text, connection_->standard_strings()))
    binary.clear();
  return binary;
}

// Those of them that the server wants as a lo, when it is not told their type; from 1.
std::vector<std::size_t> Statement::wanted_as_objects(const std::vector<std::size_t>& binary) {
  std::vector<std::uint32_t> types = wanted_types();
  for (const std::size_t i : binary) types[i] = 0;
  const auto known = connection_->cached(translated_->text, types);
  ask_server(*known, translated_->text, types);
  const std::vector<std::uint32_t>& told = known->prepared.parameter_types;
  std::vector<std::size_t> objects;
  for (const std::size_t i : binary)
    if (i < told.size() && parameter_type(told[i]) == types::oid_large_object)
      objects.push_back(i + 1);
  return objects;
}

// Whether an error of this statement leaves what was done before it.
bool Statement::undoes_errors() {
  const session::Framing framing = connection_->framing(surround_);
  session::Conversation& conversation = connection_->conversation();
  return framing.on_error == session::OnError::roll_back_statement
             ? conversation.has_savepoints()
             : !framing.begin && conversation.transaction_status(execution_deadline()) == 'I';
}

// Among fields_, which says of them only that they are oids.
void Statement::find_large_objects() {
  const catalog::Query ask = asking();
  try {
    for (wire::Field& field : fields_)
      if (field.type_oid == types::oid_oid && field.attribute > 0 &&
          connection_->large_objects().is_column(field.table_oid, field.attribute, ask))
        field.type_oid = types::oid_large_object;
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    // In a failed transaction nothing can be asked: they stay oids.
  }
}

// A parameter's type, of which the server gives the domain.
std::uint32_t Statement::parameter_type(std::uint32_t server_type) {
  const catalog::Query ask = asking();
  return server_type >= catalog::first_user_oid &&
                 connection_->large_objects().is_type(server_type, ask)
             ? std::uint32_t{types::oid_large_object}
             : server_type;
}

bool Statement::is_large_object(SQLSMALLINT number) const {
  return fields_[static_cast<std::size_t>(number) - 1].type_oid == types::oid_large_object;
}

std::string Statement::object_id(SQLSMALLINT number) const {
  return std::string(current_row().values[static_cast<std::size_t>(number) - 1].view());
}

types::Outcome Statement::read(LargeObject& object, const types::Target& target) {
  return object.read(target, max_length_, asking());
}

}  // namespace negodbc::odbc
