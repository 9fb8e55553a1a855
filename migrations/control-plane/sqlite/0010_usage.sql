-- What houses send and keep, what of it was told to whom, and refusals that
-- did not come from a house's bus: over the API and the portal.

-- As each run of a gateway counted it: the largest row of a key counts, and
-- the sum over the runs. Folded into days when it is old.
CREATE TABLE usage_hours (
    house BLOB NOT NULL REFERENCES houses (house_key),
    hour INTEGER NOT NULL,
    cell BLOB NOT NULL REFERENCES cells (id),
    epoch INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (house, hour, cell, epoch)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

CREATE TABLE usage_days (
    house BLOB NOT NULL REFERENCES houses (house_key),
    day INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (house, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_days_by_age ON usage_days (day);

-- The newest that each part of a cell said: the gateway about retained
-- messages, the runtime about the rest.
CREATE TABLE house_kept (
    house BLOB PRIMARY KEY REFERENCES houses (house_key),
    retained_bytes INTEGER,
    retained_at INTEGER NOT NULL,
    sensors INTEGER,
    rules INTEGER,
    history_bytes INTEGER,
    runtime_at INTEGER NOT NULL
) STRICT;

-- Tenants whose use or limits changed since their quotas were last looked at.
CREATE TABLE usage_to_check (
    tenant BLOB PRIMARY KEY REFERENCES tenants (id)
) STRICT;

-- Quotas that are nearly or fully used. `house` is '' for one of the whole
-- tenant; `begun` is the start of the window, 0 for a quota without one. A row
-- that is there was mailed.
CREATE TABLE quota_notices (
    tenant BLOB NOT NULL REFERENCES tenants (id),
    quota TEXT NOT NULL,
    house TEXT NOT NULL,
    level INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    used INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (tenant, quota, house, level, begun)
) STRICT, WITHOUT ROWID;

-- The name of who was refused is read from the account, so that a
-- person who is erased leaves no name here. `house` may be NULL.
CREATE TABLE tenant_refusals (
    id BLOB PRIMARY KEY,
    tenant BLOB NOT NULL REFERENCES tenants (id),
    house BLOB REFERENCES houses (house_key),
    account BLOB NOT NULL REFERENCES accounts (id),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    subject TEXT NOT NULL,
    count INTEGER NOT NULL,
    limit_json TEXT,
    clears_at INTEGER
) STRICT;
CREATE UNIQUE INDEX tenant_refusals_of_tenant ON tenant_refusals (tenant, at, reason, account, subject)
WHERE house IS NULL;
CREATE UNIQUE INDEX tenant_refusals_of_house ON tenant_refusals (house, at, reason, account, subject)
WHERE house IS NOT NULL;
CREATE INDEX tenant_refusals_newest ON tenant_refusals (tenant, at, id);
CREATE INDEX tenant_refusals_newest_of_house ON tenant_refusals (house, at, id);
CREATE INDEX tenant_refusals_by_age ON tenant_refusals (at);
