// How rows are written: as a table, CSV or JSON, as they come.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/query_command.h"
#include "driver/session/stream.h"

namespace negodbc::cli {

using Row = std::vector<std::optional<std::string>>;
using Fields = std::vector<wire::Field>;

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void begin(const Fields& fields) = 0;
  virtual void row(const Row& row) = 0;
  // Behind the last row; `whole` false: an error has come instead of more.
  virtual void end(bool whole) = 0;
  // Of a command without rows.
  virtual void done(const std::string& tag) = 0;
};

// `on_terminal`: control characters are escaped, also where the format would have them as they are.
std::unique_ptr<RowWriter> row_writer(Format format, bool on_terminal, std::ostream& out);

}  // namespace negodbc::cli
