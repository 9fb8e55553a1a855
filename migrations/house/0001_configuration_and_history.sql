-- The store of one house: its configuration with every change, its history,
-- what is on offer. Times are seconds since the Unix epoch, UTC.

-- The present files: at most one per configuration id.
CREATE TABLE config_file (
    id      TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    content TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Every change of a file, never rewritten; content is NULL where the file was
-- removed.
CREATE TABLE config_change (
    seq     INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    author  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    version INTEGER NOT NULL,
    content TEXT
) STRICT;

-- Facts about the house as a whole: identity (JSON), announced.
CREATE TABLE fact (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sensors that somebody measures and nobody configured; value is JSON.
CREATE TABLE offer (
    sensor TEXT    NOT NULL PRIMARY KEY,
    sender TEXT    NOT NULL,
    value  TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The names of series; points carry the number.
CREATE TABLE series (
    id    INTEGER NOT NULL PRIMARY KEY,
    scope TEXT    NOT NULL CHECK (scope IN ('sensors', 'alerts', 'logs')),
    name  TEXT    NOT NULL,
    UNIQUE (scope, name)
) STRICT;

-- nth tells texts of one second apart in alerts and logs; sensors have 0.
-- value keeps the type it was stored with: whole number, number or text.
CREATE TABLE point (
    series INTEGER NOT NULL REFERENCES series (id),
    at     INTEGER NOT NULL,
    nth    INTEGER NOT NULL,
    value  ANY     NOT NULL,
    PRIMARY KEY (series, at, nth)
) STRICT, WITHOUT ROWID;
