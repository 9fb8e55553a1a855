-- What houses have sent, so that a restart forgets nothing. All moments are in
-- milliseconds UTC.
--
-- The run of the gateway that counts now: raised with each start.
CREATE TABLE run (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL
) STRICT;

-- Messages of a house in one UTC hour, counted by one run. A row goes when the
-- control plane has it and its hour is over.
CREATE TABLE usage (
    epoch    INTEGER NOT NULL,
    house    TEXT    NOT NULL,
    hour     INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    PRIMARY KEY (epoch, house, hour)
) STRICT, WITHOUT ROWID;

-- Messages of a tenant on one UTC day, over all its houses and all runs.
CREATE TABLE spent (
    tenant   TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (tenant, day)
) STRICT, WITHOUT ROWID;
