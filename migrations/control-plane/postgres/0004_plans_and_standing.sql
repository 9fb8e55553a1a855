-- Plans that admins change, exceptions from them, what keeps running for a
-- tenant and why, deletion with a time to think again, and the words tenants
-- are found by. Quotas are JSON objects of names and numbers; a name that is
-- not there counts as in the plan `free` of the program that reads it.

CREATE TABLE plans (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    quotas TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
INSERT INTO plans (name, title, quotas, created_at, changed_at) VALUES
('free', 'Free', '{"houses": 1, "members": 3, "connections_per_house": 25, "messages_per_second": 20,
    "messages_burst": 200, "messages_per_day": 200000, "message_bytes": 1048576, "retained_bytes": 2097152,
    "subscriptions_per_connection": 200, "offline_messages": 1000, "offline_bytes": 2097152, "sensors_per_house": 100,
    "rules_per_house": 50, "history_days": 30, "history_bytes": 104857600, "notifications_per_day": 100}', 0, 0),
('home', 'Home', '{"houses": 3, "members": 10, "connections_per_house": 100, "messages_per_second": 100,
    "messages_burst": 1000, "messages_per_day": 2000000, "message_bytes": 8388608, "retained_bytes": 16777216,
    "subscriptions_per_connection": 500, "offline_messages": 10000, "offline_bytes": 16777216, "sensors_per_house": 500,
    "rules_per_house": 250, "history_days": 365, "history_bytes": 1073741824, "notifications_per_day": 1000}', 0, 0),
('pro', 'Pro', '{"houses": 25, "members": 100, "connections_per_house": 500, "messages_per_second": 500,
    "messages_burst": 5000, "messages_per_day": 50000000, "message_bytes": 16777216, "retained_bytes": 67108864,
    "subscriptions_per_connection": 1000, "offline_messages": 50000, "offline_bytes": 67108864, "sensors_per_house": 5000,
    "rules_per_house": 2500, "history_days": 1825, "history_bytes": 10737418240, "notifications_per_day": 10000}', 0, 0);
CREATE INDEX tenants_by_plan ON tenants (plan);

CREATE TABLE quota_exceptions (
    tenant UUID NOT NULL REFERENCES tenants (id),
    quota TEXT NOT NULL,
    value BIGINT NOT NULL,
    reason TEXT NOT NULL,
    until BIGINT,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant, quota)
);
CREATE INDEX quota_exceptions_by_end ON quota_exceptions (until);

-- Why the standing is what it is, and since when; NULL: since the beginning.
ALTER TABLE tenants ADD COLUMN standing_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE tenants ADD COLUMN standing_since BIGINT;
-- When a tenant that was deleted is erased; until then it can come back.
ALTER TABLE tenants ADD COLUMN erase_after BIGINT;
CREATE INDEX tenants_by_erasure ON tenants (erase_after);

-- What was erased, and what was found afterwards. `stores` is JSON.
CREATE TABLE deletion_receipts (
    tenant UUID PRIMARY KEY REFERENCES tenants (id),
    slug TEXT NOT NULL,
    cell UUID NOT NULL REFERENCES cells (id),
    revision BIGINT NOT NULL,
    erased_at BIGINT NOT NULL,
    stores TEXT NOT NULL
);
CREATE INDEX deletion_receipts_by_age ON deletion_receipts (erased_at, tenant);

-- What admins type to find a tenant, in lower case, compared byte by byte.
CREATE TABLE tenant_words (
    word TEXT COLLATE "C" NOT NULL,
    tenant UUID NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (word, tenant)
);
CREATE INDEX tenant_words_by_tenant ON tenant_words (tenant, word);
