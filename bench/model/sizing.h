// The pictures and the table of docs/sizing.md: storms of 1,000 to 100,000 sessions.
#ifndef NEGODBC_BENCH_MODEL_SIZING_H
#define NEGODBC_BENCH_MODEL_SIZING_H

#include <string>
#include <utility>
#include <vector>

#include "bench/model/storm_model.h"

namespace negodbc::bench::model {

// A site of the page, with costs as they were measured: clients of 50 sessions a machine.
Storm page_storm(const Costs& costs, unsigned sessions);

struct Picture {
  std::string name;  // of its file
  std::string svg;
};
struct Sizing {
  std::vector<Picture> pictures;
  std::string table;  // Markdown: sessions, processors of the server, until all are back
};
// Without storms of more sessions. The same for the same costs.
Sizing sizing(const Costs& costs, unsigned up_to = 100'000);

}  // namespace negodbc::bench::model

#endif
