// What of a data source or a connection string may be shown: the one rule for `negodbc dsn`, the
// doctor and diagnostics. What is hidden in statements is sql/masking.h's, as in the log.
//
// Rather too much is hidden than too little: a word that is a slip away from a password's, or that
// calls itself one, is taken for one, a text that can't be taken apart is not shown, and of a word
// that is not known here, whatever its tongue, nothing but a yes, a no or a digit.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::dsn {

inline constexpr std::string_view hidden_value = "(given, not shown)";

// Whether what stands behind this word is nobody else's to read: a keyword for a secret, a word
// that is near to one (Pasword, PWd2), another driver's word that calls itself one (SSLKeyPwd).
bool is_secret_word(std::string_view word);

// The value of a word, as it may be shown: passwords within pqopt, statements (their constants),
// URIs, "user:password@host" and texts are masked. "" of an empty value.
std::string shown_value(std::string_view word, std::string_view value);
// A word itself: of a line like "PWD: geheim" only its first part.
std::string shown_word(std::string_view word);

// Whether a password stands in it, as far as that can be known: less than what shown_value() hides.
bool holds_secret(std::string_view word, std::string_view value);

// What somebody gave for a connection, or as the name of one: a data source's name, a connection
// string, also a malformed one, libpq's, a URI.
std::string shown_connection(std::string_view text);

// Any text, without the passwords of URIs in it ("://user:password@").
std::string without_address_passwords(std::string text);

}  // namespace negodbc::dsn
