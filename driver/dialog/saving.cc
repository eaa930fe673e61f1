#include "driver/dialog/saving.h"

#include <algorithm>
#include <utility>

#include "driver/base/utf.h"

namespace negodbc::dialog {
namespace {

using dsn::Profile;

// Words that hold secrets too.
class Words {
 public:
  explicit Words(Profile words) : words_(std::move(words)) {}
  ~Words() { dsn::wipe_values(words_); }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  [[nodiscard]] const Profile& all() const { return words_; }
  // "": it does not stand there.
  [[nodiscard]] std::string value(const std::string& key) const {
    const auto found = find(key);
    return found == words_.end() ? std::string() : found->second;
  }
  [[nodiscard]] bool has(const std::string& key) const { return find(key) != words_.end(); }

 private:
  [[nodiscard]] Profile::const_iterator find(const std::string& key) const {
    return std::find_if(words_.begin(), words_.end(),
                        [&](const auto& word) { return iequals(word.first, key); });
  }
  Profile words_;
};

// Taken by the store, or not to be written down.
bool is_written(const std::string& key) {
  return !iequals(key, "DSN") && !iequals(key, "Driver");
}

std::string cannot_write(const std::string& key, const std::string& name) {
  return "cannot write " + key + " of the data source " + name;
}

// The first that can't be written; the end where all are.
Profile::const_iterator write_all(const Store& store, const std::string& name,
                                  const Profile& words) {
  return std::find_if(words.begin(), words.end(), [&](const auto& word) {
    return is_written(word.first) && !store.write(name, word.first, word.second);
  });
}

}  // namespace

std::string write_words(const Store& store, const std::string& name, const Profile& words) {
  const Words before(store.read(name));
  const auto failed = write_all(store, name, words);
  if (failed == words.end()) return {};
  for (auto word = words.begin(); word != failed; ++word)
    if (is_written(word->first)) (void)store.write(name, word->first, before.value(word->first));
  return cannot_write(failed->first, name);
}

std::string make_source(const Store& store, const std::string& name, const std::string& driver,
                        const Profile& words) {
  const Words before(store.read(name));
  std::string fault = "cannot make the data source " + name;
  if (store.make(name, driver)) {
    const auto failed = write_all(store, name, words);
    if (failed == words.end()) return {};
    fault = cannot_write(failed->first, name);
    (void)store.remove(name);
  }
  if (!before.all().empty() && store.make(name, driver)) (void)write_all(store, name, before.all());
  return fault;
}

std::string fault_of_place(const Store& store, const std::string& name,
                           const std::string& old_name) {
  return iequals(name, old_name) || store.read(name).empty() ? ""
                                                             : "there is one of this name already";
}

std::string save(const Store& store, const dsn::Form& form, const std::string& old_name,
                 const std::string& driver) {
  const std::string name(form.value(dsn::Key::dsn));
  const Words before(old_name.empty() ? Profile() : store.read(old_name));
  const Words changes(form.changes(before.all()));
  // Somebody else may have removed it meanwhile.
  if (before.all().empty()) return make_source(store, name, driver, changes.all());
  if (iequals(name, old_name)) {
    std::string fault = write_words(store, old_name, changes.all());
    if (fault.empty() && name != old_name && !store.respell(old_name, name))
      fault = "cannot rename the data source " + old_name;
    return fault;
  }
  Profile all = changes.all();
  for (const auto& word : before.all())
    if (!changes.has(word.first)) all.push_back(word);
  const Words words(std::move(all));
  if (std::string fault = make_source(store, name, driver, words.all()); !fault.empty())
    return fault;
  if (store.remove(old_name)) return {};
  (void)store.remove(name);
  return "cannot remove the data source " + old_name;
}

}  // namespace negodbc::dialog
