#include "tests/oracle/world.h"

namespace negodbc::oracle {
namespace {

constexpr char fixed_tables[] = R"(
CREATE TABLE {A}.du (k int UNIQUE DEFERRABLE INITIALLY DEFERRED, v int);
CREATE TABLE {A}.di (k int UNIQUE DEFERRABLE INITIALLY IMMEDIATE, v int);
CREATE TABLE {A}.iu (k int PRIMARY KEY, v int NOT NULL CHECK (v < 90));
CREATE TABLE {A}.child (k int, p int REFERENCES {A}.iu (k) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE {A}.at_once (k int, v int);
CREATE TABLE {A}.at_end (k int, v int);
CREATE TABLE {A}.at_commit (k int, v int);
CREATE TABLE {A}.notes (k int);

CREATE FUNCTION {A}.refuse_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.v = 13 THEN RAISE EXCEPTION 'thirteen' USING ERRCODE = 'OR013'; END IF;
  RETURN new;
END $$;
CREATE FUNCTION {A}.refuse_at_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM {A}.at_end WHERE v = 14) THEN
    RAISE EXCEPTION 'fourteen' USING ERRCODE = 'OR014';
  END IF;
  RETURN null;
END $$;
CREATE FUNCTION {A}.refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.v = 15 THEN RAISE EXCEPTION 'fifteen' USING ERRCODE = 'OR015'; END IF;
  RETURN null;
END $$;
CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON {A}.at_once FOR EACH ROW
  EXECUTE FUNCTION {A}.refuse_at_once();
CREATE TRIGGER refuse AFTER INSERT OR UPDATE ON {A}.at_end FOR EACH STATEMENT
  EXECUTE FUNCTION {A}.refuse_at_end();
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON {A}.at_commit
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {A}.refuse_at_commit();

CREATE FUNCTION {A}.note(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {A}.notes VALUES (n);
  RETURN n + 1;
END $$;
CREATE FUNCTION {A}.add_du(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {A}.du VALUES (n, 0);
  RETURN n + 1;
END $$;
)";

struct Changing {
  const char* name;
  const char* in_a;
  const char* in_b;
};
constexpr Changing changing_tables[] = {
    {"pa", "(id int, v text)", "(id int, v text)"},
    {"pb", "(id int, v text)", "(id int, v text)"},
    {"dd", "(a int, b int)", "(b text, a int)"},
};

// Makes those tables anew, all when there is no `changed`.
std::string made_anew(const std::set<std::string>* changed) {
  std::string sql;
  for (const Changing& table : changing_tables) {
    const std::string name = table.name;
    if (changed != nullptr && !changed->contains(name)) continue;
    sql.append("DROP TABLE IF EXISTS {A}.").append(name).append(", {B}.").append(name);
    sql.append("; CREATE TABLE {A}.").append(name).append(table.in_a);
    sql.append("; CREATE TABLE {B}.").append(name).append(table.in_b).append(";");
  }
  return sql;
}

constexpr char clearing[] = R"(
DELETE FROM {A}.du; DELETE FROM {A}.di; DELETE FROM {A}.child; DELETE FROM {A}.iu;
DELETE FROM {A}.at_once; DELETE FROM {A}.at_end; DELETE FROM {A}.at_commit; DELETE FROM {A}.notes;
DELETE FROM {A}.pa; DELETE FROM {A}.pb; DELETE FROM {A}.dd;
DELETE FROM {B}.pa; DELETE FROM {B}.pb; DELETE FROM {B}.dd;
)";

constexpr char truncating[] = R"(
TRUNCATE {A}.du, {A}.di, {A}.child, {A}.iu, {A}.at_once, {A}.at_end, {A}.at_commit, {A}.notes,
         {A}.pa, {A}.pb, {A}.dd, {B}.pa, {B}.pb, {B}.dd;
)";

constexpr char filling[] = R"(
INSERT INTO {A}.du VALUES (1, 10), (2, 20);
INSERT INTO {A}.di VALUES (1, 10), (2, 20), (3, 30);
INSERT INTO {A}.iu VALUES (1, 10), (2, 20), (5, 50);
INSERT INTO {A}.child VALUES (1, 1);
INSERT INTO {A}.pa VALUES (1, 'a of A'), (2, 'a of A too');
INSERT INTO {A}.pb VALUES (1, 'b of A');
INSERT INTO {A}.dd VALUES (1, 2), (3, 4);
INSERT INTO {B}.pa VALUES (1, 'a of B'), (3, 'a of B too');
INSERT INTO {B}.pb VALUES (2, 'b of B');
INSERT INTO {B}.dd VALUES ('text', 1);
)";

// The rows of each table in an order of their own: where they lie is not the scripts' matter.
constexpr char contents_function[] = R"(
CREATE OR REPLACE FUNCTION public.negodbc_oracle_contents(name text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  t text;
  part text;
  everything text := '';
BEGIN
  FOR t IN SELECT relname FROM pg_catalog.pg_class
           WHERE relkind = 'r' AND relnamespace = name::regnamespace ORDER BY 1
  LOOP
    EXECUTE format('SELECT string_agg(r::text, '' '' ORDER BY r::text) FROM %I.%I r', name, t)
      INTO part;
    everything := everything || t || ': ' || coalesce(part, '') || E'\n';
  END LOOP;
  RETURN everything;
END $$;
)";

// Of what a scripts' role does nothing need be logged; triggers and foreign keys are not asked when
// the tables are emptied.
Libpq administrator() {
  Libpq session = as_admin();
  session.must("SET client_min_messages = warning; SET log_statement = none");
  session.must("SET lock_timeout = '10s'");
  session.must("SET session_replication_role = replica");
  return session;
}

}  // namespace

World::World(int place)
    : admin_(administrator()),
      driver_{"oracle_d" + std::to_string(place) + "a", "oracle_d" + std::to_string(place) + "b"},
      libpq_{"oracle_l" + std::to_string(place) + "a", "oracle_l" + std::to_string(place) + "b"} {
  admin_.must("SELECT pg_advisory_lock(20260101)");  // several processes begin at once
  admin_.must("ALTER ROLE trust_user SET log_statement = none");
  admin_.must(contents_function);
  admin_.must("SELECT pg_advisory_unlock(20260101)");
  make(driver_);
  make(libpq_);
}

World::~World() {
  for (const Side& side : {driver_, libpq_})
    admin_.simple(side.in("DROP SCHEMA IF EXISTS {A}, {B} CASCADE"));
  admin_.simple("ALTER ROLE trust_user RESET log_statement");
}

void World::make(const Side& side) {
  admin_.must(side.in("DROP SCHEMA IF EXISTS {A}, {B} CASCADE"));
  admin_.must(side.in("CREATE SCHEMA {A} AUTHORIZATION trust_user"));
  admin_.must(side.in("CREATE SCHEMA {B} AUTHORIZATION trust_user"));
  admin_.must(side.in(std::string("SET ROLE trust_user;") + fixed_tables + made_anew(nullptr) +
                      "RESET ROLE"));
}

void World::reset(const std::set<std::string>& changed) {
  // Deleting leaves the rows behind, truncating costs more. Nobody else clears what tables that
  // were made anew have left in the catalogue.
  constexpr int deletions = 64;
  const bool anew = ++resets_ % deletions == 0;
  for (const Side& side : {driver_, libpq_}) {
    std::string sql;
    if (!changed.empty()) sql += "SET ROLE trust_user;" + made_anew(&changed) + "RESET ROLE;";
    sql += anew ? truncating : clearing;
    admin_.must(side.in(sql + filling));
  }
  if (!anew) return;
  admin_.must(
      "VACUUM (SKIP_LOCKED) pg_catalog.pg_attribute, pg_catalog.pg_class, pg_catalog.pg_depend, "
      "pg_catalog.pg_index, pg_catalog.pg_shdepend, pg_catalog.pg_type");
  // A backend remembers the types of tables that are gone, and goes through all of them at each
  // change of the catalogue.
  admin_ = administrator();
}

std::string World::contents(const Side& side) {
  std::string all;
  for (const std::string& name : {side.a, side.b}) {
    all += name == side.a ? "A\n" : "B\n";
    all += admin_.must("SELECT public.negodbc_oracle_contents('" + name + "')");
  }
  return all;
}

}  // namespace negodbc::oracle
