// The simulation's parts against what queueing theory says of them. (Formulas: Kleinrock, Queueing
// Systems, volume 1; for processor sharing volume 2.) The runs are long enough, and the same each
// time, for the tolerances given.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "bench/model/random.h"
#include "bench/model/stations.h"

namespace negodbc::bench::model {
namespace {

using Draw = std::function<double()>;

struct Sojourn {
  double sum = 0;
  std::uint64_t count = 0;
  std::vector<double> all;
  double mean() const { return sum / static_cast<double>(count); }
  void add(double value) {
    sum += value;
    ++count;
    all.push_back(value);
  }
  double quantile(double q) {
    std::sort(all.begin(), all.end());
    return all[static_cast<std::size_t>(q * static_cast<double>(all.size()))];
  }
};

// So many arrivals at a station, whose times in it are counted from when it is in its course.
template <typename Station>
Sojourn arrivals(EventQueue& queue, Station serve, const Draw& gap, const Draw& work, int count) {
  Sojourn sojourn;
  std::function<void(int)> arrive = [&](int number) {
    const double begin = queue.now();
    serve(work(), [&, begin, number] {
      if (number > count / 10) sojourn.add(queue.now() - begin);
    });
    if (number < count) queue.after(gap(), [&, number] { arrive(number + 1); });
  };
  queue.at(0, [&] { arrive(1); });
  queue.run(1e12);
  return sojourn;
}

double erlang_c(double offered, int servers) {
  double term = 1;
  double sum = 1;
  for (int k = 1; k < servers; ++k) {
    term *= offered / k;
    sum += term;
  }
  const double last = term * offered / servers * servers / (servers - offered);
  return last / (sum + last);
}

TEST(Queueing, MM1) {
  EventQueue queue;
  Random random(1);
  Counter counter(queue, 1);
  Sojourn sojourn = arrivals(
      queue, [&](double work, Action done) { counter.serve(work, std::move(done)); },
      [&] { return random.exponential(1); }, [&] { return random.exponential(0.7); }, 400'000);
  const double mean = 0.7 / (1 - 0.7);  // and the sojourn is exponential
  EXPECT_NEAR(sojourn.mean(), mean, 0.04 * mean);
  EXPECT_NEAR(sojourn.quantile(0.5), mean * std::log(2), 0.04 * mean);
  EXPECT_NEAR(sojourn.quantile(0.99), mean * std::log(100), 0.06 * mean * std::log(100));
}

TEST(Queueing, MMc) {
  for (const int servers : {2, 8}) {
    EventQueue queue;
    Random random(2);
    Counter counter(queue, static_cast<unsigned>(servers));
    const double work = 0.8 * servers;
    const Sojourn sojourn = arrivals(
        queue, [&](double time, Action done) { counter.serve(time, std::move(done)); },
        [&] { return random.exponential(1); }, [&] { return random.exponential(work); }, 400'000);
    const double wait = erlang_c(work, servers) * work / (servers * (1 - 0.8));
    EXPECT_NEAR(sojourn.mean(), work + wait, 0.04 * (work + wait)) << servers;
  }
}

TEST(Queueing, MD1) {
  EventQueue queue;
  Random random(3);
  Counter counter(queue, 1);
  const Sojourn sojourn = arrivals(
      queue, [&](double work, Action done) { counter.serve(work, std::move(done)); },
      [&] { return random.exponential(1); }, [] { return 0.8; }, 400'000);
  const double mean = 0.8 + 0.8 * 0.8 / (2 * (1 - 0.8));  // Pollaczek and Khinchine
  EXPECT_NEAR(sojourn.mean(), mean, 0.03 * mean);
}

TEST(Queueing, DD1) {
  EventQueue queue;
  Counter counter(queue, 1);
  Sojourn sojourn = arrivals(
      queue, [&](double work, Action done) { counter.serve(work, std::move(done)); },
      [] { return 1.0; }, [] { return 0.75; }, 1000);
  EXPECT_DOUBLE_EQ(sojourn.mean(), 0.75);  // nobody waits
  EXPECT_DOUBLE_EQ(sojourn.quantile(0.99), 0.75);
  // Too many: number n has waited for what the ones before it were late.
  EventQueue full;
  Counter busy(full, 1);
  Sojourn late = arrivals(
      full, [&](double work, Action done) { busy.serve(work, std::move(done)); },
      [] { return 1.0; }, [] { return 1.5; }, 100);
  EXPECT_DOUBLE_EQ(late.all.back(), 1.5 + 99 * 0.5);
}

// Whatever the work is distributed like, its mean alone says how long it stays.
TEST(Queueing, ProcessorSharingIsInsensitive) {
  const std::vector<Draw> draws = [] {
    static Random random(4);
    return std::vector<Draw>{[] { return 0.8; }, [] { return random.exponential(0.8); },
                             [] { return random.spread(0.8, 2); }};
  }();
  for (const Draw& work : draws) {
    EventQueue queue;
    Random random(5);
    Processors processors(queue, 1);
    const Sojourn sojourn = arrivals(
        queue, [&](double time, Action done) { processors.work(time, std::move(done)); },
        [&] { return random.exponential(1); }, work, 400'000);
    EXPECT_NEAR(sojourn.mean(), 0.8 / (1 - 0.8), 0.06 * 4);
    EXPECT_NEAR(processors.worked_s() / queue.now(), 0.8, 0.01);
  }
}

// Of M/M/c the mean is the same whether the processors are shared or not.
TEST(Queueing, SharedProcessorsAreErlangsToo) {
  EventQueue queue;
  Random random(6);
  Processors processors(queue, 4);
  const Sojourn sojourn = arrivals(
      queue, [&](double time, Action done) { processors.work(time, std::move(done)); },
      [&] { return random.exponential(1); }, [&] { return random.exponential(3.2); }, 400'000);
  const double mean = 3.2 + erlang_c(3.2, 4) * 3.2 / (4 * 0.2);
  EXPECT_NEAR(sojourn.mean(), mean, 0.04 * mean);
}

TEST(Queueing, SharedProcessorsByHand) {
  EventQueue queue;
  Processors processors(queue, 2);
  std::vector<double> ends;
  for (const double work : {1.0, 2.0, 3.0})
    queue.at(0, [&, work] { processors.work(work, [&] { ends.push_back(queue.now()); }); });
  queue.run(100);
  // Three on two: at 2/3 till the first has 1 (1.5 s); then two, each on its own.
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_NEAR(ends[0], 1.5, 1e-12);
  EXPECT_NEAR(ends[1], 2.5, 1e-12);
  EXPECT_NEAR(ends[2], 3.5, 1e-12);
  EXPECT_NEAR(processors.worked_s(), 6, 1e-12);
}

// M machines that break after a mean of `up`, and one man who repairs them, a mean of `repair`
// each.
TEST(Queueing, MachineRepairman) {
  constexpr int machines = 10;
  constexpr double up = 20;
  constexpr double repair = 3;
  EventQueue queue;
  Random random(7);
  Counter man(queue, 1);
  std::uint64_t repaired = 0;
  std::function<void()> live = [&] {
    queue.after(random.exponential(up), [&] {
      man.serve(random.exponential(repair), [&] {
        ++repaired;
        live();
      });
    });
  };
  for (int i = 0; i < machines; ++i) live();
  constexpr double end = 1e6;
  queue.run(end);
  double term = 1;
  double sum = 1;
  for (int k = 0; k < machines; ++k) {
    term *= (machines - k) * repair / up;
    sum += term;
  }
  const double busy = 1 - 1 / sum;
  EXPECT_NEAR(static_cast<double>(repaired) / end, busy / repair, 0.01 * busy / repair);
}

TEST(Queueing, WhatIsDueAtOneTimeHappensInTheOrderOfAsking) {
  EventQueue queue;
  std::vector<int> order;
  for (const int number : {1, 2, 3}) queue.at(5, [&, number] { order.push_back(number); });
  queue.at(1, [&] { queue.at(0.5, [&] { order.push_back(0); }); });  // past: at once
  queue.run(4);
  EXPECT_EQ(order, (std::vector<int>{0}));
  queue.run(5);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(queue.happened(), 5u);
}

TEST(Random, HasItsMomentsAndItsSeed) {
  Random random(8);
  double sum = 0;
  double squares = 0;
  constexpr int draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    const double value = random.spread(3, 0.5);
    sum += value;
    squares += value * value;
  }
  const double mean = sum / draws;
  EXPECT_NEAR(mean, 3, 0.02);
  EXPECT_NEAR(std::sqrt(squares / draws - mean * mean) / mean, 0.5, 0.02);
  EXPECT_EQ(random.spread(3, 0), 3);
  EXPECT_EQ(random.exponential(0), 0);
  Random a(9);
  Random b(9);
  Random c(10);
  const double first = a.uniform();
  EXPECT_EQ(first, b.uniform());
  EXPECT_NE(first, c.uniform());
}

}  // namespace
}  // namespace negodbc::bench::model
