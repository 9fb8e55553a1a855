-- What a request with an Idempotency-Key came to, for a day. `hash` is that of
-- account and key, `request` that of method, path and body; status and answer
-- are empty while it is being done. No secret is in an answer that is kept.
CREATE TABLE idempotency_keys (
    hash BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    request BLOB NOT NULL,
    status INTEGER,
    answer TEXT,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_by_account ON idempotency_keys (account);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
