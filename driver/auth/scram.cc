#include "driver/auth/scram.h"

#include <charconv>

#include "driver/auth/base64.h"
#include "driver/net/transport.h"

namespace negodbc::auth {
namespace {

// A server may choose a long nonce and salt, but not an endless one.
constexpr std::size_t longest_message = 8192;

std::string random_nonce() {
  unsigned char bytes[18];
  random_bytes(bytes);
  return base64_encode({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

void exclusive_or(Sha256& to, const Sha256& with) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<unsigned char>(to[i] ^ with[i]);
}

// Takes "x=value" up to the comma off the front.
std::string_view take_attribute(std::string_view& message, char name) {
  if (message.size() < 2 || message[0] != name || message[1] != '=') {
    throw ScramError(std::string("the server's SCRAM message lacks the attribute ") + name);
  }
  const std::size_t end = std::min(message.find(','), message.size());
  const std::string_view value = message.substr(2, end - 2);
  message.remove_prefix(std::min(end + 1, message.size()));
  return value;
}

unsigned parse_iterations(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 ||
      value > ScramClient::most_iterations) {
    throw ScramError("the server's SCRAM iteration count is not between 1 and " +
                     std::to_string(ScramClient::most_iterations));
  }
  return value;
}

}  // namespace

Sha256 scram_salted_password(std::string_view password, std::string_view salt, unsigned iterations,
                             Deadline deadline) {
  constexpr unsigned between_looks = 4096;
  HmacSha256 hmac(password);
  Sha256 block = hmac(std::string(salt) + std::string("\0\0\0\1", 4));
  Sha256 result = block;
  for (unsigned i = 1; i < iterations; ++i) {
    block = hmac(view(block));
    exclusive_or(result, block);
    if (i % between_looks == 0 && deadline.expired()) {
      throw net::Timeout("the server's SCRAM iteration count of " + std::to_string(iterations) +
                         " takes longer than the login may");
    }
  }
  wipe(block.data(), block.size());
  return result;
}

ScramClient::ScramClient(std::string_view password, ScramBinding binding,
                         std::string_view channel_binding)
    : ScramClient(password, binding, channel_binding, "", random_nonce()) {}

ScramClient::ScramClient(std::string_view password, ScramBinding binding,
                         std::string_view channel_binding, std::string_view user,
                         std::string_view nonce)
    : password_(password), nonce_(nonce) {
  switch (binding) {
    case ScramBinding::unsupported:
      gs2_header_ = "n,,";
      break;
    case ScramBinding::server_lacks:
      gs2_header_ = "y,,";
      break;
    case ScramBinding::used:
      gs2_header_ = "p=tls-server-end-point,,";
      break;
  }
  bound_ = gs2_header_;
  if (binding == ScramBinding::used) bound_ += channel_binding;
  bound_ = base64_encode(bound_);
  first_bare_ = "n=" + std::string(user) + ",r=" + nonce_;
}

ScramClient::~ScramClient() {
  if (cache_ != nullptr && answered_ && !verified_) cache_->forget(place_);
}

void ScramClient::keep_keys_in(ScramKeyCache& cache, std::string whose) {
  cache_ = &cache;
  whose_ = std::move(whose);
}

ScramKeys ScramClient::keys_for(const std::string& salt, unsigned iterations, Deadline deadline) {
  if (cache_ != nullptr) {
    place_ = cache_->place(whose_, password_.reveal(), salt, iterations);
    if (const auto kept = cache_->get(place_)) return *kept;
  }
  const ScramKeys keys = derive_scram_keys(password_.reveal(), salt, iterations, deadline);
  if (cache_ != nullptr) new_ = keys;
  return keys;
}

std::string ScramClient::first_message() const {
  return gs2_header_ + first_bare_;
}

std::string ScramClient::final_message(std::string_view server_first, Deadline deadline) {
  if (answered_ || server_first.size() > longest_message) {
    throw ScramError("the server's SCRAM message comes out of turn or is too long");
  }
  std::string_view rest = server_first;
  const std::string_view nonce = take_attribute(rest, 'r');
  if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size()) {
    throw ScramError("the server's SCRAM nonce is not an answer to this login");
  }
  const auto salt = base64_decode(take_attribute(rest, 's'));
  if (!salt || salt->empty()) throw ScramError("the server's SCRAM salt is malformed");
  const unsigned iterations = parse_iterations(take_attribute(rest, 'i'));

  const ScramKeys keys = keys_for(*salt, iterations, deadline);
  const std::string without_proof = "c=" + bound_ + ",r=" + std::string(nonce);
  const std::string auth_message =
      first_bare_ + "," + std::string(server_first) + "," + without_proof;

  Sha256 proof = keys.client;
  exclusive_or(proof, HmacSha256(view(sha256(view(keys.client))))(auth_message));
  server_signature_ = HmacSha256(view(keys.server))(auth_message);
  answered_ = true;
  return without_proof + ",p=" + base64_encode(view(proof));
}

void ScramClient::verify(std::string_view server_final) {
  if (!answered_ || verified_) throw ScramError("the server's SCRAM message comes out of turn");
  if (server_final.starts_with("e=")) {
    throw ScramError(
        "the server ended the SCRAM exchange: " +
        std::string(server_final.substr(2, std::min<std::size_t>(server_final.find(','), 60))));
  }
  const auto signature = base64_decode(take_attribute(server_final, 'v'));
  if (!signature || !same_secret(*signature, view(server_signature_))) {
    throw ScramError(
        "the server could not prove that it knows the password: it is not the server it "
        "claims to be");
  }
  verified_ = true;
  if (new_) cache_->put(place_, *new_);
}

}  // namespace negodbc::auth
