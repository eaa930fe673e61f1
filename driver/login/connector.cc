// login(): the hosts of the list, the addresses of each, the kinds of encryption, in turn.
#include <algorithm>
#include <optional>
#include <random>
#include <span>

#include "driver/login/dialog.h"
#include "driver/login/expected_way.h"
#include "driver/login/identity.h"
#include "driver/login/login.h"
#include "driver/login/login_log.h"
#include "driver/login/target_session.h"
#include "driver/net/address_cache.h"

namespace negodbc::login {
namespace {

using Attempt = encryption::EncryptionAttempt;
using Verdict = net::LoginError::Verdict;

// An equal part of the time left, so that one of several that hangs does not use up all of it.
Deadline share(Deadline all, std::size_t shares) {
  if (all.is_never() || shares <= 1) return all;
  return all.sooner(Deadline::after(all.remaining() / static_cast<long>(shares)));
}

session::CancelSettings without_secrets(const LoginSettings& settings) {
  session::CancelSettings copy = {settings, settings};
  copy.ssl_password = Secret();
  copy.principal_password = Secret();
  copy.native_credential = nullptr;
  return copy;
}

class Connector {
 public:
  Connector(const LoginSettings& settings, const session::NoticeSink& notices)
      : settings_(settings),
        notices_(notices),
        log_(settings),
        deadline_(settings.timeout.count() > 0 ? Deadline::after(settings.timeout)
                                               : Deadline::never()),
        hosts_(settings.hosts) {
    if (hosts_.empty()) hosts_.push_back({"localhost", "", 5432});
    if (settings.load_balance_hosts) {
      std::shuffle(hosts_.begin(), hosts_.end(), std::mt19937(std::random_device()()));
    }
  }

  std::unique_ptr<session::Session> run() {
    log_.begins();
    try {
      auto session = session::timed(times_.total, [this] { return try_all(); });
      session->set_login_times(times_);
      log_.succeeded(*session, times_);
      return session;
    } catch (...) {
      log_.failed(times_);
      throw;
    }
  }

 private:
  std::unique_ptr<session::Session> try_all() {
    const bool two_passes = settings_.target_session == TargetSession::prefer_standby;
    if (two_passes) {
      if (auto session = pass(TargetSession::standby, share(deadline_, 2))) return session;
    }
    if (auto session = pass(two_passes ? TargetSession::any : settings_.target_session, deadline_))
      return session;
    report();
  }

  // One way through the list; nothing when no server would do.
  std::unique_ptr<session::Session> pass(TargetSession wanted, Deadline deadline) {
    failures_.clear();
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      ServerTime time(deadline, hosts_.size() - i);
      if (auto session = try_host(hosts_[i], wanted, time)) return session;
    }
    return nullptr;
  }

  std::unique_ptr<session::Session> try_host(const net::Host& host, TargetSession wanted,
                                             ServerTime& time) {
    try {
      auto& cache = net::AddressCache::of_process();
      auto addresses = session::timed(times_.resolve, [&] {
        return cache.resolve(host, settings_.address_lifetime, time.server());
      });
      if (settings_.load_balance_hosts) {
        std::shuffle(addresses.begin(), addresses.end(), std::mt19937(std::random_device()()));
      }
      for (std::size_t i = 0; i < addresses.size(); ++i) {
        const Deadline connecting = share(time.server(), addresses.size() - i);
        if (auto session = try_address(host, addresses[i], wanted, connecting, time))
          return session;
      }
      cache.forget(host);
    } catch (const net::LoginError& error) {
      if (error.verdict() != Verdict::next_host || hosts_.size() == 1) throw;
      note(error);
    } catch (const ConnectionError& error) {  // no address
      note(error, "Cannot connect to " + host_and_port(host) + ": ");
    }
    return nullptr;
  }

  std::unique_ptr<session::Session> try_address(const net::Host& host, const net::Address& address,
                                                TargetSession wanted, Deadline connecting,
                                                ServerTime& time) {
    // "allow" and "prefer" make further attempts, only where the one before tells that it may help.
    std::optional<net::LoginError> first;
    const std::vector<Attempt> attempts =
        encryption::encryption_attempts(settings_, address.is_local(), needs_ticket());
    for (std::size_t at = 0; at < attempts.size(); ++at) {
      // What a refusal is not about encryption of, encryption does not help.
      if (attempts[at].last_resort && first && first->state() != "28000") break;
      try {
        auto session = log_in(host, address, attempts, at, connecting, time);
        if (is_wanted(*session, wanted, time.server())) return session;
        note(ConnectionError("08001", host_and_port(host) + " is not what target_session_attrs=" +
                                          std::string(target_session_name(wanted)) +
                                          " asks for: name another server, or another kind"));
        return nullptr;
      } catch (const net::LoginError& error) {
        // Nobody asked for the last resort: that it is none either is no news.
        if (first && attempts[at].last_resort &&
            (!protected_ || error.verdict() == Verdict::other_encryption))
          throw net::LoginError(*first);
        const net::LoginError told = first ? both(*first, error, attempts[at]) : error;
        if (told.verdict() == Verdict::next_server) {
          note(told);
          return nullptr;
        }
        if (told.verdict() != Verdict::other_encryption && !goes_on_without(attempts[at], told))
          throw told;
        log_.attempt_failed(told);
        gss_failed_ = attempts[at].wanted == encryption::Encryption::gss;
        first = told;
      } catch (const ConnectionError& error) {
        if (first && attempts[at].last_resort) throw net::LoginError(*first);
        note(error, "Cannot connect to " + host_and_port(host) + ": ");
        return nullptr;
      }
    }
    throw net::LoginError(*first);
  }

  // Unless the server may also ask for nothing.
  [[nodiscard]] bool needs_ticket() const {
    return settings_.integrated == auth::IntegratedLogin::required &&
           (settings_.require_auth & static_cast<unsigned>(auth::AuthMethod::none)) == 0;
  }

  // No KDC has answered: nothing is gained by going on where the login itself takes a ticket.
  [[nodiscard]] bool goes_on_without(const Attempt& attempt, const net::LoginError& error) const {
    return attempt.wanted == encryption::Encryption::gss && !protected_ &&
           error.verdict() == Verdict::next_host &&
           settings_.gssenc_mode != encryption::GssEncMode::require && !needs_ticket();
  }

  [[nodiscard]] net::LoginError both(const net::LoginError& first, const net::LoginError& second,
                                     const Attempt& attempt) const {
    // That GSS encryption failed explains nothing where the login fails without it as well, for
    // what has nothing to do with encryption.
    if (gss_failed_ && second.verdict() != Verdict::other_encryption) return second;
    const char* const how = attempt.wanted == encryption::Encryption::none
                                ? "; without encryption: "
                                : "; with encryption: ";
    return {second.state().view(), std::string(first.what()) + how + second.what(),
            second.verdict()};
  }

  // By attempts[at]; `at` moves on where the server declines that.
  std::unique_ptr<session::Session> log_in(const net::Host& host, const net::Address& address,
                                           std::span<const Attempt> attempts, std::size_t& at,
                                           Deadline connecting, ServerTime& time) {
    try {
      return log_in(host, address, attempts, at, connecting, time, ExpectedWay::Attempt::first);
    } catch (const NotAsExpected& told) {
      return log_in(host, address, attempts, at, connecting, time,
                    told.broke_down() ? ExpectedWay::Attempt::after_breakdown
                                      : ExpectedWay::Attempt::after_disagreement);
    }
  }

  std::unique_ptr<session::Session> log_in(const net::Host& host, const net::Address& address,
                                           std::span<const Attempt> attempts, std::size_t& at,
                                           Deadline connecting, ServerTime& time,
                                           ExpectedWay::Attempt expecting) {
    protected_ = false;
    log_.attempt(host, address, attempts[at].wanted);
    auto socket = session::timed(times_.connect, [&] {
      return std::make_unique<net::SocketTransport>(address, settings_, connecting);
    });
    auto stream = session::timed(
        times_.encryption, [&] { return protect(std::move(socket), attempts, at, host, time); });
    protected_ = true;
    Identity identity = {user_, nullptr, ""};
    if (user_.empty()) {
      identity = session::timed(times_.token, [&] {
        return time.ask_kdc(
            [&](Deadline deadline) { return find_identity(settings_, host, deadline); });
      });
      user_ = identity.user;
      remark_ = identity.remark;
    }
    session::CancelTarget target = cancel_target(stream.used);
    target.host = host;
    target.address = address;
    ExpectedWay expected(settings_, expecting, host, address, identity.user, stream.used);
    Dialog dialog(settings_, host, identity.user, std::move(identity.auth), expected.method(),
                  notices_, times_, time);
    try {
      auto session = dialog.run(std::move(stream), std::move(target));
      expected.was(session->auth_method());
      return session;
    } catch (const NotAsExpected&) {
      expected.was_wrong();
      throw;
    } catch (const net::LoginError& error) {
      if (error.state() == "HYT00") expected.timed_out(dialog.asked());
      // Who has logged in is not to be blamed for what cannot be reached.
      if (remark_.empty() || (error.state() != "28000" && error.state() != "08004")) throw;
      throw net::LoginError(error.state().view(), std::string(error.what()) + ". " + remark_,
                            error.verdict());
    }
  }

  encryption::ProtectedStream protect(std::unique_ptr<net::SocketTransport> socket,
                                      std::span<const Attempt> attempts, std::size_t& at,
                                      const net::Host& host, ServerTime& time) {
    const auto tls = [this] {
      if (!tls_) tls_ = encryption::tls_context_for(settings_);
      return tls_;
    };
    if (attempts[at].wanted != encryption::Encryption::gss ||
        settings_.gssenc_mode == encryption::GssEncMode::require || needs_ticket()) {
      return encryption::protect(std::move(socket), attempts, at, settings_, host, tls, time);
    }
    const ServerTime::HurriedKdc hurried(time);
    return encryption::protect(std::move(socket), attempts, at, settings_, host, tls, time);
  }

  session::CancelTarget cancel_target(encryption::Encryption used) {
    session::CancelTarget target;
    target.settings = without_secrets(settings_);
    if (used == encryption::Encryption::gss) {
      target.settings.principal_password = settings_.principal_password;
      target.credential_was_lent = settings_.native_credential != nullptr;
    }
    if (target.credential_was_lent && !tls_ && settings_.ssl_mode != encryption::SslMode::disable) {
      try {
        tls_ = encryption::tls_context_for(settings_);
      } catch (const ConnectionError&) {
        tls_ = nullptr;  // no reason for the login to fail: it does without TLS
      }
    }
    target.tls = tls_;
    return target;
  }

  void note(const ConnectionError& error, const std::string& prefix = "") {
    timed_out_ = deadline_.expired() || error.state() == "HYT00" || error.state() == "HYT01";
    log_.attempt_failed(error);
    if (!failures_.empty()) failures_ += "; ";
    failures_ += prefix + error.what();
  }

  [[noreturn]] void report() const {
    throw ConnectionError(timed_out_ ? "HYT00" : "08001", failures_);
  }

  const LoginSettings& settings_;
  const session::NoticeSink& notices_;
  const LoginLog log_;
  Deadline deadline_;
  std::vector<net::Host> hosts_;
  std::string user_, remark_;
  std::shared_ptr<const encryption::TlsContext> tls_;
  session::LoginTimes times_;
  std::string failures_;
  bool timed_out_ = false;
  bool protected_ = false;   // the attempt under way has set up its encryption, or does without
  bool gss_failed_ = false;  // the attempt before, by GSS encryption
};

}  // namespace

std::unique_ptr<session::Session> login(const LoginSettings& settings,
                                        const session::NoticeSink& notices) {
  return Connector(settings, notices).run();
}

}  // namespace negodbc::login
