#include "cli/query_command.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/installation_steps.h"
#include "cli/interruption.h"
#include "cli/understanding.h"
#include "driver/base/error.h"
#include "driver/login/login.h"
#include "driver/session/conversation.h"

namespace negodbc::cli {
namespace {

using Row = std::vector<std::optional<std::string>>;
using Fields = std::vector<wire::Field>;

// pg_type.h
constexpr std::uint32_t bool_oid = 16;
constexpr std::uint32_t number_oids[] = {20, 21, 23, 26, 700, 701, 1700};

bool is_number(const wire::Field& field) {
  return std::find(std::begin(number_oids), std::end(number_oids), field.type_oid) !=
         std::end(number_oids);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

class Writer {
 public:
  virtual ~Writer() = default;
  virtual void begin(const Fields& fields) = 0;
  virtual void row(const Row& row) = 0;
  virtual void end() = 0;
  // Of a command without rows.
  virtual void done(const std::string& tag) = 0;
};

class Table : public Writer {
 public:
  explicit Table(std::ostream& out) : out_(out) {}
  void begin(const Fields& fields) override {
    fields_ = fields;
    rows_ = 0;
    widths_.clear();
  }
  void row(const Row& row) override {
    ++rows_;
    if (!widths_.empty()) return write(row);
    first_.push_back(row);
    if (first_.size() == looked_at) write_first();
  }
  void end() override {
    if (widths_.empty()) write_first();
    out_ << '(' << rows_ << (rows_ == 1 ? " row)\n" : " rows)\n");
  }
  void done(const std::string& tag) override { out_ << tag << '\n'; }

 private:
  static constexpr std::size_t looked_at = 100;
  static constexpr std::string_view null = "NULL";

  void write_first() {
    for (const wire::Field& field : fields_)
      widths_.push_back(std::max<std::size_t>(characters(field.name), 1));
    for (const Row& row : first_)
      for (std::size_t i = 0; i < row.size() && i < widths_.size(); ++i)
        widths_[i] = std::max(widths_[i], row[i] ? characters(shown(*row[i])) : null.size());
    Row names;
    for (const wire::Field& field : fields_) names.emplace_back(field.name);
    write(names);
    std::string rule;
    for (const std::size_t width : widths_)
      rule.append(rule.empty() ? "" : "-+-").append(width, '-');
    out_ << rule << '\n';
    for (const Row& row : first_) write(row);
    first_.clear();
  }
  // A row is a line.
  static std::string shown(const std::string& text) {
    std::string line;
    for (const char c : text) {
      if (c == '\n' || c == '\r' || c == '\t') {
        line.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
      } else if (static_cast<unsigned char>(c) < 0x20) {
        line += '?';  // it could drive the terminal
      } else {
        line += c;
      }
    }
    return line;
  }
  // Numbers stand at the right, one below the other.
  void write(const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = row[i] ? shown(*row[i]) : std::string(null);
      const std::size_t width = characters(text);
      const std::size_t gap = i < widths_.size() && width < widths_[i] ? widths_[i] - width : 0;
      const bool right = i < fields_.size() && is_number(fields_[i]);
      line.append(i == 0 ? "" : " | ");
      if (right) line.append(gap, ' ');
      line += text;
      if (!right && i + 1 < row.size()) line.append(gap, ' ');
    }
    out_ << line << '\n';
  }

  std::ostream& out_;
  Fields fields_;
  std::deque<Row> first_;
  std::vector<std::size_t> widths_;
  std::size_t rows_ = 0;
};

class Csv : public Writer {
 public:
  explicit Csv(std::ostream& out) : out_(out) {}
  void begin(const Fields& fields) override {
    Row names;
    for (const wire::Field& field : fields) names.emplace_back(field.name);
    row(names);
  }
  void row(const Row& row) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i != 0) out_ << ',';
      if (row[i]) write(*row[i]);
    }
    out_ << "\r\n";
  }
  void end() override {}
  void done(const std::string& /*tag*/) override {}

 private:
  void write(const std::string& text) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) {
      out_ << text;
      return;
    }
    out_ << '"';
    for (const char c : text) out_ << (c == '"' ? "\"\"" : std::string(1, c));
    out_ << '"';
  }

  std::ostream& out_;
};

class Json : public Writer {
 public:
  explicit Json(std::ostream& out) : out_(out) {}
  void begin(const Fields& fields) override {
    fields_ = fields;
    name_apart();
    first_ = true;
    out_ << '[';
  }
  void row(const Row& row) override {
    out_ << (first_ ? "\n{" : ",\n{");
    first_ = false;
    for (std::size_t i = 0; i < row.size() && i < fields_.size(); ++i)
      out_ << (i == 0 ? "" : ", ") << quoted(fields_[i].name) << ": "
           << (row[i] ? value(fields_[i], *row[i]) : "null");
    out_ << '}';
  }
  void end() override { out_ << "\n]\n"; }
  void done(const std::string& /*tag*/) override {}

 private:
  // An object has a name once: a second n is n_2.
  void name_apart() {
    std::set<std::string> taken;
    for (const wire::Field& field : fields_) taken.insert(field.name);
    std::set<std::string> used;
    for (wire::Field& field : fields_) {
      const std::string name = field.name;
      if (used.insert(name).second) continue;
      std::size_t number = 2;
      do field.name = name + '_' + std::to_string(number++);
      while (!taken.insert(field.name).second);
    }
  }
  static std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  // NaN and Infinity are no numbers of JSON's.
  static std::string value(const wire::Field& field, const std::string& text) {
    if (field.type_oid == bool_oid) return text == "t" ? "true" : "false";
    const bool finite = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    return is_number(field) && finite ? text : quoted(text);
  }

  std::ostream& out_;
  Fields fields_;
  bool first_ = true;
};

std::unique_ptr<Writer> writer_of(Format format, std::ostream& out) {
  if (format == Format::csv) return std::make_unique<Csv>(out);
  if (format == Format::json) return std::make_unique<Json>(out);
  return std::make_unique<Table>(out);
}

void write_result(session::ResultStream& stream, Writer& writer) {
  if (!stream.has_rows()) return writer.done(stream.command_tag());
  writer.begin(stream.fields());
  while (stream.next_row(Deadline::never())) {
    Row row;
    for (const wire::RowFields::Value& value : stream.row().values) {
      row.push_back(value.is_null() ? std::nullopt : std::make_optional(std::string(value.view())));
    }
    writer.row(row);
  }
  writer.end();
}

}  // namespace

int query(const std::string& connection, const std::string& sql, Format format, std::ostream& out) {
  login::LoginSettings settings = login_settings_of(understand(connection));
  session::Conversation server(login::login(settings, {}));
  const std::unique_ptr<Writer> writer = writer_of(format, out);
  const Interruption interruption(server.session());
  try {
    const auto stream = server.simple(sql, {}, Deadline::never());
    do write_result(*stream, *writer);
    while (stream->next_result(Deadline::never()));
  } catch (const Error& error) {
    if (!interruption.happened()) throw;
    throw Error("HY008", error.state() == "57014"
                             ? "cancelled by Ctrl-C: the server has stopped the statement"
                             : "ended by Ctrl-C: " + std::string(error.what()));
  }
  if (server.transaction_status(Deadline::never()) != 'I') {
    throw Error("25000",
                "the statements have left a transaction open: nothing of what they did in it is "
                "kept. End it with COMMIT");
  }
  return out.flush() ? 0 : 1;
}

}  // namespace negodbc::cli
