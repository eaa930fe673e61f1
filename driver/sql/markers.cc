#include "driver/sql/markers.h"

#include "driver/sql/translator.h"

namespace negodbc::sql {

Translated translate(std::string_view sql, bool scan_escapes, bool standard_strings) {
  if (sql.find_first_of(scan_escapes ? "?{" : "?") == std::string_view::npos) {
    return {std::string(sql), 0, false};
  }
  return Translator(sql, scan_escapes, standard_strings).run();
}

}  // namespace negodbc::sql
