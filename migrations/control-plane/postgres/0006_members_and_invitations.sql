-- Who is in a tenant, with which reach and until when; who was asked to come;
-- who waits for an admin to let them in.

-- From when on the membership is none; NULL: it does not end.
ALTER TABLE members ADD COLUMN until BIGINT;

-- Roles in single houses. Somebody has either a row in `members`, which is a
-- role in the whole tenant, or rows in here: whoever looks only there sees no
-- more of the tenant than they should.
CREATE TABLE member_houses (
    account UUID NOT NULL REFERENCES accounts (id),
    house UUID NOT NULL REFERENCES houses (house_key),
    tenant UUID NOT NULL REFERENCES tenants (id),
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (account, house)
);
CREATE INDEX member_houses_by_tenant ON member_houses (tenant, account);
CREATE INDEX member_houses_by_house ON member_houses (house);
CREATE INDEX member_houses_by_end ON member_houses (until);
CREATE INDEX members_by_end ON members (until);

-- Every person's role in every house, however they got it. `whole`: from a role
-- in the whole tenant.
CREATE VIEW house_roles AS
SELECT h.house_key, m.account, m.role, m.until, TRUE AS whole
FROM members m JOIN houses h ON h.tenant = m.tenant
UNION ALL
SELECT m.house AS house_key, m.account, m.role, m.until, FALSE AS whole
FROM member_houses m;

-- `tenant` NULL: to the service, with a tenant of one's own. `role` is for the
-- whole tenant; else `houses` is a JSON object of house ids and roles. An
-- invitation that was accepted or withdrawn has no row.
CREATE TABLE invitations (
    id UUID PRIMARY KEY,
    tenant UUID REFERENCES tenants (id),
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    role TEXT,
    houses TEXT,
    member_until BIGINT,
    invited_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (tenant, email_canonical)
);
CREATE UNIQUE INDEX invitations_to_the_service ON invitations (email_canonical) WHERE tenant IS NULL;
CREATE INDEX invitations_by_expiry ON invitations (expires_at);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);

-- Accounts that wait for an admin to let them in.
CREATE TABLE waiting_accounts (
    account UUID PRIMARY KEY REFERENCES accounts (id),
    since BIGINT NOT NULL
);
CREATE INDEX waiting_accounts_by_age ON waiting_accounts (since);
