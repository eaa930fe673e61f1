#include "cli/examination/tls_step.h"

#include <memory>

#include "cli/examination/words.h"
#include "driver/encryption/shown_certificates.h"
#include "driver/net/socket_transport.h"

namespace negodbc::cli {
namespace {

using encryption::CertificateFacts;
using encryption::SslMode;

void add_certificate(Finding& finding, const CertificateFacts& certificate, bool own) {
  const std::string name = own ? "certificate" : "signed by";
  finding.facts.push_back({name, certificate.subject, ""});
  if (own) finding.facts.push_back({"names", joined(certificate.names), "", name});
  finding.facts.push_back({"issuer", certificate.issuer, "", name});
  finding.facts.push_back(
      {"valid", time_text(certificate.valid_from) + " to " + time_from_now(certificate.valid_until),
       "", name});
}

// The last in force of the chain's dates, or what is wrong with them.
std::string fault_of_dates(const std::vector<CertificateFacts>& chain) {
  const std::int64_t now = seconds_now();
  for (const CertificateFacts& each : chain) {
    if (each.valid_until < now)
      return each.subject + " has run out " + time_from_now(each.valid_until);
    if (each.valid_from > now)
      return each.subject + " is valid from " + time_from_now(each.valid_from);
  }
  return {};
}

}  // namespace

Finding examine_tls(Examination& examination) {
  Finding finding;
  const login::LoginSettings& settings = examination.settings;
  const net::Host& host = examination.server->host;
  const Deadline deadline = examination.share();
  const encryption::ShownCertificates shown = encryption::look_at_certificates(
      std::make_unique<net::SocketTransport>(examination.server->address, settings, deadline),
      settings, host, deadline);
  if (!shown.offered) {
    finding.text = "not offered";
    if (settings.ssl_mode >= SslMode::require) {
      finding.verdict = Verdict::note;
      finding.remedy =
          "sudo -u postgres psql -c 'ALTER SYSTEM SET ssl = on' -c 'SELECT pg_reload_conf()'    # "
          "on "
          "the server, with ssl_cert_file and ssl_key_file";
    }
    return finding;
  }
  finding.text = shown.protocol;
  for (std::size_t i = 0; i < shown.chain.size(); ++i)
    add_certificate(finding, shown.chain[i], i == 0);
  const bool wants_name =
      settings.ssl_mode == SslMode::verify_full || settings.ssl_root_cert == "system";
  const std::string& name = host.name.empty() ? host.address : host.name;
  if (!shown.names_host) {
    finding.notes.push_back("the certificate is not for " + name +
                            (wants_name ? "" : "; this sslmode does not mind"));
    if (wants_name) finding.verdict = Verdict::note;
  }
  if (!shown.verified) {
    finding.notes.emplace_back("nobody verifies it: sslmode, and no root certificate");
  } else if (!shown.distrust.empty()) {
    finding.verdict = Verdict::note;
    finding.notes.push_back("it is not trusted: " + shown.distrust);
  } else {
    finding.text += ", trusted";
  }
  if (const std::string fault = fault_of_dates(shown.chain); !fault.empty()) {
    finding.verdict = Verdict::note;
    finding.notes.push_back(fault);
    finding.remedy = "have the server's certificate renewed, or set this machine's clock";
  }
  return finding;
}

}  // namespace negodbc::cli
