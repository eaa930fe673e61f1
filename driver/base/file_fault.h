// What is wrong with a file that a setting or the environment names, seen before anything opens it:
// opening a pipe waits for its other end, and a device may never come to an end.
#pragma once

#include <cstdint>
#include <string>

namespace negodbc {

// More than certificates, keys and configurations ever have. Unit: bytes.
inline constexpr std::uintmax_t largest_settings_file = std::uintmax_t{64} << 20U;

// "it is a pipe", "it is a folder", "it has N bytes, ...". "" of an ordinary file of at most
// `largest` bytes, of the null device, which is as good as an empty one, and of what can't be
// looked at: opening it tells why. `path`: UTF-8. Any thread; throws std::bad_alloc only.
std::string fault_of_file(const std::string& path, std::uintmax_t largest = largest_settings_file);

}  // namespace negodbc
