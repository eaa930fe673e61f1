// Many points tried by several processes: one that crashes or hangs costs its point only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace negodbc::injected {

struct Points {
  std::size_t count = 0;
  int jobs = 1;
  unsigned patience_s = 60;  // of a point
  double seconds = 0;        // points that were not begun by then are not tried; 0: all are
  std::function<std::string(std::size_t)> name;  // of a point
  // Called in each process: what tries a point there, and says what was wrong ("": nothing).
  std::function<std::function<std::string(std::size_t)>(int place)> worker;
};

// Points in an order that nobody has chosen, so that some of them are of all kinds; the same one
// each time.
template <class Point>
void shuffle(std::vector<Point>& points) {
  std::shuffle(points.begin(), points.end(), std::mt19937());
}

// Prints what was wrong, by name; gives the exit status: 0 when nothing was.
int try_points(const Points& points);

}  // namespace negodbc::injected
