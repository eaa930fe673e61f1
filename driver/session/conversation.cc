#include "driver/session/conversation.h"

#include <algorithm>

namespace negodbc::session {

using wire::Frame;
using wire::Frontend;
using wire::MessageType;

namespace {

bool comes_from_tables(const std::vector<wire::Field>& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](const wire::Field& field) { return field.table_oid != 0; });
}

}  // namespace

Conversation::~Conversation() {
  implicit_ = false;
  if (live_ != nullptr) live_->abandon();
  while (!portals_.empty()) portals_.back()->abandon();
}

std::unique_ptr<ResultStream> Conversation::start(Replies replies, Deadline deadline) {
  const bool commits = replies.commits;
  std::unique_ptr<ResultStream> stream(new ResultStream(*this, std::move(replies)));
  live_ = stream.get();
  stream->start_portion();
  stream->next_result(deadline);
  if (commits) stream->await_end(deadline);
  return stream;
}

std::unique_ptr<ResultStream> Conversation::simple(std::string_view sql, const Framing& framing,
                                                   Deadline deadline, const Portions& portions) {
  Portions at_once = portions;
  at_once.limited = false;
  at_once.most = 0;
  RowPlan plan = plan_rows(at_once, framing, deadline);
  messages_.clear();
  Frontend(messages_).query(sql);
  launch(messages_, Way::simple, framing, deadline);
  plan.replies.executions = 0;
  return start(std::move(plan.replies), deadline);
}

template <class F>
auto Conversation::refusing(F&& work) {
  try {
    return std::forward<F>(work)();
  } catch (const ConnectionError&) {
    throw;
  } catch (const Unanswered&) {
    throw;
  } catch (const Error& e) {
    if (flight_.acceptances_left != 0 && flight_.acceptance == MessageType::parse_complete)
      throw Refused(e);
    const bool unread = e.state() == "22P02" || e.state() == "22003";
    const bool value = flight_.binds_left != 0 && unread;
    if (flight_.acceptances_left == 0 && !value) throw;
    throw Refused(e, value);
  }
}

std::unique_ptr<ResultStream> Conversation::extended(std::string_view sql, Types types,
                                                     Values values, const Framing& framing,
                                                     Deadline deadline, const Portions& portions) {
  RowPlan plan = plan_rows(portions, framing, deadline);
  messages_.clear();
  Frontend out(messages_);
  out.parse("", sql, types);
  out.bind(plan.portal, "", values, {});
  out.describe_portal(plan.portal);
  out.execute(plan.portal, plan.limit);
  launch(messages_, plan.way, framing, deadline);
  return refusing([&] { return start(std::move(plan.replies), deadline); });
}

std::unique_ptr<ResultStream> Conversation::several(std::span<const Part> parts,
                                                    const Framing& framing, Deadline deadline) {
  Portions all;
  all.changes = true;
  RowPlan plan = plan_rows(all, framing, deadline);
  messages_.clear();
  Frontend out(messages_);
  for (const Part& part : parts) {
    out.parse("", part.sql, part.types);
    out.bind("", "", part.values, {});
    out.describe_portal("");
    out.execute("", 0);
  }
  launch(messages_, Way::extended, framing, deadline);
  plan.replies.executions = static_cast<int>(parts.size());
  return refusing([&] { return start(std::move(plan.replies), deadline); });
}

std::unique_ptr<ResultStream> Conversation::execute(const Prepared& prepared, Values values,
                                                    std::span<const wire::Format> formats,
                                                    const Framing& framing, Deadline deadline,
                                                    const Portions& portions) {
  RowPlan plan = plan_rows(portions, framing, deadline);
  messages_.clear();
  Frontend out(messages_);
  out.bind(plan.portal, prepared.name, values, formats);
  const bool described = comes_from_tables(prepared.fields);
  if (described) out.describe_portal(plan.portal);
  out.execute(plan.portal, plan.limit);
  launch(messages_, plan.way, framing, deadline, MessageType::bind_complete);
  std::vector<wire::Field>& fields = plan.replies.fields;
  if (!described) fields = prepared.fields;
  for (std::size_t i = 0; i < formats.size() && i < fields.size(); ++i)
    fields[i].format = formats[i];
  return refusing([&] { return start(std::move(plan.replies), deadline); });
}

std::unique_ptr<ResultStream> Conversation::prepare_and_execute(
    std::string_view sql, Types types, Values values, const Framing& framing, Prepared& prepared,
    Deadline deadline, const Portions& portions) {
  RowPlan plan = plan_rows(portions, framing, deadline);
  const std::string name = next_name();
  messages_.clear();
  Frontend out(messages_);
  out.parse(name, sql, types);
  out.describe_statement(name);
  out.bind(plan.portal, name, values, {});
  out.execute(plan.portal, plan.limit);
  launch(messages_, plan.way, framing, deadline);
  refusing([&] { expect({MessageType::parse_complete}, deadline); });
  prepared = Prepared{name, {types.begin(), types.end()}, {}, {}};
  describe_prepared(prepared, deadline);
  plan.replies.fields = prepared.fields;
  return refusing([&] { return start(std::move(plan.replies), deadline); });
}

Prepared Conversation::prepare(std::string_view sql, Types types, bool named, Framing framing,
                               Deadline deadline) {
  Prepared prepared{named ? next_name() : std::string(), {types.begin(), types.end()}, {}, {}};
  messages_.clear();
  Frontend out(messages_);
  out.parse(prepared.name, sql, types);
  out.describe_statement(prepared.name);
  framing.begin = false;
  framing.question = true;
  launch(messages_, Way::extended, framing, deadline);
  refusing([&] { expect({MessageType::parse_complete}, deadline); });
  describe_prepared(prepared, deadline);
  drain(deadline);
  return prepared;
}

void Conversation::describe_prepared(Prepared& prepared, Deadline deadline) try {
  prepared.parameter_types = wire::decode_parameter_description(
      expect({MessageType::parameter_description}, deadline).body);
  const Frame frame = expect({MessageType::row_description, MessageType::no_data}, deadline);
  if (frame.type == MessageType::row_description)
    prepared.fields = wire::decode_row_description(frame.body);
  prepared.described = true;
  flight_.unfinished = false;  // no rows follow a statement's description
} catch (const wire::ProtocolError&) {
  session_->mark_broken();
  throw;
}

void Conversation::forget(Prepared& prepared) {
  if (!prepared.name.empty()) to_close_.push_back(prepared.name);
  prepared = {};
}

std::string Conversation::run(std::string_view sql, Deadline deadline) {
  const std::unique_ptr<ResultStream> stream = simple(sql, {}, deadline);
  std::string tag = stream->command_tag();
  while (stream->next_result(deadline)) tag = stream->command_tag();
  return tag;
}

void Conversation::reset(std::vector<std::string> queries, Deadline deadline) {
  if (transaction_status(deadline) != 'I') run("ROLLBACK", deadline);
  to_close_.clear();  // DISCARD ALL forgets them too
  to_close_portals_.clear();
  resets_ = std::move(queries);
}

// What speaks its protocol without being PostgreSQL reports less, or an older version.
bool Conversation::surely_has_savepoints() const {
  constexpr int first_with_interval_style = 80400;
  if (savepoints_ != Savepoints::unknown) return savepoints_ == Savepoints::yes;
  return session_->server_version() >= first_with_interval_style &&
         !session_->parameter("session_authorization").empty();
}

char Conversation::transaction_status(Deadline deadline) {
  // A statement that only reads, in a transaction of its own, does not change it.
  if (live_ != nullptr && live_->reads_) return session_->transaction_status();
  make_room(deadline);
  return session_->transaction_status();
}

}  // namespace negodbc::session
