// The text of an odbc.ini: read as unixODBC reads it, and changed in the lines of one section.
// Every other byte stays: remarks, blank lines, order, line ends, what is too long.
//
// unixODBC 2.3 (ini/iniOpen.c, _iniScanUntilObject.c, _iniPropertyRead.c): lines are read in pieces
// of 999 bytes, each of which is a line to it, and end at a NUL. Blanks around names, keys and
// values do not count; '#' and ';' begin a remark at a line's beginning only; names and keys are
// compared without the case of ASCII letters; of several sections or keys of a name the first one
// counts. A text that has something else before its first section, which begins in the first
// column, is not read at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/dsn/settings.h"

namespace negodbc::dsn {

// Bytes of a line, without its end, that unixODBC reads as one.
inline constexpr std::size_t longest_ini_line = 999;

class IniText {
 public:
  explicit IniText(std::string bytes);
  IniText(const IniText&) = default;
  IniText(IniText&&) = default;
  IniText& operator=(const IniText&) = default;
  IniText& operator=(IniText&&) = default;
  ~IniText() { wipe(bytes_); }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  // Why unixODBC reads nothing of it; "": it does.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  // The sections, each name once, in their order.
  [[nodiscard]] std::vector<std::string> names() const;
  // What programs that list the keys of a section get, each key once; nothing: there is no such
  // section.
  [[nodiscard]] std::optional<Profile> values(std::string_view name) const;

  // Each throws Error HY000 and changes nothing where the text could not be read back as it was
  // meant, by unixODBC: a name, key or value that it reads otherwise, a fault(), other sections
  // that would be read otherwise (behind lines that are too long).
  //
  // A section at the end. The name must not be there yet.
  void add(const std::string& name, const Profile& values);
  // Values of a section that is there; an empty one takes the key away. A line that is changed
  // keeps its indentation and its end, a new one looks like the one before it.
  void set(const std::string& name, const Profile& changes);
  // All sections of this name, up to the last key of each, with the blank line that set it apart.
  // Remarks behind it stay.
  void remove(const std::string& name);

 private:
  struct Line {
    std::size_t begin = 0, end = 0;  // with its line end
  };
  struct Entry {
    std::string key, value;
    std::size_t line = 0;
    bool continued = false;  // a later piece of its line
  };
  struct Section {
    std::string name;
    std::size_t line = 0;
    bool continued = false;
    std::vector<Entry> entries;
  };
  // What takes a line's place: nothing, or bytes with their line ends.
  struct Splice {
    std::size_t begin = 0, end = 0;
    std::string bytes;
  };

  void parse();
  void read_piece(std::string_view piece, std::size_t line, bool continued);
  [[nodiscard]] const Section* find(std::string_view name) const;
  [[nodiscard]] std::string_view content(std::size_t line) const;
  [[nodiscard]] std::string_view line_end(std::size_t line) const;
  [[nodiscard]] bool is_blank_line(std::size_t line) const;
  [[nodiscard]] std::string line_end() const;
  [[nodiscard]] std::string with_value(const Entry& entry, const std::string& value) const;
  [[nodiscard]] std::string like(const Entry* other, const std::string& key,
                                 const std::string& value) const;
  [[nodiscard]] static const Entry* last_of(const Section& section);
  [[nodiscard]] Splice without(const Section& section) const;
  void require_readable() const;
  // The text with these, in their order; kept when it reads as `expected`, but for places.
  void apply(const std::vector<Splice>& splices, const std::vector<Section>& expected);

  std::string bytes_;
  std::string fault_;
  std::vector<Line> lines_;
  std::vector<Section> sections_;
};

// Why this can't be the name of a data source in an odbc.ini; "": it can.
std::string fault_of_name(std::string_view name);
// Why this value, or a key, can't stand in one; "": it can. The value is not told.
std::string fault_of_entry(std::string_view key, std::string_view value);

}  // namespace negodbc::dsn
