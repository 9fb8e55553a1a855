-- People, their log-ins, and what an admin decided about the service.
-- Times are milliseconds since the Unix epoch. Hashes are SHA-256, except a
-- password's, which is a PHC string.

CREATE TABLE accounts (
    id BLOB PRIMARY KEY,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    admin INTEGER NOT NULL,
    verified_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE one_time_links (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    account BLOB REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_links_by_account ON one_time_links (account);
CREATE INDEX one_time_links_by_expiry ON one_time_links (expires_at);

CREATE TABLE sessions (
    id BLOB PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- A used refresh token stays until it expires: seeing it again means that
-- somebody has a copy.
CREATE TABLE token_pairs (
    id BLOB PRIMARY KEY,
    family BLOB NOT NULL,
    account BLOB NOT NULL REFERENCES accounts (id),
    access_hash BLOB NOT NULL UNIQUE,
    access_expires_at INTEGER NOT NULL,
    refresh_hash BLOB NOT NULL UNIQUE,
    refresh_expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX token_pairs_by_account ON token_pairs (account);
CREATE INDEX token_pairs_by_family ON token_pairs (family);
CREATE INDEX token_pairs_by_expiry ON token_pairs (refresh_expires_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
