import GRDB

/// The schema. A migration that has shipped is history: add a new one, never edit an old one.
enum Migrations {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("0001 queue") { db in
      try db.execute(sql: queue)
    }
    migrator.registerMigration("0002 dossiers") { db in
      try db.execute(sql: dossiers)
    }
    migrator.registerMigration("0003 rating scale") { db in
      // Boxes of three buttons keep their own scale, and batches of their own: a single one among others' ratings would
      // be known by its scale.
      try db.execute(
        sql: """
          ALTER TABLE ratingBatch ADD COLUMN scale INTEGER NOT NULL DEFAULT 5 CHECK (scale IN (3, 5));
          DROP INDEX ratingBatch_open;
          CREATE UNIQUE INDEX ratingBatch_open ON ratingBatch (officer, scale) WHERE closedDay IS NULL;
          """)
    }
    migrator.registerMigration("0004 late papers") { db in
      // Those of the running day are shown to the supervisor; without it a year of papers would be read for that.
      try db.execute(sql: "CREATE INDEX printJob_late ON printJob (issued) WHERE state = 'expired'")
    }
    migrator.registerMigration("0005 ratings of a batch") { db in
      // A day's levels without reading those of all years. Within a batch by the random key, so it tells no order.
      try db.execute(sql: "CREATE INDEX rating_batch ON rating (batch, key)")
    }
    migrator.registerMigration("0006 levels of a batch") { db in
      // A year's levels without reading its ratings, and still there when the ratings themselves have to go.
      try db.execute(
        sql: """
          ALTER TABLE ratingBatch ADD COLUMN levels TEXT;
          CREATE INDEX ratingBatch_closed ON ratingBatch (closedDay);
          """)
      for row in try Row.fetchAll(db, sql: "SELECT id, scale FROM ratingBatch WHERE closedDay IS NOT NULL") {
        let levels = try BatchLevels(db, batch: row[0], scale: row[1])
        try db.execute(
          sql: "UPDATE ratingBatch SET levels = ? WHERE id = ?", arguments: [levels.text, row[0] as String])
      }
    }
    migrator.registerMigration("0007 counter casework") { db in try db.execute(sql: counterCasework) }
    migrator.registerMigration("0008 checklist") { db in
      try db.execute(
        sql: """
          CREATE TABLE checklistMark (
            day INTEGER NOT NULL,
            item TEXT NOT NULL,
            officer TEXT NOT NULL,
            at INTEGER NOT NULL,
            excuse TEXT,
            PRIMARY KEY (day, item)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE checklistEnd (
            day INTEGER PRIMARY KEY,
            officer TEXT NOT NULL,
            at INTEGER NOT NULL,
            lines TEXT NOT NULL CHECK (json_valid(lines))
          ) STRICT;
          """)
    }
    migrator.registerMigration("0009 scoring") { db in
      // Which events of the journal belong to a year's scoring; the sheet is played from them.
      try db.execute(
        sql: "CREATE TABLE scoreEvent (seq INTEGER PRIMARY KEY REFERENCES journal (seq), year INTEGER NOT NULL) STRICT")
    }
    migrator.registerMigration("0010 office jobs") { db in try db.execute(sql: officeJobs) }
    migrator.registerMigration("0011 register") { db in
      try db.execute(sql: RegisterRows.schema)
    }
    migrator.registerMigration("0012 moved dossiers") { db in
      // Moved once here and once in the register is moved twice: both are looked for.
      try db.execute(
        sql: """
          DROP INDEX dossier_moved;
          CREATE INDEX dossier_moved ON dossier (id) WHERE moved > 0;
          CREATE INDEX registerRow_moved ON registerRow (id) WHERE json_array_length(value, '$.moves') > 0;
          """)
    }
    migrator.registerMigration("0013 counter log") { db in
      // A year's few thousand events of counters among its hundreds of thousands.
      try db.execute(sql: "CREATE INDEX journal_counters ON journal (seq) WHERE \(CounterLogRows.ofCounters)")
    }
    migrator.registerMigration("0014 letters") { db in try db.execute(sql: LetterRows.schema) }
    migrator.registerMigration("0015 reports") { db in try db.execute(sql: ReportRows.schema) }
    migrator.registerMigration("0016 home visits") { db in try db.execute(sql: HomeVisitRows.schema) }
    migrator.registerMigration("0017 days of dossiers") { db in try db.execute(sql: DossierRows.days) }
    migrator.registerMigration("0018 messages") { db in try db.execute(sql: Messages.schema) }
    migrator.registerMigration("0019 hours of counters") { db in try CounterLogRows.create(db) }
    migrator.registerMigration("0020 cells of rejected rows") { db in
      try db.execute(sql: "ALTER TABLE registerReject ADD COLUMN cells TEXT NOT NULL DEFAULT '{}'")
    }
    migrator.registerMigration("0021 ends of dossiers") { db in try db.execute(sql: DossierRows.ends) }
    migrator.registerMigration("0022 waiting dossiers") { db in
      try db.execute(sql: "CREATE INDEX dossier_waiting ON dossier (id) WHERE \(DossierRows.waits)")
    }
    return migrator
  }

  private static let officeJobs = """
    CREATE TABLE officeJob (
      id INTEGER PRIMARY KEY,
      printer TEXT NOT NULL,
      document TEXT NOT NULL,
      title TEXT NOT NULL,
      request BLOB NOT NULL,
      paper TEXT NOT NULL CHECK (paper IN ('a4', 'a5')),
      copies INTEGER NOT NULL CHECK (copies > 0),
      actor TEXT NOT NULL,
      reprintOf INTEGER,
      state TEXT NOT NULL CHECK (state IN ('queued', 'handing', 'accepted', 'printed', 'cancelled', 'failed')),
      cancelAsked INTEGER NOT NULL DEFAULT 0,
      reason TEXT NOT NULL,
      -- The print server's number for it, and where that is.
      number INTEGER,
      address TEXT NOT NULL,
      -- Only until the print server holds it: it may name a citizen.
      pdf BLOB,
      askedAt INTEGER NOT NULL,
      changedAt INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX officeJob_open ON officeJob (printer) WHERE state IN ('queued', 'handing', 'accepted');
    CREATE INDEX officeJob_again ON officeJob (reprintOf) WHERE reprintOf IS NOT NULL;
    """

  private static let queue = """
    -- epoch: a restore starts a new one, so that screens do not mistake old event ids for new ones.
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY,
      epoch INTEGER NOT NULL,
      type TEXT NOT NULL,
      version INTEGER NOT NULL,
      at INTEGER NOT NULL,
      cause INTEGER NOT NULL,
      actor TEXT NOT NULL,
      role TEXT NOT NULL,
      terminal TEXT NOT NULL,
      payload BLOB NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

    CREATE TABLE day (day INTEGER PRIMARY KEY, firstSeq INTEGER NOT NULL, closedSeq INTEGER) STRICT;

    CREATE TABLE visit (
      id INTEGER PRIMARY KEY,
      day INTEGER NOT NULL,
      number TEXT NOT NULL,
      code TEXT NOT NULL,
      issuedAt INTEGER NOT NULL,
      priority TEXT,
      needs TEXT NOT NULL,
      language TEXT NOT NULL,
      emergency INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'held', 'noShow', 'ended')),
      counter INTEGER,
      stateAt INTEGER,
      outcome TEXT
    ) STRICT;
    CREATE UNIQUE INDEX visit_number ON visit (day, number);

    -- Kept in the order of visits: a page less to write with every ticket than with an index of its own.
    CREATE TABLE step (
      visit INTEGER NOT NULL REFERENCES visit (id),
      id INTEGER NOT NULL,
      service TEXT NOT NULL,
      counter INTEGER,
      officer TEXT,
      queuedAt INTEGER NOT NULL,
      calledAt INTEGER,
      lastCalledAt INTEGER,
      startedAt INTEGER,
      finishedAt INTEGER,
      outcome TEXT,
      copies INTEGER NOT NULL,
      recalls INTEGER NOT NULL,
      heldMilliseconds INTEGER NOT NULL,
      rated INTEGER NOT NULL,
      PRIMARY KEY (visit, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE desk (
      counter INTEGER PRIMARY KEY,
      state TEXT NOT NULL,
      officer TEXT,
      visit INTEGER,
      since INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX desk_visit ON desk (visit) WHERE visit IS NOT NULL;
    CREATE UNIQUE INDEX desk_officer ON desk (officer) WHERE officer IS NOT NULL;

    CREATE TABLE setting (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;

    -- Erasable: who people are. The journal knows an officer by id and by a salted commitment only.
    CREATE TABLE officer (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      title TEXT NOT NULL,
      boardTitle TEXT NOT NULL,
      phone TEXT NOT NULL,
      role TEXT NOT NULL,
      active INTEGER NOT NULL,
      salt BLOB NOT NULL,
      pin BLOB
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE terminal (
      token BLOB PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL,
      counter INTEGER,
      madeAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- So that officers stay signed in over a restart. Only the hash of what their browser holds.
    CREATE TABLE session (
      token BLOB PRIMARY KEY,
      officer TEXT NOT NULL,
      seenAt INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE idempotency (
      key TEXT PRIMARY KEY,
      request BLOB NOT NULL,
      status INTEGER NOT NULL,
      body BLOB NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX idempotency_at ON idempotency (at);

    CREATE TABLE cursor (consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE printJob (
      id INTEGER PRIMARY KEY,
      visit INTEGER NOT NULL,
      number TEXT NOT NULL,
      printer TEXT NOT NULL,
      terminal TEXT NOT NULL,
      reprint INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'printed', 'expired', 'needsPerson')),
      reason TEXT NOT NULL,
      queuedAt INTEGER NOT NULL,
      changedAt INTEGER NOT NULL,
      -- The event whose words stand on the paper.
      issued INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX printJob_open ON printJob (state) WHERE state IN ('queued', 'sending', 'needsPerson');
    CREATE INDEX printJob_visit ON printJob (visit);

    -- Sealed boxes: what a citizen answered, readable only with a key that dies at closing. See docs/decisions/ratings.md.
    CREATE TABLE ratingBatch (
      id TEXT PRIMARY KEY,
      officer TEXT NOT NULL,
      publicKey BLOB NOT NULL,
      openedDay INTEGER NOT NULL,
      closedDay INTEGER,
      count INTEGER,
      root BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX ratingBatch_open ON ratingBatch (officer) WHERE closedDay IS NULL;
    CREATE TABLE ratingBox (
      step INTEGER PRIMARY KEY,
      batch TEXT NOT NULL,
      sealed BLOB NOT NULL CHECK (length(sealed) = 1072)
    ) STRICT;
    CREATE TABLE rating (
      key BLOB PRIMARY KEY CHECK (length(key) = 16),
      batch TEXT NOT NULL,
      officer TEXT NOT NULL,
      reception INTEGER NOT NULL CHECK (reception BETWEEN 1 AND 5),
      handling INTEGER NOT NULL CHECK (handling BETWEEN 1 AND 5),
      reasons TEXT NOT NULL,
      comment TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Figures of closed days. Histograms of whole seconds, so that any period is an exact merge.
    CREATE TABLE dayFigure (
      day INTEGER NOT NULL,
      dimension TEXT NOT NULL,
      value TEXT NOT NULL,
      counts BLOB NOT NULL,
      waits BLOB NOT NULL,
      services BLOB NOT NULL,
      PRIMARY KEY (dimension, day, value)
    ) STRICT, WITHOUT ROWID;
    """

  private static let counterCasework = """
    ALTER TABLE visit ADD COLUMN procedure TEXT;
    ALTER TABLE visit ADD COLUMN sameDay INTEGER NOT NULL DEFAULT 0;

    ALTER TABLE dossier ADD COLUMN visit INTEGER;
    -- How often the date was moved: twice is a breach that is looked for.
    ALTER TABLE dossier ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
    -- The same-day day it was received on, promised or after the cutoff.
    ALTER TABLE dossier ADD COLUMN sameDayDay INTEGER;
    UPDATE dossier SET visit = json_extract(value, '$.visit'),
      moved = json_array_length(value, '$.reappointments'),
      sameDayDay = CAST(julianday(coalesce(json_extract(value, '$.sameDay.promised._0'),
        json_extract(value, '$.sameDay.afterCutoff._0'))) - 2440587.5 AS INTEGER);
    CREATE INDEX dossier_visit ON dossier (visit) WHERE visit IS NOT NULL;
    CREATE INDEX dossier_moved ON dossier (id) WHERE moved > 1;
    CREATE INDEX dossier_sameDay ON dossier (sameDayDay) WHERE sameDayDay IS NOT NULL;
    CREATE INDEX dossier_provisional ON dossier (id) WHERE code LIKE 'TAM-%' AND state <> 'annulled';
    CREATE INDEX dossier_due_all ON dossier (dueDay);

    -- Who greets and helps on a same-day day, and how many people they helped.
    CREATE TABLE sameDayRoster (
      day INTEGER NOT NULL,
      place INTEGER NOT NULL,
      officer TEXT,
      body TEXT,
      task TEXT NOT NULL,
      helped INTEGER NOT NULL,
      PRIMARY KEY (day, place)
    ) STRICT, WITHOUT ROWID;
    """

  private static let dossiers = """
    CREATE TABLE dossier (
      id INTEGER PRIMARY KEY,
      code TEXT NOT NULL UNIQUE,
      -- The provisional code of an outage, still on the citizen's first slip.
      formerCode TEXT UNIQUE,
      procedure TEXT NOT NULL,
      state TEXT NOT NULL,
      counter INTEGER,
      receivedDay INTEGER NOT NULL,
      dueDay INTEGER,
      finishedDay INTEGER,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT;
    CREATE INDEX dossier_due ON dossier (dueDay) WHERE finishedDay IS NULL;
    CREATE INDEX dossier_late ON dossier (id) WHERE finishedDay > dueDay;
    CREATE INDEX dossier_received ON dossier (receivedDay, counter, procedure);
    """
}
