#include "tests/oracle/peer/comparison.h"

#include <algorithm>
#include <array>

#include "driver/handles/sqlstate.h"

namespace negodbc::peer {
namespace {

// psqlodbc gives the server's SQLSTATEs, the driver ODBC's.
std::string in_odbcs_words(const std::string& outcome) {
  const auto space = outcome.find(' ');
  if (space == std::string::npos || outcome.size() != space + 6) return outcome;
  return outcome.substr(0, space + 1) +
         std::string(odbc::odbc_state(SqlState(outcome.substr(space + 1))).view());
}

bool may_change_something(Verb verb) {
  constexpr Verb verbs[] = {Verb::direct,   Verb::execute,    Verb::param_data,
                            Verb::set_pos,  Verb::bulk,       Verb::commit,
                            Verb::rollback, Verb::autocommit, Verb::more};
  return std::find(std::begin(verbs), std::end(verbs), verb) != std::end(verbs);
}

std::string where_of(const Call& call, const Observation& seen) {
  const std::string text = to_text(call);
  const std::string verb = text.substr(0, text.find(' '));
  return seen.about.empty() ? verb : verb + " " + seen.about;
}

// Both have succeeded, are at an end, wait for data, or have failed.
bool alike(const Observation& theirs, const Observation& ours) {
  const auto both_or_none = [&](const char* outcome) {
    return (theirs.outcome() == outcome) == (ours.outcome() == outcome);
  };
  return theirs.succeeded() == ours.succeeded() &&
         (theirs.succeeded() || both_or_none("NO_DATA")) && both_or_none("NEED_DATA");
}

class Comparison {
 public:
  Compared run(const Sequence& sequence, const Played& theirs, const Played& ours) {
    for (std::size_t i = 0; i < sequence.calls.size(); ++i) {
      if (i >= ours.seen.size() || i >= theirs.seen.size()) {
        ended(sequence, i, theirs, ours);
        return std::move(result_);
      }
      take(i, sequence.calls[i], theirs.seen[i], ours.seen[i]);
    }
    if (ours.end.empty() && theirs.end.empty()) return std::move(result_);
    ended(sequence, sequence.calls.size(), theirs, ours);
    return std::move(result_);
  }

 private:
  void ended(const Sequence& sequence, std::size_t at, const Played& theirs, const Played& ours) {
    result_.whole = false;
    if (!theirs.end.empty() && theirs.seen.size() <= ours.seen.size()) ++result_.totals.crashes;
    result_.totals.lost += sequence.calls.size() - at;
    // Where both end it is at the same call or an earlier one of psqlodbc's.
    if (ours.end.empty() || (!theirs.end.empty() && theirs.seen.size() < ours.seen.size())) return;
    const std::string where =
        at < sequence.calls.size() ? to_text(sequence.calls[at]) : std::string("disconnect");
    result_.differences.push_back({at, where + ": end", theirs.end, ours.end});
  }

  void take(std::size_t number, const Call& call, const Observation& theirs,
            const Observation& ours) {
    bool& lost = lost_.at(static_cast<std::size_t>(call.handle));
    if (call.verb == Verb::fresh) lost = false;
    if (all_lost_ || (lost && !is_of_connection(call.verb))) {
      all_lost_ = all_lost_ || (may_change_something(call.verb) && !alike(theirs, ours));
      ++result_.totals.lost;
      result_.whole = false;
      return;
    }
    Totals& totals = result_.totals;
    ++totals.calls;
    totals.theirs += theirs.succeeded() ? 1U : 0U;
    totals.ours += ours.succeeded() ? 1U : 0U;
    totals.both += theirs.succeeded() && ours.succeeded() ? 1U : 0U;
    const std::size_t before = result_.differences.size();
    const std::string where = where_of(call, theirs);
    const std::string outcome = in_odbcs_words(theirs.outcome());
    if (outcome != in_odbcs_words(ours.outcome()))
      result_.differences.push_back({number, where + ": outcome", outcome, ours.outcome()});
    if (alike(theirs, ours)) {
      compare_fields(number, where, theirs, ours, lost);
    } else {
      lost = true;
      all_lost_ = may_change_something(call.verb);
      result_.whole = false;
    }
    totals.same += result_.differences.size() == before ? 1U : 0U;
  }

  void compare_fields(std::size_t number, const std::string& where, const Observation& theirs,
                      const Observation& ours, bool& lost) {
    std::size_t count = std::max(theirs.fields.size(), ours.fields.size());
    for (std::size_t i = 1; i < count; ++i) {
      const bool there = i < theirs.fields.size();
      const bool here = i < ours.fields.size();
      const std::string& name = there ? theirs.fields[i].first : ours.fields[i].first;
      if (there && here && theirs.fields[i] == ours.fields[i]) continue;
      // Of the rest other fields are told.
      if (there && here && theirs.fields[i].first != ours.fields[i].first) count = i;
      result_.differences.push_back({number, std::string(where).append(": ").append(name),
                                     there ? theirs.fields[i].second : "nothing",
                                     here ? ours.fields[i].second : "nothing"});
      // The values are then those of other rows.
      if (name == "rows" || name == "status" || name == "token") {
        lost = true;
        break;
      }
      if (name == "length" || name.starts_with("length ")) {
        const auto null = [](const std::string& value) { return value == "NULL"; };
        if (there && here && null(theirs.fields[i].second) != null(ours.fields[i].second)) break;
      }
    }
  }

  Compared result_;
  std::array<bool, 2> lost_{};
  bool all_lost_ = false;
};

}  // namespace

Totals& Totals::operator+=(const Totals& other) {
  calls += other.calls;
  theirs += other.theirs;
  ours += other.ours;
  both += other.both;
  same += other.same;
  lost += other.lost;
  crashes += other.crashes;
  return *this;
}

std::string to_text(const Totals& totals) {
  const auto text = [](std::size_t n) { return std::to_string(n); };
  return text(totals.calls) + " calls compared, " + text(totals.same) +
         " the same; succeed with psqlodbc " + text(totals.theirs) + ", here " + text(totals.ours) +
         ", both " + text(totals.both) + ", only psqlodbc " + text(totals.theirs - totals.both) +
         ", only here " + text(totals.ours - totals.both) + "; not compared " + text(totals.lost) +
         ", psqlodbc died of " + text(totals.crashes);
}

Compared compare(const Sequence& sequence, const Played& theirs, const Played& ours) {
  return Comparison().run(sequence, theirs, ours);
}

}  // namespace negodbc::peer
