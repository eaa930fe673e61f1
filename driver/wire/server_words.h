// A server's words for people to read.
#pragma once

#include <string>
#include <string_view>

#include "driver/wire/backend.h"

namespace negodbc::wire {

// The same of driver/base/one_line.h, cut at a bearable length (1,000 bytes, no character in two):
// before login is over they may be anybody's.
std::string on_one_line(std::string_view words);

// Message, detail and hint, as sentences, each on_one_line().
std::string words_of(const ServerMessage& message);

}  // namespace negodbc::wire
