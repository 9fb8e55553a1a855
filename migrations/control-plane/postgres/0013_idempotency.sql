-- What a request with an Idempotency-Key came to, for a day. `hash` is that of
-- account and key, `request` that of method, path and body; status and answer
-- are empty while it is being done. No secret is in an answer that is kept.
CREATE TABLE idempotency_keys (
    hash BYTEA PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    request BYTEA NOT NULL,
    status BIGINT,
    answer TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_by_account ON idempotency_keys (account);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
