#include "cli/examination/keytab.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "driver/base/file_fault.h"
#include "driver/base/secret.h"

namespace negodbc::cli {
namespace {

// Big-endian numbers and counted strings, each checked against what is there.
class KeytabBytes {
 public:
  explicit KeytabBytes(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::size_t size() const { return rest_.size(); }
  std::optional<std::uint32_t> number(std::size_t size) {
    if (rest_.size() < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = (value << 8U) | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(size);
    return value;
  }
  std::optional<std::string_view> take(std::size_t size) {
    if (rest_.size() < size) return std::nullopt;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::optional<std::string_view> counted() {
    const std::optional<std::uint32_t> size = number(2);
    return size ? take(*size) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

std::optional<KeytabEntry> parse_entry(KeytabBytes bytes) {
  KeytabEntry entry;
  const auto parts = bytes.number(2);
  const auto realm = bytes.counted();
  if (!parts || !realm) return std::nullopt;
  for (std::uint32_t i = 0; i < *parts; ++i) {
    const auto part = bytes.counted();
    if (!part) return std::nullopt;
    entry.principal.append(i == 0 ? "" : "/").append(*part);
  }
  entry.principal.append("@").append(*realm);
  const auto name_type = bytes.number(4);
  const auto written = bytes.number(4);
  const auto version = bytes.number(1);
  const auto type = bytes.number(2);
  const auto key = bytes.counted();
  if (!name_type || !written || !version || !type || !key) return std::nullopt;
  entry.encryption_type = static_cast<std::int16_t>(*type);
  // The whole version stands behind the key where the writer knew of it.
  const auto whole = bytes.size() >= 4 ? bytes.number(4) : std::nullopt;
  entry.short_version = whole.value_or(0) == 0;
  entry.key_version = entry.short_version ? *version : *whole;
  return entry;
}

std::string_view path_of(std::string_view name) {
  for (const std::string_view prefix : {"FILE:", "WRFILE:"})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

}  // namespace

Keytab parse_keytab(std::string_view bytes) {
  Keytab keytab;
  KeytabBytes rest(bytes);
  const auto format = rest.number(2);
  constexpr std::uint32_t version_2 = 0x0502;
  constexpr std::uint32_t version_1 = 0x0501;
  if (!format || *format != version_2) {
    keytab.fault = bytes.empty()                     ? "it is empty"
                   : format.value_or(0) == version_1 ? "it is of a format older than 1996"
                                                     : "it is no keytab";
    return keytab;
  }
  while (rest.size() >= 4) {
    const auto length = static_cast<std::int32_t>(*rest.number(4));
    if (length == 0) break;
    // A negative length is that of an entry that was deleted.
    const auto size = static_cast<std::size_t>(length < 0 ? -std::int64_t{length} : length);
    const auto record = rest.take(size);
    const auto entry = record && length > 0 ? parse_entry(KeytabBytes(*record)) : std::nullopt;
    if (entry) keytab.entries.push_back(*entry);
    if (!record || (length > 0 && !entry)) {
      keytab.fault = "it is damaged behind entry " + std::to_string(keytab.entries.size());
      return keytab;
    }
  }
  if (keytab.entries.empty()) keytab.fault = "it holds no key";
  return keytab;
}

Keytab read_keytab(const std::string& name) {
  const std::string path(path_of(name));
  if (std::string fault = fault_of_file(path); !fault.empty()) return {{}, std::move(fault)};
  std::error_code error;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return {{},
            errno == EACCES ? "this user may not read it"
                            : std::generic_category().message(errno != 0 ? errno : EIO)};
  }
  constexpr std::size_t most = std::size_t{16} << 20U;
  // In one piece of memory, which is wiped.
  std::string bytes;
  bytes.reserve(std::min(most, static_cast<std::size_t>(std::filesystem::file_size(path, error))));
  std::string part(std::size_t{64} << 10U, '\0');
  while (bytes.size() < most && file) {
    file.read(part.data(), static_cast<std::streamsize>(part.size()));
    bytes.append(part, 0, static_cast<std::size_t>(file.gcount()));
  }
  Keytab keytab = parse_keytab(bytes);
  wipe(bytes);
  wipe(part);
  return keytab;
}

}  // namespace negodbc::cli
