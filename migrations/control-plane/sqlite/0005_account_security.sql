-- What guards an account: second factors, recovery codes, tokens with scopes;
-- what a person is shown of their sessions; accounts that were deleted.

-- A deleted account keeps its row, because tenants name their owner; nothing of
-- the person is left in it.
ALTER TABLE accounts ADD COLUMN deleted_at INTEGER;

-- The address that a link proves, where it is not the account's own yet.
ALTER TABLE one_time_links ADD COLUMN email TEXT;

-- In words and shortened: never a whole User-Agent or address.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- `last_step` is the newest time step whose code was accepted: no code of that
-- step or an earlier one is accepted again.
CREATE TABLE second_factors (
    account BLOB PRIMARY KEY REFERENCES accounts (id),
    secret BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER
) STRICT;

CREATE TABLE recovery_codes (
    account BLOB NOT NULL REFERENCES accounts (id),
    hash BLOB NOT NULL,
    PRIMARY KEY (account, hash)
) STRICT;

-- `scopes` are words with one blank between them.
CREATE TABLE api_tokens (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER
) STRICT;
CREATE INDEX api_tokens_by_account ON api_tokens (account);
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at);
