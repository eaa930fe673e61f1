// Where a statement's results come from: the server's replies, rows that the driver made, or
// several in turn.
//
// The same contract as session::ResultStream's, which says what the functions mean.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/catalog/local_rows.h"
#include "driver/session/stream.h"
#include "driver/wire/backend.h"

namespace negodbc::odbc {

class RowSource {
 public:
  virtual ~RowSource() = default;
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;

  // Begins on the first result; next_result() goes on to the next.
  virtual bool next_result(Deadline deadline) = 0;
  [[nodiscard]] virtual bool has_rows() const = 0;
  [[nodiscard]] virtual const std::vector<wire::Field>& fields() const = 0;
  [[nodiscard]] virtual std::int64_t affected_rows() const = 0;
  virtual std::int64_t count_rows(Deadline /*deadline*/) { return affected_rows(); }
  [[nodiscard]] virtual std::string_view command_tag() const = 0;
  virtual bool next_row(Deadline deadline) = 0;
  [[nodiscard]] virtual const wire::RowFields& row() const = 0;
  virtual void close(Deadline deadline) = 0;
  virtual void require_whole() const {}
  // Of a result that was read away from the session: the error that its rows end with.
  [[nodiscard]] virtual const Error* error_ahead() const { return nullptr; }
};

// What the server answers.
class StreamSource final : public RowSource {
 public:
  explicit StreamSource(std::unique_ptr<session::ResultStream> stream)
      : stream_(std::move(stream)) {}
  bool next_result(Deadline deadline) override { return stream_->next_result(deadline); }
  [[nodiscard]] bool has_rows() const override { return stream_->has_rows(); }
  [[nodiscard]] const std::vector<wire::Field>& fields() const override {
    return stream_->fields();
  }
  [[nodiscard]] std::int64_t affected_rows() const override { return stream_->affected_rows(); }
  std::int64_t count_rows(Deadline deadline) override { return stream_->count_rows(deadline); }
  [[nodiscard]] std::string_view command_tag() const override { return stream_->command_tag(); }
  bool next_row(Deadline deadline) override { return stream_->next_row(deadline); }
  [[nodiscard]] const wire::RowFields& row() const override { return stream_->row(); }
  void close(Deadline deadline) override { stream_->close(deadline); }
  void require_whole() const override { stream_->require_whole(); }
  [[nodiscard]] const Error* error_ahead() const override { return stream_->error_ahead(); }

 private:
  std::unique_ptr<session::ResultStream> stream_;
};

// Rows made by the driver: the catalogue functions.
class LocalSource final : public RowSource {
 public:
  explicit LocalSource(catalog::LocalRows rows) : rows_(std::move(rows)) {}
  bool next_result(Deadline deadline) override;
  [[nodiscard]] bool has_rows() const override { return open_; }
  [[nodiscard]] const std::vector<wire::Field>& fields() const override { return rows_.fields; }
  [[nodiscard]] std::int64_t affected_rows() const override {
    return static_cast<std::int64_t>(rows_.rows.size());
  }
  [[nodiscard]] std::string_view command_tag() const override { return "SELECT"; }
  bool next_row(Deadline deadline) override;
  [[nodiscard]] const wire::RowFields& row() const override { return row_; }
  void close(Deadline deadline) override;

 private:
  catalog::LocalRows rows_;
  std::size_t next_ = 0;
  wire::RowFields row_;
  bool open_ = true;
};

// A command whose rows the driver has asked for, and taken.
class CommandSource final : public RowSource {
 public:
  CommandSource(std::string tag, std::int64_t affected)
      : tag_(std::move(tag)), affected_(affected) {}
  bool next_result(Deadline /*deadline*/) override { return false; }
  [[nodiscard]] bool has_rows() const override { return false; }
  [[nodiscard]] const std::vector<wire::Field>& fields() const override { return fields_; }
  [[nodiscard]] std::int64_t affected_rows() const override { return affected_; }
  [[nodiscard]] std::string_view command_tag() const override { return tag_; }
  bool next_row(Deadline /*deadline*/) override { return false; }
  [[nodiscard]] const wire::RowFields& row() const override { return row_; }
  void close(Deadline /*deadline*/) override {}

 private:
  std::string tag_;
  std::int64_t affected_;
  std::vector<wire::Field> fields_;
  wire::RowFields row_;
};

// The results of one statement executed with several sets of parameters, one after the other.
class ChainSource final : public RowSource {
 public:
  explicit ChainSource(std::vector<std::unique_ptr<RowSource>> sources)
      : sources_(std::move(sources)) {}
  bool next_result(Deadline deadline) override;
  [[nodiscard]] bool has_rows() const override { return current().has_rows(); }
  [[nodiscard]] const std::vector<wire::Field>& fields() const override {
    return current().fields();
  }
  [[nodiscard]] std::int64_t affected_rows() const override { return current().affected_rows(); }
  std::int64_t count_rows(Deadline deadline) override { return current().count_rows(deadline); }
  [[nodiscard]] std::string_view command_tag() const override { return current().command_tag(); }
  bool next_row(Deadline deadline) override { return current().next_row(deadline); }
  [[nodiscard]] const wire::RowFields& row() const override { return current().row(); }
  // All of them; throws the first error.
  void close(Deadline deadline) override;
  void require_whole() const override { current().require_whole(); }

 private:
  [[nodiscard]] RowSource& current() const { return *sources_[at_]; }
  std::vector<std::unique_ptr<RowSource>> sources_;  // at least one
  std::size_t at_ = 0;
};

}  // namespace negodbc::odbc
