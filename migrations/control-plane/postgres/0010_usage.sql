-- What houses send and keep, what of it was told to whom, and refusals that
-- did not come from a house's bus: over the API and the portal.

-- As each run of a gateway counted it: the largest row of a key counts, and
-- the sum over the runs. Folded into days when it is old.
CREATE TABLE usage_hours (
    house UUID NOT NULL REFERENCES houses (house_key),
    hour BIGINT NOT NULL,
    cell UUID NOT NULL REFERENCES cells (id),
    epoch BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (house, hour, cell, epoch)
);
CREATE INDEX usage_hours_by_age ON usage_hours (hour);

CREATE TABLE usage_days (
    house UUID NOT NULL REFERENCES houses (house_key),
    day BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (house, day)
);
CREATE INDEX usage_days_by_age ON usage_days (day);

-- The newest that each part of a cell said: the gateway about retained
-- messages, the runtime about the rest.
CREATE TABLE house_kept (
    house UUID PRIMARY KEY REFERENCES houses (house_key),
    retained_bytes BIGINT,
    retained_at BIGINT NOT NULL,
    sensors BIGINT,
    rules BIGINT,
    history_bytes BIGINT,
    runtime_at BIGINT NOT NULL
);

-- Tenants whose use or limits changed since their quotas were last looked at.
CREATE TABLE usage_to_check (
    tenant UUID PRIMARY KEY REFERENCES tenants (id)
);

-- Quotas that are nearly or fully used. `house` is '' for one of the whole
-- tenant; `begun` is the start of the window, 0 for a quota without one. A row
-- that is there was mailed.
CREATE TABLE quota_notices (
    tenant UUID NOT NULL REFERENCES tenants (id),
    quota TEXT NOT NULL,
    house TEXT NOT NULL,
    level BIGINT NOT NULL,
    begun BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    allowed BIGINT NOT NULL,
    PRIMARY KEY (tenant, quota, house, level, begun)
);

-- The name of who was refused is read from the account, so that a
-- person who is erased leaves no name here. `house` may be NULL.
CREATE TABLE tenant_refusals (
    id UUID PRIMARY KEY,
    tenant UUID NOT NULL REFERENCES tenants (id),
    house UUID REFERENCES houses (house_key),
    account UUID NOT NULL REFERENCES accounts (id),
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    subject TEXT NOT NULL,
    count BIGINT NOT NULL,
    limit_json TEXT,
    clears_at BIGINT
);
CREATE UNIQUE INDEX tenant_refusals_of_tenant ON tenant_refusals (tenant, at, reason, account, subject)
WHERE house IS NULL;
CREATE UNIQUE INDEX tenant_refusals_of_house ON tenant_refusals (house, at, reason, account, subject)
WHERE house IS NOT NULL;
CREATE INDEX tenant_refusals_newest ON tenant_refusals (tenant, at, id);
CREATE INDEX tenant_refusals_newest_of_house ON tenant_refusals (house, at, id);
CREATE INDEX tenant_refusals_by_age ON tenant_refusals (at);
