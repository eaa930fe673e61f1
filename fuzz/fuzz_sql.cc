// What reads an application's SQL under libFuzzer: escape clauses, markers, positioned statements,
// rows of an INSERT, what manages transactions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "driver/base/error.h"
#include "driver/sql/current_of.h"
#include "driver/sql/insert_rows.h"
#include "driver/sql/lexer.h"
#include "driver/sql/markers.h"
#include "driver/sql/reading.h"
#include "driver/sql/statements.h"
#include "driver/sql/transaction_words.h"
#include "driver/sql/wrapped_markers.h"

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

// With some of its arguments as outputs no marker is lost but theirs.
void call(const Translated& translated, std::string_view sql, unsigned outputs,
          bool standard_strings) {
  const Call& call = *translated.call;
  require(!call.name.empty() && !name_parts(call.name).empty());
  std::size_t sent = translated.parameter_count - (translated.returns_value ? 1 : 0);
  std::vector<bool> which;
  for (const std::string& argument : call.arguments) {
    which.push_back((outputs >> (which.size() % 8) & 1U) != 0 && only_marker(argument));
    if (which.back()) --sent;
  }
  const CallText procedure = call_text(call, which, Routine::procedure, standard_strings);
  const CallText function = call_text(call, which, Routine::function, standard_strings);
  require(procedure.markers == function.markers);
  // The application's own $1 is taken for a marker.
  if (sql.find('$') == std::string_view::npos) require(function.markers.size() == sent);
  tokens(procedure.text, standard_strings);
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
    if (translated.call) call(translated, sql, data[0], standard_strings);
    tokens(text, standard_strings);
    (void)has_several_statements(text, standard_strings);
    for (const StatementPart& part :
         split_statements(text, translated.parameter_count, standard_strings))
      tokens(part.text, standard_strings);
    (void)reading(text, standard_strings);
    (void)surround(text, standard_strings);
    if (const auto found = find_current_of(text, standard_strings))
      require(found->begin < found->end && found->end <= text.size());
    constexpr std::size_t first[] = {1};
    require(wrapped_markers(text, first, "", "", standard_strings) == text);
    (void)assigns_columns(text, standard_strings);
    const InsertRow insert(text, standard_strings);
    if (insert.good()) require(insert.repeated(2).size() > text.size() / 2);
  } catch (const negodbc::Error&) {  // a malformed clause
  }
  return 0;
}
