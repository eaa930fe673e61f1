#include <array>
#include <cstring>

#include "negotiate/letter_case.h"
#include "negotiate/utf16.h"
#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr sec_ulong kCapabilities =
    SECPKG_FLAG_INTEGRITY | SECPKG_FLAG_PRIVACY | SECPKG_FLAG_TOKEN_ONLY | SECPKG_FLAG_CONNECTION |
    SECPKG_FLAG_MULTI_REQUIRED | SECPKG_FLAG_EXTENDED_ERROR | SECPKG_FLAG_ACCEPT_WIN32_NAME |
    SECPKG_FLAG_GSS_COMPATIBLE | SECPKG_FLAG_MUTUAL_AUTH | SECPKG_FLAG_DELEGATION;

struct PackageRow {
  Package package;
  const char* comment;
  sec_ulong capabilities;
  std::uint16_t rpc_id;
};

// Numbers as Windows has them.
constexpr std::array kPackages = {
    PackageRow{Package::kNegotiate, "SPNEGO over GSSAPI", kCapabilities, 9},
    PackageRow{Package::kKerberos, "Kerberos V over GSSAPI", kCapabilities | SECPKG_FLAG_NEGOTIABLE,
               16},
    PackageRow{Package::kNtlm, "NTLM over GSSAPI",
               (kCapabilities | SECPKG_FLAG_NEGOTIABLE) &
                   ~(SECPKG_FLAG_MUTUAL_AUTH | SECPKG_FLAG_DELEGATION),
               10},
};

const PackageRow& row_of(Package package) {
  for (const PackageRow& row : kPackages) {
    if (row.package == package) return row;
  }
  return kPackages[0];
}

// Structs first, then their texts, in one block.
template <typename Info, typename Char>
void* make_infos(const Package* packages, std::size_t count) {
  const auto units = [](const char* text) { return std::strlen(text) + 1; };
  std::size_t size = count * sizeof(Info);
  for (std::size_t i = 0; i < count; ++i) {
    size += (units(package_name(packages[i])) + units(row_of(packages[i]).comment)) * sizeof(Char);
  }
  void* const block = allocate(size);
  auto* const infos = static_cast<Info*>(block);
  auto* text = reinterpret_cast<Char*>(infos + count);
  const auto put = [&](const char* ascii) {
    Char* const begin = text;
    for (; *ascii != '\0'; ++ascii) *text++ = static_cast<Char>(*ascii);
    *text++ = Char{0};
    return begin;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const PackageRow& row = row_of(packages[i]);
    infos[i].fCapabilities = row.capabilities;
    infos[i].wVersion = 1;
    infos[i].wRPCID = row.rpc_id;
    infos[i].cbMaxToken = kMaxToken;
    infos[i].Name = put(package_name(row.package));
    infos[i].Comment = put(row.comment);
  }
  return block;
}

}  // namespace

std::optional<Package> find_package(const std::string& name) {
  for (const PackageRow& row : kPackages) {
    if (auth::same_without_case(name, package_name(row.package))) return row.package;
  }
  return std::nullopt;
}

void* make_package_infos(const Package* packages, std::size_t count, TextKind kind) {
  return kind == TextKind::kWide ? make_infos<SecPkgInfoW, SEC_WCHAR>(packages, count)
                                 : make_infos<SecPkgInfoA, SEC_CHAR>(packages, count);
}

SECURITY_STATUS enumerate_packages(sec_ulong* count, void** infos, TextKind kind) {
  if (count == nullptr || infos == nullptr) return SEC_E_INVALID_PARAMETER;
  std::array<Package, kPackages.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = kPackages[i].package;
  *infos = make_package_infos(all.data(), all.size(), kind);
  *count = static_cast<sec_ulong>(all.size());
  return SEC_E_OK;
}

SECURITY_STATUS query_package(const std::string& name, void** info, TextKind kind) {
  if (info == nullptr) return SEC_E_INVALID_PARAMETER;
  *info = nullptr;
  const std::optional<Package> package = find_package(name);
  if (!package) {
    return fail(SEC_E_SECPKG_NOT_FOUND, auth::Cause::kUnsupported, "no such package: " + name);
  }
  *info = make_package_infos(&*package, 1, kind);
  return SEC_E_OK;
}

}  // namespace negodbc::sspi_gssapi
