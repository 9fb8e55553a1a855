-- Passkeys of people, and accounts that are on their way out.

-- `credential_id` is what the authenticator calls it; `credential` holds its
-- public key and counter in the words of the library that checks them.
CREATE TABLE passkeys (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    credential_id BLOB NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX passkeys_by_account ON passkeys (account);

-- Challenges that wait for their answer. `hash` is that of a secret which only
-- the browser has that asked; `account` is empty while nobody knows who it is.
CREATE TABLE passkey_ceremonies (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    account BLOB REFERENCES accounts (id),
    name TEXT,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX passkey_ceremonies_by_expiry ON passkey_ceremonies (expires_at);

-- When an account that was deleted is erased; until then it can come back.
ALTER TABLE accounts ADD COLUMN erase_after INTEGER;

-- Who asked for a tenant's deletion: 'owner', or 'account' when it goes with
-- its owner's account; empty for an admin, whose word only an admin takes back.
ALTER TABLE tenants ADD COLUMN erase_asked TEXT NOT NULL DEFAULT '';

-- What was found when an account was erased; nothing that names the person.
CREATE TABLE account_receipts (
    account BLOB PRIMARY KEY,
    erased_at INTEGER NOT NULL,
    stores TEXT NOT NULL
) STRICT;
CREATE INDEX account_receipts_by_time ON account_receipts (erased_at);
