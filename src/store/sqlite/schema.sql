-- The first schema. Times are milliseconds since 1970, ids the 16 bytes of a UUID v7, which sort by
-- time; lists and maps are JSON.

CREATE TABLE delivery (
  id                BLOB    NOT NULL PRIMARY KEY,
  received_at       INTEGER NOT NULL,
  source            TEXT    NOT NULL,
  forge             TEXT    NOT NULL,
  mismatch          TEXT,
  forge_delivery_id TEXT,
  redelivery        TEXT    NOT NULL,
  event             TEXT,
  auth              TEXT    NOT NULL,
  body_sha256       BLOB    NOT NULL,
  state             TEXT    NOT NULL,
  failure_stage     TEXT,
  failure_reason    TEXT,
  notes             TEXT    NOT NULL,
  why_not           TEXT    NOT NULL,
  conflicts_with    BLOB,
  redelivery_of     BLOB,
  repeats           INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_identity ON delivery (source, forge_delivery_id, received_at)
  WHERE forge_delivery_id IS NOT NULL;
CREATE INDEX delivery_state ON delivery (state, id);
CREATE INDEX delivery_source ON delivery (source, id);

-- The bytes stand apart: a change of state must not rewrite them.
CREATE TABLE delivery_body (
  delivery BLOB NOT NULL PRIMARY KEY REFERENCES delivery (id) ON DELETE CASCADE,
  method   TEXT NOT NULL,
  query    TEXT,
  headers  TEXT NOT NULL,
  encoding TEXT NOT NULL,
  bytes    BLOB NOT NULL
) STRICT;

CREATE TABLE event (
  delivery   BLOB    NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
  place      INTEGER NOT NULL,
  kind       TEXT    NOT NULL,
  action     TEXT,
  repository TEXT,
  json       TEXT    NOT NULL,
  PRIMARY KEY (delivery, place)
) STRICT;

-- A lease is a token, and `due_at` moved to where the lease ends: a dispatch whose worker died is due
-- again by itself.
CREATE TABLE dispatch (
  id        BLOB    NOT NULL PRIMARY KEY,
  delivery  BLOB    NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
  target    TEXT    NOT NULL,
  events    TEXT    NOT NULL,
  state     TEXT    NOT NULL,
  reason    TEXT,
  attempts  INTEGER NOT NULL DEFAULT 0,
  queued_at INTEGER NOT NULL,
  due_at    INTEGER NOT NULL,
  lease     INTEGER,
  skipped   TEXT    NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;

CREATE INDEX dispatch_due ON dispatch (target, due_at) WHERE state = 'pending';
CREATE INDEX dispatch_dead ON dispatch (target) WHERE state = 'dead';
CREATE INDEX dispatch_delivery ON dispatch (delivery);

-- A body that is absent here is the delivery's own, passed through.
CREATE TABLE outgoing (
  dispatch   BLOB NOT NULL PRIMARY KEY REFERENCES dispatch (id) ON DELETE CASCADE,
  request_id TEXT NOT NULL,
  event      TEXT NOT NULL,
  rule       TEXT NOT NULL,
  headers    TEXT NOT NULL,
  classes    BLOB NOT NULL,
  defaulted  TEXT NOT NULL,
  body       BLOB
) STRICT;

CREATE TABLE attempt (
  dispatch      BLOB    NOT NULL REFERENCES dispatch (id) ON DELETE CASCADE,
  number        INTEGER NOT NULL,
  started_at    INTEGER NOT NULL,
  duration_us   INTEGER NOT NULL,
  status        INTEGER,
  error_class   TEXT,
  error_message TEXT,
  sent_headers  TEXT    NOT NULL,
  headers       TEXT    NOT NULL,
  body          BLOB    NOT NULL,
  PRIMARY KEY (dispatch, number)
) STRICT;

CREATE TABLE rejection (
  number INTEGER PRIMARY KEY,
  at     INTEGER NOT NULL,
  source TEXT,
  status INTEGER NOT NULL,
  reason TEXT    NOT NULL
) STRICT;

-- One row that the ready check writes.
CREATE TABLE pulse (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  beat INTEGER NOT NULL
) STRICT;
INSERT INTO pulse (id, beat) VALUES (1, 0);
