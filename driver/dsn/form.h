// A data source, or what a login is asked for, as somebody fills it in: the dialog without its
// window. All of it is the table of keywords; a field is a keyword, the name of the data source is
// Key::dsn.
//
// Page one has the fields below; page two has every keyword, found by words of its name or its
// explanation. Both show the same values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/dsn/keywords.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {

// How to log in, as page one has it.
enum class Way : std::uint8_t {
  as_asked,   // nothing is said: a password where there is one, else what the server asks for
  session,    // the ticket of whoever runs the program
  principal,  // the ticket of another Kerberos principal
  password,   // user and password
};
std::span<const std::string_view> names_of_ways();  // in the order of Way

// What page one offers to encrypt the connection; each is a choice of SSLmode and GssEncMode.
std::span<const std::string_view> names_of_encryptions();

// What is wrong with a field, for beside it.
struct Fault {
  Key key = Key::count;  // count: of no field
  std::string text;
};

class Form {
 public:
  enum class Purpose : std::uint8_t { data_source, login };

  // A data source that is not there yet: it logs in by ticket.
  static Form for_new_source(std::string_view name);
  // What stands in a data source; the first of repeated words counts.
  static Form for_source(std::string_view name, const Profile& words);
  // What a connection string and its data source say.
  static Form for_login(const Settings& settings);

  // "": nothing is said. Secrets too: whoever shows them hides them.
  [[nodiscard]] std::string_view value(Key key) const {
    return values_.has(key) ? values_.get(key) : std::string_view();
  }
  void set(Key key, std::string_view text);
  // A word of another name than the table's: attributes of the installer's.
  void take(const std::string& word, std::string_view text);

  [[nodiscard]] Way way() const { return way_; }
  // What was typed for another way stays in the fields, and is not written.
  void set_way(Way way);
  // Whether this way makes use of the field.
  [[nodiscard]] bool uses(Key key) const;
  // The keyword that page one's password is.
  [[nodiscard]] Key password_key() const {
    return way_ == Way::principal ? Key::principal_password : Key::password;
  }
  // Index into names_of_encryptions(); none: what page two says is none of them.
  [[nodiscard]] std::optional<std::size_t> encryption() const;
  void set_encryption(std::size_t index);

  // All that is wrong, each fault by the field where it is mended.
  [[nodiscard]] std::vector<Fault> faults() const;
  // As the driver reads it. Throws Error as complete_from_dsn() does.
  [[nodiscard]] Settings settings() const;
  // What has to be written, where `before` is in the data source: a keyword keeps the name that it
  // has there; an empty value takes the word away. DSN and DRIVER are not among them.
  [[nodiscard]] Profile changes(const Profile& before) const;

 private:
  explicit Form(Purpose purpose) : purpose_(purpose) {}
  void find_way();
  [[nodiscard]] std::string_view said(Key key) const;

  Purpose purpose_;
  Settings values_;
  Profile others_;  // words that are no keywords of the table
  Way way_ = Way::as_asked;
};

// What attributes of an installer's (ConfigDSN) would make wrong in a data source that has `before`
// in it, with the keyword; "": nothing. What was wrong before is not their fault.
std::string fault_of_words(const Profile& before, const Profile& words);

// What a login can't do without and is not given, for SQL_DRIVER_COMPLETE and its sisters.
std::vector<Key> missing_for_login(const Settings& settings);

// Page two: the keywords that have all of these words in name, other names or explanation, in the
// table's order. Those that say where a data source stands are not among them.
std::vector<const Keyword*> matching_keywords(std::string_view words);

}  // namespace negodbc::dsn
