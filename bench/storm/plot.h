// Plots as SVG text that stands in an HTML page without any script.
#ifndef NEGODBC_BENCH_STORM_PLOT_H
#define NEGODBC_BENCH_STORM_PLOT_H

#include <string>
#include <vector>

namespace negodbc::bench {

// &, <, > and quotes as entities; control characters that XML forbids as blanks; UTF-8 whatever
// comes in.
std::string escape_markup(const std::string& text);

// "1.25 ms", "83 µs": three significant digits; a dash for what is absent (not a number).
std::string duration_text(double seconds);

struct Point {
  double x = 0;
  double y = 0;
};

struct Mark {
  Point at;
  bool cross = false;  // else a point
};

struct Series {
  std::string color;
  bool faint = false;                        // thin and dashed
  std::vector<std::vector<Point>> segments;  // each a line of its own
  std::vector<Mark> marks{};
};

struct Tick {
  double at = 0;
  std::string label;
};

// Latencies (seconds, logarithmic), or numbers from zero, over whatever x is.
struct LatencyPlot {
  bool counts = false;
  std::string title;  // for those who can't see it
  std::string x_label;
  std::vector<Tick> x_ticks;  // empty: chosen for a linear axis
  std::vector<Series> series;
};
std::string to_svg(const LatencyPlot& plot);

struct Bar {
  std::string name;
  std::string color;
  double value = 0;
  double lowest = 0;  // drawn as a whisker
  double highest = 0;
};
// Horizontal bars from zero, each with its value behind it.
std::string bars_to_svg(const std::string& title, const std::vector<Bar>& bars);

struct Stack {
  std::string name;
  std::vector<std::pair<std::string, double>> parts;  // seconds
};
// Horizontal stacked bars with the parts' names in them or, where they don't fit, in a title.
std::string stacks_to_svg(const std::string& title, const std::vector<Stack>& stacks);

}  // namespace negodbc::bench

#endif
