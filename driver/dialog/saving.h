// A form's answers become a data source: made, changed, or under another name. What can't be
// written to the end leaves what was there.
#pragma once

#include <functional>
#include <string>

#include "driver/dsn/form.h"
#include "driver/dsn/settings.h"

namespace negodbc::dialog {

// Where data sources are kept; their names have no case. Each says whether it was done.
struct Store {
  std::function<dsn::Profile(const std::string& name)> read;  // empty: there is none of this name
  // With nothing in it but the driver's name.
  std::function<bool(const std::string& name, const std::string& driver)> make;
  // An empty value takes the key away.
  std::function<bool(const std::string& name, const std::string& key, const std::string& value)>
      write;
  std::function<bool(const std::string& name)> remove;
  // The same name in other letters.
  std::function<bool(const std::string& from, const std::string& to)> respell;
};

// Writes words into a data source that is there; DSN and Driver are not among what is written. ""
// or what could not be written: then what stood there does again, as far as that can be written.
std::string write_words(const Store& store, const std::string& name, const dsn::Profile& words);

// A new one with these words, instead of one that has its name. "" or what could not be written:
// then there is none, or the words of that one again.
std::string make_source(const Store& store, const std::string& name, const std::string& driver,
                        const dsn::Profile& words);

// What is wrong with a name for the source that is called `old_name` ("": a new one): it is
// another's. "": nothing.
std::string fault_of_place(const Store& store, const std::string& name,
                           const std::string& old_name);

// The form's answers, instead of the source that was called `old_name` ("": there was none), with
// the words of it that the form does not know. The old name is given up when all is written. "" or
// what could not be done.
std::string save(const Store& store, const dsn::Form& form, const std::string& old_name,
                 const std::string& driver);

}  // namespace negodbc::dialog
