// What a helper thread works on for a session. The session gives its parts away and takes them back
// when the work is done in time; else they end with the job, on the helper, and with them whatever
// the job has claimed.
#ifndef NEGODBC_NEGOTIATE_LOGIN_JOB_H_
#define NEGODBC_NEGOTIATE_LOGIN_JOB_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "negotiate/initiator.h"
#include "negotiate/plan.h"
#include "negotiate/wait.h"

namespace negodbc::auth {

struct LoginJob {
  // What the session gives.
  Plan::Ptr plan;
  CredentialSource::Clock::time_point deadline;
  bool keep = false;  // the plan's source is to be used
  // Where it is not: the tickets are copied all the same, because others will not be looked at.
  bool copies = false;
  Plan::Turn turn;
  WaitNote waits_for;
  CredentialSource::Lease lease;  // what the session has acquired before; generation 0: not kept
  std::shared_ptr<const ContextRequest> request;
  std::optional<Initiator> initiator;
  SecretBytes input;  // of the leg: what the peer has sent, also before the first one

  // What comes of it.
  std::optional<Failure> failure;  // of the credential
  std::optional<Initiator::Step> step;
  bool timed_out = false;

  // Whether the master may be used as it is, its source being looked at: its generation in `lease`.
  void look();
  // The credential, taken from its source when the session has none.
  void acquire();
  // One leg. `wait`: what the library may wait for in a first one.
  void run_leg(Wait wait = Wait::kKdc);
  // The first leg with whatever has to be fetched.
  void run_first();
  // The first leg with another ticket for the target in place of the one that was refused: `step`
  // stays empty, and everything as it was, when there is none to be had.
  void run_refresh();
  // The first leg with what is there: `step` stays empty when that is not enough. `looked`: the
  // source was looked at before.
  void run_ready(bool looked);

 private:
  bool find_request();  // false: it will not last
  void note(Wait wait);
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_LOGIN_JOB_H_
