#include "driver/session/connect_settings.h"

#include "driver/base/error.h"

namespace negodbc::session {

void run_connect_settings(Conversation& server, const std::string& sql, Deadline deadline) {
  try {
    server.run(sql, deadline);
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error& error) {
    throw Error(error.state().view(),
                "The login succeeded, but not what ConnSettings has executed after it; correct "
                "that SQL: " +
                    std::string(error.what()),
                error.native());
  }
}

}  // namespace negodbc::session
