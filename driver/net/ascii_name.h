// Host names that are not ASCII, as name servers, KDCs and certificates know them.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::net {

// "xn--bcher-kva.example" of "bücher.example": RFC 5890's A-labels, in Punycode (RFC 3492). Of
// capital letters the small ones of ASCII and Latin-1 are taken, others are as they stand, which no
// registry knows. "" where the text is no UTF-8, or ASCII already. No locale has a part in it.
std::string ascii_form_of_name(std::string_view utf8);

}  // namespace negodbc::net
