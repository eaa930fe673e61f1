// COPY between server and client, for which ODBC has no call: HYC00.
//
// FROM STDIN is answered with CopyFail, so that the statement has failed for the server too. TO
// STDOUT can't be answered so: what is seen by its text (sql::copies_out) is not sent. Otherwise
// what it copies is dropped, and what was done is undone as that of any statement which was told to
// have failed (Conversation::land), in a transaction that is open.
#pragma once

#include "driver/base/error.h"

namespace negodbc::session {

// Nothing was sent.
Error copy_out_refused();
// The server has begun to answer it.
Error copy_out_received();

}  // namespace negodbc::session
