// libkrb5's objects, released with their context.
#ifndef NEGODBC_SSPI_GSSAPI_KRB5_CONTEXT_H_
#define NEGODBC_SSPI_GSSAPI_KRB5_CONTEXT_H_

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "negotiate/secret_bytes.h"
#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/krb5_library.h"

namespace negodbc::sspi_gssapi {

// Room for a krb5_creds of either family (MIT: 120 bytes, Heimdal: 136), zeroed as both want it.
struct alignas(std::max_align_t) CredsRoom {
  std::array<std::byte, 1024> bytes{};
};

// Room for a krb5_kt_cursor of either family (MIT: a pointer; Heimdal: a struct with a few).
struct alignas(std::max_align_t) CursorRoom {
  std::array<std::byte, 256> bytes{};
};

// What a look at something found wrong, when that says nothing about the thing.
inline Krb5Code checked_for_memory(Krb5Code code) {
  if (code == ENOMEM) throw std::bad_alloc();
  return code;
}

// A krb5_context with what is opened in it.
class Krb5 {
 public:
  explicit Krb5(const Krb5Functions& functions) : f(functions) {
    code_ = f.complete ? f.krb5_init_context(&context_) : -1;
  }
  // One of the files as they are now. MIT's contexts of the same files share what was read as long
  // as one of them lives, and notice a change in a file, but not in what that includes.
  enum class Files : std::uint8_t { kReadAnew };
  Krb5(const Krb5Functions& functions, Files /*anew*/) : f(functions) {
    code_ = f.complete ? read_anew() : -1;
  }
  Krb5(const Krb5&) = delete;
  Krb5& operator=(const Krb5&) = delete;
  ~Krb5() {
    if (context_ == nullptr) return;
    drop_ticket();
    if (principal != nullptr) f.krb5_free_principal(context_, principal);
    if (cache != nullptr) f.krb5_cc_close(context_, cache);
    if (source != nullptr) f.krb5_cc_close(context_, source);
    if (keytab != nullptr) f.krb5_kt_close(context_, keytab);
    f.krb5_free_context(context_);
  }
  Krb5Code code() const { return code_; }
  void* get() const { return context_; }
  std::string words(Krb5Code code) const {
    std::string copy = "the library's Kerberos functions can't be set up";
    if (context_ != nullptr) {
      const auto give_back = [this](const char* text) {
        f.krb5_free_error_message(context_, text);
      };
      const std::unique_ptr<const char, decltype(give_back)> text(
          f.krb5_get_error_message(context_, code), give_back);
      copy = text == nullptr ? std::string() : one_line(text.get());
    }
    // Heimdal says which call failed on what, but not why.
    if (code > 0 && code < 4096) copy += ": " + std::generic_category().message(code);
    return copy;
  }
  // "" when it can't be told.
  std::string unparsed(void* of) const {
    char* name = nullptr;
    if (of == nullptr || checked_for_memory(f.krb5_unparse_name(context_, of, &name)) != 0) {
      return "";
    }
    return taken(name);
  }
  // The cache's name with its type; "" when it can't be told.
  std::string full_name(void* of) const {
    char* name = nullptr;
    if (of == nullptr || checked_for_memory(f.krb5_cc_get_full_name(context_, of, &name)) != 0) {
      return "";
    }
    return taken(name);
  }

  // How far this machine's clock is behind the KDC's in seconds, as kinit has noted it in a cache
  // whose principal was read; 0: it is not noted.
  std::int64_t kdc_offset(void* of) const {
    std::time_t noted = 0;
    if (f.krb5_cc_get_kdc_offset != nullptr) {
      return f.krb5_cc_get_kdc_offset(context_, of, &noted) == 0 ? noted : 0;
    }
    std::int32_t seconds = 0;
    std::int32_t microseconds = 0;
    if (f.krb5_get_time_offsets == nullptr ||
        f.krb5_get_time_offsets(context_, &seconds, &microseconds) != 0) {
      return 0;
    }
    return seconds;
  }

  // Gets one ticket with `fetch`, which is given the krb5_creds to fill; held until it is dropped.
  template <typename Fetch>
  Krb5Code fetch_ticket(Fetch fetch) {
    drop_ticket();
    ticket_ = std::make_unique<CredsRoom>();
    return fetch(ticket_->bytes.data());
  }
  // The krb5_creds; NULL: none is held.
  const std::byte* ticket() const { return ticket_ == nullptr ? nullptr : ticket_->bytes.data(); }
  // Into `cache`.
  Krb5Code store_ticket() {
    const Krb5Code code = f.krb5_cc_store_cred(context_, cache, ticket_->bytes.data());
    drop_ticket();
    return code;
  }

  const Krb5Functions& f;
  void* principal = nullptr;
  void* cache = nullptr;
  void* source = nullptr;  // another cache, which is read
  void* keytab = nullptr;

 private:
  // What was read is shared by the spelling of the files' names: nobody else spells them so.
  static std::string other_spelling(const std::string& path) {
    if (path.starts_with('/')) return "/." + path;
    return path.starts_with('~') ? path : "./" + path;
  }
  Krb5Code read_anew() {
    char** files = nullptr;
    if (f.krb5_get_default_config_files == nullptr || f.krb5_free_config_files == nullptr ||
        f.profile_init == nullptr || f.profile_release == nullptr ||
        f.krb5_init_context_profile == nullptr || f.krb5_get_default_config_files(&files) != 0) {
      return f.krb5_init_context(&context_);
    }
    std::vector<std::string> names;
    for (char** file = files; *file != nullptr; ++file) names.push_back(other_spelling(*file));
    f.krb5_free_config_files(files);
    std::vector<const char*> list;
    list.reserve(names.size() + 1);
    for (const std::string& name : names) list.push_back(name.c_str());
    list.push_back(nullptr);
    void* profile = nullptr;
    // Without any file there is nothing to be read anew; a fault is told as ever.
    if (f.profile_init(list.data(), &profile) != 0) return f.krb5_init_context(&context_);
    const Krb5Code code = f.krb5_init_context_profile(profile, 0, &context_);
    f.profile_release(profile);
    return code;
  }
  void drop_ticket() {
    if (ticket_ == nullptr) return;
    f.krb5_free_cred_contents(context_, ticket_->bytes.data());
    auth::wipe(ticket_->bytes.data(), ticket_->bytes.size());
    ticket_.reset();
  }
  // A text that the library has allocated.
  std::string taken(char* text) const {
    const auto give_back = [this](char* name) {
      if (f.krb5_free_unparsed_name != nullptr) {
        f.krb5_free_unparsed_name(context_, name);
      } else {
        f.krb5_xfree(name);
      }
    };
    const std::unique_ptr<char, decltype(give_back)> owned(text, give_back);
    return text;
  }

  void* context_ = nullptr;
  Krb5Code code_ = 0;
  std::unique_ptr<CredsRoom> ticket_;
};

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_KRB5_CONTEXT_H_
