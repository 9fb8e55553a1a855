-- What guards an account: second factors, recovery codes, tokens with scopes;
-- what a person is shown of their sessions; accounts that were deleted.

-- A deleted account keeps its row, because tenants name their owner; nothing of
-- the person is left in it.
ALTER TABLE accounts ADD COLUMN deleted_at BIGINT;

-- The address that a link proves, where it is not the account's own yet.
ALTER TABLE one_time_links ADD COLUMN email TEXT;

-- In words and shortened: never a whole User-Agent or address.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- `last_step` is the newest time step whose code was accepted: no code of that
-- step or an earlier one is accepted again.
CREATE TABLE second_factors (
    account UUID PRIMARY KEY REFERENCES accounts (id),
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE recovery_codes (
    account UUID NOT NULL REFERENCES accounts (id),
    hash BYTEA NOT NULL,
    PRIMARY KEY (account, hash)
);

-- `scopes` are words with one blank between them.
CREATE TABLE api_tokens (
    id UUID PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_tokens_by_account ON api_tokens (account);
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at);
