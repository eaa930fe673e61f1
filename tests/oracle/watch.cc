#include "tests/oracle/watch.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <initializer_list>

namespace negodbc::oracle {
namespace {

char words[128];

void say() {
  // Nothing else can be done about it here, whatever comes of writing.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, words, std::strlen(words));
}

extern "C" void on_alarm(int /*signal*/) {
  say();
  constexpr char text[] = "it does not come back\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, sizeof text - 1);
  _exit(3);
}

extern "C" void on_crash(int number) {
  say();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

}  // namespace

void watch(const std::string& name, unsigned seconds) {
  std::snprintf(words, sizeof words, "\n%s: ", name.c_str());
  std::signal(SIGALRM, on_alarm);
  for (const int crash : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE}) std::signal(crash, on_crash);
  alarm(seconds);
}

void watch_no_more() {
  alarm(0);
}

}  // namespace negodbc::oracle
