# Ruby's odbc in its UTF-8 variant: blocks, hashes of rows, exceptions.
require 'odbc_utf8'

# The module links its statements to their connection without the collector's knowing, and takes one that was collected for
# another: where there is much to read it ends with "wrong argument type ODBC::Statement".
GC.disable

def expect(what, got, wanted)
  raise "#{what}: got #{got.inspect}, wanted #{wanted.inspect}" unless got == wanted
end

def state_of
  yield
  'no error'
rescue ODBC::Error => e
  e.message[0, 5]
end

ODBC.connect(ENV['NEGODBC_DSN']) do |db|
  db.run(ENV['NEGODBC_WHO']) { |s| expect('by ticket', s.fetch[0], ENV['NEGODBC_PRINCIPAL']) }

  db.do('CREATE TABLE made_by_ruby (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8, d date, ts timestamp)')
  db.tables('made_by_ruby') { |s| expect('tables', s.fetch_hash['TABLE_NAME'], 'made_by_ruby') }
  db.columns('made_by_ruby') do |s|
    expect('columns', s.map { |row| [row[3], row[5], row[10]] },
           [['k', 'int4', 0], ['t', 'varchar', 0], ['f', 'float8', 1], ['d', 'date', 1], ['ts', 'timestamp', 1]])
  end
  db.primary_keys('made_by_ruby') { |s| expect('primary_keys', s.fetch[3], 'k') }

  db.prepare('INSERT INTO made_by_ruby VALUES (?, ?, ?, ?, ?)') do |s|
    s.execute(1, 'Größe 世界 😀', 0.25, ODBC::Date.new(2026, 11, 24), ODBC::TimeStamp.new(2026, 11, 24, 1, 2, 3))
    (2..200).each { |k| s.execute(k, "row #{k}", k.odd? ? nil : k / 4.0, nil, nil) }
    expect('rows', s.nrows, 1)
  end
  db.run('SELECT * FROM made_by_ruby WHERE k <= ? ORDER BY k', 3) do |s|
    expect('names', s.columns(true).map(&:name), %w[k t f d ts])
    first, *rest = s.fetch_all
    expect('the first row', first.map(&:to_s), ['1', 'Größe 世界 😀', '0.25', '2026-11-24', '2026-11-24 01:02:03 0'])
    expect('NULLs', rest, [[2, 'row 2', 0.5, nil, nil], [3, 'row 3', nil, nil, nil]])
  end
  [8191, 100_000].each do |length|
    %w[text varchar].each do |type|
      db.run("SELECT repeat('世', #{length})::#{type}") { |s| expect("a long #{type}", s.fetch[0], '世' * length) }
    end
    db.run("SELECT decode(repeat('00ff', #{length}), 'hex')") do |s|
      expect('long bytes', s.fetch[0].b, "\x00\xff".b * length)
    end
    db.run("SELECT array_fill(1, ARRAY[#{length}])") do |s|
      expect('a long array', s.fetch[0], "{#{(['1'] * length).join(',')}}")
    end
  end

  db.autocommit = false
  expect('rows deleted', db.do('DELETE FROM made_by_ruby WHERE k > ?', 100), 100)
  db.rollback
  db.run('SELECT count(*) FROM made_by_ruby') { |s| expect('rolled back', s.fetch[0], 200) }
  db.commit
  db.autocommit = true

  expect('no table', state_of { db.run('SELECT * FROM nowhere') }, '42S02')
  expect('a key twice', state_of { db.do('INSERT INTO made_by_ruby VALUES (?, ?)', 1, 'again') }, '23000')
  db.do('DROP TABLE made_by_ruby')
end
