// The types that parameters are declared with, and texts of several statements that have some.
//
// result/type_choice.h says which types are tried. A text that the server refuses because of types
// is asked about (Parse, Describe), not executed, until it is taken; what it was taken with is kept
// with the statement in the connection's cache, and costs nothing from then on.
#include "driver/handles/statement_types.h"

#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"
#include "driver/types/type_choice.h"

namespace negodbc::odbc {

// Those of bound parameters; the server infers the others.
Statement::Types Statement::wanted_types() const {
  Types types;
  types.reserve(sent_.size());
  for (const SQLSMALLINT number : sent_) {
    const Record* parameter = ipd_->find(number);
    const Record* buffer = apd_->find(number);
    const bool bound = parameter != nullptr && buffer != nullptr && buffer->bound();
    types.push_back(bound ? types::parameter_oid(parameter->concise_type) : 0);
  }
  return types;
}

// Of a NULL it does not matter what kind of bytes it would be: programs bind any NULL as binary.
Statement::Types Statement::holding_types(const Values& values) const {
  Types types = wanted_types();
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (values[i]) {
      types[i] = types::holding_oid(types[i], *values[i]);
    } else if (types[i] == types::oid_bytea) {
      types[i] = 0;
    }
  }
  return types;
}

// Whether a text can be asked about without losing a transaction that is open.
bool Statement::may_be_refused() const {
  session::Conversation& server = connection_->conversation();
  return server.transaction_status() == 'I' || server.surely_has_savepoints();
}

// What is sent first of a text that is not known yet. Where its error would cost the transaction
// (Protocol=7.4-0, 7.4-1) the server is asked beforehand; a server that has no savepoints either
// gets what psqlodbc sends.
Statement::Types Statement::first_types(session::CachedStatement& known, const std::string& text,
                                        const Types& declared) {
  if (declared.empty() || undoes_errors()) return types::TypeChoice::first(declared);
  if (!may_be_refused()) return types::TypeChoice::open(declared);
  try {
    find_types(known, text, declared, nullptr);
    return *known.types;
  } catch (const session::Refused&) {
    return types::TypeChoice::first(declared);  // the statement meets with the same, and says so
  }
}

// Whether bytes that the server was not told to be some make sense where it wants them. As a large
// object they are another statement (with_large_objects); `values` are of something that has
// digits instead of bytes only as text.
bool Statement::takes_bytes(const Types& declared, const session::Prepared& prepared, bool values) {
  for (std::size_t i = 0; i < declared.size() && i < prepared.parameter_types.size(); ++i) {
    if (declared[i] != types::oid_bytea || prepared.declared_types[i] != 0) continue;
    const std::uint32_t wanted = parameter_type(prepared.parameter_types[i]);
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
void Statement::find_types(session::CachedStatement& known, const std::string& text,
                           const Types& declared, const session::Refused* refused) {
  session::Conversation& server = connection_->conversation();
  types::TypeChoice choice(declared, known.types);
  std::optional<session::Refused> first;
  if (refused != nullptr) first = *refused;
  if (first && !choice.next(*first)) throw *first;
  session::Framing framing = connection_->framing(surround_);
  framing.savepoint = session::Savepoint::around;
  if (server.surely_has_savepoints()) framing.on_error = session::OnError::roll_back_statement;
  // Nobody would close what is not kept.
  const bool named =
      connection_->names_statements() && text.size() <= session::StatementCache::longest_text;
  for (;;) {
    try {
      talk([&](session::Conversation& conversation, Deadline deadline) {
        conversation.forget(known.prepared);
        known.prepared = conversation.prepare(text, choice.types(), named, framing, deadline);
      });
      break;
    } catch (const session::Refused& e) {
      if (!first) first = e;
      if (server.transaction_status() == 'E' || !choice.next(e)) throw *first;
    }
  }
  if (first && !takes_bytes(declared, known.prepared, refused != nullptr)) {
    server.forget(known.prepared);
    throw *first;
  }
  known.types = choice.types();
}

// One flight: each statement is parsed, bound and executed behind the one before. The first is sent
// as any text is; what the later ones take is asked beforehand, since what stands before them would
// be done by then.
std::unique_ptr<RowSource> Statement::send_several(const std::string& text, const Types& types,
                                                   const Values& values,
                                                   const session::Framing& framing) {
  struct Sent {
    Types types;
    std::vector<wire::BindValue> values;
  };
  const std::vector<sql::StatementPart> parts =
      sql::split_statements(text, types.size(), connection_->standard_strings());
  const std::vector<wire::BindValue> bound = bind_values(values);
  std::vector<Sent> sent(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const std::size_t number : parts[i].parameters) {
      sent[i].types.push_back(types[number - 1]);
      sent[i].values.push_back(bound[number - 1]);
    }
    if (i > 0) sent[i].types = types_of_part(parts[i].text, sent[i].types);
  }
  const auto known = connection_->cached(parts[0].text, sent[0].types);
  return with_types(*known, parts[0].text, sent[0].types, [&](const Types& taken) {
    std::vector<session::Part> flight;
    for (std::size_t i = 0; i < parts.size(); ++i)
      flight.push_back({parts[i].text, i == 0 ? taken : sent[i].types, sent[i].values});
    return talk([&](session::Conversation& server, Deadline deadline) {
      return std::unique_ptr<RowSource>(
          std::make_unique<StreamSource>(server.several(flight, framing, deadline)));
    });
  });
}

// What cannot be asked about, as it needs what the statements before it do, is left to the server.
Statement::Types Statement::types_of_part(const std::string& text, const Types& declared) {
  if (declared.empty()) return declared;
  const auto known = connection_->cached(text, declared);
  if (known->types) return *known->types;
  if (!may_be_refused()) return types::TypeChoice::open(declared);
  try {
    find_types(*known, text, declared, nullptr);
    return *known->types;
  } catch (const session::Refused&) {
    return types::TypeChoice::open(declared);
  }
}

std::shared_ptr<session::CachedStatement> Statement::ask_about_part(
    std::optional<std::size_t>& index) {
  const std::vector<sql::StatementPart> parts =
      sql::split_statements(translated_->text, sent_.size(), connection_->standard_strings());
  const Types types = wanted_types();
  for (const sql::StatementPart& part : parts) {
    Types own;
    std::optional<std::size_t> found;
    for (const std::size_t number : part.parameters) {
      if (index == number - 1) found = own.size();
      own.push_back(types[number - 1]);
    }
    if (index && !found) continue;
    index = found;
    auto known = connection_->cached(part.text, own);
    ask_server(*known, part.text, own);
    return known;
  }
  throw Error("S1093", "no statement of the text has the parameter");
}

}  // namespace negodbc::odbc
