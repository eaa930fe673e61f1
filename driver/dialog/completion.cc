#include "driver/dialog/completion.h"

#include <string_view>
#include <vector>

#include "driver/base/error.h"

namespace negodbc::dialog {
namespace {

using dsn::Key;

// What another answer to may make this login succeed; empty: nothing.
std::vector<Key> to_mend(const Error& error) {
  const SqlState kept = error.state();
  const std::string_view state = kept.view();
  if (state.starts_with("28"))  // who you are
    return {Key::trusted_connection, Key::user, Key::password, Key::principal,
            Key::principal_password};
  if (state == "3D000" || state == "08004") return {Key::database, Key::user};
  if (state == "08001" || state == "HYT00") return {Key::server, Key::port, Key::ssl_mode};
  return {};
}

// A value that no login takes is refused before one is tried: it has to be changed too, whatever
// else is asked for.
void add_faults(const dsn::Form& form, std::vector<Key>& wanted, std::string& message) {
  for (const dsn::Fault& fault : form.faults()) {
    if (fault.key != Key::count) wanted.push_back(fault.key);
    if (!message.empty()) message += '\n';
    if (fault.key != Key::count) message.append(dsn::keyword(fault.key).name).append(": ");
    message += fault.text;
  }
}

}  // namespace

bool complete(dsn::Settings& settings, Completion how,
              const std::function<bool(const Question&)>& ask,
              const std::function<void(const dsn::Settings&)>& log_in) {
  std::vector<Key> wanted = dsn::missing_for_login(settings);
  bool asks = how == Completion::prompt || !wanted.empty();
  std::string message;
  while (true) {
    if (asks) {
      dsn::Form form = dsn::Form::for_login(settings);
      Question question;
      question.form = &form;
      question.message = message;
      if (how == Completion::complete_required) {
        add_faults(form, wanted, question.message);
        question.only = wanted;
      }
      if (!ask(question)) return false;
      settings = form.settings();
    }
    try {
      log_in(settings);
      return true;
    } catch (const Error& error) {
      const std::vector<Key> mended = to_mend(error);
      if (mended.empty()) throw;
      // What was asked for once may be changed again.
      wanted.insert(wanted.end(), mended.begin(), mended.end());
      message = error.what();
      asks = true;
    }
  }
}

}  // namespace negodbc::dialog
