// GSSAPI's objects, released by the library they came from.
#ifndef NEGODBC_SSPI_GSSAPI_SCOPED_H_
#define NEGODBC_SSPI_GSSAPI_SCOPED_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/gss_library.h"

namespace negodbc::sspi_gssapi {

// Owns one object of `library`; `release` is the pointer to member that ends it.
template <typename Handle, auto release>
class Scoped {
 public:
  explicit Scoped(const GssLibrary& library) : library_(&library) {}
  Scoped(Scoped&& other) noexcept
      : library_(other.library_), handle_(std::exchange(other.handle_, nullptr)) {}
  Scoped& operator=(Scoped&& other) noexcept {
    std::swap(library_, other.library_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Scoped() {
    if (handle_ == nullptr) return;
    OM_uint32 minor = 0;
    (library_->*release)(&minor, &handle_);
  }
  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  const GssLibrary* library_;
  Handle handle_ = nullptr;
};

using ScopedName = Scoped<gss_name_t, &GssFunctions::gss_release_name>;
using ScopedCred = Scoped<gss_cred_id_t, &GssFunctions::gss_release_cred>;
using ScopedOidSet = Scoped<gss_OID_set, &GssFunctions::gss_release_oid_set>;

// A buffer that the library allocates; wiped, because it may be a token or plaintext.
class ScopedBuffer {
 public:
  explicit ScopedBuffer(const GssLibrary& library) : library_(library) {}
  ScopedBuffer(const ScopedBuffer&) = delete;
  ScopedBuffer& operator=(const ScopedBuffer&) = delete;
  ~ScopedBuffer() {
    if (buffer_.value == nullptr) return;
    auth::wipe(buffer_.value, buffer_.length);
    OM_uint32 minor = 0;
    library_.gss_release_buffer(&minor, &buffer_);
  }
  gss_buffer_t out() { return &buffer_; }
  const void* data() const { return buffer_.value; }
  std::size_t size() const { return buffer_.value == nullptr ? 0 : buffer_.length; }
  std::span<const std::byte> bytes() const {
    return {static_cast<const std::byte*>(data()), size()};
  }
  std::string_view view() const {
    return size() == 0 ? std::string_view()
                       : std::string_view(static_cast<const char*>(buffer_.value), buffer_.length);
  }

 private:
  const GssLibrary& library_;
  gss_buffer_desc buffer_ = GSS_C_EMPTY_BUFFER;
};

inline std::span<const std::byte> bytes_in(const gss_buffer_desc& buffer) {
  return {static_cast<const std::byte*>(buffer.value), buffer.length};
}

// A buffer over memory of ours, for the library to read. GSSAPI's type has no const.
inline gss_buffer_desc borrowed(const void* data, std::size_t size) {
  return gss_buffer_desc{size, const_cast<void*>(data)};
}
inline gss_buffer_desc borrowed(std::string_view text) {
  return borrowed(text.data(), text.size());
}

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_SCOPED_H_
