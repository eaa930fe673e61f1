#include "driver/handles/statement/large_objects.h"

#include "driver/base/error.h"
#include "driver/sql/wrapped_markers.h"

namespace negodbc::odbc {

void LargeObjectParameters::wrap_markers() {
  text_.unwrap_objects();
  const std::vector<std::size_t> binary = binary_parameters();
  if (binary.empty()) return;
  catalog::LargeObjects& known = server_.connection().large_objects();
  if (!known.asked() && server_.undoes_errors(text_.surround())) return;
  std::vector<std::size_t> objects;
  try {
    if (!known.any_type(server_.asking())) return;
    objects = wanted_as_objects(binary);
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return;  // what is wrong with the statement is told of itself
  }
  if (!objects.empty()) text_.wrap_objects(objects, server_.standard_strings());
}

// Whether it may be because of such a parameter that the server has refused the statement. The
// types are asked for then, so that wrap_markers() decides.
bool LargeObjectParameters::may_be_refused_objects(const Error& error) {
  if (error.state() != "42804" || binary_parameters().empty()) return false;
  Connection& connection = server_.connection();
  if (server_.transaction_status() == 'E') return false;
  try {
    connection.large_objects().any_type(server_.asking());
    return true;
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    return false;
  }
}

// Among those that are sent, those that could be meant for a lo.
std::vector<std::size_t> LargeObjectParameters::binary_parameters() const {
  std::vector<std::size_t> binary;
  if (text_.call() != nullptr || text_.current_of() || text_.several()) return binary;
  const Types types = parameters_.declared_types();
  for (std::size_t i = 0; i < types.size(); ++i)
    if (types[i] != 0 && parameters_.sql_type(text_.sent()[i]) == SQL_LONGVARBINARY)
      binary.push_back(i);
  if (!binary.empty() && !sql::assigns_columns(text_.sql(), server_.standard_strings()))
    binary.clear();
  return binary;
}

// Those of them that the server wants as a lo, when it is not told their type; from 1.
std::vector<std::size_t> LargeObjectParameters::wanted_as_objects(
    const std::vector<std::size_t>& binary) {
  Types types = parameters_.declared_types();
  for (const std::size_t i : binary) types[i] = 0;
  const auto known = types_.describe(types, types);
  const Types& wanted = known->prepared.parameter_types;
  std::vector<std::size_t> objects;
  for (const std::size_t i : binary)
    if (i < wanted.size() && parameter_type(server_, wanted[i]) == types::oid_large_object)
      objects.push_back(i + 1);
  return objects;
}

std::uint32_t parameter_type(ServerTalk& server, std::uint32_t server_type) {
  if (server_type < catalog::first_user_oid) return server_type;
  const catalog::Query ask = server.asking();
  return server.connection().large_objects().is_type(server_type, ask)
             ? std::uint32_t{types::oid_large_object}
             : server_type;
}

void find_large_objects(ServerTalk& server, std::vector<wire::Field>& fields) {
  try {
    for (wire::Field& field : fields) {
      if (field.type_oid != types::oid_oid || field.attribute <= 0) continue;
      if (server.connection().large_objects().is_column(field.table_oid, field.attribute,
                                                        server.asking()))
        field.type_oid = types::oid_large_object;
    }
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    // In a failed transaction nothing can be asked: they stay oids.
  }
}

}  // namespace negodbc::odbc
