#include "bench/storm/floor_ticket.h"

#include <krb5.h>

#include <mutex>
#include <stdexcept>
#include <vector>

#include "bench/base/shared_library.h"

namespace negodbc::bench {
namespace {

// A function of the library, as whatever type it is assigned to.
struct Symbol {
  const SharedLibrary& library;
  const char* name;
  template <typename Function>
  operator Function*() const {  // NOLINT(google-explicit-constructor): that is what it is for
    return library.symbol<Function>(name);
  }
};

struct Krb5 {
  SharedLibrary library{"libkrb5.so.3"};
  decltype(&krb5_init_context) init_context = Symbol{library, "krb5_init_context"};
  decltype(&krb5_free_context) free_context = Symbol{library, "krb5_free_context"};
  decltype(&krb5_get_error_message) get_error_message = Symbol{library, "krb5_get_error_message"};
  decltype(&krb5_free_error_message) free_error_message =
      Symbol{library, "krb5_free_error_message"};
  decltype(&krb5_cc_default) cc_default = Symbol{library, "krb5_cc_default"};
  decltype(&krb5_cc_new_unique) cc_new_unique = Symbol{library, "krb5_cc_new_unique"};
  decltype(&krb5_cc_get_principal) cc_get_principal = Symbol{library, "krb5_cc_get_principal"};
  decltype(&krb5_cc_initialize) cc_initialize = Symbol{library, "krb5_cc_initialize"};
  decltype(&krb5_cc_copy_creds) cc_copy_creds = Symbol{library, "krb5_cc_copy_creds"};
  decltype(&krb5_cc_close) cc_close = Symbol{library, "krb5_cc_close"};
  decltype(&krb5_cc_destroy) cc_destroy = Symbol{library, "krb5_cc_destroy"};
  decltype(&krb5_sname_to_principal) sname_to_principal =
      Symbol{library, "krb5_sname_to_principal"};
  decltype(&krb5_get_credentials) get_credentials = Symbol{library, "krb5_get_credentials"};
  decltype(&krb5_free_principal) free_principal = Symbol{library, "krb5_free_principal"};
  decltype(&krb5_free_creds) free_creds = Symbol{library, "krb5_free_creds"};
  decltype(&krb5_auth_con_init) auth_con_init = Symbol{library, "krb5_auth_con_init"};
  decltype(&krb5_auth_con_free) auth_con_free = Symbol{library, "krb5_auth_con_free"};
  decltype(&krb5_auth_con_setflags) auth_con_setflags = Symbol{library, "krb5_auth_con_setflags"};
  decltype(&krb5_auth_con_set_req_cksumtype) auth_con_set_req_cksumtype =
      Symbol{library, "krb5_auth_con_set_req_cksumtype"};
  decltype(&krb5_mk_req_extended) mk_req_extended = Symbol{library, "krb5_mk_req_extended"};
  decltype(&krb5_free_data_contents) free_data_contents =
      Symbol{library, "krb5_free_data_contents"};
};

// RFC 4121, 4.1.1: no channel bindings (16 zeros), and the flag of mutual authentication.
constexpr char checksum_of_flags[] = "\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0";
constexpr krb5_cksumtype gss_checksum = 0x8003;

// RFC 2743, 3.1, with the OID of Kerberos and the token id of an AP-REQ.
std::string framed(const krb5_data& request) {
  static const std::string head("\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00", 13);
  const std::size_t size = head.size() + request.length;
  std::string token = "\x60";
  if (size < 0x80) {
    token += static_cast<char>(size);
  } else if (size < 0x100) {
    token += '\x81';
    token += static_cast<char>(size);
  } else {
    token += '\x82';
    token += static_cast<char>(size >> 8);
    token += static_cast<char>(size & 0xff);
  }
  return token + head + std::string(request.data, request.length);
}

}  // namespace

struct FloorTickets::State {
  const Krb5 krb5{};
  krb5_creds* ticket = nullptr;
  std::mutex mutex;
  std::vector<krb5_context> idle;  // one for each thread that ever made a token at the same time

  void check(krb5_context context, krb5_error_code code, const char* what) const {
    if (code == 0) return;
    const char* const text = krb5.get_error_message(context, code);
    const std::string reason = std::string(what) + ": " + text;
    krb5.free_error_message(context, text);
    throw std::runtime_error(reason);
  }

  krb5_context take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        krb5_context context = idle.back();
        idle.pop_back();
        return context;
      }
    }
    krb5_context context = nullptr;
    check(nullptr, krb5.init_context(&context), "krb5_init_context");
    return context;
  }

  void give_back(krb5_context context) {
    const std::lock_guard lock(mutex);
    idle.push_back(context);
  }

  // By a copy of the default cache in memory.
  void fetch_ticket(krb5_context context, const std::string& service, const std::string& host) {
    krb5_ccache source = nullptr;
    krb5_ccache copy = nullptr;
    krb5_creds wanted{};
    check(context, krb5.cc_default(context, &source), "the credential cache");
    check(context, krb5.cc_get_principal(context, source, &wanted.client), "the credential cache");
    check(context, krb5.cc_new_unique(context, "MEMORY", nullptr, &copy), "krb5_cc_new_unique");
    check(context, krb5.cc_initialize(context, copy, wanted.client), "krb5_cc_initialize");
    check(context, krb5.cc_copy_creds(context, source, copy), "krb5_cc_copy_creds");
    check(context,
          krb5.sname_to_principal(context, host.c_str(), service.c_str(), KRB5_NT_SRV_HST,
                                  &wanted.server),
          "the service's name");
    check(context, krb5.get_credentials(context, 0, copy, &wanted, &ticket),
          "the ticket for the service");
    krb5.free_principal(context, wanted.client);
    krb5.free_principal(context, wanted.server);
    krb5.cc_close(context, source);
    krb5.cc_destroy(context, copy);
  }
};

FloorTickets::FloorTickets(const std::string& service) : state_(std::make_unique<State>()) {
  const auto at = service.find('@');
  krb5_context context = state_->take();
  state_->fetch_ticket(context, service.substr(0, at), service.substr(at + 1));
  state_->give_back(context);
}

FloorTickets::~FloorTickets() {
  if (state_->idle.empty()) return;
  state_->krb5.free_creds(state_->idle.front(), state_->ticket);
  for (krb5_context context : state_->idle) state_->krb5.free_context(context);
}

// Neither a subkey nor a sequence number: a session that protects no messages needs none.
std::string FloorTickets::first_token() const {
  const Krb5& krb5 = state_->krb5;
  krb5_context context = state_->take();
  krb5_auth_context request = nullptr;
  std::string checksum(checksum_of_flags, sizeof checksum_of_flags - 1);
  krb5_data flags{};
  flags.data = checksum.data();
  flags.length = static_cast<unsigned>(checksum.size());
  krb5_data encoded{};
  krb5_error_code code = krb5.auth_con_init(context, &request);
  if (code == 0) {
    krb5.auth_con_setflags(context, request, 0);
    krb5.auth_con_set_req_cksumtype(context, request, gss_checksum);
    code = krb5.mk_req_extended(context, &request, AP_OPTS_MUTUAL_REQUIRED, &flags, state_->ticket,
                                &encoded);
  }
  std::string token;
  if (code == 0) token = framed(encoded);
  krb5.free_data_contents(context, &encoded);
  if (request != nullptr) krb5.auth_con_free(context, request);
  state_->give_back(context);
  state_->check(context, code, "the token");
  return token;
}

}  // namespace negodbc::bench
