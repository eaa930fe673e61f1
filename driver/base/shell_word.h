// Commands that a text tells a user to run.
#pragma once

#include <string>

namespace negodbc {

// As a word of the system's shell; as it is where that means itself.
std::string shell_word(const std::string& text);

// A command of the system's shell that takes a variable out of its environment.
std::string to_unset(const std::string& variable);

}  // namespace negodbc
