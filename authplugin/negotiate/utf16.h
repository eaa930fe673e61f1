// UTF-8, which the ABI speaks, to and from SEC_WCHAR's UTF-16, which the W table speaks.
#ifndef NEGODBC_NEGOTIATE_UTF16_H_
#define NEGODBC_NEGOTIATE_UTF16_H_

#include <string>
#include <string_view>

#include "negodbc/sspi.h"
#include "negotiate/pool.h"

namespace negodbc::auth {

// From the pool: a target's name is needed in it at each leg.
using WideText =
    std::basic_string<SEC_WCHAR, std::char_traits<SEC_WCHAR>, PoolAllocator<SEC_WCHAR>>;

// Ill-formed input becomes U+FFFD, one per ill-formed byte or unit; nothing is dropped.
WideText to_wide(std::string_view utf8);
std::string to_utf8(std::basic_string_view<SEC_WCHAR> wide);
std::string to_utf8(const SEC_WCHAR* wide);  // NULL: ""
PooledText to_pooled_utf8(const SEC_WCHAR* wide);

// The code point at `at`, which is moved behind it; U+FFFD for an ill-formed byte.
char32_t next_code_point(std::string_view utf8, std::size_t& at);

// The text with every ill-formed byte replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_UTF16_H_
