#include "bench/sink/scram_server.h"

#include <array>
#include <optional>

#include "bench/sink/counters.h"
#include "driver/auth/base64.h"
#include "driver/auth/password_hashes.h"
#include "driver/auth/scram_keys.h"

namespace negodbc::bench {
namespace {

using auth::HmacSha256;
using auth::Sha256;

[[noreturn]] void malformed_scram(const char* why) {
  throw Refusal(Cause::malformed, "08P01", std::string("malformed SCRAM message: ") + why);
}

// Takes "x=value" off the front, and the comma behind it.
std::string_view attribute(std::string_view& rest, char name) {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=')
    malformed_scram("an attribute is missing");
  const std::size_t comma = rest.find(',');
  const std::string_view value = rest.substr(2, comma == rest.npos ? comma : comma - 2);
  rest.remove_prefix(comma == rest.npos ? rest.size() : comma + 1);
  return value;
}

Sha256 combined(const Sha256& a, std::string_view b) {
  Sha256 result = a;
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = static_cast<unsigned char>(result[i] ^ static_cast<unsigned char>(b[i]));
  return result;
}

}  // namespace

ScramVerifier make_verifier(std::string_view password, std::string_view salt, unsigned iterations) {
  const Secret prepared = auth::scram_password(password);
  const auth::ScramKeys keys =
      auth::derive_scram_keys(prepared.reveal(), salt, iterations, Deadline::never());
  ScramVerifier verifier;
  verifier.salt = salt;
  verifier.iterations = iterations;
  verifier.stored_key = auth::sha256(auth::view(keys.client));
  verifier.server_key = keys.server;
  return verifier;
}

ScramVerifier impossible_verifier(std::string_view user, unsigned iterations) {
  static const Sha256 secret = [] {
    Sha256 bytes;
    auth::random_bytes(bytes);
    return bytes;
  }();
  const Sha256 of_user = HmacSha256(auth::view(secret))(user);
  ScramVerifier verifier;
  verifier.salt = auth::view(of_user).substr(0, 16);
  verifier.iterations = iterations;
  auth::random_bytes(verifier.stored_key);
  auth::random_bytes(verifier.server_key);
  return verifier;
}

ScramServer::ScramServer(const ScramVerifier& verifier, std::string nonce)
    : verifier_(verifier), nonce_(std::move(nonce)) {}

std::string ScramServer::first_message(std::string_view client_first) {
  std::string_view rest = client_first;
  if (rest.starts_with("p=")) malformed_scram("channel binding was not offered");
  if (!rest.starts_with("n,,") && !rest.starts_with("y,,"))
    malformed_scram("the header is not SCRAM's");
  header_ = rest.substr(0, 3);
  rest.remove_prefix(header_.size());
  const std::string_view bare = rest;
  attribute(rest, 'n');
  const std::string_view client_nonce = attribute(rest, 'r');
  if (client_nonce.empty()) malformed_scram("there is no nonce");
  nonce_.insert(0, client_nonce);
  std::string first = "r=" + nonce_ + ",s=" + auth::base64_encode(verifier_.salt) +
                      ",i=" + std::to_string(verifier_.iterations);
  messages_ = std::string(bare) + "," + first;
  return first;
}

std::string ScramServer::final_message(std::string_view client_final) {
  const std::size_t proof_at = client_final.rfind(",p=");
  if (proof_at == client_final.npos) malformed_scram("there is no proof");
  std::string_view rest = client_final;
  if (attribute(rest, 'c') != auth::base64_encode(header_))
    malformed_scram("the header is not that of the first message");
  if (!auth::same_secret(attribute(rest, 'r'), nonce_)) malformed_scram("another nonce");
  const std::optional<std::string> proof = auth::base64_decode(client_final.substr(proof_at + 3));
  if (!proof || proof->size() != Sha256().size()) malformed_scram("the proof is not one");

  messages_ += "," + std::string(client_final.substr(0, proof_at));
  HmacSha256 stored(auth::view(verifier_.stored_key));
  const Sha256 client_key = combined(stored(messages_), *proof);
  if (!auth::same_secret(auth::view(auth::sha256(auth::view(client_key))),
                         auth::view(verifier_.stored_key)))
    throw Refusal(Cause::wrong_password, "28P01", "password authentication failed");
  HmacSha256 server(auth::view(verifier_.server_key));
  return "v=" + auth::base64_encode(auth::view(server(messages_)));
}

std::string random_nonce() {
  std::array<unsigned char, 18> bytes{};
  auth::random_bytes(bytes);
  return auth::base64_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace negodbc::bench
