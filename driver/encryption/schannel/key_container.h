// The names of containers that clients' keys are put into, and what is left of them.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::encryption {

// "negodbc-", this process's id and the time of its start, and 32 digits: nobody else's, and
// whoever finds it can tell whether its process still runs. Throws ConnectionError 08001 where
// Windows gives no random numbers.
std::wstring new_container_name();

// Whether it is such a name, of a process that has ended. In doubt it has not.
bool is_left_over(std::wstring_view container);

// Deletes the user's containers that processes have left which were ended in the middle of a login,
// CNG's and CryptoAPI's. What can't be looked at or deleted stays for the next time.
void delete_left_over_keys();

}  // namespace negodbc::encryption
