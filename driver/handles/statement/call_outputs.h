// Output parameters: what a call gives, into what is bound.
//
// The server gives their values as a row, in the order of the arguments. A function's OUT arguments
// are its result: one value can be both. No state of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "driver/base/error.h"
#include "driver/catalog/local_rows.h"
#include "driver/handles/statement/parameters.h"
#include "driver/handles/statement/row_source.h"
#include "driver/handles/statement/server_talk.h"

namespace negodbc::odbc {

// A warning (class 01) or an error of one parameter.
struct OutputNote {
  SQLSMALLINT number;
  Error error;
};
using OutputNotes = std::vector<OutputNote>;

class CallOutputs {
 public:
  CallOutputs(ServerTalk& server, const StatementDescriptors& descriptors,
              const StatementAttributes& attributes, const StatementText& text,
              const Parameters& parameters)
      : server_(server),
        descriptors_(descriptors),
        attributes_(attributes),
        text_(text),
        parameters_(parameters) {}

  // Whether a call has some.
  [[nodiscard]] bool any() const { return !text_.outputs().empty(); }
  // Throws Error HY000, 07002 unless a result with so many columns can be theirs.
  void require(std::size_t columns) const;
  // Of output `index`: the row's column, from 0; none: it has no value.
  [[nodiscard]] std::optional<std::size_t> column_of(std::size_t index, std::size_t columns) const;
  // Into the buffers of this set, but for those that are streamed; of no row every output is NULL.
  OutputNotes fill(SQLULEN set, const std::vector<wire::Field>& fields, const wire::RowFields* row);
  // What a call gave: its columns and the first row, if there is one; the rest is dropped.
  catalog::LocalRows take(RowSource& source);
  OutputNotes fill_from(SQLULEN set, const catalog::LocalRows& taken);
  // Tells what is a warning, throws what is an error.
  void report(const OutputNotes& notes);

 private:
  std::optional<Error> fill_one(SQLULEN set, SQLSMALLINT number, const wire::Field& field,
                                const wire::RowFields::Value& value);

  ServerTalk& server_;
  const StatementDescriptors& descriptors_;
  const StatementAttributes& attributes_;
  const StatementText& text_;
  const Parameters& parameters_;
};

}  // namespace negodbc::odbc
