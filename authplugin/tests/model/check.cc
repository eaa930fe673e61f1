// The logins of a walk, and what of them differs.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

#include "tests/model/plugin_login.h"
#include "tests/model/walk.h"

namespace negodbc::model {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uid_t kNobody = 65534;

}  // namespace

void Walk::tell_if_slow(const char* which, Clock::time_point begin) {
  const std::chrono::duration<double> took = Clock::now() - begin;
  constexpr double kSlowSeconds = 5;
  if (took.count() < kSlowSeconds) return;
  ++counts_["slow"];
  std::printf("slow: %s, %.1f s, behind: %s\n", which, took.count(),
              history_.empty() ? "" : history_.back().c_str());
  std::fflush(stdout);
}

Outcome Walk::log_in(const LoginRequest& request) {
  const Clock::time_point begin = Clock::now();
  const negodbc_auth_api& api = any_copy();
  Outcome outcome;
  const auto work = [&] {
    PluginLogin login(api, request, setting_.acceptor);
    outcome = login.finish();
  };
  if (dice_.one_in(3)) {
    std::thread(work).join();
  } else {
    work();
  }
  tell_if_slow("the plugin", begin);
  return outcome;
}

Outcome Walk::plain_login(const LoginRequest& request, const User& user) {
  const Clock::time_point begin = Clock::now();
  PlainLogin plain = world_.plain(request, user);
  plain.clock = clock_;
  Outcome outcome = reference_.log_in(plain);
  tell_if_slow("the plain library", begin);
  return outcome;
}

std::string Walk::compared(const char* where, const Outcome& plugin, const Outcome& plain) {
  ++counts_[plain.seen() ? "logged in" : "not logged in"];
  const bool same =
      plain.seen() ? plugin.seen() && plugin.principal == plain.principal : !plugin.seen();
  if (same && plain.kind != Outcome::Kind::kCrashed && plugin.kind != Outcome::Kind::kCrashed) {
    return "";
  }
  return std::string(where) + ": the plugin: " + to_text(plugin) +
         "\nthe plain library: " + to_text(plain) + "\nasked: " + to_text(request_);
}

std::string Walk::check() {
  ++counts_["steps"];
  const Outcome first = log_in(request_);
  const bool again = dice_.one_in(2);
  const Outcome second = again ? log_in(request_) : first;
  const Outcome plain = plain_login(request_, user_);
  std::string difference = compared("first login", first, plain);
  if (difference.empty() && again) difference = compared("second login", second, plain);
  // The plain login may have put a ticket into the cache.
  if (difference.empty() && dice_.one_in(4)) {
    difference = compared("login behind the plain one", log_in(request_), plain);
  }
  return difference;
}

std::string Walk::check_as_another_user() {
  ++counts_["as another user"];
  const bool for_good = dice_.one_in(2);
  const User other{kNobody, for_good ? kNobody : user_.real};
  say(for_good ? "a child that is another user" : "a child whose effective user is another");
  const bool before = dice_.one_in(2);
  const negodbc_auth_api& api = any_copy();
  const LoginRequest& request = request_;
  const Outcome plain = plain_login(request, other);
  const Outcome plugin = in_child([&] {
    const auto log_in = [&] { return PluginLogin(api, request, setting_.acceptor).finish(); };
    if (before) log_in();
    become(other);
    return log_in();
  });
  std::string difference = compared("another user", plugin, plain);
  if (difference.empty())
    difference = compared("itself", log_in(request), plain_login(request, user_));
  return difference;
}

std::string Walk::check_in_a_child_of_a_login() {
  ++counts_["fork in a login"];
  const bool steps = dice_.one_in(2);
  say(steps ? "fork behind the first leg" : "fork behind principal()");
  const negodbc_auth_api& api = any_copy();
  PluginLogin login(api, request_, setting_.acceptor);
  if (steps) {
    login.first_leg();
  } else {
    login.principal();
  }
  const Outcome child =
      in_child([&] { return PluginLogin(api, request_, setting_.acceptor).finish(); });
  const Outcome parent = login.finish();
  const Outcome plain = plain_login(request_, user_);
  std::string difference = compared("the child", child, plain);
  if (difference.empty()) difference = compared("the parent", parent, plain);
  return difference;
}

std::string Walk::check_what_principal_told() {
  ++counts_["principal() and a change"];
  say("principal(), and then");
  const LoginRequest request = request_;
  const Outcome plain = plain_login(request, user_);
  PluginLogin login(any_copy(), request, setting_.acceptor);
  const std::optional<std::string> name = login.principal();
  if (plain.seen() && name != plain.principal) {
    return "principal(): " + name.value_or("fails") + "\nthe plain library: " + to_text(plain) +
           "\nasked: " + to_text(request);
  }
  const std::int64_t clock = clock_;
  change_something();
  const Outcome outcome = login.finish();
  // A server refuses what was begun by another clock.
  const bool may_fail = clock != clock_ && !outcome.seen();
  if (plain.seen() && !may_fail && (!outcome.seen() || outcome.principal != *name)) {
    return "behind principal(), which told " + *name + ": " + to_text(outcome) +
           "\nasked: " + to_text(request);
  }
  return check();
}

std::string Walk::check_another_key() {
  ++counts_["another key"];
  LoginRequest request = request_;
  request.service = "model-" + std::to_string(::getpid()) + "-" + std::to_string(++services_);
  say("another key of a service");
  request.service_keytab = world_.make_service(request.service);
  const Outcome before = log_in(request);
  const Outcome plain = plain_login(request, user_);
  std::string difference = compared("before the key changes", before, plain);
  if (difference.empty() && before.seen()) {
    log_in(request);
    world_.change_key(request.service);
    // What is kept is of no use; that is noticed by a refusal, at most by one of each copy.
    Outcome after;
    for (std::size_t i = 0; i <= setting_.copies.size() && !after.seen(); ++i) {
      after = PluginLogin(*setting_.copies.front(), request, setting_.acceptor).finish();
      if (i == 0 && after.kind == Outcome::Kind::kFailed) break;
    }
    // Where nothing is kept, the old ticket is the cache's own.
    const bool keeps = request.credential_copies != NEGODBC_AUTH_OFF;
    if (after.seen() ? after.principal != before.principal
                     : keeps || after.kind != Outcome::Kind::kRefused) {
      difference = "behind the change of the key: " + to_text(after) +
                   "\nbefore: " + to_text(before) + "\nasked: " + to_text(request);
    }
  }
  world_.drop_service(request.service);
  return difference;
}

}  // namespace negodbc::model
