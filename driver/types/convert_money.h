// money as a number.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::types {

// `text` as the server writes money by the session's lc_monetary, whose amounts have `scale` digits
// behind the point: "-$1,234.50", "1.234,50 EUR", "(12)". The number as SQL writes it. Throws Error
// 22018 where the text is of another scale: lc_monetary was changed after the column was described.
std::string money_number(std::string_view text, int scale);

}  // namespace negodbc::types
