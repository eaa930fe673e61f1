#include "tests/oracle/generator.h"

#include <array>
#include <string>
#include <utility>

#include "tests/oracle/dice.h"
#include "tests/oracle/statements.h"

namespace negodbc::oracle {
namespace {

class Generator {
 public:
  explicit Generator(Dice dice) : dice_(dice), statements_(dice_) {}

  Script script() {
    script_.options.protocol = dice_.one_in(4) ? (dice_.one_in(3) ? 1 : 0) : 2;
    script_.options.named = !dice_.one_in(5);
    manual_ = dice_.one_in(2);
    if (manual_) add(Action::manual);
    for (int left = dice_.between(3, 9); left > 0; --left) move();
    return std::move(script_);
  }

 private:
  // One thing that a program does; most are several steps.
  void move() {
    switch (dice_.below(12)) {
      case 0:
      case 1:
      case 2:
        return directly();
      case 3:
      case 4:
      case 5:
        return prepared();
      case 6:
        return array();
      case 7:
        return interrupted();
      case 8:
        return transaction();
      case 9:
        return changed_in_between();
      case 10:
        return call();
      default:
        return again();
    }
  }

  Step& add(Action action, std::size_t handle = 0) {
    Step step;
    step.action = action;
    step.handle = handle;
    script_.steps.push_back(std::move(step));
    return script_.steps.back();
  }
  std::size_t handle() { return dice_.below(2); }

  void directly() {
    const std::size_t on = handle();
    add_direct(on);
    read(on);
  }

  void add_direct(std::size_t on) {
    Step& step = add(Action::direct, on);
    if (dice_.one_in(3)) {
      step.text = statements_.several(dice_.one_in(3));
    } else {
      step.text = statements_.one(dice_.one_in(3));
    }
    step.sets = {statements_.values(step.text)};
  }

  void prepared() {
    const std::size_t on = handle();
    Step& prepare = add(Action::prepare, on);
    prepare.text =
        dice_.one_in(5) ? statements_.several(dice_.one_in(3)) : statements_.one(!dice_.one_in(4));
    prepared_[on] = prepare.text;
    for (int left = dice_.between(1, 4); left > 0; --left) {
      execute(on);
      if (dice_.one_in(4)) between();
    }
  }

  void execute(std::size_t on) {
    const ParameterSet values = statements_.values(prepared_[on]);
    add(Action::execute, on).sets = {values};
    read(on);
  }

  void again() {
    const std::size_t on = handle();
    if (prepared_[on].statements.empty()) return directly();
    execute(on);
  }

  void array() {
    // With 7.4-1 an error takes along what sets before it have done, and which ones these are
    // depends on how many travel in a flight.
    if (script_.options.protocol == 1) return prepared();
    const std::size_t on = handle();
    const Text text = statements_.for_array();
    const bool at_once = dice_.one_in(2);
    if (!at_once) {
      add(Action::prepare, on).text = text;
      prepared_[on] = text;
    }
    for (int left = at_once ? 1 : dice_.between(1, 2); left > 0; --left) {
      std::vector<ParameterSet> sets;
      const int count = dice_.one_in(8) ? dice_.between(33, 40) : dice_.between(2, 6);
      for (int i = 0; i < count; ++i) {
        sets.push_back(statements_.values(text));
        // A parameter is bound once for all sets.
        for (std::size_t p = 0; p < sets.back().size(); ++p)
          sets.back()[p].is_text = sets.front()[p].is_text;
      }
      Step& step = add(at_once ? Action::direct : Action::execute, on);
      if (at_once) step.text = text;
      step.sets = std::move(sets);
      read(on);
    }
  }

  // A statement begins to be read, another works on the same connection, the first goes on.
  void interrupted() {
    const std::size_t first = handle();
    Step& step = add(Action::direct, first);
    step.text = dice_.one_in(3) ? statements_.several(false) : statements_.with_rows();
    step.sets = {statements_.values(step.text)};
    add(Action::fetch, first).count = dice_.between(0, 3);
    for (int left = dice_.between(1, 2); left > 0; --left) {
      if (dice_.one_in(4)) {
        end();
      } else {
        add_direct(1 - first);
        read(1 - first);
      }
    }
    read(first);
  }

  void transaction() {
    if (dice_.one_in(3)) {
      manual_ = !manual_;
      add(manual_ ? Action::manual : Action::auto_commit);
      return;
    }
    const std::size_t on = handle();
    if (dice_.one_in(2)) return end();
    Step& step = add(Action::direct, on);
    step.text = statements_.of_transactions();
    step.sets = {{}};
  }

  void end() { add(dice_.one_in(3) ? Action::rollback : Action::commit); }

  void changed_in_between() {
    const std::size_t on = handle();
    Step& prepare = add(Action::prepare, on);
    prepare.text = statements_.of_changing_tables();
    prepared_[on] = prepare.text;
    for (int left = dice_.between(1, 3); left > 0; --left) execute(on);
    between();
    for (int left = dice_.between(1, 2); left > 0; --left) execute(on);
  }

  // What makes known descriptions untrue.
  void between() {
    if (dice_.one_in(3)) {
      Step& step = add(Action::direct, handle());
      step.text = statements_.own_change();
      step.sets = {{}};
      return;
    }
    if (dice_.one_in(2)) end();
    add(Action::close, 0);
    add(Action::close, 1);
    add(Action::other).text = statements_.change();
  }

  void call() {
    const std::size_t on = handle();
    Step& step = add(Action::call, on);
    step.text = statements_.function();
    step.sets = {statements_.values(Text{{"?"}})};
    step.sets.front().front().is_text = false;  // the function's own argument
    if (dice_.one_in(2)) add(Action::close, on);
  }

  // What a program does with results: reads them whole, in part, not at all.
  void read(std::size_t on) {
    const std::size_t way = dice_.below(8);
    if (way == 0) return;
    if (way > 1) {
      Step& fetch = add(Action::fetch, on);
      fetch.count = way < 5 ? -1 : dice_.between(1, 3);
      fetch.rowset = dice_.one_in(4) ? dice_.between(2, 5) : 1;
    }
    const bool wants_more = dice_.one_in(2);
    for (int left = wants_more ? dice_.between(1, 4) : 0; left > 0; --left) {
      add(Action::more, on);
      if (dice_.one_in(2)) add(Action::fetch, on).count = dice_.one_in(2) ? -1 : 1;
    }
    if (!dice_.one_in(4)) add(Action::close, on);
  }

  Dice dice_;
  Statements statements_;
  Script script_;
  std::array<Text, 2> prepared_;
  bool manual_ = false;
};

}  // namespace

Script generate(std::uint64_t seed, std::uint64_t number) {
  return Generator(Dice(seed, number)).script();
}

}  // namespace negodbc::oracle
