-- What was done and by whom: one chain of rows per tenant, and one of the
-- service under the id of sixteen zero bytes. The hash of a row covers the row
-- and the hash before it, so that none can be altered, dropped or moved
-- without every later hash being another one. Nothing of a person is in a row
-- but an id and a shortened address; no secret ever is.
CREATE TABLE audit_entries (
    tenant BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    client TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT;
CREATE INDEX audit_entries_by_action ON audit_entries (tenant, action, seq);
CREATE INDEX audit_entries_by_actor ON audit_entries (tenant, actor, seq);

-- Where each chain ends, and the row before its first, which retention removed
-- (seq 0 and zero bytes: nothing was).
CREATE TABLE audit_chains (
    tenant BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    base_seq INTEGER NOT NULL,
    base_hash BLOB NOT NULL
) STRICT;

-- What the heads of the chains are signed with; the newest signs.
CREATE TABLE audit_keys (
    key_id TEXT PRIMARY KEY,
    pkcs8 BLOB NOT NULL,
    public_x TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Where a chain ended that was erased with its tenant.
ALTER TABLE deletion_receipts ADD COLUMN audit_seq INTEGER;
ALTER TABLE deletion_receipts ADD COLUMN audit_hash BLOB;

-- Admins of the service who asked a tenant to be let in, and tenants who let
-- them in: for a time, at a level.
CREATE TABLE support_access (
    id BLOB PRIMARY KEY,
    tenant BLOB NOT NULL REFERENCES tenants (id),
    asked_by BLOB REFERENCES accounts (id),
    reason TEXT NOT NULL,
    level TEXT NOT NULL,
    hours INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    granted_by BLOB REFERENCES accounts (id),
    granted_at INTEGER,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX support_access_by_tenant ON support_access (tenant, ends_at);
CREATE INDEX support_access_by_end ON support_access (ends_at);
