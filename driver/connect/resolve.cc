#include "driver/connect/resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "driver/base/error.h"
#include "driver/connect/transport.h"

namespace negodbc::connect {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

// What the thread and who waits for it share; the last of them frees it.
struct Lookup {
  std::string name;
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  int status = 0;
  int system_error = 0;
  AddressList list;
};

// Look-ups nobody waits for any more, because their time ran out; getaddrinfo can't be interrupted.
std::atomic<int> abandoned = 0;
constexpr int most_abandoned = 64;

int ask_resolver(const std::string& name, int flags, AddressList& list) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  list.reset(found);
  return status;
}

void look_up(const std::shared_ptr<Lookup>& lookup) {
  AddressList list;
  const int status = ask_resolver(lookup->name, 0, list);
  const int system_error = errno;
  const std::lock_guard lock(lookup->mutex);
  lookup->status = status;
  lookup->system_error = system_error;
  lookup->list = std::move(list);
  lookup->done = true;
  lookup->finished.notify_all();
}

// The application's signal handlers are not to run on a thread of ours.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_ = {};
};

std::shared_ptr<Lookup> look_up_within(const std::string& name, Deadline deadline) {
  if (abandoned >= most_abandoned) {
    throw Timeout("the resolver hangs: " + std::to_string(most_abandoned) +
                  " look-ups of host names have not come back; check the name servers");
  }
  auto lookup = std::make_shared<Lookup>();
  lookup->name = name;
  const auto left = std::make_shared<std::atomic<bool>>(false);
  std::thread worker;
  try {
    const SignalsBlocked blocked;
    worker = std::thread([lookup, left] {
      look_up(lookup);
      if (left->exchange(true)) --abandoned;
    });
  } catch (const std::system_error& error) {
    throw ConnectionError(
        "08001", std::string("cannot start a thread to resolve a host name: ") + error.what());
  }
  std::unique_lock lock(lookup->mutex);
  const auto done = [&] { return lookup->done; };
  if (deadline.is_never()) {
    lookup->finished.wait(lock, done);
  } else {
    lookup->finished.wait_for(lock, deadline.remaining(), done);
  }
  if (lookup->done) {
    lock.unlock();
    worker.join();
    return lookup;
  }
  lock.unlock();
  // Counted before the thread can see that it was left, so that the number never falls below zero.
  ++abandoned;
  if (left->exchange(true)) --abandoned;
  worker.detach();
  throw Timeout("the name " + name + " could not be resolved in time; check the name servers");
}

std::vector<Address> to_addresses(const addrinfo* list, std::uint16_t port) {
  std::vector<Address> addresses;
  for (; list != nullptr; list = list->ai_next) {
    if (list->ai_family != AF_INET && list->ai_family != AF_INET6) continue;
    Address address;
    address.size = list->ai_addrlen;
    std::memcpy(&address.storage, list->ai_addr, list->ai_addrlen);
    if (list->ai_family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(address.storage).sin_port = htons(port);
    } else {
      reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port = htons(port);
    }
    char text[NI_MAXHOST] = "";
    getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    address.text = text;
    addresses.push_back(std::move(address));
  }
  return addresses;
}

Address local_address(const Host& host) {
  Address address;
  address.text = host.name + "/.s.PGSQL." + std::to_string(host.port);
  auto& local = reinterpret_cast<sockaddr_un&>(address.storage);
  local.sun_family = AF_UNIX;
  if (address.text.size() >= sizeof local.sun_path) {
    throw ConnectionError("08001",
                          "the path of the Unix-domain socket is too long: " + address.text);
  }
  std::memcpy(local.sun_path, address.text.data(), address.text.size());
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.text.size());
  if (local.sun_path[0] == '@') {
    local.sun_path[0] = '\0';  // an abstract name is exactly as long as the size says
  } else {
    ++address.size;
  }
  return address;
}

}  // namespace

std::vector<Address> resolve(const Host& host, Deadline deadline) {
  const std::string& name = host.address.empty() ? host.name : host.address;
  if (host.address.empty() && (name.starts_with('/') || name.starts_with('@')))
    return {local_address(host)};
  AddressList list;
  int status = ask_resolver(name, AI_NUMERICHOST, list);
  int system_error = 0;
  if (status != 0) {
    if (!host.address.empty()) {
      throw ConnectionError("08001", "hostaddr is not a numeric address: " + name);
    }
    const auto lookup = look_up_within(name, deadline);
    status = lookup->status;
    system_error = lookup->system_error;
    list = std::move(lookup->list);
  }
  if (status != 0) {
    throw ConnectionError(
        "08001", "the host name " + name + " can't be resolved: " +
                     (status == EAI_SYSTEM ? std::strerror(system_error) : gai_strerror(status)) +
                     "; check its spelling and the name servers");
  }
  auto addresses = to_addresses(list.get(), host.port);
  if (addresses.empty()) {
    throw ConnectionError("08001", "the host name " + name + " has no IPv4 or IPv6 address");
  }
  return addresses;
}

}  // namespace negodbc::connect
