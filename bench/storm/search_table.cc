#include <cmath>
#include <cstdio>

#include "bench/storm/plot.h"
#include "bench/storm/rate_search.h"
#include "bench/storm/search_view.h"
#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

std::string fixed_width(const std::string& text, std::size_t width) {
  const std::size_t has = width_of(text);
  return (has < width ? std::string(width - has, ' ') : "") + text;
}

}  // namespace

std::string search_table(const Report& report) {
  std::string text;
  for (const auto& target : report.targets) {
    text += one_line(target.name) + "\n";
    for (const auto& round : target.rounds) {
      if (!round.step) continue;
      char rate[40];
      std::snprintf(rate, sizeof rate, "%10.1f/s", round.step->rate);
      const Histogram& login = round.result.login;
      text += std::string(rate) + fixed_width(duration_text(quantile_s(login, 0.5)), 10) +
              fixed_width(duration_text(quantile_s(login, 0.99)), 10) +
              (round.step->held ? "  held" : "  did not hold: " + round.step->why) + "\n";
    }
  }
  text += "Highest rate with p99 under " + duration_text(report.p99_under_s) + ":\n";
  for (const auto& target : report.targets)
    text += "  " + one_line(target.name) + ": " + knee_in_words(target) + "\n";
  return text;
}

}  // namespace negodbc::bench
