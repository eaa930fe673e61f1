#include "tests/model/walk.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <thread>
#include <utility>

#include "tests/model/clock.h"
#include "tests/model/plugin_login.h"

namespace negodbc::model {
namespace {

constexpr uid_t kOtherUser = 65534;

std::string short_name(const std::string& path) {
  return std::filesystem::path(path).filename();
}

}  // namespace

Walk::Walk(Setting setting, World& world, Reference& reference)
    : setting_(std::move(setting)),
      world_(world),
      reference_(reference),
      dice_(0, 0),
      user_{::geteuid(), ::getuid()} {}

void Walk::say(std::string what) {
  if (setting_.prints) std::printf("  %s\n", what.c_str());
  history_.push_back(std::move(what));
}

void Walk::begin_episode(std::uint64_t number) {
  world_.reset();
  set_clock(0);
  request_ = {};
  request_.library = setting_.library;
  history_.clear();
  dice_ = oracle::Dice(setting_.seed, number);
}

std::string Walk::step(std::uint64_t number) {
  if (history_.empty() || number % kEpisode == 0) begin_episode(number / kEpisode);
  const std::size_t kind = dice_.below(1000);
  if (kind < 4) return check_another_key();
  if (kind < 34 && user_.effective == 0) return check_as_another_user();
  if (kind < 64) return check_in_a_child_of_a_login();
  if (kind < 104) return check_what_principal_told();
  if (kind < 120) {
    const bool all = dice_.one_in(2);
    const negodbc_auth_options source = options_of(request_);
    say(all ? "forget all" : "forget the source");
    any_copy().forget(all ? nullptr : &source);
  } else if (kind < 340) {
    ask_for_another();
  } else if (kind < 950) {
    change_something();
  } else {
    say("nothing");
  }
  return check();
}

void Walk::change_something() {
  const std::size_t kind = dice_.below(100);
  if (kind < 45) return change_a_file();
  if (kind < 62) return change_a_folder();
  if (kind < 70) return change_what_is_in_memory();
  if (kind < 73) return move_the_clock();
  return change_the_environment();
}

void Walk::change_a_file() {
  const std::string file = any(World::files());
  // What is no cache, or of no use, less often.
  const std::size_t good = 2 * world_.users().size();
  const std::string content =
      dice_.one_in(5) ? any(world_.contents()) : world_.contents()[dice_.below(good)];
  const std::size_t kind = dice_.below(12);
  if (kind < 5) {
    say("kinit " + file + " <- " + short_name(content));
    world_.put(file, content);
  } else if (kind < 9) {
    say("overwrite " + file + " <- " + short_name(content));
    world_.overwrite(file, content);
  } else {
    say("kdestroy " + file);
    world_.remove(file);
  }
}

void Walk::change_a_folder() {
  static const std::vector<std::string> kMembers = {"tkt", "tkta", "tktb", "tktb", "tkt-absent"};
  if (dice_.one_in(5)) {
    static const std::vector<std::string> kPatterns = {" service=postgres", " service=other",
                                                       " host=local*", " realm=ELSEWHERE.IS", ""};
    const std::string user = any(world_.users());
    const std::string pattern = any(kPatterns);
    const bool none = dice_.one_in(2);
    const std::string text = none ? "" : world_.principal(user) + pattern + "\n";
    say("k5identity: " + text.substr(0, text.find('\n')));
    world_.write_identity_file(text);
    return;
  }
  const std::string folder = any(World::folders());
  const std::string member = dice_.one_in(8) ? std::string() : any(kMembers);
  say("kswitch " + folder + " to " + (member.empty() ? "none" : member));
  world_.switch_to(folder, member);
}

void Walk::change_what_is_in_memory() {
  std::vector<std::string> caches;
  for (const std::string& cache : world_.caches()) {
    const bool in_memory = cache.starts_with("MEMORY:") || cache.starts_with("KEYRING:");
    if (in_memory || cache.starts_with("KCM:model-")) caches.push_back(cache);
  }
  const std::string cache = any(caches);
  // What is no cache, or has run out, is for files.
  const std::string content =
      dice_.one_in(6) ? std::string() : world_.contents()[dice_.below(2 * world_.users().size())];
  say(cache + " <- " + (content.empty() ? "destroyed" : short_name(content)));
  if (cache.starts_with("MEMORY:")) {
    world_.fill_memory(cache, content);
  } else {
    world_.fill_shared(cache, content);
  }
}

void Walk::set_clock(std::int64_t seconds) {
  clock_ = seconds;
  move_clock(seconds);
}

void Walk::move_the_clock() {
  // Within what a KDC and a server bear, and beyond it; the last ones by more than a ticket's life.
  constexpr std::int64_t kMinute = 60;
  static const std::vector<std::int64_t> kTimes = {0, 0, 2, -2, 20, -20, 300, -300, 2880, -2880};
  const std::int64_t minutes = kTimes[dice_.below(kTimes.size())];
  say("the clock is " + std::to_string(minutes) + " minutes ahead");
  set_clock(minutes * kMinute);
}

void Walk::change_the_environment() {
  const std::size_t kind = dice_.below(20);
  if (kind == 0) {
    const std::string file = any(world_.configurations());
    const std::string cache = world_.caches()[dice_.below(7)];
    say("write " + short_name(file) + ": " + cache);
    world_.write_configuration(file, cache);
  } else if (kind < 7) {
    const std::string file = any(world_.configurations());
    say("KRB5_CONFIG=" + short_name(file));
    world_.set("KRB5_CONFIG", file);
  } else if (kind < 11) {
    say("unset KRB5CCNAME");
    world_.set("KRB5CCNAME", std::nullopt);
  } else {
    const std::string cache = any(world_.caches());
    say("KRB5CCNAME=" + cache);
    world_.set("KRB5CCNAME", cache);
  }
}

void Walk::ask_for_another() {
  request_ = {};
  request_.library = setting_.library;
  if (dice_.one_in(2)) request_.package = "Kerberos";
  if (dice_.one_in(6)) request_.credential_copies = dice_.one_in(2) ? NEGODBC_AUTH_OFF : 1;
  if (dice_.one_in(8)) request_.target_life_s = NEGODBC_AUTH_OFF;
  const std::string user = any(world_.users());
  const std::size_t kind = dice_.below(20);
  if (kind < 2) {
    request_.keytab = "FILE:" + world_.keytab(user);
    request_.principal = world_.principal(dice_.one_in(6) ? any(world_.users()) : user);
  } else if (kind < 4) {
    request_.principal = world_.principal(user);
    request_.password = world_.password(dice_.one_in(4) ? any(world_.users()) : user);
  } else if (kind < 13) {
    request_.cache = any(world_.caches());
  }
  if (kind >= 4 && dice_.one_in(4)) request_.principal = world_.principal(user);
  say("ask: " + to_text(request_));
}

}  // namespace negodbc::model
