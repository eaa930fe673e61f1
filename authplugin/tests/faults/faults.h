// What fails, and when: an allocation of the plugin's code, a call of the GSSAPI library or its
// libkrb5, the creation of a thread. Counted while a call of the plugin runs, in whatever thread.
#ifndef NEGODBC_TESTS_FAULTS_FAULTS_H_
#define NEGODBC_TESTS_FAULTS_FAULTS_H_

#include <string>

namespace negodbc::faults {

enum class Kind { kAllocation, kCall, kThread };

// Counts those of a kind from now on; that of number `at` fails (-1: none), and with `lasts` all
// behind it until the call of the plugin ends.
void arm(Kind kind, long at, bool lasts);
// None fails any more; how many there were.
long disarm();

// A call of the plugin, while it lives.
class PluginCall {
 public:
  PluginCall();
  ~PluginCall();
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;
};

// Puts itself between the plugin and this library. Once for each, before it is used.
void watch_library(const std::string& name);

// The library's function that has failed.
std::string failed_call();

}  // namespace negodbc::faults

#endif  // NEGODBC_TESTS_FAULTS_FAULTS_H_
