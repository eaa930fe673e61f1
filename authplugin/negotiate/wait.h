// What a login waits for, noted by whoever works on it: when the time is over, that is told.
#ifndef NEGODBC_NEGOTIATE_WAIT_H_
#define NEGODBC_NEGOTIATE_WAIT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "negotiate/cause.h"

namespace negodbc::auth {

enum class Wait : std::uint8_t {
  kProcess,  // a thread, another login, the library itself
  kTime,     // nothing: there was no time from the beginning
  kSource,   // whoever keeps the credential, or the configuration
  kHost,     // DNS, for the host's name
  kKdc,
  kParent,  // nothing: the step is a parent's, from before fork()
};

// Shared by a session and its jobs, which may outlast it.
using WaitNote = std::shared_ptr<std::atomic<Wait>>;

// The cause and the words of a login that ran out of time.
inline std::pair<Cause, const char*> told_of(Wait wait) {
  switch (wait) {
    case Wait::kTime:
      return {Cause::kNoTime, "there was no time left for it"};
    case Wait::kSource:
      return {Cause::kSourceSilent,
              "the credential's source did not answer within the time allowed"};
    case Wait::kHost:
      return {Cause::kDnsSilent, "the host's name was not resolved within the time allowed"};
    case Wait::kKdc:
      return {Cause::kKdcSilent, "no KDC has answered within the time allowed"};
    case Wait::kParent:
      return {Cause::kParents, "the step was started by a parent of this process, whose it is"};
    case Wait::kProcess:
      break;
  }
  return {Cause::kTimedOut, "the login was not done within the time allowed"};
}

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_WAIT_H_
