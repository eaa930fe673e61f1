#include "bench/sink/answers.h"

namespace negodbc::bench {
namespace {

void put_u32(std::string& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    out.push_back(static_cast<char>(value >> shift & 0xffU));
}

void put_u16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8U));
  out.push_back(static_cast<char>(value & 0xffU));
}

void put_text(std::string& out, std::string_view text) {
  out += text;
  out.push_back('\0');
}

}  // namespace

// Writes the length when it ends.
class Answers::Message {
 public:
  Message(std::string& out, char type) : out_(out), begin_(out.size() + 1) {
    out_.push_back(type);
    put_u32(out_, 0);
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() {
    const auto size = static_cast<std::uint32_t>(out_.size() - begin_);
    for (unsigned i = 0; i < 4; ++i)
      out_[begin_ + i] = static_cast<char>(size >> (24U - 8 * i) & 0xffU);
  }

 private:
  std::string& out_;
  std::size_t begin_;
};

void Answers::authentication(std::int32_t kind, std::string_view data) {
  const Message message(out_, 'R');
  put_u32(out_, static_cast<std::uint32_t>(kind));
  out_ += data;
}

void Answers::parameter_status(std::string_view name, std::string_view value) {
  const Message message(out_, 'S');
  put_text(out_, name);
  put_text(out_, value);
}

void Answers::backend_key_data(std::uint32_t process, std::uint32_t key) {
  const Message message(out_, 'K');
  put_u32(out_, process);
  put_u32(out_, key);
}

void Answers::ready_for_query(char status) {
  const Message message(out_, 'Z');
  out_.push_back(status);
}

void Answers::error(std::string_view severity, std::string_view sqlstate, std::string_view text) {
  const Message message(out_, 'E');
  const auto field = [&](char kind, std::string_view value) {
    out_.push_back(kind);
    put_text(out_, value);
  };
  field('S', severity);
  field('V', severity);
  field('C', sqlstate);
  field('M', text);
  out_.push_back('\0');
}

void Answers::row_description(std::span<const AnswerColumnType> columns, bool binary) {
  const Message message(out_, 'T');
  put_u16(out_, static_cast<std::uint16_t>(columns.size()));
  for (const AnswerColumnType& column : columns) {
    put_text(out_, column.name);
    put_u32(out_, 0);  // of no table
    put_u16(out_, 0);
    put_u32(out_, column.type_oid);
    put_u16(out_, static_cast<std::uint16_t>(column.type_size));
    put_u32(out_, 0xffffffffU);  // no modifier
    put_u16(out_, binary ? 1 : 0);
  }
}

void Answers::no_parameters() {
  const Message message(out_, 't');
  put_u16(out_, 0);
}

void Answers::data_row(std::string_view value) {
  const Message message(out_, 'D');
  put_u16(out_, 1);
  put_u32(out_, static_cast<std::uint32_t>(value.size()));
  out_ += value;
}

void Answers::command_complete(std::string_view tag) {
  const Message message(out_, 'C');
  put_text(out_, tag);
}

void Answers::bare(char type) {
  const Message message(out_, type);
}

}  // namespace negodbc::bench
