// A system that has no more threads, as long as a test says so.
#ifndef NEGODBC_TESTS_FAKE_NO_THREADS_H_
#define NEGODBC_TESTS_FAKE_NO_THREADS_H_

#include <atomic>

namespace negodbc::test {

extern std::atomic<bool> g_no_threads;

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_NO_THREADS_H_
