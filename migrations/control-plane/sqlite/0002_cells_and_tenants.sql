-- Cells, and the tenants placed in them with their houses. Rows of tenants and
-- houses are never removed: their names must never be used again.

CREATE TABLE cells (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    spec_revision INTEGER NOT NULL,
    forgotten INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
    key_id TEXT PRIMARY KEY,
    cell BLOB NOT NULL REFERENCES cells (id),
    pkcs8 BLOB NOT NULL,
    public_x TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX signing_keys_by_cell ON signing_keys (cell);

-- How far each reader of a cell's feed said it is.
CREATE TABLE feed_readers (
    cell BLOB NOT NULL REFERENCES cells (id),
    reader TEXT NOT NULL,
    reached INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (cell, reader)
) STRICT;

-- `revision` is the cell's at the last change the cell should see; 0 while
-- there is nothing for it to see.
CREATE TABLE tenants (
    id BLOB PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    standing TEXT NOT NULL,
    owner BLOB NOT NULL REFERENCES accounts (id),
    cell BLOB NOT NULL REFERENCES cells (id),
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX tenants_by_revision ON tenants (cell, revision);

-- Tenants that left a cell, until every reader knows.
CREATE TABLE tombstones (
    cell BLOB NOT NULL REFERENCES cells (id),
    tenant BLOB NOT NULL REFERENCES tenants (id),
    revision INTEGER NOT NULL,
    PRIMARY KEY (cell, tenant)
) STRICT;
CREATE INDEX tombstones_by_revision ON tombstones (cell, revision);

CREATE TABLE members (
    tenant BLOB NOT NULL REFERENCES tenants (id),
    account BLOB NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (tenant, account)
) STRICT;
CREATE INDEX members_by_account ON members (account);

CREATE TABLE houses (
    house_key BLOB PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant BLOB NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    hosting TEXT NOT NULL,
    timezone TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX houses_by_tenant ON houses (tenant);

CREATE TABLE credentials (
    id BLOB PRIMARY KEY,
    house BLOB NOT NULL REFERENCES houses (house_key),
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    not_after INTEGER,
    revoked_at INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX credentials_by_house ON credentials (house);

-- Bus tokens that are refused although their signature is right.
CREATE TABLE bus_revocations (
    house BLOB NOT NULL REFERENCES houses (house_key),
    subject TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (house, subject)
) STRICT;
CREATE INDEX bus_revocations_by_end ON bus_revocations (until);
