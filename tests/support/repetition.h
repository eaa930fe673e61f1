// How much of the same a test does.
#pragma once

namespace negodbc::test {

// What one thread does many times: ThreadSanitizer sees nothing in it, and takes ten times as long.
template <class Number>
constexpr Number repeated_by_one_thread(Number many) {
#ifdef __SANITIZE_THREAD__
  return many / 8;
#else
  return many;
#endif
}

}  // namespace negodbc::test
