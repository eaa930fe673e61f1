// The session's encoding: the driver speaks UTF8 only.
#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/session/connect_settings.h"

namespace negodbc::odbc {

// Data sources made for other drivers ask for the encoding of their programs; here programs get
// theirs from UTF8.
void Connection::restore_utf8(Deadline deadline) {
  sets_encoding_back_ = !foreign_encoding().empty();
  if (!sets_encoding_back_) return;
  diagnostics().warn("01000", "client_encoding was " + std::string(foreign_encoding()) +
                                  " (ConnSettings); the driver speaks UTF8 and has set it back");
  conversation_->run(session::set_utf8, deadline);
  if (!foreign_encoding().empty()) throw Error("08001", encoding_words());
}

std::string_view Connection::foreign_encoding() const {
  if (!connected() || conversation_->session().speaks_utf8()) return {};
  return conversation_->session().parameter("client_encoding");
}

void Connection::require_utf8(std::string_view sql) const {
  if (foreign_encoding().empty() || sql::may_restore_encoding(sql, standard_strings())) return;
  throw Error("HYC00", encoding_words());
}

void Connection::refuse_encoding_set(sql::EncodingSet set) {
  if (set != sql::EncodingSet::other) return;
  throw Error("HYC00",
              "client_encoding can only be UTF8: the driver gives text in the encoding that the "
              "program reads it in, whatever the database's is; leave the statement out");
}

std::string Connection::encoding_words() const {
  return "the session's client_encoding is " + std::string(foreign_encoding()) +
         ", and the driver speaks UTF8: set it back (RESET client_encoding) and leave out what has "
         "set it";
}

}  // namespace negodbc::odbc
