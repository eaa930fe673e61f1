// Messages from the server, protocol 3.0, decoded without I/O.
//
// PostgreSQL 15 documentation, chapter 55.7. Decoders take a message's body and give views into it,
// valid as long as the body. Every length and count from the wire is checked against the bytes that
// are there; what does not fit throws ProtocolError.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/error.h"
#include "driver/wire/frontend.h"

namespace negodbc::wire {

// The peer does not speak the protocol (08P01 in PostgreSQL's terms; ODBC's 08S01).
class ProtocolError : public ConnectionError {
 public:
  explicit ProtocolError(const std::string& message) : ConnectionError("08S01", message) {}
};

// The type bytes of messages from the server.
enum class MessageType : char {
  authentication = 'R',
  backend_key_data = 'K',
  bind_complete = '2',
  close_complete = '3',
  command_complete = 'C',
  copy_both_response = 'W',
  copy_data = 'd',
  copy_done = 'c',
  copy_in_response = 'G',
  copy_out_response = 'H',
  data_row = 'D',
  empty_query_response = 'I',
  error_response = 'E',
  negotiate_protocol_version = 'v',
  no_data = 'n',
  notice_response = 'N',
  notification_response = 'A',
  parameter_description = 't',
  parameter_status = 'S',
  parse_complete = '1',
  portal_suspended = 's',
  ready_for_query = 'Z',
  row_description = 'T',
};

struct Frame {
  MessageType type;
  std::string_view body;  // without type and length
};

// Splits a stream of bytes into frames. Holds one buffer that grows only as bytes really arrive,
// never because a length says so, and gives memory back after a large message.
class FrameReader {
 public:
  // A frame longer than this is refused before its body is read: 1 GiB and a little, the server's
  // own limit.
  static constexpr std::uint32_t session_limit = 0x40000100;
  // Before the session is up nothing large is legitimate (tokens of AuthenticationGSSContinue: 64
  // KiB).
  static constexpr std::uint32_t login_limit = 0x11000;

  explicit FrameReader(std::uint32_t limit = login_limit) : limit_(limit) {}
  void set_limit(std::uint32_t limit) { limit_ = limit; }

  // The next whole frame, or nothing when more bytes are needed. The view is valid until room() is
  // called.
  std::optional<Frame> next();
  // The body of the next frame when it is whole and a row, as nearly all are; nothing: next()
  // tells.
  std::optional<std::string_view> next_row();

  // Space to receive into: at least a few KiB, aimed at what the frame under way still lacks
  // (bounded). May move what is left; views from next() end here.
  std::span<char> room();
  void received(std::size_t size);  // how much of room() was filled

  // Of the whole frames that were received and not yet taken: the first that completes a command or
  // tells an error, where there is one, and how many rows come before it.
  struct End {
    std::size_t rows;
    bool failed;
  };
  [[nodiscard]] std::optional<End> received_end() const;
  // Whether nothing more comes of rows that were received up to here, unless it is asked for.
  [[nodiscard]] bool received_suspension() const;

  [[nodiscard]] std::size_t buffered() const { return end_ - begin_; }
  [[nodiscard]] std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
  // The raw bytes not yet taken as frames; for what comes before the protocol proper (SSLRequest's
  // answer).
  std::optional<char> take_byte();

 private:
  template <class F>
  void look_ahead(F&& ends) const;

  std::uint32_t limit_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

struct Authentication {
  enum class Kind : std::int32_t {
    ok = 0,
    cleartext_password = 3,
    md5_password = 5,
    gss = 7,
    gss_continue = 8,
    sspi = 9,
    sasl = 10,
    sasl_continue = 11,
    sasl_final = 12,
  };
  std::int32_t kind;  // a Kind, or a number this driver does not know
  std::string_view
      data;  // salt (4 bytes), token, SASL data; for sasl: the zero-terminated names, raw
  [[nodiscard]] std::vector<std::string_view> sasl_mechanisms() const;
};
Authentication decode_authentication(std::string_view body);

struct KeyData {
  std::int32_t process_id;
  std::string_view secret_key;  // 4 bytes in 3.0; up to 256 later
};
KeyData decode_key_data(std::string_view body);

// The server wants an older minor version, or does not know protocol options.
struct ProtocolVersion {
  std::int32_t newest_minor;
  std::vector<std::string_view> unknown_options;
};
ProtocolVersion decode_negotiate_protocol_version(std::string_view body);

struct ParameterStatus {
  std::string_view name;
  std::string_view value;
};
ParameterStatus decode_parameter_status(std::string_view body);

// ErrorResponse and NoticeResponse; fields that are absent are empty.
struct ServerMessage {
  std::string_view severity;  // not localised (V) when there, else S
  std::string_view sqlstate, text, detail, hint, position, where, schema, table, column, data_type,
      constraint;
};
ServerMessage decode_server_message(std::string_view body);

struct Field {
  std::string name;
  std::uint32_t table_oid = 0;
  std::int16_t attribute = 0;  // 0 when not a table's column
  std::uint32_t type_oid = 0;
  std::int16_t type_size = 0;  // negative: variable
  std::int32_t type_modifier = -1;
  Format format = Format::text;
};
std::vector<Field> decode_row_description(std::string_view body);
std::vector<std::uint32_t> decode_parameter_description(std::string_view body);

// "INSERT 0 5" -> 5; no value where the tag carries no count.
std::optional<std::int64_t> affected_rows(std::string_view command_tag);
std::string_view decode_command_tag(std::string_view body);
char decode_ready_for_query(std::string_view body);  // 'I', 'T' or 'E'

// A DataRow's fields. Parsed once per row into an array the caller keeps, so that a row costs no
// allocation.
struct RowFields {
  struct Value {
    const char* data;    // nullptr: NULL
    std::uint32_t size;  // bytes
    [[nodiscard]] bool is_null() const { return data == nullptr; }
    [[nodiscard]] std::string_view view() const { return {data, size}; }
  };
  std::vector<Value> values;
  std::string_view body;  // what they were parsed of; empty: they come from elsewhere
  void parse(std::string_view message);  // reuses values' memory
};

}  // namespace negodbc::wire
