#include "driver/dsn/masking.h"

#include <gtest/gtest.h>

namespace negodbc::dsn {
namespace {

constexpr char hidden[] = "(given, not shown)";

TEST(DsnMasking, WordsThatMayBePasswords) {
  for (const char* word : {"PWD",
                           "password",
                           "Pasword",
                           "Passwrod",
                           "PWd2",
                           "Pass word",
                           "PASS",
                           "sslpasword",
                           "sslpassword",
                           "PrincipalPasword",
                           "OAuthToken",
                           "OAuthTokn",
                           "SSLKeyPassword",
                           "TrustStorePwd",
                           "client_secret",
                           "AccessToken",
                           "Passwort",
                           "psw",
                           "MotDePasse",
                           "Clave",
                           "Kennwort",
                           "pin-value",
                           "Contrasena"})
    EXPECT_TRUE(is_secret_word(word)) << word;
  for (const char* word : {"UID", "Server", "Servre", "Database", "ServerSPN", "CredentialCache",
                           "KeepScramKeys", "Driver", "Frobnicate", "", "RowVersioning", "Port"})
    EXPECT_FALSE(is_secret_word(word)) << word;
}

TEST(DsnMasking, PasswordsInWhateverValue) {
  const struct {
    const char *word, *value, *shown;
  } cases[] = {
      {"PWD", "geheim", hidden},
      {"PWD", "", ""},
      {"Pasword", "geheim", hidden},
      {"Server", "db.example.com", "db.example.com"},
      {"Server", "postgresql://u:geheim@h/d", "postgresql://u:(not shown)@h/d"},
      {"Server", "h;PWD=geheim;UID=x", "h;PWD=***"},
      {"Description", "the password: geheim", "the password:***"},
      {"Description", "a: b = c", "a: b = c"},
      {"Frobnicate", "1", "1"},
      {"Frobnicate", "Off", "Off"},
      {"Frobnicate", "1234", hidden},
      {"MotDePasse", "geheim", hidden},
      {"AuthString", "geheim", hidden},
      {"sslcrldir", "/etc/crl", "/etc/crl"},
      {"Lie", "some", "some"},
      {"Server", "bob:geheim@db.example.com", "bob:(not shown)@db.example.com"},
      {"Server", "h1,bob:ge,heim@h2", "h1,bob:(not shown)@h2"},
      {"Server", "::1", "::1"},
      {"ServerSPN", "MSSQLSvc/h:1433@REALM", "MSSQLSvc/h:1433@REALM"},
      {"Description", "ask: bob@example.com", "ask: bob@example.com"},
      {"sslcert", "pkcs11:object=x?pin-value=1234", "pkcs11:object=x?pin-value=***"},
      {"sslkey", "pkcs11:object=x;id=%01?pin-source=file:/etc/pin&pin-value=1234",
       "pkcs11:object=x;id=%01?pin-source=file:/etc/pin&pin-value=***"},
      {"Server", "postgresql://u:ge?heim@h/d", "postgresql://u:(not shown)@h/d"},
      {"Server", "postgresql://h:5432/d?user=a@b", "postgresql://h:5432/d?user=a@b"},
      {"ConnSettings", "alter role bob password \"geheim\"", "alter role bob password ?"},
      {"options", "-c search_path=sales", "-c search_path=sales"},
      {"pqopt", "krbsrvname=pg password=geheim", "krbsrvname=pg password='***'"},
      {"pqopt", "{krbsrvname='p g'  password = 'ge\\'heim' host=h}",
       "{krbsrvname='p g'  password = '***' host=h}"},
      {"pqopt", "pasword=ge\\ heim host=h", "pasword='***' host=h"},
      {"pqopt", "host=h password=a;geheim", "host=h password='***'"},
      {"pqopt", "host=postgresql://u:geheim@h", "host='postgresql://u:(not shown)@h'"},
      {"pqopt", "password geheim", hidden},
      {"pqopt", "password='geheim", hidden},
      {"ConnSettings", "set x to 'geheim'", "set x to ?"},
      {"ConnSettings", "SET+x%3d%27geheim%27", "SET x=?"},
      {"ConnSettings", "SET x%3d%27my geheim%27", hidden},
      {"ConnSettings", "alter role bob password 'geheim'; set search_path = sales",
       "alter role bob password ?; set search_path = sales"},
      {"ConnSettings", "set app.password = geheim", "set app.password = ?"},
      {"ConnSettings", "set x to \"geheim\"", "set x to ?"},
      {"ConnSettings", "set x to 'a\\' geheim", hidden},
      {"ConnSettings", "set x to 'geheim", "set x to ?"},
  };
  for (const auto& each : cases)
    EXPECT_EQ(shown_value(each.word, each.value), each.shown) << each.word << '=' << each.value;
}

TEST(DsnMasking, OfALineWithoutEqualsNoPasswordIsShown) {
  EXPECT_EQ(shown_word("PWD: geheim"), "PWD: ***");
  EXPECT_EQ(shown_word("Password geheim"), "Password ***");
  EXPECT_EQ(shown_word("Pass word"), "Pass word") << "that is a keyword's name";
  EXPECT_EQ(shown_word("Some thing"), "Some thing");
  EXPECT_EQ(shown_word("Frase: geheim"), "Frase: ***");
  EXPECT_EQ(shown_word("MotDePasse geheim"), "MotDePasse ***");
  EXPECT_EQ(shown_word("postgresql://u:geheim@h"), "postgresql://u:(not shown)@h");
  EXPECT_EQ(shown_word("PWD: a@b"), "PWD: ***");
}

TEST(DsnMasking, WhatIsWarnedOf) {
  EXPECT_TRUE(holds_secret("PWD", "x"));
  EXPECT_FALSE(holds_secret("PWD", ""));
  EXPECT_TRUE(holds_secret("pqopt", "password=x"));
  EXPECT_FALSE(holds_secret("pqopt", "krbsrvname='p g'"));
  EXPECT_TRUE(holds_secret("ConnSettings", "alter role x password 'y'"));
  EXPECT_FALSE(holds_secret("ConnSettings", "set x = 5"));
  EXPECT_FALSE(holds_secret("Server", "h"));
  EXPECT_TRUE(holds_secret("Server", "bob:geheim@h"));
  EXPECT_TRUE(holds_secret("Clave", "geheim"));
  EXPECT_FALSE(holds_secret("Frobnicate", "1234"));
}

TEST(DsnMasking, WhatSomebodyGaveForAConnection) {
  const std::pair<const char*, const char*> cases[] = {
      {"sales", "sales"},
      {"DSN=sales;UID=bob;PWD=geheim", "DSN=sales;UID=bob;PWD=***"},
      {"DSN=sales;PWD={ge;heim}};PWD=x};UID=bob", "DSN=sales;PWD=***;UID=bob"},
      {"PWD=ge;heim=x;und;UID=bob", "PWD=***;***;***;UID=bob"},
      {"Pasword=geheim;Server=h", "Pasword=***;Server=h"},
      {"PWD={geheim;Server=h", "PWD=***"},
      {"Server=h;PWD = geheim ", "Server=h;PWD=***"},
      {"Server=h;pqopt={password=geheim}", "Server=h;pqopt={password='***'}"},
      {"host=h password=geheim", "host=h password=***"},
      {"postgresql://bob:geheim@h:5432/d?sslmode=disable&password=geheim&x=yz",
       "postgresql://bob:(not shown)@h:5432/d?sslmode=disable&password=***&x=***"},
      {"postgresql://bob:my ge?he'im@h/d?sslmode=require&gssencmode=disable",
       "postgresql://bob:(not shown)@h/d?sslmode=require&gssencmode=disable"},
      {"bob:geheim@h", "bob:(not shown)@h"},
      {"service=sales passfile=/x", "service=sales passfile=/x"},
      {"Server=bob:geheim@h;UID=bob", "Server=bob:(not shown)@h;UID=bob"},
      {"Server=h;Clave=geheim;Frase=geheim;Pooling=1", "Server=h;Clave=***;***;Pooling=1"},
      {"sslcert=pkcs11:x?pin-value=1234", "sslcert=pkcs11:x?pin-value=***"},
      {"postgresql://bob:gehe/im@h/d", "postgresql://bob:(not shown)@h/d"},
      {"postgresql://h/d", "postgresql://h/d"},
      {"", ""},
  };
  for (const auto& [given, shown] : cases) EXPECT_EQ(shown_connection(given), shown) << given;
}

}  // namespace
}  // namespace negodbc::dsn
