#include "bench/storm/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "bench/storm/csv.h"
#include "bench/storm/html_page.h"
#include "bench/storm/plot.h"
#include "bench/storm/report_document.h"
#include "bench/storm/report_sample_test.h"

namespace negodbc::bench {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::Not;

TEST(Report, SummaryHasMediansOverRoundsAndRatiosToTheFirstTarget) {
  const Report report = two_targets();
  const auto document = to_document(report);
  const auto& peer = document["targets"][0]["summary"];
  const auto& ours = document["targets"][1]["summary"];
  EXPECT_DOUBLE_EQ(peer["logins_per_second"]["median"], 500);
  EXPECT_DOUBLE_EQ(peer["logins_per_second"]["lowest"], 125);
  EXPECT_DOUBLE_EQ(ours["ratio_to_peer"]["logins_per_second"], 2);
  EXPECT_DOUBLE_EQ(peer["client_cpu_per_login_us"]["median"], 1000);
  EXPECT_EQ(ours["logins"], 300);
  EXPECT_EQ(ours["server"]["backends"], 300);
  EXPECT_FALSE(ours["server"].contains("kdc_requests"));
  EXPECT_NEAR(ours["login_us"]["p50"], 1050, 1050 * Histogram::relative_error + 1);
  EXPECT_EQ(ours["phases_us"]["connect"]["count"], 300);
  EXPECT_EQ(exit_status(report), all_logins_worked);
  EXPECT_FALSE(ours.contains("due"));
}

TEST(Report, ComesBackFromItsDocumentUnchanged) {
  const auto document = to_document(two_targets());
  EXPECT_EQ(to_document(from_document(nlohmann::json::parse(document.dump()))), document);
}

TEST(Report, RefusesADocumentOfAnotherKind) {
  EXPECT_THROW(from_document({{"format", "something else"}}), std::exception);
  auto document = to_document(two_targets());
  document["targets"][0]["rounds"][0]["result"]["login"]["count"] = 5;
  EXPECT_THROW(from_document(document), std::exception);
}

TEST(Report, TableShowsRatiosFailuresAndBrokenTargets) {
  Report report = two_targets();
  report.targets[1].rounds[0].result.errors["28000"] = {2, "why not"};
  report.targets[1].broken = "it was ended by signal 9";
  const std::string table = to_table(report);
  EXPECT_THAT(table, HasSubstr("2.00"));
  EXPECT_THAT(table, HasSubstr("ours: 2 times 28000: why not"));
  EXPECT_THAT(table, HasSubstr("ours: it was ended by signal 9"));
  EXPECT_EQ(exit_status(report), logins_failed);
}

TEST(Report, TellsLoginsThatWereDueAndNotBegunEverywhere) {
  Report report = two_targets();
  report.options["mode"] = "open";
  for (auto& round : report.targets[0].rounds) round.result.due = 2000;
  report.targets[0].rounds[0].result.threads = 8;
  EXPECT_EQ(exit_status(report), logins_dropped);
  const auto document = to_document(report);
  const auto& summary = document["targets"][0]["summary"];
  EXPECT_EQ(summary["due"], 6000);
  EXPECT_EQ(summary["begun"], 300);
  EXPECT_EQ(summary["dropped"], 5700);
  EXPECT_EQ(document["exit_status"], 3);
  const std::string sentence = "peer: 5700 of 6000 logins that were due were not begun";
  EXPECT_THAT(document["remarks"].dump(), HasSubstr(sentence));
  EXPECT_THAT(to_table(report), HasSubstr(sentence));
  EXPECT_THAT(to_table(report), testing::ContainsRegex("dropped +failed +logins"));
  EXPECT_THAT(to_table(report), testing::ContainsRegex("peer .* 6000 +300 +5700 +0 +300\n"));
  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr(sentence));
  EXPECT_THAT(page, HasSubstr("<td class=\"bad\">5700</td>"));
  EXPECT_THAT(to_csv(report), HasSubstr(",2000,100,1900,100,0,"));
}

TEST(Report, ExitStatusTellsTheWorstThatHappened) {
  Report report = two_targets();
  report.targets[0].rounds[0].result.due = 101;
  EXPECT_EQ(exit_status(report), logins_dropped);
  report.stopped = true;
  EXPECT_EQ(exit_status(report), report_is_partial);
  report.targets[1].rounds[2].result.failures = 1;
  EXPECT_EQ(exit_status(report), logins_failed);

  report = two_targets();
  report.targets[1].rounds.pop_back();
  EXPECT_EQ(exit_status(report), report_is_partial);
  report.targets[1].broken = "the time limit of the storm was reached";
  report.targets[1].out_of_time = true;
  EXPECT_EQ(exit_status(report), report_is_partial);
  EXPECT_THAT(to_table(report), HasSubstr("ours: 2 of 3 rounds were made"));
  report.targets[1].out_of_time = false;
  report.targets[1].broken = "it was ended by signal 9";
  EXPECT_EQ(exit_status(report), logins_failed);

  report = two_targets();
  report.targets[0].rounds[0].result.unfinished = 1;
  EXPECT_EQ(exit_status(report), report_is_partial);
  EXPECT_THAT(to_table(report), HasSubstr("1 login was begun and not through"));
}

TEST(Report, WhatIsAbsentIsShownAsAbsent) {
  Report report = two_targets();
  report.targets[1].rounds.clear();
  for (auto& round : report.targets[0].rounds) round.result.peak_memory_kb = -1;
  const std::string table = to_table(report);
  EXPECT_THAT(table, testing::ContainsRegex("\nours( +-){9} +- +0 +- +0 +0\n"));
  EXPECT_THAT(table, Not(HasSubstr("0.00 ")));
  const auto summary = to_document(report)["targets"][1]["summary"];
  EXPECT_TRUE(summary["logins_per_second"]["median"].is_null());
  const auto parsed = nlohmann::json::parse(to_json_text(report))["targets"][1]["summary"];
  EXPECT_TRUE(parsed["logins_per_second"]["median"].is_null());
  EXPECT_TRUE(parsed["p50_us"]["median"].is_null());
  EXPECT_TRUE(parsed["login_us"]["p50"].is_null());
  EXPECT_TRUE(parsed["ratio_to_peer"]["p50"].is_null());
  EXPECT_THAT(to_html(report), Not(HasSubstr("0.00")));
}

TEST(Report, QuantilesNeedEnoughValues) {
  Histogram histogram;
  for (int i = 0; i < 99; ++i) histogram.record(microseconds(i));
  EXPECT_TRUE(std::isnan(quantile_s(histogram, 0.99)));
  EXPECT_FALSE(std::isnan(quantile_s(histogram, 0.9)));
  EXPECT_FALSE(std::isnan(quantile_s(histogram, 1)));
  histogram.record(microseconds(99));
  EXPECT_FALSE(std::isnan(quantile_s(histogram, 0.99)));
  EXPECT_TRUE(std::isnan(quantile_s(histogram, 0.999)));
  Histogram one;
  one.record(microseconds(5));
  EXPECT_DOUBLE_EQ(quantile_s(one, 0.5), 5e-6);
  EXPECT_TRUE(std::isnan(quantile_s(Histogram(), 0.5)));
  // Rounds that are too small have one together.
  EXPECT_TRUE(std::isnan(shown_quantile_s(spread({absent}), one, 0.99)));
  EXPECT_FALSE(std::isnan(shown_quantile_s(spread({absent}), histogram, 0.99)));
  EXPECT_EQ(shown_quantile_s(spread({7}), histogram, 0.99), 7);
}

TEST(Report, NothingOfOthersReachesTheTerminalAsItCame) {
  Report report = two_targets();
  const std::string evil =
      "\x1b[2J\x1b]0;owned\x07\xc2\x9b"
      "31m\nours  999.0\r\x9b";
  report.title += evil;
  report.notes = {evil};
  for (auto& target : report.targets) {
    target.name += evil;
    target.kind += evil;
    target.broken = evil;
    target.rounds[0].result.errors["2" + evil] = {1, evil};
  }
  const std::string table = to_table(report);
  for (const char* piece : {"\x1b", "\x07", "\r", "\xc2\x9b", "\nours  999.0"}) {
    EXPECT_THAT(table, Not(HasSubstr(piece)));
  }
  EXPECT_THAT(table, HasSubstr("\\x1b[2J"));
}

TEST(HtmlPage, EscapesWhatComesFromOutsideAndNeedsNothingElse) {
  Report report = two_targets();
  report.targets[0].rounds[0].result.errors["<i>"] = {1, "<script>alert('x')</script>\x01"};
  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr("A &lt;storm&gt; &amp; more"));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; "));
  for (const char* foreign : {"<script", "<img", "<link", "src=", "href=", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(foreign)));
  }
}

TEST(HtmlPage, NothingReachesItUnescaped) {
  Report report = two_targets();
  const std::string evil = "<script>'\"&\xff\xef\xbf\xbf\x1b";
  report.title = report.run = report.started = evil;
  report.notes = report.processes = {evil};
  report.environments[0] = nlohmann::json::object({{"host", evil}, {evil, evil}});
  report.options = nlohmann::json::object({{"mode", evil}, {evil, evil}});
  for (auto& target : report.targets) {
    target.name = target.kind = target.broken = evil;
    target.connections = target.caches = {evil};
    target.versions = {{evil, evil}};
    RoundResult& result = target.rounds[0].result;
    result.errors[evil] = {1, evil};
    result.phases.emplace_back(evil, result.logout);
    result.failed.record(microseconds(10));
    result.failures_over_time[0] = 1;
  }
  // As it comes out of a file that somebody else has made.
  const std::string page = to_html(from_document(nlohmann::json::parse(to_json_text(report))));
  for (const char* piece : {"<script", "'\"&", "\xff", "\xef\xbf\xbf", "\x1b"}) {
    EXPECT_THAT(page, Not(HasSubstr(piece)));
  }
  EXPECT_THAT(to_html(report), Not(HasSubstr("<script")));
  EXPECT_THAT(to_html(report), Not(HasSubstr("\xff")));
}

TEST(HtmlPage, ShowsFailuresOverTimeWhereThereAreAny) {
  Report report = two_targets();
  EXPECT_THAT(to_html(report), Not(HasSubstr("Failures over time")));
  RoundResult& result = report.targets[0].rounds[1].result;
  result.errors["08001"] = {3, "refused"};
  result.failures = 3;
  for (int i = 0; i < 3; ++i) result.failed.record(microseconds(500));
  result.failures_over_time = {{0, 1}, {4, 2}};
  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr("Failures over time"));
  EXPECT_THAT(page, HasSubstr("failed after 500 µs in the median, – at the 99th percentile"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST(HtmlPage, DrawsEveryTargetInEveryPlot) {
  const std::string page = to_html(two_targets());
  std::size_t plots = 0;
  for (auto at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at + 1))
    ++plots;
  EXPECT_EQ(plots, 4u);
  std::size_t lines = 0;
  for (auto at = page.find("<polyline"); at != std::string::npos;
       at = page.find("<polyline", at + 1))
    ++lines;
  // One quantile curve each; in the plot over time a median for each round, and no 99th percentile
  // of slices of ten.
  EXPECT_EQ(lines, 2u * (1 + 3));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("inf")));
}

TEST(HtmlPage, StandsAStormWithoutAnyLogin) {
  Report report = two_targets();
  for (auto& target : report.targets) target.rounds.clear();
  report.targets[0].broken = "no such library";
  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr("no logins"));
  EXPECT_THAT(page, HasSubstr("no such library"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST(Plot, DurationsHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(duration_text(0.000083), "83 µs");
  EXPECT_EQ(duration_text(0.00125), "1.25 ms");
  EXPECT_EQ(duration_text(0.0200001), "20 ms");
  EXPECT_EQ(duration_text(2.5), "2.5 s");
  EXPECT_EQ(duration_text(0), "0 µs");
  EXPECT_EQ(duration_text(absent), "–");
}

}  // namespace
}  // namespace negodbc::bench
