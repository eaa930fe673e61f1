#include "bench/sink/statements.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "driver/base/utf.h"
#include "driver/wire/cursor.h"

namespace negodbc::bench {
namespace {

constexpr std::uint32_t oid_int4 = 23;
constexpr std::uint32_t oid_text = 25;
constexpr std::uint32_t oid_oid = 26;
constexpr std::array<AnswerColumnType, 1> one_column{{{"?column?", oid_int4, 4}}};
constexpr std::array<AnswerColumnType, 2> lo_columns{
    {{"oid", oid_oid, 4}, {"typbasetype", oid_oid, 4}}};
constexpr std::array<AnswerColumnType, 1> isolation_column{
    {{"transaction_isolation", oid_text, -1}}};
constexpr std::array<AnswerColumnType, 1> setting_column{{{"setting", oid_text, -1}}};
constexpr std::string_view no_database =
    "negodbc-login-sink is no database: it answers SELECT 1 and what drivers ask after a login";

bool blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

// In lower case, blanks as one space, none at its ends.
std::string plain_words(std::string_view text) {
  std::string words;
  for (const char c : text) {
    if (!blank(c)) {
      words.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    } else if (!words.empty() && words.back() != ' ') {
      words.push_back(' ');
    }
  }
  if (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

StatementAnswer command(const char* tag, char becomes = '\0') {
  StatementAnswer answer;
  answer.tag = tag;
  answer.becomes = becomes;
  return answer;
}

StatementAnswer row_of(std::span<const AnswerColumnType> columns, std::string value,
                       const char* tag) {
  StatementAnswer answer;
  answer.columns = columns;
  answer.row = true;
  answer.value = std::move(value);
  answer.tag = tag;
  return answer;
}

StatementAnswer shown(std::string_view name, const Settings& settings) {
  if (name == "transaction_isolation" || name == "transaction isolation level")
    return row_of(isolation_column, "read committed", "SHOW");
  for (const auto& [key, value] : settings)
    if (iequals(key, name)) return row_of(setting_column, value, "SHOW");
  StatementAnswer unknown;
  unknown.known = false;
  return unknown;
}

}  // namespace

StatementAnswer answer_to(std::string_view text, const Settings& settings) {
  const std::string words = plain_words(text);
  if (words.empty()) return {};
  if (words == "select 1") return row_of(one_column, "1", "SELECT 1");
  if (words.starts_with("set ")) return command("SET");
  if (words.starts_with("show ")) return shown(std::string_view(words).substr(5), settings);
  if (words == "begin" || words == "start transaction") return command("BEGIN", 'T');
  if (words == "commit" || words == "end") return command("COMMIT", 'I');
  if (words == "rollback" || words == "abort") return command("ROLLBACK", 'I');
  if (words.starts_with("deallocate ")) return command("DEALLOCATE");
  if (words == "select oid, typbasetype from pg_type where typname = 'lo'") {
    StatementAnswer none = command("SELECT 0");
    none.columns = lo_columns;
    return none;
  }
  StatementAnswer unknown;
  unknown.known = false;
  return unknown;
}

std::vector<std::string_view> split_statements(std::string_view text) {
  std::vector<std::string_view> statements;
  std::size_t begin = 0;
  char quote = '\0';
  const auto take = [&](std::size_t end) {
    const std::string_view one = text.substr(begin, end - begin);
    if (!std::all_of(one.begin(), one.end(), blank)) statements.push_back(one);
    begin = end + 1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ';') {
      take(i);
    }
  }
  take(text.size());
  return statements;
}

SessionDialog::SessionDialog(const Settings& settings, Counters& counters)
    : settings_(settings), counters_(counters) {}

bool SessionDialog::refuse(Answers& out, std::string_view sqlstate, std::string_view text) {
  out.error("ERROR", sqlstate, text);
  counters_.add(Accepted::refused_statements);
  if (state_ == 'T') state_ = 'E';
  return false;
}

void SessionDialog::fail(Answers& out, std::string_view sqlstate, std::string_view text) {
  refuse(out, sqlstate, text);
  skipping_ = true;
}

// False, and an error said, where it can't be executed.
bool SessionDialog::runs(const StatementAnswer& answer, Answers& out) {
  if (!answer.known) return refuse(out, "0A000", no_database);
  if (state_ == 'E' && answer.becomes != 'I' && !answer.tag.empty())
    return refuse(
        out, "25P02",
        "current transaction is aborted, commands ignored until end of transaction block");
  return true;
}

void SessionDialog::done(const StatementAnswer& answer) {
  counters_.add(Accepted::statements);
  if (answer.becomes != '\0') state_ = answer.becomes;
}

void SessionDialog::simple_query(std::string_view text, Answers& out) {
  const auto statements = split_statements(text);
  if (statements.empty()) out.bare('I');
  for (const std::string_view statement : statements) {
    const StatementAnswer answer = answer_to(statement, settings_);
    if (!runs(answer, out)) break;
    if (!answer.columns.empty()) out.row_description(answer.columns, false);
    if (answer.row) out.data_row(answer.value);
    out.command_complete(answer.tag);
    done(answer);
  }
  out.ready_for_query(state_);
}

void SessionDialog::parse(std::string_view body, Answers& out) {
  wire::Cursor cursor(body, "Parse");
  const std::string name(cursor.text());
  const auto statements = split_statements(cursor.text());
  const std::size_t types = cursor.count(4);
  cursor.bytes(types * 4);
  cursor.end();
  if (statements.size() > 1) {
    fail(out, "42601", "cannot insert multiple commands into a prepared statement");
    return;
  }
  StatementAnswer answer = answer_to(statements.empty() ? "" : statements[0], settings_);
  if (!runs(answer, out)) {
    skipping_ = true;
    return;
  }
  if (prepared_.size() >= most_names && !prepared_.contains(name)) {
    fail(out, "54000", "the sink keeps no more prepared statements");
    return;
  }
  prepared_.insert_or_assign(name, std::move(answer));
  out.bare('1');
}

void SessionDialog::bind(std::string_view body, Answers& out) {
  wire::Cursor cursor(body, "Bind");
  const std::string portal(cursor.text());
  const auto statement = prepared_.find(cursor.text());
  const std::size_t formats = cursor.count(2);
  cursor.bytes(formats * 2);
  const std::size_t values = cursor.count(4);
  if (statement == prepared_.end() || values != 0) {
    fail(out, values != 0 ? "08P01" : "26000",
         values != 0 ? "the statement has no parameters" : "prepared statement does not exist");
    return;
  }
  // A format for each column, one for all, or none: text.
  const std::size_t results = cursor.count(2);
  bool binary = false;
  for (std::size_t i = 0; i < results; ++i) binary = cursor.u16() == 1;
  cursor.end();
  if (portals_.size() >= most_names && !portals_.contains(portal)) {
    fail(out, "54000", "the sink keeps no more portals");
    return;
  }
  portals_.insert_or_assign(portal, Portal{statement->second, binary, false});
  out.bare('2');
}

void SessionDialog::describe(std::string_view body, Answers& out) {
  wire::Cursor cursor(body, "Describe");
  const bool of_statement = cursor.u8() == 'S';
  const std::string_view name = cursor.text();
  cursor.end();
  const StatementAnswer* answer = nullptr;
  bool binary = false;
  if (of_statement) {
    if (const auto found = prepared_.find(name); found != prepared_.end()) answer = &found->second;
  } else if (const auto found = portals_.find(name); found != portals_.end()) {
    answer = &found->second.answer;
    binary = found->second.binary;
  }
  if (answer == nullptr) {
    fail(out, of_statement ? "26000" : "34000", "there is none of that name");
    return;
  }
  if (of_statement) out.no_parameters();
  if (answer->columns.empty()) {
    out.bare('n');
  } else {
    out.row_description(answer->columns, binary);
  }
}

void SessionDialog::execute(std::string_view body, Answers& out) {
  wire::Cursor cursor(body, "Execute");
  const auto found = portals_.find(cursor.text());
  const std::int32_t most_rows = cursor.i32();
  cursor.end();
  if (found == portals_.end()) {
    fail(out, "34000", "portal does not exist");
    return;
  }
  Portal& portal = found->second;
  if (!runs(portal.answer, out)) {
    skipping_ = true;
    return;
  }
  if (portal.answer.tag.empty()) return out.bare('I');
  if (portal.answer.row && !portal.fetched) {
    // The one number that has a binary form of its own is 1.
    static constexpr std::string_view binary_one("\0\0\0\1", 4);
    const bool number = portal.binary && portal.answer.columns[0].type_oid == oid_int4;
    out.data_row(number ? binary_one : std::string_view(portal.answer.value));
    portal.fetched = true;
    // PostgreSQL does not look whether more would come when the limit is reached.
    if (most_rows == 1) return out.bare('s');
    out.command_complete(portal.answer.tag);
  } else {
    out.command_complete(portal.answer.row ? "SELECT 0" : portal.answer.tag);
  }
  done(portal.answer);
}

void SessionDialog::close(std::string_view body, Answers& out) {
  wire::Cursor cursor(body, "Close");
  const bool of_statement = cursor.u8() == 'S';
  const std::string name(cursor.text());
  cursor.end();
  if (of_statement) {
    prepared_.erase(name);
  } else {
    portals_.erase(name);
  }
  out.bare('3');
}

void SessionDialog::extended(const Request& request, Answers& out) {
  switch (request.type) {
    case 'P':
      return parse(request.body, out);
    case 'B':
      return bind(request.body, out);
    case 'D':
      return describe(request.body, out);
    case 'E':
      return execute(request.body, out);
    case 'C':
      return close(request.body, out);
    default:
      throw Refusal(Cause::malformed, "08P01", "invalid frontend message type");
  }
}

bool SessionDialog::answer(const Request& request, std::string& bytes) {
  if (skipping_ && request.type != 'S') return false;
  Answers out(bytes);
  switch (request.type) {
    case 'Q': {
      wire::Cursor cursor(request.body, "Query");
      const std::string_view text = cursor.text();
      cursor.end();
      simple_query(text, out);
      return true;
    }
    case 'S':
      skipping_ = false;
      if (state_ == 'I') portals_.clear();
      out.ready_for_query(state_);
      return true;
    case 'H':
      return true;
    default:
      extended(request, out);
      return false;
  }
}

}  // namespace negodbc::bench
