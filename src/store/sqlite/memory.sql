-- What deliveries leave for later ones: `at` is when it was so, `written_at` when we were told.
CREATE TABLE memory (
  source     TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  value      TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_written ON memory (written_at);
