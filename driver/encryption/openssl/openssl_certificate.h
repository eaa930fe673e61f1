// What is asked of a server's certificate.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace negodbc::encryption {

// Whether the certificate is for this host: a name (wildcards only as a whole leftmost label, RFC
// 6125) or an IP address. Subject alternative names decide; the common name only where there are
// none.
bool certificate_names(X509* certificate, const std::string& host);

// The DNS names and IP addresses that it is for, as they stand there.
std::vector<std::string> names_in(X509* certificate);

// " but for a.example.org, b.example.org" and what can be done about it: for the text about a host
// that it is not for. Some names of many, and no control characters of theirs.
std::string held_names(X509* certificate);

// tls-server-end-point (RFC 5929 section 4.1): the certificate's hash by the digest of its own
// signature, SHA-256 instead of MD5 and SHA-1. Empty when the signature has no such digest
// (Ed25519).
std::string channel_binding_hash(X509* certificate);

}  // namespace negodbc::encryption
