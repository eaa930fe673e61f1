#include "tests/oracle/runner.h"

#include <algorithm>
#include <stdexcept>

namespace negodbc::oracle {
namespace {

Text in(const Side& side, Text text) {
  for (std::string& statement : text.statements) statement = side.in(statement);
  return text;
}

bool commits(const Step& step) {
  return step.action == Action::commit || step.action == Action::auto_commit ||
         std::any_of(step.text.statements.begin(), step.text.statements.end(),
                     [](const std::string& sql) { return sql.starts_with("COMMIT"); });
}

// Those that the text may change, of the tables that scripts change.
void add_changed(const Text& text, std::set<std::string>& tables) {
  constexpr const char* words[] = {"ALTER", "DROP", "CREATE"};
  for (const std::string& sql : text.statements) {
    if (std::none_of(std::begin(words), std::end(words),
                     [&](const char* word) { return sql.starts_with(word); }))
      continue;
    for (const char* name : {"pa", "pb", "dd"}) {
      if (sql.find(name) != std::string::npos) tables.insert(name);
    }
  }
}

}  // namespace

Runner::Runner(int place)
    : world_(place),
      libpq_("trust_user", ""),
      driver_neighbour_("trust_user", ""),
      libpq_neighbour_("trust_user", ""),
      reference_(libpq_) {}

void Runner::prepare(const Options& options, bool fresh) {
  // First whatever still holds a lock.
  reference_.begin(options, world_.libpq_side().path());
  std::unique_ptr<Odbc>& connection = connections_[{options.protocol, options.named}];
  if (fresh || (connection && !connection->reset())) connection.reset();
  if (!connection) connection = std::make_unique<Odbc>(options, world_.driver_side().path());
  driver_ = connection.get();
  world_.reset(changed_);
  changed_.clear();
  for (std::size_t i = 0; i < executions_.size(); ++i)
    executions_[i] = std::make_unique<Execution>(*driver_, i);
  prepared_ = {};
}

Difference Runner::run(const Script& script, bool fresh) {
  prepare(script.options, fresh);
  Difference difference = play(script);
  // What it is in now is known to nobody.
  if (difference) connections_.erase({script.options.protocol, script.options.named});
  return difference;
}

Difference Runner::play(const Script& script) {
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    const bool in_transaction = !reference_.idle();
    if (const Difference difference = take(step))
      return "step " + std::to_string(i + 1) + ": " + *difference;
    // An error may have ended it (Protocol=7.4-1).
    const bool rolled_back = in_transaction && reference_.idle() && !commits(step);
    if (rolled_back || reference_.failed())
      for (const auto& execution : executions_) execution->lose_rest();
  }
  for (std::size_t i = 0; i < executions_.size(); ++i) {
    if (const Difference difference = executions_[i]->close())
      return "h" + std::to_string(i) + " closed at the end: " + *difference;
  }
  if (const Difference difference = end(true)) return "commit at the end: " + *difference;
  const std::string real = world_.contents(world_.driver_side());
  const std::string expected = world_.contents(world_.libpq_side());
  if (real != expected) return "the tables afterwards\n" + real + "instead of\n" + expected;
  return std::nullopt;
}

Difference Runner::take(const Step& step) {
  Execution& execution = *executions_.at(step.handle);
  switch (step.action) {
    case Action::direct:
      return run_text(step, step.text, false);
    case Action::prepare: {
      if (Difference difference = execution.close()) return difference;
      prepared_.at(step.handle) = step.text;
      const Said said = driver_->prepare(step.handle, joined(in(world_.driver_side(), step.text)));
      return said.good() ? Difference() : to_text(said) + " on preparing";
    }
    case Action::execute:
      if (prepared_.at(step.handle).statements.empty()) return std::nullopt;
      return run_text(step, prepared_.at(step.handle), true);
    case Action::call:
      return call(step);
    case Action::fetch:
      return execution.fetch(step.count, step.rowset);
    case Action::more:
      return execution.more();
    case Action::close:
      return execution.close();
    case Action::commit:
    case Action::rollback:
      return end(step.action == Action::commit);
    case Action::auto_commit:
    case Action::manual: {
      const bool on = step.action == Action::auto_commit;
      const Said said = driver_->set_autocommit(on);
      return same_outcome(said, reference_.set_autocommit(on));
    }
    case Action::other:
      change(step);
      return std::nullopt;
  }
  return std::nullopt;
}

Difference Runner::run_text(const Step& step, const Text& text, bool prepared) {
  const bool fits = std::all_of(step.sets.begin(), step.sets.end(), [&](const ParameterSet& set) {
    return set.size() == parameters_of(text);
  });
  if (!fits || step.sets.empty()) return std::nullopt;
  Execution& execution = *executions_.at(step.handle);
  if (Difference difference = execution.close()) return difference;
  add_changed(text, changed_);
  if (!prepared) prepared_.at(step.handle) = {};
  const std::vector<std::string> statements = in(world_.libpq_side(), text).statements;
  const Said said =
      prepared ? driver_->execute(step.handle, step.sets)
               : driver_->direct(step.handle, joined(in(world_.driver_side(), text)), step.sets);
  if (said.code == SQL_ERROR && said.text.find("cached plan must not") != std::string::npos &&
      reference_.may_refuse_stale_plans()) {
    reference_.refuse_stale_plan();
    return std::nullopt;
  }
  if (step.sets.size() > 1)
    return execution.begin_array(said, reference_.run_sets(statements, step.sets),
                                 step.sets.size());
  return execution.begin(said, reference_.run(statements, step.sets.front()), text);
}

Difference Runner::call(const Step& step) {
  Execution& execution = *executions_.at(step.handle);
  if (Difference difference = execution.close()) return difference;
  prepared_.at(step.handle) = {};
  const std::string function = joined(step.text);
  const ParameterSet& values = step.sets.front();
  const Said said = driver_->call(step.handle, function, values.front());
  return execution.called(said, reference_.run({"SELECT " + function + "(?)"}, values));
}

// A second session, which must not wait for what the first has locked.
void Runner::change(const Step& step) {
  if (!reference_.idle() || executions_[0]->open() || executions_[1]->open()) return;
  add_changed(step.text, changed_);
  const auto run = [&](Libpq& neighbour, const Side& side) {
    neighbour.must("SET lock_timeout = '5s'");
    return neighbour.simple(joined(in(side, step.text))).error;
  };
  const std::string one = run(driver_neighbour_, world_.driver_side());
  const std::string other = run(libpq_neighbour_, world_.libpq_side());
  if (one != other) throw std::runtime_error("the second session: " + one + " beside " + other);
}

Difference Runner::end(bool commit) {
  const Said said = driver_->end_transaction(commit);
  return same_outcome(said, reference_.end_transaction(commit));
}

Difference Runner::same_outcome(const Said& said, const std::string& error) {
  if (error.empty()) return said.good() ? Difference() : to_text(said) + ", and it was done";
  if (said.code != SQL_ERROR || said.state.substr(0, 2) != class_of(error))
    return to_text(said) + " instead of the error " + error;
  return std::nullopt;
}

}  // namespace negodbc::oracle
