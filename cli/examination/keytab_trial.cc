#include "cli/examination/keytab_trial.h"

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <variant>

#include "cli/examination/apart.h"
#include "cli/examination/library_symbol.h"
#include "sspi_gssapi/krb5_context.h"
#include "sspi_gssapi/ticket_realm.h"

namespace negodbc::cli {
namespace {

using nlohmann::json;
using sspi_gssapi::Krb5Code;

// The same call in both families; what is opaque here is a pointer in both.
using AcceptRequest = Krb5Code(void* context, void** auth_context, const void* request,
                               void* server, void* keytab, void* flags, void** ticket);

// krb5_data, as each family has it.
struct MitRequest {
  std::int32_t magic;
  unsigned length;
  const void* bytes;
};
struct HeimdalRequest {
  std::size_t length;
  const void* bytes;
};

// RFC 4120, 7.5.9, in the table of libkrb5's errors: they are about what was opened, its times and
// addresses.
bool is_about_the_opened(Krb5Code code) {
  constexpr Krb5Code table = -1765328384;
  constexpr std::array<Krb5Code, 5> numbers = {32, 33, 34, 37, 38};
  for (const Krb5Code number : numbers)
    if (code == table + number) return true;
  return false;
}

std::string accept(const std::string& name, const std::string& keytab, std::string_view token) {
  // Of this process alone.
  (void)::setenv("KRB5RCACHENAME", "none:", 1);
  (void)::setenv("KRB5RCACHETYPE", "none", 1);
  const auto loaded = sspi_gssapi::load_library(name);
  if (const auto* error = std::get_if<sspi_gssapi::LoadError>(&loaded))
    return json{{"words", error->text}}.dump();
  const sspi_gssapi::GssLibrary& library = *std::get<const sspi_gssapi::GssLibrary*>(loaded);
  const auto call = reinterpret_cast<AcceptRequest*>(symbol_of(library, "krb5_rd_req"));
  const auto bytes = sspi_gssapi::request_in_token(std::as_bytes(std::span(token)));
  if (call == nullptr || bytes.empty()) return json{{"words", "there is no way to"}}.dump();
  sspi_gssapi::Krb5 krb5(library.krb5);
  Krb5Code code = krb5.code();
  if (code == 0) code = library.krb5.krb5_kt_resolve(krb5.get(), keytab.c_str(), &krb5.keytab);
  if (code != 0) return json{{"words", krb5.words(code)}}.dump();
  const MitRequest by_mit = {0, static_cast<unsigned>(bytes.size()), bytes.data()};
  const HeimdalRequest by_heimdal = {bytes.size(), bytes.data()};
  const void* const request = library.family == sspi_gssapi::Family::kMit
                                  ? static_cast<const void*>(&by_mit)
                                  : static_cast<const void*>(&by_heimdal);
  void* auth_context = nullptr;
  void* ticket = nullptr;
  code = call(krb5.get(), &auth_context, request, nullptr, krb5.keytab, nullptr, &ticket);
  const json out = {{"opens", code == 0 || is_about_the_opened(code)},
                    {"words", code == 0 ? "" : krb5.words(code)}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

KeytabTrial try_keytab(const std::string& library, const std::string& keytab,
                       std::string_view token, Deadline deadline) {
  const Apart apart = run_apart([&] { return accept(library, keytab, token); }, deadline);
  if (apart.end == Apart::End::timed_out) return {std::nullopt, "its time has run out"};
  const json said = json::parse(apart.said, nullptr, false);
  if (apart.end != Apart::End::returned || !said.is_object())
    return {std::nullopt, "the library ends the process that tries it: " + apart.reason};
  KeytabTrial trial;
  trial.words = said.value("words", "");
  if (said.contains("opens")) trial.opens = said.value("opens", false);
  return trial;
}

}  // namespace negodbc::cli
