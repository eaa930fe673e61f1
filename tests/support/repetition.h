// How much of the same a test does.
#pragma once

#include <cstddef>

namespace negodbc::test {

// Of what is alike a sanitizer sees nothing new in the second time, and each time takes several
// times as long.
#if defined(__SANITIZE_THREAD__)
inline constexpr std::size_t fewer_by = 8;
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t fewer_by = 4;
#else
inline constexpr std::size_t fewer_by = 1;
#endif
inline constexpr bool is_sanitized = fewer_by != 1;

// What one thread does many times.
template <class Number>
constexpr Number repeated_by_one_thread(Number many) {
  return many / static_cast<Number>(fewer_by);
}

// Of cases in a row, numbered from 0, which are done by one thread: one of so many.
constexpr bool is_one_of_fewer(std::size_t number) {
  return number % fewer_by == 0;
}

}  // namespace negodbc::test
