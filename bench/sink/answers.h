// Messages of a server, protocol 3.0, appended to a buffer: PostgreSQL 15's documentation,
// "Message Formats". Without I/O.
#ifndef NEGODBC_BENCH_SINK_ANSWERS_H
#define NEGODBC_BENCH_SINK_ANSWERS_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace negodbc::bench {

struct AnswerColumnType {
  std::string_view name;
  std::uint32_t type_oid;
  std::int16_t type_size;
};

class Answers {
 public:
  explicit Answers(std::string& buffer) : out_(buffer) {}

  void authentication(std::int32_t kind, std::string_view data = {});
  void parameter_status(std::string_view name, std::string_view value);
  void backend_key_data(std::uint32_t process, std::uint32_t key);
  void ready_for_query(char status);
  void error(std::string_view severity, std::string_view sqlstate, std::string_view text);

  void row_description(std::span<const AnswerColumnType> columns, bool binary);
  void no_parameters();  // ParameterDescription
  // Of one column.
  void data_row(std::string_view value);
  void command_complete(std::string_view tag);
  // Those without a body: ParseComplete and the like.
  void bare(char type);

 private:
  class Message;
  std::string& out_;
};

}  // namespace negodbc::bench

#endif
