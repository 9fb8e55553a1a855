-- Cells, and the tenants placed in them with their houses. Rows of tenants and
-- houses are never removed: their names must never be used again.

CREATE TABLE cells (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    spec_revision BIGINT NOT NULL,
    forgotten BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE signing_keys (
    key_id TEXT PRIMARY KEY,
    cell UUID NOT NULL REFERENCES cells (id),
    pkcs8 BYTEA NOT NULL,
    public_x TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX signing_keys_by_cell ON signing_keys (cell);

-- How far each reader of a cell's feed said it is.
CREATE TABLE feed_readers (
    cell UUID NOT NULL REFERENCES cells (id),
    reader TEXT NOT NULL,
    reached BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (cell, reader)
);

-- `revision` is the cell's at the last change the cell should see; 0 while
-- there is nothing for it to see.
CREATE TABLE tenants (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    standing TEXT NOT NULL,
    owner UUID NOT NULL REFERENCES accounts (id),
    cell UUID NOT NULL REFERENCES cells (id),
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX tenants_by_revision ON tenants (cell, revision);

-- Tenants that left a cell, until every reader knows.
CREATE TABLE tombstones (
    cell UUID NOT NULL REFERENCES cells (id),
    tenant UUID NOT NULL REFERENCES tenants (id),
    revision BIGINT NOT NULL,
    PRIMARY KEY (cell, tenant)
);
CREATE INDEX tombstones_by_revision ON tombstones (cell, revision);

CREATE TABLE members (
    tenant UUID NOT NULL REFERENCES tenants (id),
    account UUID NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant, account)
);
CREATE INDEX members_by_account ON members (account);

CREATE TABLE houses (
    house_key UUID PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant UUID NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    hosting TEXT NOT NULL,
    timezone TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX houses_by_tenant ON houses (tenant);

CREATE TABLE credentials (
    id UUID PRIMARY KEY,
    house UUID NOT NULL REFERENCES houses (house_key),
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    not_after BIGINT,
    revoked_at BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX credentials_by_house ON credentials (house);

-- Bus tokens that are refused although their signature is right.
CREATE TABLE bus_revocations (
    house UUID NOT NULL REFERENCES houses (house_key),
    subject TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (house, subject)
);
CREATE INDEX bus_revocations_by_end ON bus_revocations (until);
