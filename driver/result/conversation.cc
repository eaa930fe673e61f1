#include "driver/result/conversation.h"

#include <algorithm>

namespace negodbc::result {

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
  if (live_ != nullptr) live_->abandon();
}

std::unique_ptr<ResultStream> Conversation::start(Replies replies, Deadline deadline) {
  std::unique_ptr<ResultStream> stream(new ResultStream(*this, std::move(replies)));
  live_ = stream.get();
  stream->next_result(deadline);
  return stream;
}

std::unique_ptr<ResultStream> Conversation::simple(std::string_view sql, const Framing& framing,
                                                   Deadline deadline) {
  messages_.clear();
  Frontend(messages_).query(sql);
  const int ready = launch(messages_, Way::simple, framing, deadline);
  return start({ready, 0, {}}, deadline);
}

std::unique_ptr<ResultStream> Conversation::extended(std::string_view sql, Types types,
                                                     Values values, const Framing& framing,
                                                     Deadline deadline) {
  messages_.clear();
  Frontend out(messages_);
  out.parse("", sql, types);
  out.bind("", "", values, {});
  out.describe_portal("");
  out.execute("", 0);
  launch(messages_, Way::extended, framing, deadline);
  return start({1, 1, {}}, deadline);
}

std::unique_ptr<ResultStream> Conversation::execute(const Prepared& prepared, Values values,
                                                    std::span<const wire::Format> formats,
                                                    const Framing& framing, Deadline deadline) {
  messages_.clear();
  Frontend out(messages_);
  out.bind("", prepared.name, values, formats);
  const bool described = comes_from_tables(prepared.fields);
  if (described) out.describe_portal("");
  out.execute("", 0);
  launch(messages_, Way::extended, framing, deadline);
  if (described) return start({1, 1, {}}, deadline);
  Replies replies{1, 1, prepared.fields};
  for (std::size_t i = 0; i < formats.size() && i < replies.fields.size(); ++i)
    replies.fields[i].format = formats[i];
  return start(std::move(replies), deadline);
}

std::unique_ptr<ResultStream> Conversation::prepare_and_execute(std::string_view sql, Types types,
                                                                Values values,
                                                                const Framing& framing,
                                                                Prepared& prepared,
                                                                Deadline deadline) {
  const std::string name = next_name();
  messages_.clear();
  Frontend out(messages_);
  out.parse(name, sql, types);
  out.describe_statement(name);
  out.bind("", name, values, {});
  out.execute("", 0);
  launch(messages_, Way::extended, framing, deadline);
  expect({MessageType::parse_complete}, deadline);
  prepared = Prepared{name, {types.begin(), types.end()}, {}, {}};
  describe_prepared(prepared, deadline);
  return start({1, 1, prepared.fields}, deadline);
}

Prepared Conversation::prepare(std::string_view sql, Types types, bool named, Framing framing,
                               Deadline deadline) {
  Prepared prepared{named ? next_name() : std::string(), {types.begin(), types.end()}, {}, {}};
  messages_.clear();
  Frontend out(messages_);
  out.parse(prepared.name, sql, types);
  out.describe_statement(prepared.name);
  framing.begin = false;
  launch(messages_, Way::extended, framing, deadline);
  expect({MessageType::parse_complete}, deadline);
  describe_prepared(prepared, deadline);
  drain(deadline);
  return prepared;
}

void Conversation::describe_prepared(Prepared& prepared, Deadline deadline) {
  prepared.parameter_types = wire::decode_parameter_description(
      expect({MessageType::parameter_description}, deadline).body);
  const Frame frame = expect({MessageType::row_description, MessageType::no_data}, deadline);
  if (frame.type == MessageType::row_description)
    prepared.fields = wire::decode_row_description(frame.body);
  prepared.described = true;
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
  resets_ = std::move(queries);
}

char Conversation::transaction_status(Deadline deadline) {
  make_room(deadline);
  return session_->transaction_status();
}

}  // namespace negodbc::result
