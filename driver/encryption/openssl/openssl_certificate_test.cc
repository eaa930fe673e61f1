#include "driver/encryption/openssl/openssl_certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "driver/encryption/testing/self_signed.h"

namespace negodbc::encryption {
namespace {

using testing::Certificate;
using testing::certificate;
using testing::Key;
using testing::rsa_key;

std::string hash(const Certificate& of, const EVP_MD* digest) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(of.get(), digest, bytes, &size);
  return {reinterpret_cast<const char*>(bytes), size};
}

TEST(CertificateNames, FollowRfc6125) {
  const Key key = rsa_key();
  const auto with =
      certificate(key, "common.example.org",
                  "DNS:db.example.org,DNS:*.pool.example.org,DNS:f*.example.org,IP:10.1.2.3,IP:::1",
                  EVP_sha256());
  X509* const c = with.get();
  EXPECT_TRUE(certificate_names(c, "db.example.org"));
  EXPECT_TRUE(certificate_names(c, "DB.Example.ORG"));
  EXPECT_TRUE(certificate_names(c, "a.pool.example.org"));
  EXPECT_TRUE(certificate_names(c, "10.1.2.3"));
  EXPECT_TRUE(certificate_names(c, "::1"));
  EXPECT_FALSE(certificate_names(c, "a.b.pool.example.org"));
  EXPECT_FALSE(certificate_names(c, "pool.example.org"));
  EXPECT_FALSE(certificate_names(c, "foo.example.org"));     // a wildcard is a whole label
  EXPECT_FALSE(certificate_names(c, "common.example.org"));  // the alternatives decide
  EXPECT_FALSE(certificate_names(c, "10.1.2.4"));
  EXPECT_FALSE(certificate_names(c, ""));
  const auto without = certificate(key, "common.example.org", nullptr, EVP_sha256());
  EXPECT_TRUE(certificate_names(without.get(), "common.example.org"));
  EXPECT_FALSE(certificate_names(without.get(), "other.example.org"));
}

TEST(ChannelBinding, UsesTheSignaturesDigest) {
  const Key key = rsa_key();
  const auto sha256 = certificate(key, "a", nullptr, EVP_sha256());
  EXPECT_EQ(channel_binding_hash(sha256.get()), hash(sha256, EVP_sha256()));
  const auto sha512 = certificate(key, "a", nullptr, EVP_sha512());
  EXPECT_EQ(channel_binding_hash(sha512.get()), hash(sha512, EVP_sha512()));
  const auto sha1 = certificate(key, "a", nullptr, EVP_sha1());
  EXPECT_EQ(channel_binding_hash(sha1.get()),
            hash(sha1, EVP_sha256()));  // RFC 5929: not weaker than SHA-256
  const Key ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
  EXPECT_EQ(channel_binding_hash(certificate(ed25519, "a", nullptr, nullptr).get()), "");
}

}  // namespace
}  // namespace negodbc::encryption
