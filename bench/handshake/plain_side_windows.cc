#include "bench/handshake/plain_side.h"

#include <cstdio>
#include <stdexcept>

#include "negodbc/sspi.h"

namespace negodbc::bench {
namespace {

constexpr sec_ulong largest_token = 65536;

const SecurityFunctionTableW& table() {
  static const SecurityFunctionTableW* const system = InitSecurityInterfaceW();
  return *system;
}

void check(SECURITY_STATUS status, const char* what) {
  if (status >= 0) return;
  char text[100];
  std::snprintf(text, sizeof text, "%s failed: 0x%08X", what, static_cast<unsigned>(status));
  throw std::runtime_error(text);
}

// A credential and a context of either end.
class Secur32 : public Side {
 public:
  Secur32(const std::string& package, sec_ulong use) {
    std::wstring name(package.begin(), package.end());
    TimeStamp expiry{};
    check(table().AcquireCredentialsHandleW(nullptr, name.data(), use, nullptr, nullptr, nullptr,
                                            nullptr, &credential_, &expiry),
          "AcquireCredentialsHandle");
  }
  Secur32(const Secur32&) = delete;
  Secur32& operator=(const Secur32&) = delete;
  ~Secur32() override {
    if (exists_) table().DeleteSecurityContext(&context_);
    table().FreeCredentialsHandle(&credential_);
  }

  std::string step(const std::string& input) override {
    std::string in_bytes = input;
    std::string out_bytes(largest_token, '\0');
    SecBuffer in{static_cast<sec_ulong>(in_bytes.size()), SECBUFFER_TOKEN, in_bytes.data()};
    SecBuffer out{static_cast<sec_ulong>(out_bytes.size()), SECBUFFER_TOKEN, out_bytes.data()};
    SecBufferDesc in_list{SECBUFFER_VERSION, 1, &in};
    SecBufferDesc out_list{SECBUFFER_VERSION, 1, &out};
    const SECURITY_STATUS status = call(input.empty() ? nullptr : &in_list, &out_list);
    check(status, "a leg");
    exists_ = true;
    complete_ = status == SEC_E_OK;
    out_bytes.resize(out.cbBuffer);
    return out_bytes;
  }
  [[nodiscard]] bool complete() const override { return complete_; }

 protected:
  virtual SECURITY_STATUS call(SecBufferDesc* in, SecBufferDesc* out) = 0;

  CredHandle credential_{};
  CtxtHandle context_{};
  sec_ulong attributes_ = 0;
  TimeStamp expiry_{};
  bool exists_ = false;

 private:
  bool complete_ = false;
};

class Initiator final : public Secur32 {
 public:
  explicit Initiator(const std::string& package) : Secur32(package, SECPKG_CRED_OUTBOUND) {}

 protected:
  SECURITY_STATUS call(SecBufferDesc* in, SecBufferDesc* out) override {
    constexpr sec_ulong request = ISC_REQ_MUTUAL_AUTH | ISC_REQ_CONFIDENTIALITY |
                                  ISC_REQ_INTEGRITY | ISC_REQ_REPLAY_DETECT |
                                  ISC_REQ_SEQUENCE_DETECT;
    wchar_t target[] = L"postgres/localhost";
    return table().InitializeSecurityContextW(&credential_, exists_ ? &context_ : nullptr, target,
                                              request, 0, SECURITY_NETWORK_DREP, in, 0, &context_,
                                              out, &attributes_, &expiry_);
  }
};

class Server final : public Secur32 {
 public:
  explicit Server(const std::string& package) : Secur32(package, SECPKG_CRED_INBOUND) {}

 protected:
  SECURITY_STATUS call(SecBufferDesc* in, SecBufferDesc* out) override {
    return table().AcceptSecurityContext(&credential_, exists_ ? &context_ : nullptr, in, 0,
                                         SECURITY_NETWORK_DREP, &context_, out, &attributes_,
                                         &expiry_);
  }
};

}  // namespace

std::vector<std::string> implementations() {
  return {"windows"};
}

std::unique_ptr<Side> plain_initiator(const std::string& /*implementation*/,
                                      const std::string& package) {
  return std::make_unique<Initiator>(package);
}

std::unique_ptr<Side> acceptor(const std::string& package) {
  return std::make_unique<Server>(package);
}

}  // namespace negodbc::bench
