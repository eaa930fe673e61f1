#include "driver/wire/frontend.h"

#include <limits>

#include "driver/base/error.h"

namespace negodbc::wire {
namespace {

constexpr std::uint32_t protocol_3_0 = 3U << 16U;
// "1234" in the upper half, a code in the lower one: requests that stand where a version would.
constexpr std::uint32_t cancel_code = 1234U << 16U | 5678U;
constexpr std::uint32_t ssl_code = 1234U << 16U | 5679U;
constexpr std::uint32_t gssenc_code = 1234U << 16U | 5680U;

}  // namespace

// One message under construction: its length is filled in at the end; thrown away when an error
// ends it.
class Frontend::Message {
 public:
  explicit Message(std::string& out) : out_(out), start_(out.size()), length_at_(start_) { u32(0); }
  Message(std::string& out, char type) : out_(out), start_(out.size()), length_at_(start_ + 1) {
    out_.push_back(type);
    u32(0);
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() {
    if (!finished_) out_.resize(start_);
  }

  Message& u8(char value) {
    out_.push_back(value);
    return *this;
  }
  Message& u16(std::uint16_t value) {
    const char bytes[] = {static_cast<char>(value >> 8U), static_cast<char>(value)};
    out_.append(bytes, sizeof bytes);
    return *this;
  }
  Message& u32(std::uint32_t value) {
    char bytes[4];
    store(value, bytes);
    out_.append(bytes, sizeof bytes);
    return *this;
  }
  Message& bytes(std::string_view value) {
    out_.append(value);
    return *this;
  }
  Message& text(std::string_view value) {
    if (value.find('\0') != std::string_view::npos) {
      throw Error("22021", "a text for the server holds a zero byte, which PostgreSQL can't take");
    }
    out_.append(value);
    out_.push_back('\0');
    return *this;
  }
  // The number of items that follow.
  Message& count(std::size_t number, const char* what) {
    if (number > std::numeric_limits<std::uint16_t>::max()) {
      throw Error("HY000", std::string("too many ") + what + ": " + std::to_string(number) +
                               "; the protocol carries at most 65535");
    }
    return u16(static_cast<std::uint16_t>(number));
  }
  void finish() {
    const std::size_t length = out_.size() - length_at_;
    if (length > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
      throw Error("HY001", "a message for the server is larger than 2 GiB");
    }
    store(static_cast<std::uint32_t>(length), out_.data() + length_at_);
    finished_ = true;
  }

 private:
  static void store(std::uint32_t value, char* at) {
    at[0] = static_cast<char>(value >> 24U);
    at[1] = static_cast<char>(value >> 16U);
    at[2] = static_cast<char>(value >> 8U);
    at[3] = static_cast<char>(value);
  }

  std::string& out_;
  std::size_t start_;
  std::size_t length_at_;
  bool finished_ = false;
};

void Frontend::startup(std::span<const std::pair<std::string, std::string>> parameters) {
  Message message(out_);
  message.u32(protocol_3_0);
  for (const auto& [name, value] : parameters) message.text(name).text(value);
  message.u8('\0').finish();
}

void Frontend::ssl_request() {
  Message(out_).u32(ssl_code).finish();
}

void Frontend::gssenc_request() {
  Message(out_).u32(gssenc_code).finish();
}

void Frontend::cancel_request(std::int32_t process_id, std::string_view secret_key) {
  Message message(out_);
  message.u32(cancel_code).u32(static_cast<std::uint32_t>(process_id)).bytes(secret_key).finish();
}

void Frontend::password(std::string_view text) {
  Message(out_, 'p').text(text).finish();
}

void Frontend::gss_response(std::string_view token) {
  Message(out_, 'p').bytes(token).finish();
}

void Frontend::sasl_initial_response(std::string_view mechanism, std::string_view response) {
  Message message(out_, 'p');
  message.text(mechanism).u32(static_cast<std::uint32_t>(response.size())).bytes(response).finish();
}

void Frontend::sasl_response(std::string_view response) {
  Message(out_, 'p').bytes(response).finish();
}

void Frontend::query(std::string_view sql) {
  Message(out_, 'Q').text(sql).finish();
}

void Frontend::parse(std::string_view statement, std::string_view sql,
                     std::span<const std::uint32_t> types) {
  Message message(out_, 'P');
  message.text(statement).text(sql).count(types.size(), "parameters");
  for (const std::uint32_t type : types) message.u32(type);
  message.finish();
}

void Frontend::bind(std::string_view portal, std::string_view statement,
                    std::span<const BindValue> values, std::span<const Format> result_formats) {
  Message message(out_, 'B');
  message.text(portal).text(statement).count(values.size(), "parameters");
  for (const BindValue& value : values) message.u16(static_cast<std::uint16_t>(value.format));
  message.count(values.size(), "parameters");
  for (const BindValue& value : values) {
    if (!value.value) {
      message.u32(0xFFFFFFFF);
      continue;
    }
    if (value.value->size() > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
      throw Error("HY001", "a parameter is larger than 2 GiB");
    }
    message.u32(static_cast<std::uint32_t>(value.value->size())).bytes(*value.value);
  }
  message.count(result_formats.size(), "columns");
  for (const Format format : result_formats) message.u16(static_cast<std::uint16_t>(format));
  message.finish();
}

void Frontend::describe_statement(std::string_view statement) {
  Message(out_, 'D').u8('S').text(statement).finish();
}

void Frontend::describe_portal(std::string_view portal) {
  Message(out_, 'D').u8('P').text(portal).finish();
}

void Frontend::execute(std::string_view portal, std::int32_t max_rows) {
  Message(out_, 'E').text(portal).u32(static_cast<std::uint32_t>(max_rows)).finish();
}

void Frontend::close_statement(std::string_view statement) {
  Message(out_, 'C').u8('S').text(statement).finish();
}

void Frontend::close_portal(std::string_view portal) {
  Message(out_, 'C').u8('P').text(portal).finish();
}

void Frontend::sync() {
  Message(out_, 'S').finish();
}

void Frontend::flush() {
  Message(out_, 'H').finish();
}

void Frontend::copy_fail(std::string_view reason) {
  Message(out_, 'f').text(reason).finish();
}

void Frontend::terminate() {
  Message(out_, 'X').finish();
}

}  // namespace negodbc::wire
