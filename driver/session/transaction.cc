#include "driver/session/transaction.h"

#include <algorithm>
#include <utility>

namespace negodbc::session {

void Transaction::expect(std::vector<sql::TransactionStep> steps) {
  steps_ = std::move(steps);
  next_ = 0;
}

// The next step that is of such a kind; null: the command is none of the application's.
const sql::TransactionStep* Transaction::take(std::initializer_list<Kind> kinds) {
  while (next_ < steps_.size()) {
    const sql::TransactionStep& step = steps_[next_++];
    if (std::find(kinds.begin(), kinds.end(), step.kind) != kinds.end()) return &step;
  }
  return nullptr;
}

void Transaction::completed(std::string_view tag) {
  if (tag == "COMMIT" || tag == "PREPARE TRANSACTION") {
    take({Kind::end});
    end(0, Fate::kept);
  } else if (tag == "ROLLBACK") {
    const sql::TransactionStep* const step = take({Kind::roll_back_to, Kind::end});
    if (step == nullptr) return;  // ready() tells whether it was the whole transaction
    if (step->kind == Kind::end) {
      end(0, Fate::undone);
    } else {
      roll_back_to(step->name);
    }
  } else if (tag == "SAVEPOINT") {
    if (const auto* const step = take({Kind::savepoint})) parts_.push_back({true, step->name, {}});
  } else if (tag == "RELEASE") {
    if (const auto* const step = take({Kind::release})) release(step->name);
  }
}

void Transaction::ready(char status) {
  if (status == 'I') end(0, Fate::undone);  // what was committed is not there any more
}

Standing Transaction::standing(char status) {
  if (status == 'I') return nullptr;
  if (parts_.empty()) parts_.emplace_back();
  std::shared_ptr<Fate>& fate = parts_.back().fate;
  if (!fate) fate = std::make_shared<Fate>(Fate::open);
  return fate;
}

void Transaction::end(std::size_t first, Fate fate) {
  for (std::size_t i = first; i < parts_.size(); ++i)
    if (parts_[i].fate) *parts_[i].fate = fate;
  parts_.resize(std::min(first, parts_.size()));
}

// parts_.size(): there is none, as far as is known.
std::size_t Transaction::find(const std::string& name) const {
  for (std::size_t i = parts_.size(); i-- > 0;)
    if (parts_[i].savepoint && parts_[i].name == name) return i;
  return parts_.size();
}

// What was done since is of the savepoint before it, or of the transaction.
void Transaction::release(const std::string& name) {
  const auto first = parts_.begin() + static_cast<std::ptrdiff_t>(find(name));
  for (auto part = first; part != parts_.end(); ++part) part->savepoint = false;
  parts_.erase(std::remove_if(first, parts_.end(), [](const Part& part) { return !part.fate; }),
               parts_.end());
}

// What is not known to stay is not taken to: a savepoint may have been set unseen.
void Transaction::roll_back_to(const std::string& name) {
  const std::size_t found = find(name);
  if (found == parts_.size()) return end(0, Fate::undone);
  end(found + 1, Fate::undone);
  if (parts_[found].fate) *parts_[found].fate = Fate::undone;
  parts_[found].fate.reset();
}

}  // namespace negodbc::session
