#include "cli/query_writers.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <string_view>

#include "cli/printable.h"

namespace negodbc::cli {
namespace {

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

class Table : public RowWriter {
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
  void end(bool whole) override {
    if (widths_.empty()) write_first();
    out_ << '(' << rows_ << (rows_ == 1 ? " row" : " rows")
         << (whole ? ")\n" : ", then an error)\n");
  }
  void done(const std::string& tag) override { out_ << printable(tag) << '\n'; }

 private:
  static constexpr std::size_t looked_at = 100;
  static constexpr std::string_view null = "NULL";

  void write_first() {
    for (const wire::Field& field : fields_)
      widths_.push_back(std::max<std::size_t>(characters(printable(field.name)), 1));
    for (const Row& row : first_)
      for (std::size_t i = 0; i < row.size() && i < widths_.size(); ++i)
        widths_[i] = std::max(widths_[i], row[i] ? characters(printable(*row[i])) : null.size());
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
  // Numbers stand at the right, one below the other.
  void write(const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = row[i] ? printable(*row[i]) : std::string(null);
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

class Csv : public RowWriter {
 public:
  Csv(bool on_terminal, std::ostream& out) : on_terminal_(on_terminal), out_(out) {}
  void begin(const Fields& fields) override {
    Row names;
    for (const wire::Field& field : fields) names.emplace_back(field.name);
    row(names);
  }
  void row(const Row& row) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i != 0) out_ << ',';
      if (row[i]) write(on_terminal_ ? printable(*row[i], true) : *row[i]);
    }
    out_ << "\r\n";
  }
  void end(bool /*whole*/) override {}
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

  const bool on_terminal_;
  std::ostream& out_;
};

class Json : public RowWriter {
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
  void end(bool /*whole*/) override { out_ << "\n]\n"; }
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
  // The library escapes what is below a blank, and not the others that could drive a terminal.
  static std::string quoted(const std::string& text) {
    const std::string json =
        nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return with_escapes(json);
  }
  static std::string with_escapes(const std::string& json) {
    std::string out;
    for (std::size_t i = 0; i < json.size(); ++i) {
      const auto byte = static_cast<unsigned char>(json[i]);
      const auto next = static_cast<unsigned char>(i + 1 < json.size() ? json[i + 1] : '\0');
      const bool two = byte == 0xC2 && next >= 0x80 && next < 0xA0;
      if (!two && byte != 0x7F) {
        out += json[i];
        continue;
      }
      constexpr char digits[] = "0123456789abcdef";
      const unsigned code = two ? next : byte;
      out.append("\\u00").append(1, digits[code >> 4U]).append(1, digits[code & 0xFU]);
      if (two) ++i;
    }
    return out;
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

}  // namespace

std::unique_ptr<RowWriter> row_writer(Format format, bool on_terminal, std::ostream& out) {
  if (format == Format::csv) return std::make_unique<Csv>(on_terminal, out);
  if (format == Format::json) return std::make_unique<Json>(out);
  return std::make_unique<Table>(out);
}

}  // namespace negodbc::cli
