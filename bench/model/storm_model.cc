#include "bench/model/storm_model.h"

#include <algorithm>
#include <cmath>

#include "bench/model/event_queue.h"
#include "bench/model/random.h"
#include "bench/model/stations.h"
#include "bench/storm/arrivals.h"
#include "bench/storm/back_off.h"

namespace negodbc::bench::model {
namespace {

constexpr std::uint64_t curve_points = 400;

std::chrono::nanoseconds in_nanoseconds(double value_s) {
  return std::chrono::nanoseconds(std::llround(value_s * 1e9));
}

struct ClientMachine {
  Processors processors;
  Places logins;
};

struct ModelClient {
  BackOff back_off;
  std::uint64_t attempt = 0;  // the number of the last one; one that has failed is of the past
  bool logging_in = false;
  double begin_s = 0;
};

class StormRun {
 public:
  explicit StormRun(const Storm& storm)
      : storm_(storm),
        costs_(storm.costs),
        random_(storm.seed),
        server_(queue_, storm.site.server_processors),
        acceptor_(1),
        kdc_(queue_, storm.site.kdc_processes) {
    for (unsigned i = 0; i < storm.site.client_machines; ++i)
      machines_.push_back(
          {Processors(queue_, storm.site.client_processors), Places(storm.clients.at_once)});
    for (unsigned i = 0; i < storm.clients.count; ++i)
      clients_.push_back(
          {BackOff(storm.clients.back_off_s, storm.clients.back_off_most_s, mixed(storm.seed, i))});
  }

  Prediction run() {
    wanted_ = storm_.closed_logins != 0 ? storm_.closed_logins : storm_.clients.count;
    if (storm_.closed_logins != 0) {
      for (std::size_t i = 0; i < clients_.size(); ++i) log_in_again(i);
    } else {
      slots_ = storm_.clients.count;
      queue_.at(storm_.cut_s, [this] { cut(0); });
      if (storm_.serves_s > storm_.back_s) keep_waiting();
    }
    queue_.run(storm_.until_s);
    prediction_.all_back = prediction_.back == wanted_;
    if (!prediction_.all_back) note_end();
    return std::move(prediction_);
  }

 private:
  bool is_down() const { return queue_.now() >= storm_.cut_s && queue_.now() < storm_.back_s; }
  ClientMachine& machine_of(std::size_t i) { return machines_[i % machines_.size()]; }
  bool goes_on(std::size_t i, std::uint64_t attempt) const {
    return clients_[i].logging_in && clients_[i].attempt == attempt;
  }

  unsigned turns() const { return std::max(costs_.round_trips, 2u) - 1; }

  // What the client works before each of its turns at the server, and behind the last.
  void client_work(std::size_t i, Action done) {
    Processors& own = storm_.site.clients_on_server ? server_ : machine_of(i).processors;
    own.work(costs_.client_s / (turns() + 1), std::move(done));
  }

  // One session after another is told to end, by a process that shares the processors with those
  // that are ending already.
  void cut(std::size_t i) {
    if (i == clients_.size()) return;
    server_.work(costs_.signal_s, [this, i] {
      cut(i + 1);
      const double noticed_s = costs_.end_s * storm_.clients.notice_part;
      server_.work(noticed_s, [this, i, noticed_s] {
        if (std::isnan(prediction_.first_noticed_s)) prediction_.first_noticed_s = queue_.now();
        server_.work(costs_.end_s - noticed_s, [this] { --slots_; });
        const double wait = storm_.clients.spread_s * random_.uniform();
        queue_.after(wait, [this, i] { ask_for_place(i); });
      });
    });
  }

  // Whoever accepts has not begun to.
  void keep_waiting() {
    queue_.at(storm_.cut_s, [this] {
      acceptor_.take([this] { queue_.at(storm_.serves_s, [this] { acceptor_.give_back(); }); });
    });
  }

  void log_in_again(std::size_t i) {
    if (begun_ < storm_.closed_logins) {
      ++begun_;
      ask_for_place(i);
    }
  }

  void ask_for_place(std::size_t i) {
    machine_of(i).logins.take([this, i] { begin(i); });
  }

  void begin(std::size_t i) {
    ModelClient& client = clients_[i];
    const std::uint64_t attempt = ++client.attempt;
    client.logging_in = true;
    client.begin_s = queue_.now();
    queue_.after(storm_.clients.timeout_s, [this, i, attempt] {
      if (!goes_on(i, attempt)) return;
      ++prediction_.timeouts;
      fail(i);
    });
    client_work(i, [this, i, attempt] {
      const double whole = std::floor(costs_.kdc_requests);
      const bool one_more = random_.uniform() < costs_.kdc_requests - whole;
      ask_kdc(i, attempt, static_cast<unsigned>(whole) + (one_more ? 1 : 0));
    });
  }

  void ask_kdc(std::size_t i, std::uint64_t attempt, unsigned requests) {
    if (!goes_on(i, attempt)) return;
    if (requests == 0) return connect(i, attempt, 1);
    kdc_.serve(costs_.kdc_s, [this, i, attempt, requests] {
      queue_.after(costs_.round_trip_s,
                   [this, i, attempt, requests] { ask_kdc(i, attempt, requests - 1); });
    });
  }

  void connect(std::size_t i, std::uint64_t attempt, double again_s) {
    queue_.after(costs_.round_trip_s, [this, i, attempt, again_s] {
      if (!goes_on(i, attempt)) return;
      if (is_down()) {
        ++prediction_.refused_down;
        return fail(i);
      }
      if (storm_.site.backlog != 0 && acceptor_.waiting() >= storm_.site.backlog) {
        ++prediction_.lost_syns;
        queue_.after(again_s, [this, i, attempt, again_s] {
          if (goes_on(i, attempt)) connect(i, attempt, again_s * 2);
        });
        return;
      }
      acceptor_.take([this, i, attempt] { accept(i, attempt); });
    });
  }

  // Of a client that has given up, too: the server does not know yet.
  void accept(std::size_t i, std::uint64_t attempt) {
    server_.work(random_.spread(costs_.accept_s, costs_.variation), [this, i, attempt] {
      acceptor_.give_back();
      if (storm_.site.max_connections != 0 && slots_ >= storm_.site.max_connections) {
        server_.work(costs_.refuse_s, [this, i, attempt] {
          if (!goes_on(i, attempt)) return;
          ++prediction_.refused_full;
          fail(i);
        });
        return;
      }
      ++slots_;
      turn(i, attempt, random_.spread(costs_.backend_s, costs_.variation) / turns(), turns());
    });
  }

  void turn(std::size_t i, std::uint64_t attempt, double work_s, unsigned left) {
    if (!goes_on(i, attempt)) return end_backend();
    server_.work(work_s, [this, i, attempt, work_s, left] {
      const double wait = left == 1 ? costs_.wait_s : 0;
      queue_.after(wait + costs_.round_trip_s, [this, i, attempt, work_s, left] {
        if (!goes_on(i, attempt)) return end_backend();
        client_work(i, [this, i, attempt, work_s, left] {
          if (left > 1) return turn(i, attempt, work_s, left - 1);
          goes_on(i, attempt) ? succeed(i) : end_backend();
        });
      });
    });
  }

  void end_backend() {
    server_.work(costs_.end_s, [this] { --slots_; });
  }

  void leave(std::size_t i) {
    clients_[i].logging_in = false;
    machine_of(i).logins.give_back();
  }

  void fail(std::size_t i) {
    ++prediction_.failures;
    const double pause = clients_[i].back_off.after_failure();
    queue_.after(pause, [this, i] { ask_for_place(i); });
    leave(i);
  }

  void succeed(std::size_t i) {
    ModelClient& client = clients_[i];
    prediction_.login.record(in_nanoseconds(queue_.now() - client.begin_s));
    prediction_.back_after.record(in_nanoseconds(queue_.now()));
    ++prediction_.back;
    if (prediction_.back % (wanted_ / curve_points + 1) == 0 || prediction_.back == wanted_)
      prediction_.over_time.emplace_back(queue_.now(), prediction_.back);
    if (prediction_.back == wanted_) note_end();
    client.back_off.begin_anew();
    leave(i);
    if (storm_.closed_logins == 0) return;
    end_backend();
    log_in_again(i);
  }

  void note_end() {
    prediction_.end_s = queue_.now();
    const double could = prediction_.end_s * storm_.site.server_processors;
    prediction_.server_used = could > 0 ? server_.worked_s() / could : 0;
  }

  const Storm& storm_;
  const Costs& costs_;
  Random random_;
  EventQueue queue_;
  Processors server_;
  Places acceptor_;
  Counter kdc_;
  std::vector<ClientMachine> machines_;
  std::vector<ModelClient> clients_;
  std::uint64_t wanted_ = 0;
  std::uint64_t begun_ = 0;  // closed
  std::uint64_t slots_ = 0;  // backends, those that end among them
  Prediction prediction_;
};

}  // namespace

Prediction predict(const Storm& storm) {
  return StormRun(storm).run();
}

}  // namespace negodbc::bench::model
