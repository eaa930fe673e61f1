// SQLHDBC: settings before the login, the conversation with the server after it, transactions.
//
// Member functions are called under mutex(), which the connection shares with its statements and
// descriptors; talk().cancel() is the exception.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/catalog/large_objects.h"
#include "driver/catalog/routine.h"
#include "driver/dsn/browse.h"
#include "driver/dsn/settings.h"
#include "driver/handles/connection_talk.h"
#include "driver/handles/environment.h"
#include "driver/handles/handle.h"
#include "driver/handles/value.h"
#include "driver/session/conversation.h"
#include "driver/session/statement_cache.h"
#include "driver/sql/encoding_words.h"
#include "driver/sql/transaction_words.h"
#include "driver/types/type_info.h"

namespace negodbc::odbc {

class Descriptor;
class Statement;

class Connection final : public Handle {
 public:
  static constexpr Kind handle_kind = Kind::connection;
  explicit Connection(std::shared_ptr<Environment> environment);
  ~Connection() override;

  [[nodiscard]] CallMutex& mutex() override { return mutex_; }
  // From the login on that asked for it, until the next one.
  [[nodiscard]] log::Log* log() override { return log_.get(); }
  [[nodiscard]] Environment& environment() { return *environment_; }

  // Logs in. Throws Error and ConnectionError; the connection stays unconnected then.
  void connect(dsn::Settings settings);
  // SQLBrowseConnect: the prompt for what is still missing, "" once it has logged in. Warns of
  // unknown keywords (01S00). Throws what connect() does, and Error HY000, IM002 for the text; what
  // was answered before is forgotten then.
  std::string browse(std::string_view answer);
  // Frees statements and descriptors; while browsing, ends that. Throws Error 25000 while a
  // transaction is open, 08003. Warns (01002) when the server went with an open transaction. What
  // is under way is heard out, as what was told as done would be undone otherwise: within
  // SQL_ATTR_CONNECTION_TIMEOUT, without one within close_time.
  void disconnect();
  [[nodiscard]] bool connected() const { return conversation_ != nullptr; }
  [[nodiscard]] const dsn::Settings& settings() const { return settings_; }

  // Throws Error 08003 when not connected; ConnectionError 08S01, with the server's last words,
  // when it was lost.
  [[nodiscard]] session::Conversation& conversation();
  // What surrounds a statement: BEGIN as the attributes want it, in manual commit mode; a savepoint
  // as the DSN's Protocol wants it. Nothing is begun for what runs in no transaction.
  [[nodiscard]] session::Framing framing(sql::Surround surround) const;
  // Whether savepoints surround statements.
  [[nodiscard]] bool uses_savepoints() const {
    return on_error_ == session::OnError::roll_back_statement;
  }
  // Statements that the server knows by name. Throws like conversation().
  [[nodiscard]] std::shared_ptr<session::CachedStatement> cached(
      std::string_view sql, std::span<const std::uint32_t> types, std::uint64_t reader);
  // What {call ...} of this name calls; null when there is nothing. Asked once, until
  // clear_statement_cache().
  const catalog::Routine* routine(const std::vector<std::string>& name, std::size_t arguments,
                                  const catalog::Query& query);
  // False: nothing was remembered of it.
  bool forget_routine(const std::vector<std::string>& name, std::size_t arguments) {
    return routines_.erase(std::make_pair(name, arguments)) != 0;
  }
  catalog::LargeObjects& large_objects() { return large_objects_; }
  void clear_statement_cache() {
    statement_cache_.clear(*conversation_);
    routines_.clear();
    large_objects_ = {};
  }
  // UseServerSidePrepare: off, statements never have a name at the server (poolers that share
  // server sessions between transactions).
  [[nodiscard]] bool names_statements() const { return names_statements_; }
  // UseDeclareFetch and Fetch: how rows come of what only reads.
  struct PortalUse {
    bool always = false;
    bool never = false;
    std::int32_t rows = 0;  // of a portion; 0: as their width wants it
  };
  [[nodiscard]] const PortalUse& portal_use() const { return portal_use_; }
  // FetchRefcursors: what a call's outputs name as cursors is fetched.
  [[nodiscard]] bool fetches_refcursors() const { return fetches_refcursors_; }
  // IgnoreTimeout: the statements' time-outs have no effect.
  [[nodiscard]] bool ignores_timeouts() const { return ignores_timeouts_; }
  [[nodiscard]] const types::TypeOptions& type_options() const { return type_options_; }
  // By the A entry points (narrow), or by the W ones.
  void enter(bool narrow) { entered_narrow_ = narrow; }
  // How many digits the session's money has behind the point: asked when a result has some, until
  // a SET may have changed it.
  void learn_money_scale(const catalog::Query& query);
  void forget_money_scale() { money_scale_known_ = false; }
  // The text of the last INSERT that was done, as far as it names the table (@@IDENTITY).
  void note_insert(std::string_view sql) { last_insert_ = sql.substr(0, longest_insert); }
  [[nodiscard]] const std::string& last_insert() const { return last_insert_; }
  [[nodiscard]] bool standard_strings() const;
  [[nodiscard]] bool autocommit() const { return autocommit_; }
  [[nodiscard]] bool show_system_tables() const;

  // The session's client_encoding, when that is not UTF8, which is all that the driver speaks; else
  // "".
  [[nodiscard]] std::string_view foreign_encoding() const;
  // Before anything is sent: throws Error HYC00 while there is a foreign_encoding(), unless this
  // statement of the application's may set it back.
  void require_utf8(std::string_view sql) const;
  // For the text of a statement: throws Error HYC00 when it sets another encoding.
  static void refuse_encoding_set(sql::EncodingSet set);
  // What is wrong with the session's encoding, and what to do.
  [[nodiscard]] std::string encoding_words() const;

  // SQL_COMMIT or SQL_ROLLBACK; sends nothing when no transaction is open. Throws Error 25S03 when
  // the server rolled back what should have been committed, ConnectionError 08007 when the
  // connection was lost before the answer to a COMMIT came.
  void end_transaction(SQLSMALLINT how);

  // SQL_ATTR_RESET_CONNECTION: as after the login, for the next user of a pooled connection.
  void reset();

  // SQLSetConnectAttr, SQLGetConnectAttr. Integers come in the pointer's place. Throw Error HY092,
  // HYC00, HY024, HY011, 08002, 08003.
  void set_attribute(SQLINTEGER attribute, SQLPOINTER value, const std::string& text);
  [[nodiscard]] Value attribute(SQLINTEGER attribute);
  static bool is_text_attribute(SQLINTEGER attribute);
  // For anything but query execution and login: SQL_ATTR_CONNECTION_TIMEOUT.
  [[nodiscard]] Deadline deadline() const;
  // What closes or ends something ends too where no time-out was set: this, or close_time.
  static Deadline bounded(Deadline deadline) {
    return deadline.is_never() ? Deadline::after(session::Conversation::close_time) : deadline;
  }
  // Of closing a result by a call with this deadline; within disconnect() however long that is.
  [[nodiscard]] Deadline closing(Deadline call) const {
    return leaving_ ? bounded(deadline()).sooner(call) : bounded(call);
  }
  [[nodiscard]] bool metadata_id() const { return metadata_id_; }
  // SQL_ATTR_ASYNC_ENABLE of the statements to come.
  [[nodiscard]] bool async_statements() const { return async_statements_; }

  // Statements and explicit descriptors made under this connection.
  void add(Statement& statement) { statements_.push_back(&statement); }
  void add(Descriptor& descriptor) { descriptors_.push_back(&descriptor); }
  void remove(const Statement& statement) { std::erase(statements_, &statement); }
  void remove(const Descriptor& descriptor) { std::erase(descriptors_, &descriptor); }
  [[nodiscard]] const std::vector<Statement*>& statements() const { return statements_; }
  std::string next_cursor_name() { return "SQL_CUR" + std::to_string(++last_cursor_); }

  // Who talks to the server; cancel() is for any thread, without the mutex.
  [[nodiscard]] ConnectionTalk& talk() { return talk_; }

 private:
  void open_log(const dsn::Settings& settings);
  void log_in(login::LoginSettings& login);
  std::vector<std::string> list_databases(const dsn::Settings& settings);
  SQLUINTEGER login_time(SQLINTEGER attribute);
  void hang_up();
  void set_isolation(SQLUINTEGER level);
  void set_access_mode(SQLUINTEGER mode);
  [[nodiscard]] std::optional<SQLUINTEGER> access_mode() const {
    if (!access_mode_ && read_only_) return SQL_MODE_READ_ONLY;
    return access_mode_;
  }
  void run_when_idle(const std::string& sql);
  void set_autocommit(bool on);
  void close_calls();
  void free_statements();
  [[nodiscard]] bool dead() const;
  [[noreturn]] void tell_loss();
  void require_no_transaction();
  std::string commit(Deadline deadline);
  void restore_utf8(Deadline deadline);

  CallMutex mutex_;
  std::shared_ptr<Environment> environment_;
  std::unique_ptr<log::Log> log_;
  dsn::Settings settings_;
  std::optional<dsn::Browse> browse_;  // between two calls of SQLBrowseConnect
  types::TypeOptions type_options_;
  std::unique_ptr<session::Conversation> conversation_;
  session::StatementCache statement_cache_;
  std::map<std::pair<std::vector<std::string>, std::size_t>, catalog::Routine> routines_;
  catalog::LargeObjects large_objects_;
  session::OnError on_error_ = session::OnError::leave;
  bool names_statements_ = true;
  bool ignores_timeouts_ = false;
  bool fetches_refcursors_ = false;
  bool sets_encoding_back_ = false;  // after ConnSettings
  bool leaving_ = false;             // within disconnect()
  PortalUse portal_use_;
  std::vector<Statement*> statements_;
  std::vector<Descriptor*> descriptors_;
  unsigned last_cursor_ = 0;

  ConnectionTalk talk_;

  // Attributes.
  std::optional<SQLUINTEGER> login_timeout_;
  SQLUINTEGER connection_timeout_ = 0;
  bool autocommit_ = true;
  std::optional<SQLUINTEGER> isolation_, login_isolation_;
  std::optional<SQLUINTEGER> access_mode_, login_access_mode_;
  bool read_only_ = false;  // the DSN of this login says so; where the application says nothing
  bool metadata_id_ = false;
  bool async_statements_ = false;
  bool ansi_ = false;
  bool entered_narrow_ = false;
  bool money_scale_known_ = false;
  static constexpr std::size_t longest_insert = 400;
  std::string last_insert_;
  std::optional<std::string> catalog_;
  SQLULEN odbc_cursors_ = SQL_CUR_USE_DRIVER;
  SQLUINTEGER packet_size_ = 0;
  SQLPOINTER quiet_mode_ = nullptr;
  SQLPOINTER credential_ = nullptr;  // the program's
};

}  // namespace negodbc::odbc
