-- What cells reported. Texts in here come from houses and are not trusted.

CREATE TABLE presences (
    house BLOB PRIMARY KEY REFERENCES houses (house_key),
    at INTEGER NOT NULL,
    clients TEXT NOT NULL,
    last_seen INTEGER
) STRICT;

CREATE TABLE refusals (
    id BLOB PRIMARY KEY,
    house BLOB NOT NULL REFERENCES houses (house_key),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    count INTEGER NOT NULL,
    limit_json TEXT,
    clears_at INTEGER,
    UNIQUE (house, at, reason, client, subject)
) STRICT;
CREATE INDEX refusals_newest ON refusals (house, at, id);
CREATE INDEX refusals_by_age ON refusals (at);
