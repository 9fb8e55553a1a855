-- Which migrations a database has had. Run at every start.

CREATE TABLE IF NOT EXISTS migrations (
    name TEXT PRIMARY KEY,
    checksum BYTEA NOT NULL,
    applied_at BIGINT NOT NULL
);
