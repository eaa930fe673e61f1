// What reads an application's SQL under libFuzzer: escape clauses, markers, positioned statements,
// rows of an INSERT, what manages transactions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "driver/base/error.h"
#include "driver/sql/current_of.h"
#include "driver/sql/insert_rows.h"
#include "driver/sql/lexer.h"
#include "driver/sql/markers.h"
#include "driver/sql/transaction_words.h"

namespace {

using namespace negodbc::sql;

void require(bool condition) {
  if (!condition) std::abort();
}

// The tokens are the text, nothing lost and nothing twice.
void tokens(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  std::size_t at = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    require(!token.text.empty() && token.text.data() == sql.data() + at);
    at += token.text.size();
    require(at == lexer.position());
  }
  require(at == sql.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool scan_escapes = (data[0] & 1U) != 0;
  const bool standard_strings = (data[0] & 2U) != 0;
  const std::string sql(reinterpret_cast<const char*>(data) + 1, size - 1);
  tokens(sql, standard_strings);
  try {
    const Translated translated = translate(sql, scan_escapes, standard_strings);
    require(translated.parameter_count <= 65535);
    require(!translated.returns_value || translated.parameter_count > 0);
    const std::string& text = translated.text;
    tokens(text, standard_strings);
    (void)has_several_statements(text, standard_strings);
    (void)surround(text, standard_strings);
    if (const auto found = find_current_of(text, standard_strings))
      require(found->begin < found->end && found->end <= text.size());
    const InsertRow insert(text, standard_strings);
    if (insert.good()) require(insert.repeated(2).size() > text.size() / 2);
  } catch (const negodbc::Error&) {  // a malformed clause
  }
  return 0;
}
