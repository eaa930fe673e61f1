// Pictures of the dialog for the guides: dialog_scenes FOLDER SUFFIX, inside a realm.
#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "driver/dialog/testing/person.h"
#include "driver/dialog/windows/resource.h"

namespace {

using negodbc::dialog::testing::Person;

std::wstring variable(const char* name) {
  const char* const value = std::getenv(name);
  const std::string text = value == nullptr ? "" : value;
  return {text.begin(), text.end()};
}

void wait_for_outcome(Person& person, const wchar_t* beginning) {
  person.press('T', VK_MENU);
  person.wait_until("an outcome", [&] { return person.text(ID_OUTCOME).starts_with(beginning); });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string folder = argv[1];
  const std::string suffix = argv[2];
  const auto path = [&](const char* name) {
    const std::string text = folder + "/dialog-" + name + "-" + suffix + ".bmp";
    return std::wstring(text.begin(), text.end());
  };
  std::string failure;
  const std::wstring attributes =
      std::wstring(L"DSN=sales") + L'\0' + L"Description=The shop's sales" + L'\0' + L"Database=" +
      variable("NEGODBC_PGDATABASE") + L'\0' + L"Server=" + variable("NEGODBC_PGHOST") + L'\0' +
      L"Port=" + variable("NEGODBC_PGPORT") + L'\0' + L"UID=alice" + L'\0';
  negodbc::dialog::testing::with_person(
      [&](HWND owner) { return ConfigDSNW(owner, ODBC_ADD_DSN, L"negodbc", attributes.c_str()); },
      [&](Person& person) {
        person.press('S', VK_MENU);
        person.photograph(path("connection"));
        wait_for_outcome(person, L"Test passed.");
        person.photograph(path("test-passed"));
        person.fill('P', variable("NEGODBC_CLOSED_PORT"));
        wait_for_outcome(person, L"Test failed.");
        person.photograph(path("test-failed"));
        person.fill('P', L"54x");
        person.press(VK_RETURN);
        person.wait_until("a fault", [&] { return !person.text(ID_PORT + FAULT_OF).empty(); });
        person.photograph(path("fault"));
        person.fill('P', variable("NEGODBC_PGPORT"));
        person.press('A', VK_MENU);
        person.wait_until("page two", [&] { return person.control(ID_SEARCH) != nullptr; });
        person.fill('S', L"ssl");
        person.press('K', VK_MENU);
        person.press(VK_DOWN);
        person.press(VK_DOWN);
        person.photograph(path("keywords"));
        person.press(VK_ESCAPE);
      },
      failure);
  if (!failure.empty()) std::fprintf(stderr, "%s\n", failure.c_str());
  return failure.empty() ? 0 : 1;
}
