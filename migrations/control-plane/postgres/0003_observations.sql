-- What cells reported. Texts in here come from houses and are not trusted.

CREATE TABLE presences (
    house UUID PRIMARY KEY REFERENCES houses (house_key),
    at BIGINT NOT NULL,
    clients TEXT NOT NULL,
    last_seen BIGINT
);

CREATE TABLE refusals (
    id UUID PRIMARY KEY,
    house UUID NOT NULL REFERENCES houses (house_key),
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    client TEXT NOT NULL,
    subject TEXT NOT NULL,
    count BIGINT NOT NULL,
    limit_json TEXT,
    clears_at BIGINT,
    UNIQUE (house, at, reason, client, subject)
);
CREATE INDEX refusals_newest ON refusals (house, at, id);
CREATE INDEX refusals_by_age ON refusals (at);
