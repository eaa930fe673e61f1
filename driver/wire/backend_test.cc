#include "driver/wire/backend.h"

#include <gtest/gtest.h>

#include <functional>

#include "driver/wire/server_words.h"

namespace negodbc::wire {
namespace {

using namespace std::string_literals;

using Decoder = std::function<void(std::string_view)>;

void expect_refused(const Decoder& decode, const std::string& body) {
  // An exact copy on the heap, so that a sanitizer sees a read beyond it.
  const std::vector<char> exact(body.begin(), body.end());
  EXPECT_THROW(decode({exact.data(), exact.size()}), ProtocolError) << testing::PrintToString(body);
}

// Every shorter body is refused, and one byte more is too.
void expect_exact(const Decoder& decode, const std::string& body) {
  EXPECT_NO_THROW(decode(body));
  for (std::size_t size = 0; size < body.size(); ++size)
    expect_refused(decode, body.substr(0, size));
  expect_refused(decode, body + "x");
}

TEST(ServerWords, AreOneLineThatIsShownAsItIsWritten) {
  ServerMessage message;
  message.text = "no such role\n\xE2\x80\xAEgpj.exe";
  message.detail =
      "\xC2\x9B"
      "31m";
  const std::string many(2000, 'x');
  message.hint = many;
  const std::string words = words_of(message);
  EXPECT_TRUE(words.starts_with("no such role  gpj.exe.  31m. x")) << words;
  EXPECT_LT(words.size(), 1100U);
}

TEST(Authentication, KnowsItsKinds) {
  EXPECT_EQ(decode_authentication("\0\0\0\0"s).kind, 0);
  const std::string salted = "\0\0\0\x05SALT"s;
  const Authentication md5 = decode_authentication(salted);
  EXPECT_EQ(md5.kind, static_cast<std::int32_t>(Authentication::Kind::md5_password));
  EXPECT_EQ(md5.data, "SALT");
  EXPECT_EQ(decode_authentication("\0\0\0\x63"s).kind, 0x63);
  expect_refused([](auto body) { decode_authentication(body); }, "\0\0\0"s);
  expect_refused([](auto body) { decode_authentication(body); }, "\0\0\0\x05SAL"s);
  expect_refused([](auto body) { decode_authentication(body); }, "\0\0\0\x05SALTY"s);
}

TEST(Authentication, ListsSaslMechanisms) {
  const std::string body = "\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"s;
  EXPECT_EQ(decode_authentication(body).sasl_mechanisms(),
            (std::vector<std::string_view>{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}));
  for (std::size_t size = 4; size < body.size(); ++size) {
    const std::string cut = body.substr(0, size);
    EXPECT_THROW((void)decode_authentication(cut).sasl_mechanisms(), ProtocolError);
  }
}

TEST(KeyData, TakesKeysOfFourTo256Bytes) {
  const std::string body = "\0\0\x30\x39key!"s;
  const KeyData data = decode_key_data(body);
  EXPECT_EQ(data.process_id, 12345);
  EXPECT_EQ(data.secret_key, "key!");
  EXPECT_EQ(decode_key_data("\0\0\0\1"s + std::string(256, 'k')).secret_key.size(), 256U);
  expect_refused([](auto b) { decode_key_data(b); }, "\0\0\0\1"s + std::string(257, 'k'));
  for (std::size_t size = 0; size < 8; ++size)
    expect_refused([](auto b) { decode_key_data(b); }, body.substr(0, size));
}

TEST(NegotiateProtocolVersion, ListsOptions) {
  const std::string body = "\0\0\0\0\0\0\0\x01_pq_.x\0"s;
  const ProtocolVersion version = decode_negotiate_protocol_version(body);
  EXPECT_EQ(version.newest_minor, 0);
  EXPECT_EQ(version.unknown_options, std::vector<std::string_view>{"_pq_.x"});
  const Decoder decode = [](auto b) { decode_negotiate_protocol_version(b); };
  expect_exact(decode, body);
  expect_refused(decode, "\0\0\0\0\xff\xff\xff\xff"s);
  expect_refused(decode, "\0\0\0\0\x7f\xff\xff\xff"s);
}

TEST(ParameterStatus, IsTwoTexts) {
  const std::string body = "client_encoding\0UTF8\0"s;
  EXPECT_EQ(decode_parameter_status(body).name, "client_encoding");
  EXPECT_EQ(decode_parameter_status(body).value, "UTF8");
  expect_exact([](auto b) { decode_parameter_status(b); }, body);
}

TEST(ServerMessage, TakesEveryField) {
  const std::string body =
      "SFEHLER\0VERROR\0C23505\0Mdup\0Dkey\0Hhint\0P7\0Wwhere\0sS\0tT\0cC\0dD\0nN\0Ffile.c\0L1\0Rr\0\0"s;
  const ServerMessage message = decode_server_message(body);
  EXPECT_EQ(message.severity, "ERROR");
  EXPECT_EQ(message.sqlstate, "23505");
  EXPECT_EQ(message.text, "dup");
  EXPECT_EQ(message.detail, "key");
  EXPECT_EQ(message.hint, "hint");
  EXPECT_EQ(message.position, "7");
  EXPECT_EQ(message.where, "where");
  EXPECT_EQ(message.schema, "S");
  EXPECT_EQ(message.table, "T");
  EXPECT_EQ(message.column, "C");
  EXPECT_EQ(message.data_type, "D");
  EXPECT_EQ(message.constraint, "N");
  expect_exact([](auto b) { decode_server_message(b); }, body);
}

TEST(ServerMessage, FallsBackToTheLocalisedSeverity) {
  EXPECT_EQ(decode_server_message("SFEHLER\0\0"s).severity, "FEHLER");
  EXPECT_EQ(decode_server_message("\0"s).text, "");
}

// RowDescription of: select 1::int4 as a, t.n from t (numeric(10,2), table 16385, second column).
const std::string row_description =
    "\0\x02"
    "a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0"
    "n\0\0\0\x40\x01\0\x02\0\0\x06\xa4\xff\xff\0\x0a\0\x06\0\x01"s;

TEST(RowDescription, DescribesFields) {
  const std::vector<Field> fields = decode_row_description(row_description);
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].name, "a");
  EXPECT_EQ(fields[0].table_oid, 0U);
  EXPECT_EQ(fields[0].type_oid, 23U);
  EXPECT_EQ(fields[0].type_size, 4);
  EXPECT_EQ(fields[0].type_modifier, -1);
  EXPECT_EQ(fields[0].format, Format::text);
  EXPECT_EQ(fields[1].table_oid, 16385U);
  EXPECT_EQ(fields[1].attribute, 2);
  EXPECT_EQ(fields[1].type_oid, 1700U);
  EXPECT_EQ(fields[1].type_size, -1);
  EXPECT_EQ(fields[1].type_modifier, 0xA0006);
  EXPECT_EQ(fields[1].format, Format::binary);
  EXPECT_TRUE(decode_row_description("\0\0"s).empty());
}

TEST(RowDescription, RefusesWhatDoesNotFit) {
  const Decoder decode = [](auto b) { decode_row_description(b); };
  expect_exact(decode, row_description);
  expect_refused(decode, "\xff\xff"s + row_description.substr(2));
  expect_refused(decode, "\x7f\xff"s + row_description.substr(2));
  expect_refused(decode, row_description.substr(0, row_description.size() - 1) + "\x02");
}

TEST(ParameterDescription, ListsTypes) {
  const std::string body = "\0\x02\0\0\0\x17\0\0\x06\xa4"s;
  EXPECT_EQ(decode_parameter_description(body), (std::vector<std::uint32_t>{23, 1700}));
  const Decoder decode = [](auto b) { decode_parameter_description(b); };
  expect_exact(decode, body);
  expect_refused(decode, "\xff\xff\0\0\0\x17"s);
  std::string many = "\xff\xff"s;
  many.resize(2 + std::size_t{65535} * 4);
  EXPECT_EQ(decode_parameter_description(many).size(), 65535U);
}

TEST(CommandTag, TellsTheRows) {
  EXPECT_EQ(affected_rows("INSERT 0 5"), 5);
  EXPECT_EQ(affected_rows("SELECT 1000000"), 1000000);
  EXPECT_EQ(affected_rows("UPDATE 0"), 0);
  EXPECT_EQ(affected_rows("CREATE TABLE"), std::nullopt);
  EXPECT_EQ(affected_rows("BEGIN"), std::nullopt);
  EXPECT_EQ(affected_rows(""), std::nullopt);
  EXPECT_EQ(affected_rows("SELECT "), std::nullopt);
  EXPECT_EQ(affected_rows("SELECT -1"), std::nullopt);
  EXPECT_EQ(affected_rows("SELECT 5x"), std::nullopt);
  EXPECT_EQ(affected_rows("SELECT 99999999999999999999"), std::nullopt);
  expect_exact([](auto b) { decode_command_tag(b); }, "SELECT 5\0"s);
}

TEST(ReadyForQuery, KnowsThreeStates) {
  for (const char status : {'I', 'T', 'E'}) {
    EXPECT_EQ(decode_ready_for_query(std::string(1, status)), status);
  }
  const Decoder decode = [](auto b) { decode_ready_for_query(b); };
  expect_exact(decode, "I");
  expect_refused(decode, "X");
}

}  // namespace
}  // namespace negodbc::wire
