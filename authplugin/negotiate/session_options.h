// The ABI's options, owned, completed and judged.
#ifndef NEGODBC_NEGOTIATE_SESSION_OPTIONS_H_
#define NEGODBC_NEGOTIATE_SESSION_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "negotiate/initiator.h"

namespace negodbc::auth {

struct SessionOptions {
  CredentialRequest credential;
  ContextRequest context;
  std::string service;
  std::string host;
  std::string realm;
  bool whole_target = false;  // context.target was given
  Canonicalize canonicalize = Canonicalize::kNone;
  std::uint32_t min_lifetime_s = 15;
  std::uint32_t credential_copies = 0;  // 0: credentials are not kept
  std::uint32_t warm_contexts = 0;      // 0: none are made
  std::chrono::seconds target_life{0};  // 0: names are not kept
  std::string fault;                    // what is wrong with the options; "" when nothing is
};

// Fields beyond options->size count as zero.
// `native_owner`: of the native credential, when that is handed over.
SessionOptions read_options(const negodbc_auth_options& options,
                            std::shared_ptr<void> native_owner = nullptr);

// All that tells one set of options from another, byte by byte, into `key` (which is emptied
// first). Nothing is read beyond options->size. A keyed hash stands for the password.
void write_options_key(const negodbc_auth_options& options, SecretBytes& key);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SESSION_OPTIONS_H_
