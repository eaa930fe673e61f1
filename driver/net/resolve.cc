#include "driver/net/resolve.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "driver/base/error.h"
#include "driver/base/quiet_thread.h"
#include "driver/net/resolver.h"
#include "driver/net/transport.h"

namespace negodbc::net {
namespace {

// What the thread and who waits for it share; the last of them frees it.
struct Lookup {
  std::string name;
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  std::string failure;
  AddressList list;
  std::thread left;  // the thread itself, when nobody waits for it any more
};

// Look-ups nobody waits for any more, because their time ran out; getaddrinfo can't be interrupted.
std::atomic<int> abandoned = 0;
constexpr int most_abandoned = 64;

void look_up(const std::shared_ptr<Lookup>& lookup) {
  AddressList list;
  std::string failure = ask_resolver(lookup->name, false, list);
  const std::lock_guard lock(lookup->mutex);
  lookup->failure = std::move(failure);
  lookup->list = std::move(list);
  lookup->done = true;
  if (lookup->left.joinable()) {
    --abandoned;
    // Here, because MinGW's libwinpthread hands on a thread's memory twice when it is detached in
    // the moment of its end.
    lookup->left.detach();
  }
  lookup->finished.notify_all();
}

std::shared_ptr<Lookup> look_up_within(const std::string& name, Deadline deadline) {
  if (abandoned >= most_abandoned) {
    throw Timeout("the resolver hangs: " + std::to_string(most_abandoned) +
                  " look-ups of host names have not come back; check the name servers");
  }
  auto lookup = std::make_shared<Lookup>();
  lookup->name = name;
  std::thread worker;
  try {
    worker = quiet_thread([lookup] { look_up(lookup); });
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
  ++abandoned;
  lookup->left = std::move(worker);
  throw Timeout("the name " + name + " could not be resolved in time; check the name servers");
}

std::vector<Address> to_addresses(const addrinfo* list, std::uint16_t port) {
  std::vector<Address> addresses;
  for (; list != nullptr; list = list->ai_next) {
    if (list->ai_family != AF_INET && list->ai_family != AF_INET6) continue;
    Address address;
    address.size = static_cast<socklen_t>(list->ai_addrlen);
    std::memcpy(&address.storage, list->ai_addr, list->ai_addrlen);
    if (list->ai_family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(address.storage).sin_port = htons(port);
    } else {
      reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port = htons(port);
    }
    char text[NI_MAXHOST] = "";
    getnameinfo(list->ai_addr, address.size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    address.text = text;
    addresses.push_back(std::move(address));
  }
  return addresses;
}

// What else stands in Server sometimes.
std::string remedy_for_name(const std::string& name) {
  if (name.find("//") != std::string::npos)
    return "an address with // is none here: the host's name alone goes into Server";
  if (const std::size_t colon = name.rfind(':');
      colon != std::string::npos && colon + 1 < name.size() &&
      name.find_first_not_of("0123456789", colon + 1) == std::string::npos) {
    return "the port goes into the keyword Port, not into Server";
  }
  if (name.find_first_of(" \t\"'#;") != std::string::npos)
    return "a name has no quotes, blanks and remarks: the host's name alone goes into Server";
  if (std::any_of(name.begin(), name.end(), [](char c) { return (c & 0x80) != 0; })) {
    return "name servers, KDCs and certificates know names that are not ASCII by their A-labels: "
           "put the form with xn-- into Server, as idn2 prints it";
  }
  return "check its spelling and the name servers";
}

}  // namespace

void FreeAddresses::operator()(addrinfo* list) const {
  freeaddrinfo(list);
}

int get_addresses(const std::string& name, bool numeric, AddressList& list) {
  addrinfo hints = {};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = numeric ? AI_NUMERICHOST : 0;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  list.reset(found);
  return status;
}

std::vector<Address> resolve(const Host& host, Deadline deadline) {
  const std::string& name = host.address.empty() ? host.name : host.address;
  if (host.address.empty() && is_local_socket(name)) return {local_address(host)};
  AddressList list;
  std::string failure = ask_resolver(name, true, list);
  if (!failure.empty()) {
    if (!host.address.empty()) {
      throw ConnectionError(
          "08001", "hostaddr is not a numeric address: " + name + "; a name goes into Server");
    }
    const auto lookup = look_up_within(name, deadline);
    failure = lookup->failure;
    list = std::move(lookup->list);
  }
  if (!failure.empty()) {
    throw ConnectionError("08001", "the host name " + name + " can't be resolved: " + failure +
                                       "; " + remedy_for_name(name));
  }
  auto addresses = to_addresses(list.get(), host.port);
  if (addresses.empty()) {
    throw ConnectionError("08001", "the host name " + name + " has no IPv4 or IPv6 address");
  }
  return addresses;
}

}  // namespace negodbc::net
