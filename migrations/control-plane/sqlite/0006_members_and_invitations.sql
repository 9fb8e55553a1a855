-- Who is in a tenant, with which reach and until when; who was asked to come;
-- who waits for an admin to let them in.

-- From when on the membership is none; NULL: it does not end.
ALTER TABLE members ADD COLUMN until INTEGER;

-- Roles in single houses. Somebody has either a row in `members`, which is a
-- role in the whole tenant, or rows in here: whoever looks only there sees no
-- more of the tenant than they should.
CREATE TABLE member_houses (
    account BLOB NOT NULL REFERENCES accounts (id),
    house BLOB NOT NULL REFERENCES houses (house_key),
    tenant BLOB NOT NULL REFERENCES tenants (id),
    role TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (account, house)
) STRICT;
CREATE INDEX member_houses_by_tenant ON member_houses (tenant, account);
CREATE INDEX member_houses_by_house ON member_houses (house);
CREATE INDEX member_houses_by_end ON member_houses (until);
CREATE INDEX members_by_end ON members (until);

-- Every person's role in every house, however they got it. `whole`: from a role
-- in the whole tenant.
CREATE VIEW house_roles AS
SELECT h.house_key, m.account, m.role, m.until, 1 AS whole
FROM members m JOIN houses h ON h.tenant = m.tenant
UNION ALL
SELECT m.house AS house_key, m.account, m.role, m.until, 0 AS whole
FROM member_houses m;

-- `tenant` NULL: to the service, with a tenant of one's own. `role` is for the
-- whole tenant; else `houses` is a JSON object of house ids and roles. An
-- invitation that was accepted or withdrawn has no row.
CREATE TABLE invitations (
    id BLOB PRIMARY KEY,
    tenant BLOB REFERENCES tenants (id),
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    role TEXT,
    houses TEXT,
    member_until INTEGER,
    invited_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (tenant, email_canonical)
) STRICT;
CREATE UNIQUE INDEX invitations_to_the_service ON invitations (email_canonical) WHERE tenant IS NULL;
CREATE INDEX invitations_by_expiry ON invitations (expires_at);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);

-- Accounts that wait for an admin to let them in.
CREATE TABLE waiting_accounts (
    account BLOB PRIMARY KEY REFERENCES accounts (id),
    since INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_accounts_by_age ON waiting_accounts (since);
