#include "driver/auth/integrated_auth.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "driver/auth/plugin_loader.h"

namespace negodbc::auth {
namespace {

struct Meaning {
  negodbc_auth_status status;
  const char* state;
  const char* cause;
};

constexpr Meaning meanings[] = {
    {NEGODBC_AUTH_E_ARGUMENT, "08001", "an option is wrong"},
    {NEGODBC_AUTH_E_MEMORY, "HY001", "out of memory"},
    {NEGODBC_AUTH_E_STATE, "08001", "the plugin was called out of turn"},
    {NEGODBC_AUTH_E_LIBRARY, "08001", "no GSSAPI library"},
    {NEGODBC_AUTH_E_NO_CREDENTIALS, "28000", "no Kerberos ticket"},
    {NEGODBC_AUTH_E_EXPIRED, "28000", "the Kerberos ticket has expired"},
    {NEGODBC_AUTH_E_NO_AUTHORITY, "08001", "no KDC gives a ticket"},
    {NEGODBC_AUTH_E_TARGET_UNKNOWN, "28000", "the KDC does not know the server's principal"},
    {NEGODBC_AUTH_E_WRONG_PRINCIPAL, "28000", "the server is not the one named"},
    {NEGODBC_AUTH_E_LOGON_DENIED, "28000", "this principal is refused"},
    {NEGODBC_AUTH_E_INVALID_TOKEN, "28000", "the server's token is malformed"},
    {NEGODBC_AUTH_E_CLOCK_SKEW, "28000", "the clocks differ too much"},
    {NEGODBC_AUTH_E_NOT_GRANTED, "28000", "a required protection was not granted"},
    {NEGODBC_AUTH_E_TIMED_OUT, "HYT00", "timed out"},
    {NEGODBC_AUTH_E_UNSUPPORTED, "HYC00", "not supported here"},
    {NEGODBC_AUTH_E_CONFIGURATION, "08001", "krb5.conf can't be used"},
};

constexpr Meaning unknown_meaning = {NEGODBC_AUTH_E_INTERNAL, "08001", "the plugin failed"};

const Meaning& meaning_of(negodbc_auth_status status) {
  const auto* const found = std::find_if(std::begin(meanings), std::end(meanings),
                                         [&](const Meaning& m) { return m.status == status; });
  return found == std::end(meanings) ? unknown_meaning : *found;
}

const char* text_or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

std::string_view text(const char* field) {
  return field == nullptr ? "" : field;
}

std::uint32_t timeout_of(Deadline deadline) {
  const auto remaining = deadline.remaining().count();
  return static_cast<std::uint32_t>(
      std::min<decltype(remaining)>(remaining, std::numeric_limits<std::int32_t>::max()));
}

// "FILE:/tmp/krb5cc_0" says little to who has not seen many; "keytab FILE:..." does.
std::string credential(std::string_view source) {
  const bool bare =
      source.find(' ') == std::string_view::npos && source.find(':') != std::string_view::npos;
  return (bare ? "credential cache " : "") + std::string(source);
}

// What can't be loaded is told like any other failure of an integrated login.
const negodbc_auth_api& plugin_for(const TicketOptions& ticket, const net::Host& host) {
  try {
    return load_plugin(ticket.auth_plugin);
  } catch (const ConnectionError& error) {
    throw net::LoginError(
        "08001", "Integrated login to " + host_and_port(host) + " failed: " + error.what());
  }
}

void switch_pool_off(const negodbc_auth_api& api) {
  constexpr std::size_t needed =
      offsetof(negodbc_auth_api, set_limits) + sizeof(negodbc_auth_api::set_limits);
  if (api.size < needed || api.set_limits == nullptr) return;  // a plugin without a pool
  negodbc_auth_limits limits = {};
  limits.size = sizeof limits;
  limits.pooled_buffers = NEGODBC_AUTH_OFF;
  (void)api.set_limits(&limits);
}

// As libpq: a server that asks for GSS takes Kerberos as it is (RFC 1964), and negotiating first
// would cost its process nearly a fifth of a login; SSPI's Negotiate wants negotiation.
std::string package_for(const TicketOptions& ticket, AuthMethod method) {
  if (!ticket.auth_package.empty()) return ticket.auth_package;
  return method == AuthMethod::gss && !ticket.allow_ntlm ? "Kerberos" : "Negotiate";
}

void add(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

}  // namespace

IntegratedAuth::IntegratedAuth(const TicketOptions& ticket, const net::Host& host, Purpose purpose)
    : api_(plugin_for(ticket, host)),
      purpose_(purpose),
      package_(package_for(ticket, AuthMethod::gss)),
      host_(host),
      wishes_(ticket, host),
      mutual_(ticket.mutual || purpose == Purpose::encryption),
      log_(ticket.diagnosis_log) {
  open(ticket, "");
}

void IntegratedAuth::prepare(const TicketOptions& ticket, AuthMethod method,
                             const std::string& tls_hash) {
  std::string package = package_for(ticket, method);
  // Package and bindings are said when a session is opened.
  if (tls_hash.empty() && package == package_) return;
  package_ = std::move(package);
  open(ticket, tls_hash.empty() ? "" : "tls-server-end-point:" + tls_hash);
}

void IntegratedAuth::open(const TicketOptions& ticket, const std::string& bindings) {
  api_.close(std::exchange(session_, nullptr));
  negodbc_auth_options options = {};
  options.size = sizeof options;
  options.flags_requested = NEGODBC_AUTH_FLAG_REPLAY_DETECT | NEGODBC_AUTH_FLAG_SEQUENCE_DETECT;
  if (mutual_) options.flags_required |= NEGODBC_AUTH_FLAG_MUTUAL;
  if (purpose_ == Purpose::encryption) {
    options.flags_required |= NEGODBC_AUTH_FLAG_CONFIDENTIALITY | NEGODBC_AUTH_FLAG_INTEGRITY |
                              NEGODBC_AUTH_FLAG_REPLAY_DETECT | NEGODBC_AUTH_FLAG_SEQUENCE_DETECT;
  }
  options.delegation = ticket.delegation;
  options.canonicalize = ticket.canonicalize;
  options.sealing = ticket.sealing;
  const auto kept = [](std::uint32_t size) { return size == 0 ? NEGODBC_AUTH_OFF : size; };
  options.min_lifetime_s = kept(ticket.min_ticket_lifetime_s);
  options.credential_copies = kept(ticket.credential_copies);
  options.warm_contexts = kept(ticket.warm_contexts);
  options.target_life_s = kept(ticket.target_lifetime_s);
  if (!ticket.pooled_buffers) switch_pool_off(api_);
  options.allow_ntlm = ticket.allow_ntlm ? 1 : 0;
  options.package = package_.c_str();
  options.library = text_or_null(ticket.gss_library);
  options.service = text_or_null(ticket.kerberos_service);
  // A service of this machine, reached by its socket, has the machine's name.
  const bool local = host_.name.starts_with('/') || host_.name.starts_with('@');
  const std::string& name = host_.name.empty() ? host_.address : host_.name;
  options.host = local ? "localhost" : name.c_str();
  options.realm = text_or_null(ticket.realm);
  options.target = text_or_null(ticket.server_spn);
  options.credential_cache = text_or_null(ticket.credential_cache);
  options.client_keytab = text_or_null(ticket.client_keytab);
  options.principal = text_or_null(ticket.principal);
  options.password = text_or_null(ticket.principal_password.reveal());
  options.native_credential = ticket.native_credential;
  options.channel_bindings = bindings.empty() ? nullptr : bindings.data();
  options.channel_bindings_size = bindings.size();
  const negodbc_auth_status status = api_.open(&options, &session_);
  if (status >= 0 && session_ != nullptr) return;
  try {
    fail(status >= 0 ? NEGODBC_AUTH_E_INTERNAL : status);
  } catch (...) {
    write_log();
    api_.close(std::exchange(session_, nullptr));
    throw;
  }
}

IntegratedAuth::~IntegratedAuth() {
  if (tried_) write_log();
  api_.close(session_);
}

std::string IntegratedAuth::principal(Deadline deadline) {
  const char* name = nullptr;
  const negodbc_auth_status status = api_.principal(session_, timeout_of(deadline), &name);
  if (status < 0) fail(status);
  if (name == nullptr || *name == '\0') fail(NEGODBC_AUTH_E_INTERNAL);
  return name;
}

std::string_view IntegratedAuth::step(std::string_view input, Deadline deadline) {
  const void* token = nullptr;
  std::size_t size = 0;
  const negodbc_auth_status status =
      api_.step(session_, input.data(), input.size(), timeout_of(deadline), &token, &size);
  if (status < 0) fail(status);
  tried_ = true;
  established_ = status == NEGODBC_AUTH_ESTABLISHED;
  return {static_cast<const char*>(token), size};
}

negodbc_auth_diagnosis IntegratedAuth::diagnosis() const {
  negodbc_auth_diagnosis record = {};
  record.size = sizeof record;
  if (session_ != nullptr) (void)api_.diagnosis(session_, &record);
  return record;
}

bool IntegratedAuth::delegated() const {
  return (diagnosis().flags_granted & NEGODBC_AUTH_FLAG_DELEGATED) != 0;
}

std::string IntegratedAuth::description() const {
  const negodbc_auth_diagnosis record = diagnosis();
  std::string list;
  if (!text(record.target).empty()) add(list, "SPN " + std::string(text(record.target)));
  if (!text(record.principal).empty())
    add(list, "principal " + std::string(text(record.principal)));
  if (!text(record.credential_source).empty()) add(list, credential(record.credential_source));
  std::string library(text(record.library));
  if (!text(record.library_version).empty()) library += ' ' + std::string(record.library_version);
  if (!library.empty()) list += (list.empty() ? "" : "; ") + library;
  return list;
}

void IntegratedAuth::ended(LoginOutcome outcome, const std::string& words) {
  if (std::exchange(ended_, true) || session_ == nullptr) return;
  if (NEGODBC_AUTH_HAS(&api_, login_ended)) {
    (void)api_.login_ended(session_,
                           outcome == LoginOutcome::accepted  ? NEGODBC_AUTH_LOGIN_ACCEPTED
                           : outcome == LoginOutcome::refused ? NEGODBC_AUTH_LOGIN_REFUSED
                                                              : NEGODBC_AUTH_LOGIN_BROKEN_OFF,
                           words.c_str());
  }
  if (tried_) write_log();
}

// Once.
void IntegratedAuth::write_log() const {
  if (!log_.is_open()) return;
  const negodbc_auth_diagnosis record = diagnosis();
  log_.write(host_, purpose_ == Purpose::login ? "login" : "encryption", text(record.json));
}

void IntegratedAuth::fail(negodbc_auth_status status) const {
  tried_ = true;
  const negodbc_auth_diagnosis record = diagnosis();
  const Meaning& meaning = meaning_of(status);
  const bool by_ntlm = package_ == "NTLM" && status == NEGODBC_AUTH_E_NO_CREDENTIALS;
  std::string message =
      "Integrated login to " + host_and_port(host_) + " failed: " +
      (by_ntlm                ? "no credential for NTLM"
       : knows_target(record) ? "the KDC gives no ticket for the server's principal"
                              : meaning.cause);
  std::string words(text(record.text));
  if (words.ends_with('.')) words.pop_back();
  if (!words.empty()) message += ": " + words;
  // The remedy first: programs cut long texts (isql after 512 characters).
  std::string hint = remedy_for(status, record, wishes_);
  if (hint.empty()) hint = text(record.hint);  // the record lives until the session's next call
  if (!hint.empty() && !hint.ends_with('.')) hint += '.';
  if (!hint.empty()) message += ". " + hint;
  const std::string list = description();
  if (!list.empty()) message += " (" + list + ")";
  // No KDC, or not in time: another host may be of a realm that has one.
  const bool no_kdc = status == NEGODBC_AUTH_E_TIMED_OUT || status == NEGODBC_AUTH_E_NO_AUTHORITY;
  throw net::LoginError(
      meaning.state, message,
      no_kdc ? net::LoginError::Verdict::next_host : net::LoginError::Verdict::final);
}

std::string IntegratedAuth::explain_refusal(std::string_view user) const {
  const negodbc_auth_diagnosis record = diagnosis();  // it lives until the session's next call
  // Who is to prove itself says in a token why it refuses; in GSS encryption it only goes.
  const bool answers = purpose_ == Purpose::login && mutual_;
  std::string sentence = !established_ ? refused_ticket(record, wishes_, answers)
                         : mutual_     ? refused_user(text(record.principal), user)
                                       : refused_unheard(user);
  const std::string list = description();
  if (!list.empty()) sentence += " (" + list + ")";
  return sentence;
}

void IntegratedAuth::fail_encryption() const {
  const negodbc_auth_diagnosis record = diagnosis();
  std::string message = "the GSS encryption of the connection to " + host_and_port(host_) +
                        " failed: " + std::string(text(record.text));
  if (!text(record.hint).empty()) message += ". " + std::string(record.hint);
  throw ConnectionError("08S01", message);
}

std::size_t IntegratedAuth::frame_overhead() const {
  negodbc_auth_info info = {};
  info.size = sizeof info;
  const negodbc_auth_status status = api_.query(session_, &info);
  if (status < 0) fail(status);
  if ((info.flags_granted & NEGODBC_AUTH_FLAG_CONFIDENTIALITY) == 0)
    fail(NEGODBC_AUTH_E_NOT_GRANTED);
  return info.max_frame_overhead;
}

std::size_t IntegratedAuth::protect(std::string_view plain, std::span<char> sealed) {
  std::size_t size = sealed.size();
  const negodbc_auth_status status =
      api_.protect(session_, plain.data(), plain.size(), sealed.data(), &size);
  if (status == NEGODBC_AUTH_E_BUFFER_TOO_SMALL || (status >= 0 && size > sealed.size())) {
    throw ConnectionError("08S01",
                          "the authentication plugin made too large a frame for GSS encryption");
  }
  if (status < 0) fail_encryption();
  return size;
}

std::string_view IntegratedAuth::unprotect(std::span<char> sealed) {
  if (NEGODBC_AUTH_HAS(&api_, unprotect_in_place)) {
    void* data = nullptr;
    std::size_t size = 0;
    if (api_.unprotect_in_place(session_, sealed.data(), sealed.size(), &data, &size) < 0) {
      fail_encryption();
    }
    return {static_cast<const char*>(data), size};
  }
  opened_.resize(std::max(opened_.size(), sealed.size()));
  std::size_t size = opened_.size();
  if (api_.unprotect(session_, sealed.data(), sealed.size(), opened_.data(), &size) < 0) {
    fail_encryption();
  }
  return {opened_.data(), std::min(size, opened_.size())};
}

}  // namespace negodbc::auth
