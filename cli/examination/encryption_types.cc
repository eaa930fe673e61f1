#include "cli/examination/ticket_facts.h"

namespace negodbc::cli {
namespace {

struct EncryptionType {
  int number;
  const char* name;
};

// IANA's "Kerberos Encryption Type Numbers".
constexpr EncryptionType encryption_types[] = {
    {1, "des-cbc-crc"},
    {3, "des-cbc-md5"},
    {16, "des3-cbc-sha1"},
    {17, "aes128-cts-hmac-sha1-96"},
    {18, "aes256-cts-hmac-sha1-96"},
    {19, "aes128-cts-hmac-sha256-128"},
    {20, "aes256-cts-hmac-sha384-192"},
    {23, "arcfour-hmac"},
    {24, "arcfour-hmac-exp"},
    {25, "camellia128-cts-cmac"},
    {26, "camellia256-cts-cmac"},
};

}  // namespace

std::string encryption_type_name(int type) {
  for (const EncryptionType& each : encryption_types)
    if (each.number == type) return each.name;
  return "type " + std::to_string(type);
}

}  // namespace negodbc::cli
