#include "cli/examination/kerberos_messages.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "sspi_gssapi/der.h"
#include "sspi_gssapi/ticket_realm.h"

namespace negodbc::cli {
namespace {

namespace der = sspi_gssapi::der;
using der::Element;
using der::Span;

constexpr std::uint8_t integer_tag = 0x02;
constexpr std::uint8_t bits_tag = 0x03;
constexpr std::uint8_t time_tag = 0x18;
constexpr std::uint8_t ticket_tag = der::kApplication + 1;
constexpr std::uint8_t as_request_tag = der::kApplication + 10;
constexpr std::uint8_t as_reply_tag = der::kApplication + 11;
constexpr std::uint8_t error_tag = der::kApplication + 30;

Span bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// One element.
std::string made(std::uint8_t tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  const std::size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else {
    // A request is much smaller than 64 KiB.
    out += '\x82';
    out += static_cast<char>(size >> 8U);
    out += static_cast<char>(size & 0xFFU);
  }
  return out.append(content);
}

std::string field(std::uint8_t number, std::string_view element) {
  return made(der::kContext + number, element);
}

std::string made_integer(std::int64_t value) {
  std::string bytes;
  do {
    bytes.insert(bytes.begin(), static_cast<char>(value & 0xFF));
    value >>= 8;
  } while (value != 0);
  if ((static_cast<unsigned char>(bytes.front()) & 0x80U) != 0) bytes.insert(bytes.begin(), '\0');
  return made(integer_tag, bytes);
}

std::string made_name(int type, std::initializer_list<std::string_view> parts) {
  std::string list;
  for (const std::string_view part : parts) list += made(der::kGeneralString, part);
  return made(der::kSequence, field(0, made_integer(type)) + field(1, made(der::kSequence, list)));
}

// Of a field that holds one; nothing where it is none, or larger than anything here is.
std::optional<std::int64_t> integer_of(const Element& field) {
  const Span content = der::take_all(field.content, integer_tag).content;
  if (!field.good || content.empty() || content.size() > sizeof(std::int64_t)) return std::nullopt;
  std::int64_t value = (std::to_integer<unsigned>(content[0]) & 0x80U) != 0 ? -1 : 0;
  for (const std::byte byte : content)
    value = static_cast<std::int64_t>((static_cast<std::uint64_t>(value) << 8U) |
                                      std::to_integer<std::uint64_t>(byte));
  return value;
}

std::string string_of(const Element& field) {
  return std::string(der::text(der::take_all(field.content, der::kGeneralString).content));
}

// A PrincipalName as it is written.
std::string name_of(const Element& field) {
  const Span parts =
      der::find(der::take_all(field.content, der::kSequence).content, der::kContext + 1).content;
  Span rest = der::take_all(parts, der::kSequence).content;
  std::string name;
  while (!rest.empty()) {
    const Element part = der::take(rest);
    if (!part.good || part.tag != der::kGeneralString) return {};
    if (!name.empty()) name += '/';
    name += der::text(part.content);
  }
  return name;
}

// "20260131120000Z", in seconds since 1970; 0: it is no such time.
std::int64_t seconds_of(const Element& field) {
  const std::string_view text = der::text(der::take_all(field.content, time_tag).content);
  constexpr std::size_t length = 15;
  if (text.size() != length || text.back() != 'Z') return 0;
  std::array<int, 6> parts{};  // year, month, day, hour, minute, second
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t digits = i == 0 ? 4 : 2;
    const char* const end = text.data() + at + digits;
    const auto read = std::from_chars(text.data() + at, end, parts[i]);
    if (read.ec != std::errc() || read.ptr != end || parts[i] < 0) return 0;
    at += digits;
  }
  using namespace std::chrono;  // NOLINT(google-build-using-namespace): its operators
  const year_month_day date{year{parts[0]}, month{static_cast<unsigned>(parts[1])},
                            day{static_cast<unsigned>(parts[2])}};
  if (!date.ok()) return 0;
  return (sys_days(date).time_since_epoch() + hours(parts[3]) + minutes(parts[4]) +
          seconds(parts[5]))
      .count();
}

struct Named {
  int number;
  const char* name;
};

constexpr Named kdc_errors[] = {
    {6, "the client is not known"},
    {7, "the server is not known"},
    {12, "its policy forbids it"},
    {14, "no encryption type in common"},
    {18, "the client is disabled"},
    {25, "it wants preauthentication"},
    {29, "a service that it needs is not available"},
    {37, "the clocks differ too much"},
    {52, "the answer is too big for UDP"},
    {60, "an error of its own"},
    {68, "it is not a KDC of this realm"},
};

}  // namespace

std::optional<TicketFacts> facts_of_ticket(Span ticket) {
  const Span fields =
      der::take_all(der::take_all(ticket, ticket_tag).content, der::kSequence).content;
  TicketFacts facts;
  const std::string realm = string_of(der::find(fields, der::kContext + 1));
  facts.principal = name_of(der::find(fields, der::kContext + 2));
  const Span sealed =
      der::take_all(der::find(fields, der::kContext + 3).content, der::kSequence).content;
  const std::optional<std::int64_t> type = integer_of(der::find(sealed, der::kContext));
  if (realm.empty() || facts.principal.empty() || !type) return std::nullopt;
  facts.principal += '@' + realm;
  facts.encryption_type = static_cast<int>(*type);
  facts.key_version = integer_of(der::find(sealed, der::kContext + 1));
  // Some KDCs write it as a negative number where it does not fit into 31 bits.
  if (facts.key_version && *facts.key_version < 0) *facts.key_version &= 0xFFFFFFFF;
  return facts;
}

std::optional<TicketFacts> facts_of_token(std::string_view token) {
  return facts_of_ticket(sspi_gssapi::ticket_in_token(bytes_of(token)));
}

std::string kdc_error_name(int code) {
  for (const Named& error : kdc_errors)
    if (error.number == code) return error.name;
  return "error " + std::to_string(code);
}

std::string as_request(std::string_view client, std::string_view realm, std::uint32_t nonce) {
  constexpr int principal_type = 1;  // NT-PRINCIPAL
  constexpr int service_type = 2;    // NT-SRV-INST
  std::string types;
  for (const int type : {18, 17, 20, 19, 23}) types += made_integer(type);
  constexpr std::uint32_t most = 0x7FFFFFFF;
  const std::string body =
      field(0, made(bits_tag, std::string_view("\0\0\0\0\0", 5))) +
      field(1, made_name(principal_type, {client})) + field(2, made(der::kGeneralString, realm)) +
      field(3, made_name(service_type, {"krbtgt", realm})) +
      field(5, made(time_tag, "20370913024805Z")) + field(7, made_integer(nonce & most)) +
      field(8, made(der::kSequence, types));
  constexpr int version = 5;
  constexpr int message_type = 10;
  return made(as_request_tag, made(der::kSequence, field(1, made_integer(version)) +
                                                       field(2, made_integer(message_type)) +
                                                       field(4, made(der::kSequence, body))));
}

std::optional<KdcAnswer> kdc_answer(std::string_view bytes) {
  const Element whole = der::take_all(bytes_of(bytes));
  if (!whole.good || (whole.tag != error_tag && whole.tag != as_reply_tag)) return std::nullopt;
  const Span fields = der::take_all(whole.content, der::kSequence).content;
  KdcAnswer answer;
  answer.is_error = whole.tag == error_tag;
  if (!answer.is_error) return fields.empty() ? std::nullopt : std::optional(answer);
  const std::optional<std::int64_t> code = integer_of(der::find(fields, der::kContext + 6));
  const std::int64_t time = seconds_of(der::find(fields, der::kContext + 4));
  if (!code || time == 0) return std::nullopt;
  answer.code = static_cast<int>(*code);
  constexpr std::int64_t million = 1'000'000;
  const std::int64_t fraction = integer_of(der::find(fields, der::kContext + 5)).value_or(0);
  answer.time = time * million + std::clamp<std::int64_t>(fraction, 0, million - 1);
  return answer;
}

}  // namespace negodbc::cli
