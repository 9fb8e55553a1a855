-- Which migrations a database has had. Run at every start.

CREATE TABLE IF NOT EXISTS migrations (
    name TEXT PRIMARY KEY,
    checksum BLOB NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;
