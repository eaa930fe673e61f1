// Who runs this process, as the operating system knows it.
#pragma once

#include <string>

namespace negodbc::connect {

std::string os_user_name();    // of the effective user; "" when it has no name
std::string home_directory();  // $HOME, else the user's entry; "" when there is none

}  // namespace negodbc::connect
