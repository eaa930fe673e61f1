#include "driver/handles/statement/parameter_types.h"

#include <utility>

#include "driver/base/error.h"
#include "driver/handles/statement/large_objects.h"
#include "driver/sql/statements.h"
#include "driver/types/parameter_type.h"
#include "driver/types/type_choice.h"

namespace negodbc::odbc {

// Whether a text can be asked about without losing a transaction that is open.
bool ParameterTypes::may_be_refused() const {
  return server_.transaction_status() == 'I' ||
         server_.connection().conversation().surely_has_savepoints();
}

// What is sent first of a text that is not known yet. Where its error would cost the transaction
// (Protocol=7.4-0, 7.4-1) the server is asked beforehand; a server that has no savepoints either
// gets what psqlodbc sends.
Types ParameterTypes::first_types(session::CachedStatement& known, const std::string& sql,
                                  const Wishes& wishes) {
  const Types& declared = wishes.declared;
  if (declared.empty() || server_.undoes_errors(text_.surround()))
    return types::TypeChoice::first(declared);
  if (!may_be_refused()) return types::TypeChoice::open(declared);
  try {
    find_types_or_bound(known, sql, declared, wishes.bound, nullptr);
    return *known.types;
  } catch (const session::Refused&) {
    return types::TypeChoice::first(declared);  // the statement meets with the same, and says so
  }
}

Types ParameterTypes::types_to_send(session::CachedStatement& known, const std::string& sql,
                                    const Wishes& wishes) {
  if (!known.types) {
    Types first = first_types(known, sql, wishes);
    if (!known.types) return first;
  }
  const auto leaves_any_open = [&types = *known.types, &bound = wishes.bound] {
    for (std::size_t i = 0; i < types.size(); ++i)
      if (types[i] == 0 && bound[i] != 0) return true;
    return false;
  };
  // What an error would cost is not left to the values.
  if (!known.prepared.described && leaves_any_open() && !server_.undoes_errors(text_.surround()) &&
      may_be_refused()) {
    try {
      find_types_or_bound(known, sql, wishes.declared, wishes.bound, nullptr);
    } catch (const session::Refused&) {  // the statement meets with the same, and says so
    }
  }
  return *known.types;
}

// Where values are no such numbers as the server wants in their places: those as what they were
// bound as. Nothing: there are none, or what it wants is not known.
std::optional<Types> ParameterTypes::types_of_values(const session::CachedStatement& known,
                                                     const Types& sent, const Wishes& wishes) {
  const Types& wanted = known.prepared.parameter_types;
  if (!known.prepared.described) return std::nullopt;
  std::optional<Types> types;
  for (std::size_t i = 0; i < sent.size() && i < wanted.size(); ++i) {
    const std::optional<std::string_view>& value = wishes.values[i].value;
    if (sent[i] != 0 || wishes.bound[i] == 0 || !value || types::is_read_by(wanted[i], *value))
      continue;
    if (!types) types = sent;
    (*types)[i] = wishes.bound[i];
  }
  return types;
}

Types ParameterTypes::types_to_read(session::CachedStatement& known, const std::string& sql,
                                    const Wishes& wishes, const session::Refused& refused) {
  try {
    describe(known, sql, wishes.declared, wishes.bound);
  } catch (const session::Refused&) {
    throw refused;
  }
  const Types& wanted = known.prepared.parameter_types;
  const Types sent = known.types.value_or(wishes.declared);
  const auto bind_those = [&](const auto& unread) {
    Types types = sent;
    for (std::size_t i = 0; i < types.size() && i < wishes.bound.size(); ++i)
      if (types[i] == 0 && unread(i < wanted.size() ? wanted[i] : 0)) types[i] = wishes.bound[i];
    return types;
  };
  Types types = types_of_values(known, sent, wishes).value_or(sent);
  if (types == sent) types = bind_those([](std::uint32_t) { return true; });
  if (types == sent) throw refused;
  return types;
}

// Whether bytes that the server was not told to be some make sense where it wants them. As a large
// object they are another statement (LargeObjectParameters); `values` are of something that has
// digits instead of bytes only as text.
bool ParameterTypes::takes_bytes(const Types& declared, const session::Prepared& prepared,
                                 bool values) {
  for (std::size_t i = 0; i < declared.size() && i < prepared.parameter_types.size(); ++i) {
    if (declared[i] != types::oid_bytea || prepared.declared_types[i] != 0) continue;
    const std::uint32_t wanted = parameter_type(server_, prepared.parameter_types[i]);
    if (wanted == types::oid_large_object) return false;
    const bool text = wanted == types::oid_text || wanted == types::oid_varchar ||
                      wanted == types::oid_bpchar || wanted == types::oid_bytea;
    if (values && !text) return false;
  }
  return true;
}

// Asks until the server takes the text, beginning with what was declared; `refused` is what it has
// said of that (or of what is known) already. Afterwards the text is described, and its types are
// known. Throws the first refusal when there are no types to try.
void ParameterTypes::find_types(session::CachedStatement& known, const std::string& sql,
                                const Types& declared, const session::Refused* refused) {
  const Connection& connection = server_.connection();
  session::Conversation& server = server_.connection().conversation();
  types::TypeChoice choice(declared, known.types);
  std::optional<session::Refused> first;
  if (refused != nullptr) first = *refused;
  if (first && !choice.next(*first)) throw *first;
  session::Framing framing = text_.framing(connection);
  framing.savepoint = session::Savepoint::around;
  if (server.surely_has_savepoints()) framing.on_error = session::OnError::roll_back_statement;
  // Nobody would close what is not kept.
  const bool named =
      connection.names_statements() && sql.size() <= session::StatementCache::longest_text;
  for (;;) {
    try {
      server_.run(text_.sql(), [&](session::Conversation& conversation, Deadline deadline) {
        conversation.forget(known.prepared);
        known.prepared = conversation.prepare(sql, choice.types(), named, framing, deadline);
      });
      break;
    } catch (const session::Refused& e) {
      if (!first) first = e;
      if (server_.transaction_status() == 'E' || !choice.next(e)) throw *first;
    }
  }
  if (first && !takes_bytes(declared, known.prepared, refused != nullptr)) {
    server.forget(known.prepared);
    throw *first;
  }
  known.types = choice.types();
}

void ParameterTypes::find_types_or_bound(session::CachedStatement& known, const std::string& sql,
                                         const Types& declared, const Types& bound,
                                         const session::Refused* refused) {
  try {
    find_types(known, sql, declared, refused);
  } catch (const session::Refused& first) {
    if (declared == bound || server_.transaction_status() == 'E' ||
        !types::TypeChoice::is_about_types(first))
      throw;
    std::optional<Types> before = std::exchange(known.types, std::nullopt);
    try {
      find_types(known, sql, bound, nullptr);
    } catch (const session::Refused&) {
      known.types = std::move(before);
      throw first;
    }
  }
}

void ParameterTypes::describe(session::CachedStatement& known, const std::string& sql,
                              const Types& declared, const Types& bound) {
  if (known.prepared.described) return;
  find_types_or_bound(known, sql, declared, bound, nullptr);
  asked_ = true;
}

std::shared_ptr<session::CachedStatement> ParameterTypes::describe(const Types& declared,
                                                                   const Types& bound) {
  auto known = server_.connection().cached(text_.sql(), declared, text_.reading_number());
  describe(*known, text_.sql(), declared, bound);
  return known;
}

std::shared_ptr<session::CachedStatement> ParameterTypes::describe_part(
    const Types& declared, std::optional<std::size_t>& index) {
  const std::vector<sql::StatementPart> parts =
      sql::split_statements(text_.sql(), declared.size(), server_.standard_strings());
  for (const sql::StatementPart& part : parts) {
    Types own;
    std::optional<std::size_t> found;
    for (const std::size_t number : part.parameters) {
      if (index == number - 1) found = own.size();
      own.push_back(declared[number - 1]);
    }
    if (index && !found) continue;
    index = found;
    auto known = server_.connection().cached(part.text, own, text_.reading_number());
    describe(*known, part.text, own, own);
    return known;
  }
  throw Error("S1093", "no statement of the text has the parameter");
}

// What cannot be asked about, as it needs what the statements before it do, is left to the server.
Types ParameterTypes::types_of_part(const std::string& sql, const Wishes& wishes) {
  const Types& declared = wishes.declared;
  if (declared.empty()) return declared;
  const auto known = server_.connection().cached(sql, declared, text_.reading_number());
  try {
    if (!known->types || !known->prepared.described) {
      if (!may_be_refused()) return types::TypeChoice::open(declared);
      find_types_or_bound(*known, sql, declared, wishes.bound, nullptr);
    }
    return types_of_values(*known, *known->types, wishes).value_or(*known->types);
  } catch (const session::Refused&) {
    return types::TypeChoice::open(declared);
  }
}

}  // namespace negodbc::odbc
