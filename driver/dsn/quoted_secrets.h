// Texts that quote what was given for a connection: an error of the server's, of a resolver's, the
// driver's own. What masking.h would not show of a value is not shown there either.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/base/secret.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {

class QuotedSecrets {
 public:
  // What of these values is not shown, but for secrets that are keywords' whole values, which
  // nothing quotes, and ConnSettings.
  void note(const Settings& settings);
  void note(std::string_view word, std::string_view value);
  // Of SQL, each constant, and each word within one: for texts of the server that has executed it.
  void note_statements(std::string_view sql);

  // The text without them. What is shorter than four characters is known by the quotes around it
  // only; a text that was cut off may end within one.
  [[nodiscard]] std::string hide(std::string text) const;

 private:
  struct Piece {
    Secret text;
    std::string shown;
  };
  void add(std::string_view text, std::string_view shown);
  void add_parts(std::string_view text, bool of_statements);

  std::vector<Piece> pieces_;  // longer ones first
};

}  // namespace negodbc::dsn
