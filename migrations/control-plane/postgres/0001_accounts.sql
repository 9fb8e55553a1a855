-- People, their log-ins, and what an admin decided about the service.
-- Times are milliseconds since the Unix epoch. Hashes are SHA-256, except a
-- password's, which is a PHC string.

CREATE TABLE accounts (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    admin BOOLEAN NOT NULL,
    verified_at BIGINT,
    created_at BIGINT NOT NULL
);

CREATE TABLE one_time_links (
    hash BYTEA PRIMARY KEY,
    kind TEXT NOT NULL,
    account UUID REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_links_by_account ON one_time_links (account);
CREATE INDEX one_time_links_by_expiry ON one_time_links (expires_at);

CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE,
    account UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- A used refresh token stays until it expires: seeing it again means that
-- somebody has a copy.
CREATE TABLE token_pairs (
    id UUID PRIMARY KEY,
    family UUID NOT NULL,
    account UUID NOT NULL REFERENCES accounts (id),
    access_hash BYTEA NOT NULL UNIQUE,
    access_expires_at BIGINT NOT NULL,
    refresh_hash BYTEA NOT NULL UNIQUE,
    refresh_expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX token_pairs_by_account ON token_pairs (account);
CREATE INDEX token_pairs_by_family ON token_pairs (family);
CREATE INDEX token_pairs_by_expiry ON token_pairs (refresh_expires_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
