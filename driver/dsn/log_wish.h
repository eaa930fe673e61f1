// Which log a data source, a connection string or the environment asks for.
#pragma once

#include <string>

#include "driver/dsn/settings.h"
#include "driver/log/log.h"

namespace negodbc::dsn {

struct LogWish {
  std::string path;  // "": no log
  log::Level level = log::Level::statements;
};

// The keywords Log and LogLevel, else NEGODBC_LOG and NEGODBC_LOG_LEVEL where the environment is to
// be trusted, else Debug and CommLog. None where that is the null device. Throws Error 08001 for a
// LogLevel that is none (of the environment's: 01000).
LogWish log_wish(const Settings& settings);

}  // namespace negodbc::dsn
