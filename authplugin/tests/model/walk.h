// Random steps of a world, and after each a login through the plugin held against a plain one.
#ifndef NEGODBC_TESTS_MODEL_WALK_H_
#define NEGODBC_TESTS_MODEL_WALK_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "negodbc/auth_plugin.h"
#include "tests/model/login.h"
#include "tests/model/world.h"
#include "tests/oracle/dice.h"

namespace negodbc::model {

class Walk {
 public:
  // Steps of an episode, which begins with the world as it was at first and the plugin as the
  // former ones have left it: what is kept of them must not count.
  static constexpr std::uint64_t kEpisode = 50;

  struct Setting {
    std::string library;
    std::uint64_t seed = 1;
    std::vector<const negodbc_auth_api*> copies;  // of the plugin
    std::string acceptor;
    bool prints = false;
  };
  Walk(Setting setting, World& world, Reference& reference);

  // One step; a difference's text, or "".
  std::string step(std::uint64_t number);

  // What was done since the episode began, one line each.
  const std::vector<std::string>& history() const { return history_; }
  // How often each kind of step was made, and what the logins came to.
  const std::map<std::string, std::size_t>& counts() const { return counts_; }

 private:
  void begin_episode(std::uint64_t number);
  void say(std::string what);

  // The world's steps; each says what it does.
  void change_something();
  void change_a_file();
  void change_a_folder();
  void change_what_is_in_memory();
  void change_the_environment();
  void move_the_clock();
  void set_clock(std::int64_t seconds);
  void ask_for_another();

  // Logins and what differs.
  std::string check();
  std::string check_as_another_user();
  std::string check_in_a_child_of_a_login();
  std::string check_what_principal_told();
  std::string check_another_key();

  Outcome log_in(const LoginRequest& request);
  // Tells of one that took long: whose time that was shows in the plain one beside it.
  void tell_if_slow(const char* which, std::chrono::steady_clock::time_point begin);
  Outcome plain_login(const LoginRequest& request, const User& user);
  std::string compared(const char* where, const Outcome& plugin, const Outcome& plain);
  const negodbc_auth_api& any_copy() {
    return *setting_.copies[dice_.below(setting_.copies.size())];
  }
  const std::string& any(const std::vector<std::string>& of) { return of[dice_.below(of.size())]; }

  const Setting setting_;
  World& world_;
  Reference& reference_;
  oracle::Dice dice_;
  const User user_;
  LoginRequest request_;
  std::int64_t clock_ = 0;  // seconds ahead
  std::uint64_t services_ = 0;
  std::vector<std::string> history_;
  std::map<std::string, std::size_t> counts_;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_WALK_H_
