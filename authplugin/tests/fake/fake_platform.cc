#include "tests/fake/fake_platform.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "negotiate/utf16.h"

namespace negodbc::test {
namespace {

TableScript& s() {
  return table_script();
}

using Lock = std::lock_guard<std::recursive_mutex>;

void event(const char* name) {
  const Lock lock(table_mutex());
  s().events.emplace_back(name);
}

void* give(const void* from, std::size_t size) {
  const Lock lock(table_mutex());
  void* const memory = std::calloc(1, size + 1);
  std::memcpy(memory, from, size);
  ++s().allocations;
  return memory;
}
SEC_WCHAR* give_text(const std::string& text) {
  const auth::WideText wide = auth::to_wide(text);
  return static_cast<SEC_WCHAR*>(give(wide.c_str(), (wide.size() + 1) * sizeof(SEC_WCHAR)));
}
// In one block with its name.
PSecPkgInfoW give_info(const std::string& name) {
  SecPkgInfoW info{};
  info.cbMaxToken = 12000;
  const auth::WideText text = auth::to_wide(name);
  std::string block(reinterpret_cast<const char*>(&info), sizeof(info));
  block.append(reinterpret_cast<const char*>(text.c_str()), (text.size() + 1) * sizeof(SEC_WCHAR));
  auto* const given = static_cast<PSecPkgInfoW>(give(block.data(), block.size()));
  given->Name = reinterpret_cast<SEC_WCHAR*>(given + 1);
  return given;
}

SECURITY_STATUS SEC_ENTRY acquire(SEC_WCHAR*, SEC_WCHAR*, sec_ulong, void*, void*, SEC_GET_KEY_FN,
                                  void*, PCredHandle credential, PTimeStamp) {
  const Lock lock(table_mutex());
  event("acquire");
  if (s().acquire_status == SEC_E_OK) {
    *credential = CredHandle{7, 7};
    ++s().credentials;
  }
  return s().acquire_status;
}
SECURITY_STATUS SEC_ENTRY free_credentials(PCredHandle) {
  const Lock lock(table_mutex());
  event("free");
  --s().credentials;
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY initialize(PCredHandle, PCtxtHandle context, SEC_WCHAR* target,
                                     sec_ulong request, sec_ulong, sec_ulong, PSecBufferDesc input,
                                     sec_ulong, PCtxtHandle new_context, PSecBufferDesc output,
                                     sec_ulong* attributes, PTimeStamp) {
  event("initialize");
  if (s().throws) throw std::bad_alloc();
  if (const auto gate = s().gate; gate.valid()) gate.wait();
  const Lock lock(table_mutex());
  SecBuffer& out = output->pBuffers[0];
  TableScript::Call call;
  call.first = context == nullptr;
  call.target = auth::to_utf8(target);
  call.request = request;
  call.lent = out.pvBuffer == nullptr ? 0 : out.cbBuffer;
  for (sec_ulong i = 0; input != nullptr && i < input->cBuffers; ++i) {
    const SecBuffer& in = input->pBuffers[i];
    call.input.emplace_back(in.BufferType,
                            std::string(static_cast<const char*>(in.pvBuffer), in.cbBuffer));
  }
  s().calls.push_back(call);
  TableLeg leg;
  if (!s().legs.empty()) {
    leg = s().legs.front();
    if (s().legs.size() > 1) s().legs.pop_front();
  }
  if (leg.status >= 0 && context == nullptr) {
    *new_context = CtxtHandle{9, 9};
    ++s().contexts;
  }
  if ((request & ISC_REQ_ALLOCATE_MEMORY) != 0) {
    out.pvBuffer = leg.token.empty() ? nullptr : give(leg.token.data(), leg.token.size());
  } else {
    std::memcpy(out.pvBuffer, leg.token.data(), leg.token.size());
  }
  out.cbBuffer = static_cast<sec_ulong>(leg.token.size());
  *attributes = leg.attributes;
  return leg.status;
}

SECURITY_STATUS SEC_ENTRY complete(PCtxtHandle, PSecBufferDesc token) {
  const Lock lock(table_mutex());
  event("complete");
  // As packages do: the message is only now what the peer will understand.
  if (token->pBuffers[0].cbBuffer != 0) static_cast<char*>(token->pBuffers[0].pvBuffer)[0] = '!';
  return s().complete_status;
}
SECURITY_STATUS SEC_ENTRY delete_context(PCtxtHandle) {
  const Lock lock(table_mutex());
  event("delete");
  --s().contexts;
  return SEC_E_OK;
}
SECURITY_STATUS SEC_ENTRY free_buffer(void* memory) {
  const Lock lock(table_mutex());
  std::free(memory);
  --s().allocations;
  return SEC_E_OK;
}
SECURITY_STATUS SEC_ENTRY query_package(SEC_WCHAR* name, PSecPkgInfoW* info) {
  *info = give_info(auth::to_utf8(name));
  return SEC_E_OK;
}

SECURITY_STATUS SEC_ENTRY query(PCtxtHandle, sec_ulong attribute, void* buffer) {
  switch (attribute) {
    case SECPKG_ATTR_SIZES: {
      if (s().sizes_status != SEC_E_OK) return s().sizes_status;
      auto* sizes = static_cast<SecPkgContext_Sizes*>(buffer);
      *sizes = SecPkgContext_Sizes{12000, 16, 8, s().trailer_lent};
      return SEC_E_OK;
    }
    case SECPKG_ATTR_NEGOTIATION_INFO: {
      if (s().package.empty()) return SEC_E_UNSUPPORTED_FUNCTION;
      auto* info = static_cast<SecPkgContext_NegotiationInfoW*>(buffer);
      info->PackageInfo = give_info(s().package);
      info->NegotiationState = SECPKG_NEGOTIATION_COMPLETE;
      return SEC_E_OK;
    }
    case SECPKG_ATTR_NATIVE_NAMES: {
      if (!s().has_native_names) return SEC_E_UNSUPPORTED_FUNCTION;
      auto* names = static_cast<SecPkgContext_NativeNamesW*>(buffer);
      names->sClientName = give_text("client@FAKE");
      names->sServerName = give_text("service/host@FAKE");
      return SEC_E_OK;
    }
    default:
      return SEC_E_UNSUPPORTED_FUNCTION;
  }
}

SECURITY_STATUS SEC_ENTRY encrypt(PCtxtHandle, sec_ulong qop, PSecBufferDesc message, sec_ulong) {
  s().encrypt_qop = qop;
  if (s().encrypt_status != SEC_E_OK) return s().encrypt_status;
  SecBuffer& token = message->pBuffers[0];
  SecBuffer& data = message->pBuffers[1];
  SecBuffer& padding = message->pBuffers[2];
  std::memset(token.pvBuffer, 'T', s().trailer_used);
  token.cbBuffer = s().trailer_used;
  for (sec_ulong i = 0; i < data.cbBuffer; ++i) static_cast<char*>(data.pvBuffer)[i] ^= 0x20;
  std::memset(padding.pvBuffer, 'P', s().padding_used);
  padding.cbBuffer = s().padding_used;
  return SEC_E_OK;
}
// What is signed: its length and sum.
unsigned char code_of(const SecBuffer& data) {
  unsigned char sum = static_cast<unsigned char>(data.cbBuffer);
  for (sec_ulong i = 0; i < data.cbBuffer; ++i)
    sum += static_cast<unsigned char*>(data.pvBuffer)[i];
  return sum;
}
SECURITY_STATUS SEC_ENTRY make_signature(PCtxtHandle, sec_ulong, PSecBufferDesc message,
                                         sec_ulong) {
  event("sign");
  if (s().encrypt_status != SEC_E_OK) return s().encrypt_status;
  SecBuffer& token = message->pBuffers[0];
  *static_cast<unsigned char*>(token.pvBuffer) = code_of(message->pBuffers[1]);
  token.cbBuffer = 1;
  return SEC_E_OK;
}
SECURITY_STATUS SEC_ENTRY verify_signature(PCtxtHandle, PSecBufferDesc message, sec_ulong,
                                           sec_ulong*) {
  const SecBuffer& token = message->pBuffers[0];
  const bool good = token.cbBuffer == 1 &&
                    *static_cast<unsigned char*>(token.pvBuffer) == code_of(message->pBuffers[1]);
  return good ? s().decrypt_status : SEC_E_MESSAGE_ALTERED;
}
SECURITY_STATUS SEC_ENTRY decrypt(PCtxtHandle, PSecBufferDesc message, sec_ulong, sec_ulong* qop) {
  if (s().decrypt_status != SEC_E_OK) return s().decrypt_status;
  SecBuffer& stream = message->pBuffers[0];
  SecBuffer& data = message->pBuffers[1];
  auto* begin = static_cast<char*>(stream.pvBuffer);
  data.pvBuffer = begin + s().trailer_used;
  data.cbBuffer = stream.cbBuffer - s().trailer_used - s().padding_used;
  for (sec_ulong i = 0; i < data.cbBuffer; ++i) static_cast<char*>(data.pvBuffer)[i] ^= 0x20;
  *qop = s().decrypt_qop;
  return SEC_E_OK;
}

class EmptyIdentity final : public auth::AuthIdentity {
 public:
  void* data() override { return nullptr; }
};

}  // namespace

std::recursive_mutex& table_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

TableScript& table_script() {
  static TableScript script;
  return script;
}

const SecurityFunctionTableW& FakePlatform::table() const {
  static const SecurityFunctionTableW table = [] {
    SecurityFunctionTableW made{};
    made.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION;
    made.AcquireCredentialsHandleW = acquire;
    made.FreeCredentialsHandle = free_credentials;
    made.InitializeSecurityContextW = initialize;
    made.CompleteAuthToken = complete;
    made.DeleteSecurityContext = delete_context;
    made.QueryContextAttributesW = query;
    made.FreeContextBuffer = free_buffer;
    made.QuerySecurityPackageInfoW = query_package;
    made.EncryptMessage = encrypt;
    made.DecryptMessage = decrypt;
    made.MakeSignature = make_signature;
    made.VerifySignature = verify_signature;
    return made;
  }();
  return table;
}

std::unique_ptr<auth::AuthIdentity> FakePlatform::identity(const auth::CredentialRequest&) const {
  return has_identities ? std::make_unique<EmptyIdentity>() : nullptr;
}

}  // namespace negodbc::test
