#include "driver/dsn/ini_text.h"

#include <algorithm>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/source_name.h"

namespace negodbc::dsn {
namespace {

constexpr std::string_view remark_marks = "#;";

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

std::string_view left_trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

template <class Entries>
auto find_key(Entries& entries, std::string_view key) {
  return std::find_if(entries.begin(), entries.end(),
                      [&](const auto& entry) { return iequals(entry.key, key); });
}

// With blanks around the sign where that is not too long.
std::string line_of(const std::string& key, const std::string& value) {
  const bool fits = key.size() + value.size() + 3 <= longest_ini_line;
  return std::string(key).append(fits ? " = " : "=").append(value);
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error("HY000", why);
}

void require_fit(const std::string& key, const std::string& value) {
  if (const std::string fault = fault_of_entry(key, value); !fault.empty()) refuse(fault);
}

}  // namespace

IniText::IniText(std::string bytes) : bytes_(std::move(bytes)) {
  parse();
}

void IniText::parse() {
  for (std::size_t at = 0; at < bytes_.size();) {
    const std::size_t mark = bytes_.find('\n', at);
    const std::size_t end = mark == std::string::npos ? bytes_.size() : mark + 1;
    lines_.push_back({at, end});
    at = end;
  }
  for (std::size_t line = 0; line < lines_.size() && fault_.empty(); ++line) {
    for (std::size_t at = lines_[line].begin; at < lines_[line].end && fault_.empty();
         at += longest_ini_line) {
      const std::size_t size = std::min(longest_ini_line, lines_[line].end - at);
      read_piece(std::string_view(bytes_).substr(at, size), line, at != lines_[line].begin);
    }
  }
}

void IniText::read_piece(std::string_view piece, std::size_t line, bool continued) {
  piece = piece.substr(0, piece.find('\0'));
  const std::string_view text = left_trimmed(piece);
  if (text.empty() || remark_marks.find(text.front()) != std::string_view::npos) return;
  if (sections_.empty() && piece.front() != '[') {
    fault_ = "line " + std::to_string(line + 1) +
             (text.front() == '[' ? ", the first section's, begins with a blank"
                                  : " stands before the first [section] and is no remark") +
             ": unixODBC reads nothing of the file";
    return;
  }
  if (text.front() == '[') {
    const std::string_view name = text.substr(1, text.find(']', 1) - 1);
    sections_.push_back({std::string(trimmed(name)), line, continued, {}});
    return;
  }
  const std::size_t equals = text.find('=');
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  sections_.back().entries.push_back(
      {std::string(trimmed(text.substr(0, equals))), std::string(trimmed(value)), line, continued});
}

const IniText::Section* IniText::find(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(), [&](const Section& section) {
    return iequals(section.name, name);
  });
  return found == sections_.end() ? nullptr : &*found;
}

std::vector<std::string> IniText::names() const {
  std::vector<std::string> names;
  names.reserve(sections_.size());
  for (const Section& section : sections_)
    if (find(section.name) == &section) names.push_back(section.name);
  return names;
}

std::optional<Profile> IniText::values(std::string_view name) const {
  const Section* const section = find(name);
  if (section == nullptr) return std::nullopt;
  Profile values;
  for (auto entry = section->entries.begin(); entry != section->entries.end(); ++entry) {
    if (entry->key.empty()) break;  // where a list of texts ends
    if (find_key(section->entries, entry->key) == entry)
      values.emplace_back(entry->key, entry->value);
  }
  return values;
}

std::string_view IniText::line_end(std::size_t line) const {
  const std::string_view all =
      std::string_view(bytes_).substr(lines_[line].begin, lines_[line].end - lines_[line].begin);
  if (!all.ends_with('\n')) return {};
  return all.substr(all.size() - (all.ends_with("\r\n") ? 2 : 1));
}

std::string_view IniText::content(std::size_t line) const {
  const std::size_t size = lines_[line].end - lines_[line].begin - line_end(line).size();
  return std::string_view(bytes_).substr(lines_[line].begin, size);
}

bool IniText::is_blank_line(std::size_t line) const {
  return trimmed(content(line)).empty();
}

std::string IniText::line_end() const {
  const std::string_view first = lines_.empty() ? std::string_view() : line_end(0);
  return std::string(first.empty() ? "\n" : first);
}

std::string IniText::with_value(const Entry& entry, const std::string& value) const {
  const std::string_view line = content(entry.line);
  const std::string_view read = line.substr(0, line.find('\0'));
  const std::size_t equals = read.find('=');
  const std::string end(line_end(entry.line));
  if (equals == std::string_view::npos) return line_of(entry.key, value) + end;
  std::size_t from = equals + 1;
  while (from < read.size() && is_blank(read[from])) ++from;
  std::string changed(read.substr(0, from == read.size() ? equals + 1 : from));
  if (from == read.size() && equals > 0 && is_blank(read[equals - 1])) changed += ' ';
  const bool fits = changed.size() + value.size() <= longest_ini_line;
  return (fits ? changed + value : line_of(entry.key, value)) + end;
}

// The last one that stands in a line of its own; nullptr: there is none.
const IniText::Entry* IniText::last_of(const Section& section) {
  const auto found = std::find_if(section.entries.rbegin(), section.entries.rend(),
                                  [](const Entry& entry) { return !entry.continued; });
  return found == section.entries.rend() ? nullptr : &*found;
}

std::string IniText::like(const Entry* other, const std::string& key,
                          const std::string& value) const {
  std::string plain = line_of(key, value);
  if (other == nullptr) return plain;
  const std::string_view last = content(other->line);
  const std::size_t begin = last.size() - left_trimmed(last).size();
  const std::size_t equals = last.find('=');
  if (equals == std::string_view::npos || equals == begin) return plain;
  std::string line(last.substr(0, begin));
  line += key;
  // In a column with the others, or without blanks as they are.
  const bool columns = equals - begin >= 2 && last[equals - 1] == ' ' && last[equals - 2] == ' ';
  if (columns && line.size() + 1 < equals) line.append(equals - line.size() - 1, ' ');
  line.append(is_blank(last[equals - 1]) ? " =" : "=");
  if (equals + 1 < last.size() && is_blank(last[equals + 1])) line += ' ';
  line += value;
  return line.size() <= longest_ini_line ? line : plain;
}

void IniText::require_readable() const {
  if (!fault_.empty()) refuse(fault_);
}

void IniText::apply(const std::vector<Splice>& splices, const std::vector<Section>& expected) {
  Secret made;
  {
    std::string text;
    std::size_t at = 0;
    for (const Splice& splice : splices) {
      text.append(bytes_, at, splice.begin - at).append(splice.bytes);
      at = splice.end;
    }
    text.append(bytes_, at);
    made = Secret(text);
    wipe(text);
  }
  IniText changed(made.reveal());
  const auto same_entry = [](const Entry& a, const Entry& b) {
    return a.key == b.key && a.value == b.value;
  };
  const auto same_section = [&](const Section& a, const Section& b) {
    return a.name == b.name && std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(),
                                          b.entries.end(), same_entry);
  };
  if (!changed.fault_.empty()) {
    refuse("after this change " + changed.fault_ + "; it has to be changed by hand");
  }
  if (!std::equal(changed.sections_.begin(), changed.sections_.end(), expected.begin(),
                  expected.end(), same_section)) {
    refuse("the file has lines longer than " + std::to_string(longest_ini_line) +
           " bytes, and unixODBC would read others of its lines otherwise after this change; it "
           "has to be changed by hand");
  }
  *this = std::move(changed);
}

void IniText::add(const std::string& name, const Profile& values) {
  require_readable();
  if (const std::string fault = fault_of_name(name); !fault.empty()) refuse(fault);
  if (find(name) != nullptr) refuse("there is a section [" + name + "] already");
  const std::string end = line_end();
  Splice splice{bytes_.size(), bytes_.size(), ""};
  if (!lines_.empty()) {
    if (line_end(lines_.size() - 1).empty()) splice.bytes += end;
    if (!is_blank_line(lines_.size() - 1)) splice.bytes += end;
  }
  splice.bytes.append("[").append(name).append("]").append(end);
  std::vector<Section> expected = sections_;
  expected.push_back({name, 0, false, {}});
  for (const auto& [key, value] : values) {
    require_fit(key, value);
    splice.bytes.append(line_of(key, value)).append(end);
    expected.back().entries.push_back({key, value, 0, false});
  }
  apply({splice}, expected);
  wipe(splice.bytes);
}

void IniText::set(const std::string& name, const Profile& changes) {
  require_readable();
  const Section* const section = find(name);
  if (section == nullptr) refuse("there is no section [" + name + "]");
  std::vector<Section> expected = sections_;
  std::vector<Entry>& entries =
      expected[static_cast<std::size_t>(section - sections_.data())].entries;
  std::vector<Splice> splices;
  std::vector<Entry> fresh;
  Splice added;
  const Entry* const last_entry = last_of(*section);
  const std::size_t last = last_entry == nullptr ? section->line : last_entry->line;
  added.begin = added.end = lines_[last].end;
  const std::string end(line_end(last));
  for (const auto& [key, value] : changes) {
    const auto found = find_key(section->entries, key);
    if (found == section->entries.end()) {
      if (value.empty()) continue;
      require_fit(key, value);
      // A file that ends without a line's end goes on to do so.
      const std::string line = like(last_entry, key, value);
      added.bytes.append(end.empty() ? line_end() + line : line + end);
      fresh.push_back({key, value, last, false});
      continue;
    }
    if (!value.empty()) require_fit(found->key, value);
    for (auto entry = found; entry != section->entries.end(); ++entry) {
      const bool taken = value.empty() && iequals(entry->key, key);
      if (entry != found && !taken) continue;
      if (entry->continued) refuse(key + " stands within a line that is too long");
      const Line& line = lines_[entry->line];
      splices.push_back({line.begin, line.end, taken ? "" : with_value(*entry, value)});
      // With what unixODBC takes for further lines of it.
      std::erase_if(entries, [&](const Entry& other) {
        return other.line == entry->line && (taken || other.continued);
      });
      for (Entry& other : entries)
        if (other.line == entry->line && !taken && iequals(other.key, entry->key))
          other.value = value;
    }
  }
  entries.insert(std::find_if(entries.begin(), entries.end(),
                              [&](const Entry& entry) { return entry.line > last; }),
                 fresh.begin(), fresh.end());
  if (!added.bytes.empty()) splices.push_back(std::move(added));
  std::stable_sort(splices.begin(), splices.end(),
                   [](const Splice& a, const Splice& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < splices.size(); ++i)
    if (splices[i].begin < splices[i - 1].end) refuse("two of the keys stand in one line");
  apply(splices, expected);
}

IniText::Splice IniText::without(const Section& section) const {
  const std::size_t first = section.line;
  const Entry* const last_entry = last_of(section);
  const std::size_t last = last_entry == nullptr ? first : last_entry->line;
  Splice splice{lines_[first].begin, lines_[last].end, ""};
  const bool apart = first == 0 || is_blank_line(first - 1);
  if (last + 1 < lines_.size()) {
    if (apart && is_blank_line(last + 1)) splice.end = lines_[last + 1].end;
  } else if (apart && first > 0) {
    splice.begin = lines_[first - 1].begin;
  }
  return splice;
}

void IniText::remove(const std::string& name) {
  require_readable();
  std::vector<Splice> splices;
  std::vector<Section> expected;
  for (const Section& section : sections_) {
    if (!iequals(section.name, name))
      expected.push_back(section);
    else if (section.continued)
      refuse("the section [" + name + "] begins within a line");
    else
      splices.push_back(without(section));
  }
  if (splices.empty()) refuse("there is no section [" + name + "]");
  for (std::size_t i = 1; i < splices.size(); ++i)
    splices[i].begin = std::max(splices[i].begin, splices[i - 1].end);
  apply(splices, expected);
}

std::string fault_of_name(std::string_view name) {
  constexpr std::size_t longest = 32;  // SQL_MAX_DSN_LENGTH
  const std::string quoted = "\"" + shown_connection(name) + "\" is no name of a data source: ";
  if (name.empty()) return "a data source must have a name";
  if (std::any_of(name.begin(), name.end(), is_control))
    return "a name of a data source has no line ends and control characters";
  if (trimmed(name).size() != name.size()) return quoted + "it has blanks at its ends";
  if (name.find_first_of("[]{}(),;?*=!@\\") != std::string_view::npos)
    return quoted + "none of []{}(),;?*=!@\\";
  if (name.size() > longest)
    return quoted + "it has more than " + std::to_string(longest) + " bytes";
  if (is_kept_by_odbc(name)) return quoted + "ODBC keeps its own settings there";
  return {};
}

std::string fault_of_entry(std::string_view key, std::string_view value) {
  if (key.empty() || trimmed(key).size() != key.size() || key.find('=') != std::string_view::npos ||
      key.front() == '[' || remark_marks.find(key.front()) != std::string_view::npos ||
      std::any_of(key.begin(), key.end(), is_control))
    return "a keyword has no '=', no control characters and no blanks at its ends, and does not "
           "begin with [, # or ;";
  const std::string of = "the value of " + std::string(key);
  const auto wrong =
      std::find_if(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; });
  if (wrong != value.end())
    return of + (*wrong == '\n' || *wrong == '\r' ? " has a line end in it"
                                                  : " has a control character in it");
  if (trimmed(value).size() != value.size())
    return of + " has blanks at its ends, which unixODBC takes away";
  if (key.size() + 1 + value.size() > longest_ini_line) {
    return of + " is too long: unixODBC reads " + std::to_string(longest_ini_line) +
           " bytes of a line, and with its keyword it has " +
           std::to_string(key.size() + 1 + value.size());
  }
  return {};
}

}  // namespace negodbc::dsn
