#include "driver/dsn/form.h"

#include <algorithm>
#include <array>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/dressing.h"

namespace negodbc::dsn {
namespace {

constexpr std::array<std::string_view, 4> way_names = {
    "As the server asks", "Windows session (single sign-on)", "Another Kerberos principal",
    "User and password"};

struct EncryptionOffer {
  std::string_view name, ssl_mode, gss_encryption;
};
constexpr EncryptionOffer encryptions[] = {
    {"By ticket or TLS, where offered", "", ""},
    {"None, unless the server demands it", "disable", ""},
    {"TLS, server not verified", "require", ""},
    {"TLS, server's authority verified", "verify-ca", ""},
    {"TLS, authority and host name verified", "verify-full", ""},
    {"Kerberos (GSSAPI)", "", "require"}};

bool names_a_place(Key key) {
  return key == Key::driver || key == Key::dsn || key == Key::file_dsn;
}

// A choice's own spelling, "" for the default; nothing: it is none of the choices.
std::optional<std::string_view> plain_choice(const Settings& values, Key key) {
  if (values.get(key).empty()) return std::string_view();
  try {
    const std::string_view name = keyword(key).choices[values.choice(key)];
    return name == keyword(key).default_value ? std::string_view() : name;
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool contains(std::string_view text, std::string_view word) {
  return ascii_lower(text).find(word) != std::string::npos;
}

bool matches(const Keyword& entry, std::string_view word) {
  return contains(entry.name, word) || contains(entry.description, word) ||
         std::any_of(entry.aliases.begin(), entry.aliases.end(),
                     [&](std::string_view alias) { return contains(alias, word); }) ||
         std::any_of(entry.choices.begin(), entry.choices.end(),
                     [&](std::string_view choice) { return contains(choice, word); });
}

}  // namespace

std::span<const std::string_view> names_of_ways() {
  return way_names;
}

std::span<const std::string_view> names_of_encryptions() {
  static constexpr auto names = [] {
    std::array<std::string_view, std::size(encryptions)> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = encryptions[i].name;
    return all;
  }();
  return names;
}

Form Form::for_new_source(std::string_view name) {
  Form form(Purpose::data_source);
  form.values_.set(Key::dsn, name);
  form.values_.set(Key::trusted_connection, "Yes");
  form.way_ = Way::session;
  return form;
}

Form Form::for_source(std::string_view name, const Profile& words) {
  Form form(Purpose::data_source);
  for (const auto& [word, text] : words) {
    const Keyword* const found = find_keyword(word);
    if (found == nullptr) {
      form.others_.emplace_back(word, text);
    } else if (!names_a_place(found->key)) {
      std::string meant = text;
      undress(found, meant);
      form.values_.set_if_absent(found->key, meant);
      wipe(meant);
    }
  }
  form.values_.set(Key::dsn, name);
  form.find_way();
  return form;
}

Form Form::for_login(const Settings& settings) {
  Form form(Purpose::login);
  form.values_ = settings;
  form.find_way();
  return form;
}

void Form::set(Key key, std::string_view text) {
  values_.set(key, text);
  // What page one shows of it. A name that is just being typed changes no way.
  if (key == Key::trusted_connection || key == Key::authentication) find_way();
  if (key == Key::principal && !text.empty() && way_ == Way::session) way_ = Way::principal;
}

void Form::take(const std::string& word, std::string_view text) {
  if (const Keyword* const found = find_keyword(word); found == nullptr) {
    others_.emplace_back(word, text);
  } else if (!names_a_place(found->key)) {
    std::string meant(text);
    undress(found, meant);
    set(found->key, meant);
    wipe(meant);
    find_way();
  }
}

void Form::find_way() {
  const auto is_given = [&](Key key) { return values_.has(key); };
  const auto says_no = [&] {
    try {
      return is_given(Key::trusted_connection) && !values_.boolean(Key::trusted_connection);
    } catch (const Error&) {
      return false;
    }
  };
  const bool asks_password = iequals(value(Key::authentication), "Password") ||
                             iequals(value(Key::authentication), "SqlPassword");
  const bool by_ticket =
      (is_given(Key::trusted_connection) || is_given(Key::authentication)) && !asks_password;
  if (says_no() || asks_password) {
    way_ = Way::password;
  } else if (is_given(Key::principal)) {
    way_ = Way::principal;
  } else if (by_ticket) {
    way_ = Way::session;
  } else {
    way_ = is_given(Key::password) ? Way::password : Way::as_asked;
  }
}

void Form::set_way(Way way) {
  way_ = way;
  const bool password = iequals(value(Key::authentication), "Password");
  const bool by_ticket = way == Way::session || way == Way::principal;
  if (way == Way::as_asked || (way == Way::password && !password) || (by_ticket && password))
    values_.set(Key::authentication, "");
  values_.set(Key::trusted_connection, way == Way::as_asked ? "" : by_ticket ? "Yes" : "No");
}

bool Form::uses(Key key) const {
  switch (key) {
    case Key::principal:
    case Key::principal_password:
      return way_ == Way::principal;
    case Key::password:
      return way_ == Way::password || way_ == Way::as_asked;
    default:
      return true;
  }
}

std::string_view Form::said(Key key) const {
  return uses(key) ? value(key) : std::string_view();
}

std::optional<std::size_t> Form::encryption() const {
  const auto tls = plain_choice(values_, Key::ssl_mode);
  const auto gss = plain_choice(values_, Key::gss_encryption);
  for (std::size_t i = 0; i < std::size(encryptions); ++i) {
    if (tls == encryptions[i].ssl_mode && gss == encryptions[i].gss_encryption) return i;
  }
  return std::nullopt;
}

void Form::set_encryption(std::size_t index) {
  values_.set(Key::ssl_mode, encryptions[index].ssl_mode);
  values_.set(Key::gss_encryption, encryptions[index].gss_encryption);
}

Settings Form::settings() const {
  Profile words = others_;
  for (const Keyword& entry : keywords()) {
    if (!names_a_place(entry.key) && !said(entry.key).empty())
      words.emplace_back(entry.name, dressed(entry, std::string(said(entry.key))));
  }
  // So that it is one, though nothing is said in it.
  words.emplace_back(keyword(Key::description).name, said(Key::description));
  Settings settings;
  if (purpose_ == Purpose::login) {
    for (const Key key : {Key::driver, Key::dsn, Key::file_dsn})
      if (values_.has(key)) settings.set(key, values_.get(key));
    for (const auto& [name, text] : values_.kept()) settings.keep(name, text);
  }
  (void)complete_from_dsn(
      settings, "form", [&](std::string_view) { return words; },
      [](std::string_view) { return Profile(); });
  wipe_values(words);
  return settings;
}

Profile Form::changes(const Profile& before) const {
  Profile changed;
  for (const Keyword& entry : keywords()) {
    if (names_a_place(entry.key)) continue;
    const std::string_view now = said(entry.key);
    bool known = false;
    for (const auto& [word, text] : before) {
      if (find_keyword(word) != &entry) continue;
      // The first one counts; where nothing is to be said, none of them may.
      std::string meant = text;
      undress(&entry, meant);
      if ((!known || now.empty()) && (meant != now || (now.empty() && !text.empty())))
        changed.emplace_back(word, dressed(entry, std::string(now)));
      wipe(meant);
      known = true;
    }
    if (!known && !now.empty()) changed.emplace_back(entry.name, dressed(entry, std::string(now)));
  }
  return changed;
}

std::vector<const Keyword*> matching_keywords(std::string_view words) {
  std::vector<std::string> wanted;
  for (std::string_view rest = trimmed(words); !rest.empty();) {
    std::size_t end = 0;
    while (end < rest.size() && !is_blank(rest[end])) ++end;
    wanted.push_back(ascii_lower(rest.substr(0, end)));
    rest = trimmed(rest.substr(end));
  }
  std::vector<const Keyword*> found;
  for (const Keyword& entry : keywords()) {
    if (!names_a_place(entry.key) &&
        std::all_of(wanted.begin(), wanted.end(),
                    [&](const std::string& word) { return matches(entry, word); }))
      found.push_back(&entry);
  }
  return found;
}

}  // namespace negodbc::dsn
