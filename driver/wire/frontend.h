// Messages to the server, protocol 3.0, encoded without I/O.
//
// PostgreSQL 15 documentation, chapter 55.7 "Message Formats". Everything is appended to one
// buffer, so that messages which can travel together do. A zero byte inside a C-string field cannot
// be sent: Error 22021 (character not in repertoire) is thrown and the buffer is left as it was
// before the message.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace negodbc::wire {

enum class Format : std::int16_t { text = 0, binary = 1 };

// One parameter of Bind; no value means NULL.
struct BindValue {
  std::optional<std::string_view> value;
  Format format = Format::text;
};

class Frontend {
 public:
  explicit Frontend(std::string& buffer) : out_(buffer) {}

  // Before the session is up; these have no type byte.
  void startup(std::span<const std::pair<std::string, std::string>> parameters);
  void ssl_request();
  void gssenc_request();
  void cancel_request(std::int32_t process_id, std::string_view secret_key);

  // Authentication; all are 'p' messages.
  void password(std::string_view text);
  void gss_response(std::string_view token);
  void sasl_initial_response(std::string_view mechanism, std::string_view response);
  void sasl_response(std::string_view response);

  void query(std::string_view sql);
  void parse(std::string_view statement, std::string_view sql,
             std::span<const std::uint32_t> types);
  void bind(std::string_view portal, std::string_view statement, std::span<const BindValue> values,
            std::span<const Format> result_formats);
  void describe_statement(std::string_view statement);
  void describe_portal(std::string_view portal);
  void execute(std::string_view portal, std::int32_t max_rows);  // 0: all
  void close_statement(std::string_view statement);
  void close_portal(std::string_view portal);
  void sync();
  void flush();
  void copy_fail(std::string_view reason);
  void terminate();

 private:
  class Message;
  std::string& out_;
};

}  // namespace negodbc::wire
