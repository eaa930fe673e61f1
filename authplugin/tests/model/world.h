// All that decides whose tickets a login sends, as other programs leave it: caches of every kind,
// krb5.conf, ~/.k5identity, the environment; and the realm's users and services.
#ifndef NEGODBC_TESTS_MODEL_WORLD_H_
#define NEGODBC_TESTS_MODEL_WORLD_H_

#include <map>
#include <string>
#include <vector>

#include "tests/model/login.h"
#include "tests/model/reference.h"

namespace negodbc::model {

class World {
 public:
  // A folder of its own in the realm's, three users there and their tickets. `library`: the one
  // that logs in. `has_kcm`: a daemon keeps caches.
  World(std::string library, Reference& reference, bool has_kcm);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // As at the beginning.
  void reset();

  const std::vector<std::string>& users() const { return users_; }
  std::string principal(const std::string& user) const { return user + "@" + realm_; }
  std::string password(const std::string& user) const { return user + "'s word"; }
  std::string keytab(const std::string& user) const { return path(user + ".keytab"); }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  // Files to be put into caches' places: each user's tickets with and without one for the service,
  // and what is good for nothing.
  const std::vector<std::string>& contents() const { return contents_; }
  // Names of caches that a login may be told.
  const std::vector<std::string>& caches() const { return caches_; }
  // Files that are caches, by name in the folder; members of folders included.
  static const std::vector<std::string>& files();
  static const std::vector<std::string>& folders();
  const std::vector<std::string>& configurations() const { return configurations_; }
  bool has_keyring() const { return has_keyring_; }

  // In the file's place, with another inode, as kinit does it.
  void put(const std::string& file, const std::string& content) const;
  // Into the file itself, whose time of change is told to be what it was.
  void overwrite(const std::string& file, const std::string& content) const;
  void remove(const std::string& file) const;
  // kswitch; "": no member is the primary one.
  void switch_to(const std::string& folder, const std::string& member) const;
  void write_identity_file(const std::string& text) const;
  // What krb5.conf names as the default cache.
  void write_configuration(const std::string& file, const std::string& cache);
  // A cache in memory of this process; in the kernel or a daemon. "": destroyed.
  void fill_memory(const std::string& cache, const std::string& content);
  void fill_shared(const std::string& cache, const std::string& content);
  void set(const std::string& variable, std::optional<std::string> value);

  const Environment& environment() const { return environment_; }
  // The plain login that counts for one through the plugin: README.md tells by which library.
  PlainLogin plain(const LoginRequest& request, const User& user) const;

  // A service with a key of its own, made anew; its keytab.
  std::string make_service(const std::string& name) const;
  // Gives it another key, also in the keytab.
  void change_key(const std::string& name) const;
  void drop_service(const std::string& name) const;

 private:
  void make_users();
  void make_contents();
  void kadmin(const std::string& commands) const;
  std::string effective_cache(const LoginRequest& request) const;

  const std::string library_;
  Reference& reference_;
  std::string realm_;
  std::string folder_;
  std::string base_configuration_;  // the realm's
  const std::vector<std::string> users_ = {"anna", "bert", "carl"};
  std::vector<std::string> contents_;
  std::vector<std::string> caches_;
  std::vector<std::string> configurations_;
  bool has_keyring_ = false;
  std::vector<std::string> shared_;  // caches of the kernel and the daemon that can be filled
  std::map<std::string, std::string> default_of_;  // configurations' default caches
  std::map<std::string, std::string> memory_;      // names and contents
  Environment environment_;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_WORLD_H_
