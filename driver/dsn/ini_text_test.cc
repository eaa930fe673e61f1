#include "driver/dsn/ini_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/base/error.h"

namespace negodbc::dsn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(IniText, IsReadAsUnixOdbcReadsIt) {
  const IniText text(
      "# remark\n; other\n\n[ One ] rest\n  Key = a = b \nKEY=second\n\t# "
      "no\nalone\r\n=x\nhidden=1\n"
      "[two]\n[ONE]\nlater=1\n");
  EXPECT_THAT(text.names(), ElementsAre("One", "two"));
  EXPECT_THAT(*text.values("one"), ElementsAre(Pair("Key", "a = b"), Pair("alone", "")));
  EXPECT_THAT(*text.values("TWO"), ElementsAre());
  EXPECT_FALSE(text.values("three"));
}

TEST(IniText, ATextThatUnixOdbcRefusesIsToldAndLeft) {
  for (const char* bytes : {"x=1\n[a]\n", "\xef\xbb\xbf[a]\n", "# r\n  [a]\nk=v\n"}) {
    IniText text(bytes);
    EXPECT_THAT(text.fault(), HasSubstr("line ")) << bytes;
    EXPECT_THAT(text.names(), ElementsAre());
    EXPECT_NE(refusal([&] { text.add("b", {{"k", "v"}}); }), "");
    EXPECT_EQ(text.bytes(), bytes);
  }
  EXPECT_EQ(IniText("").fault(), "");
  EXPECT_EQ(IniText("# only\n\n").fault(), "");
}

TEST(IniText, WhatIsAddedStandsAtTheEnd) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "[new]\nDriver = x\nPort = 1\n"},
      {"[a]\nk=v", "[a]\nk=v\n\n[new]\nDriver = x\nPort = 1\n"},
      {"[a]\nk=v\n\n", "[a]\nk=v\n\n[new]\nDriver = x\nPort = 1\n"},
      {"[a]\r\nk=v\r\n", "[a]\r\nk=v\r\n\r\n[new]\r\nDriver = x\r\nPort = 1\r\n"},
  };
  for (const auto& [before, after] : cases) {
    IniText text(before);
    text.add("new", {{"Driver", "x"}, {"Port", "1"}});
    EXPECT_EQ(text.bytes(), after);
    EXPECT_THAT(*text.values("NEW"), ElementsAre(Pair("Driver", "x"), Pair("Port", "1")));
    EXPECT_THAT(refusal([&] { text.add("New", {}); }), HasSubstr("already"));
  }
}

TEST(IniText, OnlyTheLinesThatChangeChange) {
  IniText text(
      "# top\n[a]\r\n  Server\t=  old ; remark\r\n# kept\r\nPort=\r\n\n[b]\nServer = b\nPort = "
      "1\nPORT = 2\n# end\n"
      "[c]\nServer     = x\nPort       = 1");
  text.set("A", {{"SERVER", "new"}, {"Port", "7"}, {"UID", "u"}});
  text.set("b", {{"port", ""}, {"Database", "d"}, {"absent", ""}});
  text.set("c", {{"UID", "u"}, {"Server", "y"}});
  EXPECT_EQ(text.bytes(),
            "# top\n[a]\r\n  Server\t=  new\r\n# kept\r\nPort=7\r\nUID=u\r\n\n[b]\nServer = "
            "b\nDatabase = d\n# end\n"
            "[c]\nServer     = y\nPort       = 1\nUID        = u");
  text.set("b", {{"UID", "u"}, {"Database", ""}, {"Server", ""}});
  EXPECT_THAT(text.bytes(), HasSubstr("[b]\nUID = u\n# end\n"));
  EXPECT_THAT(refusal([&] { text.set("d", {{"a", "b"}}); }), HasSubstr("no section"));
}

TEST(IniText, ASectionGoesWithWhatSetItApart) {
  const struct {
    const char *before, *after;
  } cases[] = {
      {"[x]\nk=v\n", ""},
      {"[a]\nk=v\n\n[x]\nk=v\n", "[a]\nk=v\n"},
      {"[a]\n\n[x]\nk=v\n\n[b]\n", "[a]\n\n[b]\n"},
      {"[a]\n[x]\nk=v\n\n[b]\n", "[a]\n\n[b]\n"},
      {"[a]\n# above\n[x]\n# within\nk=v\n# behind\n[b]\n", "[a]\n# above\n# behind\n[b]\n"},
      {"[x]\nk=v\n\n[b]\nl=w\n\n[X]\nm=n", "[b]\nl=w\n"},
      {"[a]\n\n[x]\n\n[x]\n", "[a]\n\n"},
  };
  for (const auto& each : cases) {
    IniText text(each.before);
    text.remove("x");
    EXPECT_EQ(text.bytes(), each.after) << each.before;
    EXPECT_FALSE(text.values("x"));
    EXPECT_THAT(refusal([&] { text.remove("x"); }), HasSubstr("no section"));
  }
}

TEST(IniText, LinesThatAreTooLongStay) {
  const std::string longer(1500, 'y');
  const std::string remark = "[a]\nk=v\n# " + std::string(1200, 'z') + "\n[b]\nServer = s\n" +
                             "ConnSettings = " + longer + "\n";
  IniText text(remark);
  text.set("b", {{"Server", "t"}});
  text.add("c", {{"k", "v"}});
  text.remove("c");
  EXPECT_EQ(text.bytes().size(), remark.size());
  EXPECT_THAT(text.bytes(), HasSubstr("ConnSettings = " + longer + "\n"));
  text.set("b", {{"ConnSettings", "select 1"}});
  EXPECT_THAT(*text.values("b"),
              ElementsAre(Pair("Server", "t"), Pair("ConnSettings", "select 1")));
  // The second piece of a remark is read as a key of the section that it stands in.
  const std::string remarked =
      "[a]\nk = v\n\n[x]\nl = w\n# " + std::string(1500, 'r') + "\n\n[b]\n";
  IniText behind(remarked);
  behind.set("x", {{"m", "n"}});
  EXPECT_THAT(behind.bytes(), HasSubstr("l = w\nm = n\n# r"));
  behind.set("x", {{"m", ""}});
  EXPECT_EQ(behind.bytes(), remarked);
  EXPECT_THAT(refusal([&] { behind.remove("x"); }), HasSubstr("by hand"));
  EXPECT_EQ(behind.bytes(), remarked);
  // The second piece of a line that begins a section to unixODBC.
  std::string hidden = "[a]\nk = " + std::string(longest_ini_line - 4, 'x') + "[b]\nl = 1\n";
  IniText strange(hidden);
  EXPECT_THAT(strange.names(), ElementsAre("a", "b"));
  EXPECT_THAT(refusal([&] { strange.set("a", {{"k", "v"}}); }), HasSubstr("by hand"));
  EXPECT_THAT(refusal([&] { strange.remove("b"); }), HasSubstr("within a line"));
  EXPECT_EQ(strange.bytes(), hidden);
}

TEST(IniText, WhatWouldReadOtherwiseIsRefused) {
  for (const char* name : {"", " a", "a ", "a\tb", "a\nb", "a]b", "[a", "a=b", "a;b", "ODBC",
                           "odbc data sources", "a name of more than thirty-two bytes"}) {
    EXPECT_NE(fault_of_name(name), "") << name;
    IniText text("[x]\n");
    EXPECT_NE(refusal([&] { text.add(name, {}); }), "") << name;
    EXPECT_EQ(text.bytes(), "[x]\n");
  }
  EXPECT_EQ(fault_of_name("Sales # 1"), "");
  for (const auto& word : {std::pair<std::string, std::string>{"k", " v"},
                           {"k", "v\t"},
                           {"k", "a\nb"},
                           {"k", "a\rb"},
                           {"k", "\x1b[31m"},
                           {"k", std::string("a\0b", 3)},
                           {"k", std::string(998, 'x')},
                           {"k=", "v"},
                           {"", "v"},
                           {" k", "v"},
                           {"#k", "v"},
                           {";k", "v"},
                           {"[k", "v"},
                           {"k\nl", "v"}}) {
    const std::string shown = std::string(word.first).append("=").append(word.second);
    EXPECT_NE(fault_of_entry(word.first, word.second), "") << shown;
    IniText text("[x]\n");
    EXPECT_NE(refusal([&] { text.set("x", {word}); }), "") << shown;
    EXPECT_NE(refusal([&] { text.add("y", {word}); }), "") << shown;
    EXPECT_EQ(text.bytes(), "[x]\n");
  }
  IniText text("[x]\n");
  const std::string most(longest_ini_line - 2, 'v');
  text.set("x", {{"k", most}});
  EXPECT_EQ(text.values("x")->front().second, most);
}

}  // namespace
}  // namespace negodbc::dsn
