#include "driver/dialog/saving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "driver/base/utf.h"

namespace negodbc::dialog {
namespace {

using dsn::Form;
using dsn::Key;
using dsn::Profile;
using testing::HasSubstr;
using testing::IsEmpty;

// Data sources of which one call is refused.
class MemoryStore {
 public:
  using Sources = std::map<std::string, std::map<std::string, std::string>>;

  explicit MemoryStore(Sources of = {}) : sources(std::move(of)) {}

  Store store() {
    Store made;
    made.read = [this](const std::string& name) {
      Profile words;
      if (const auto found = sources.find(ascii_lower(name)); found != sources.end())
        words.assign(found->second.begin(), found->second.end());
      return words;
    };
    made.make = [this](const std::string& name, const std::string& driver) {
      if (!may()) return false;
      sources[ascii_lower(name)] = {{"Driver", driver}};
      return true;
    };
    made.write = [this](const std::string& name, const std::string& key, const std::string& value) {
      if (!may()) return false;
      if (value.empty()) {
        sources[ascii_lower(name)].erase(key);
      } else {
        sources[ascii_lower(name)][key] = value;
      }
      return true;
    };
    made.remove = [this](const std::string& name) {
      return may() && sources.erase(ascii_lower(name)) == 1;
    };
    made.respell = [this](const std::string&, const std::string& to) {
      if (!may()) return false;
      spelling = to;
      return true;
    };
    return made;
  }

  Sources sources;
  std::string spelling;
  int refused = -1;  // this call is; below 0: none
  int calls = 0;

 private:
  bool may() { return calls++ != refused; }
};

const MemoryStore::Sources one = {
    {"sales",
     {{"Driver", "negodbc"}, {"Servername", "db"}, {"Colour", "green"}, {"PWD", "secret"}}},
    {"other", {{"Driver", "another"}, {"Port", "1"}}}};

Form form_of(MemoryStore& store, const std::string& name) {
  return Form::for_source(name, store.store().read(name));
}

TEST(Saving, AnotherNameTakesAllWordsAlong) {
  MemoryStore store(one);
  Form form = form_of(store, "sales");
  form.set(Key::dsn, "sales of 2026");
  form.set(Key::server, "db2");
  form.set(Key::port, "5433");
  EXPECT_EQ(save(store.store(), form, "sales", "negodbc"), "");
  MemoryStore::Sources expected = {{"other", one.at("other")}};
  expected["sales of 2026"] = {{"Driver", "negodbc"},
                               {"Servername", "db2"},
                               {"Colour", "green"},
                               {"PWD", "secret"},
                               {"Port", "5433"}};
  EXPECT_EQ(store.sources, expected);
}

TEST(Saving, AWordThatIsTakenAwayDoesNotComeAlong) {
  MemoryStore store(one);
  Form form = form_of(store, "sales");
  form.set(Key::dsn, "b");
  form.set(Key::server, "");
  EXPECT_EQ(save(store.store(), form, "sales", "negodbc"), "");
  EXPECT_EQ(store.sources.at("b").count("Servername"), 0U);
  EXPECT_EQ(store.sources.count("sales"), 0U);
}

// Whichever write is refused: there is the old one as it was, or the new one, whole.
TEST(Saving, NothingIsLostWhicheverWriteIsRefused) {
  for (const char* name : {"b", "sales", "SALES"}) {
    bool done = false;
    for (int refused = 0; !done; ++refused) {
      MemoryStore store(one);
      store.refused = refused;
      Form form = form_of(store, "sales");
      form.set(Key::dsn, name);
      form.set(Key::server, "db2");
      form.set(Key::port, "5433");
      const std::string fault = save(store.store(), form, "sales", "negodbc");
      done = fault.empty();
      ASSERT_LT(refused, 20);
      // The spelling comes last, when all of it is written.
      const bool is_written = done || fault.find("rename") != std::string::npos;
      EXPECT_EQ(store.sources == one, !is_written) << name << refused << fault;
    }
  }
}

// The names of two sources are the same in other letters: what is made by the new one must not go
// with the old one.
TEST(Saving, OtherLettersAreTheSameSource) {
  MemoryStore store(one);
  Form form = form_of(store, "sales");
  form.set(Key::dsn, "Sales");
  form.set(Key::server, "db2");
  EXPECT_EQ(fault_of_place(store.store(), "Sales", "sales"), "");
  EXPECT_EQ(save(store.store(), form, "sales", "negodbc"), "");
  EXPECT_EQ(store.spelling, "Sales");
  EXPECT_EQ(store.sources.at("sales").at("Servername"), "db2");
  EXPECT_EQ(store.sources.at("sales").at("Colour"), "green");
}

TEST(Saving, ANameThatIsTakenIsAFault) {
  MemoryStore store(one);
  EXPECT_THAT(fault_of_place(store.store(), "OTHER", "sales"), HasSubstr("already"));
  EXPECT_THAT(fault_of_place(store.store(), "other", ""), HasSubstr("already"));
  EXPECT_EQ(fault_of_place(store.store(), "sales", "sales"), "");
  EXPECT_EQ(fault_of_place(store.store(), "new", "sales"), "");
}

// Two dialogs stood before the same source, and the other one has removed or renamed it.
TEST(Saving, WhatIsNoMoreIsMadeAnew) {
  MemoryStore store(one);
  Form form = form_of(store, "sales");
  form.set(Key::server, "db2");
  store.sources.erase("sales");
  EXPECT_EQ(save(store.store(), form, "sales", "negodbc"), "");
  EXPECT_EQ(store.sources.at("sales").at("Driver"), "negodbc");
  EXPECT_EQ(store.sources.at("sales").at("Server"), "db2");
}

TEST(Saving, WhatIsNotMadeWholeIsNotThere) {
  for (int refused = 0; refused < 2; ++refused) {
    MemoryStore store;
    store.refused = refused;
    Form form = Form::for_new_source("new");
    EXPECT_THAT(save(store.store(), form, "", "negodbc"), HasSubstr("new"));
    EXPECT_THAT(store.sources, IsEmpty());
  }
}

}  // namespace
}  // namespace negodbc::dialog
