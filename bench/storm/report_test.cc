#include "bench/storm/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/storm/html_page.h"
#include "bench/storm/plot.h"

namespace negodbc::bench {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;
using testing::Not;

RoundReport round_of(double begin_s, unsigned logins, microseconds latency, double seconds) {
  RoundReport round;
  round.begin_s = begin_s;
  for (unsigned i = 0; i < logins; ++i) {
    round.result.login.record(latency + microseconds(i));
    round.result.logout.record(microseconds(10));
    round.result.over_time[i / 10].record(latency + microseconds(i));
  }
  round.result.phases.emplace_back("connect", round.result.logout);
  round.result.logins = logins;
  round.result.seconds = seconds;
  round.result.user_cpu_s = 0.001 * logins;
  round.result.peak_memory_kb = 2048;
  round.server.backends = logins;
  return round;
}

Report two_targets() {
  Report report;
  report.title = "A <storm> & more";
  report.started = "2026-11-22T20:00:00Z";
  report.hosts = {"here"};
  report.options = {{"mode", "closed"}, {"query", "select '<a>'"}};
  report.targets = {{"peer", "odbc", {"DSN=peer"}, {}, {}, ""},
                    {"ours", "odbc", {"DSN=ours"}, {"FILE:/a"}, {}, ""}};
  for (int i = 0; i < 3; ++i) {
    // The second round is disturbed, for both alike.
    const double slow = i == 1 ? 4 : 1;
    report.targets[0].rounds.push_back(round_of(i, 100, microseconds(2000), 0.2 * slow));
    report.targets[1].rounds.push_back(round_of(i + 0.5, 100, microseconds(1000), 0.1 * slow));
  }
  return report;
}

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
  EXPECT_TRUE(report.all_well());
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

TEST(Report, MergedMachinesAddUpRoundByRound) {
  Report whole = two_targets();
  Report other = two_targets();
  other.hosts = {"there"};
  other.started = "2026-11-22T19:59:59Z";
  other.targets[0].rounds[0].result.errors["28000"] = {3, "no"};
  other.targets[0].rounds[0].result.failures = 3;
  other.targets.push_back(
      {"third", "libpq", {"host=h"}, {}, {round_of(0, 10, microseconds(1), 1)}, ""});
  merge(whole, other);
  EXPECT_EQ(whole.hosts, (std::vector<std::string>{"here", "there"}));
  EXPECT_EQ(whole.started, "2026-11-22T19:59:59Z");
  ASSERT_EQ(whole.targets.size(), 3u);
  const TargetSummary peer = summarize(whole.targets[0]);
  EXPECT_EQ(peer.whole.logins, 600u);
  EXPECT_EQ(peer.whole.login.count(), 600u);
  EXPECT_EQ(peer.whole.errors.at("28000").count, 3u);
  EXPECT_DOUBLE_EQ(peer.logins_per_second.median, 1000);  // the machines worked at the same time
  EXPECT_EQ(peer.server.backends, 600u);
  EXPECT_FALSE(whole.all_well());
}

TEST(Report, MergeRefusesWhatDoesNotFit) {
  Report whole = two_targets();
  Report other = two_targets();
  other.targets[1].kind = "libpq";
  EXPECT_THROW(merge(whole, other), std::runtime_error);
  other = two_targets();
  other.slice_s = 1;
  EXPECT_THROW(merge(whole, other), std::runtime_error);
}

TEST(Report, TableShowsRatiosFailuresAndBrokenTargets) {
  Report report = two_targets();
  report.targets[1].rounds[0].result.errors["28000"] = {2, "why not"};
  report.targets[1].broken = "it was ended by signal 9";
  const std::string table = to_table(report);
  EXPECT_THAT(table, HasSubstr("2.00"));
  EXPECT_THAT(table, HasSubstr("2 times 28000: why not"));
  EXPECT_THAT(table, HasSubstr("ours: it was ended by signal 9"));
  EXPECT_FALSE(report.all_well());
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
  // One quantile curve each; in the plot over time a median and a 99th percentile for each round.
  EXPECT_EQ(lines, 2u * (1 + 2 * 3));
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
}

}  // namespace
}  // namespace negodbc::bench
