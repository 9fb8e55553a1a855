-- Credentials with roles: as whom they speak, what takes their place, who made
-- them and from where they were used.

-- JSON of the binding; empty: as every module of the house.
ALTER TABLE credentials ADD COLUMN binding TEXT NOT NULL DEFAULT '';
-- The first of those that took each other's place; NULL: itself.
ALTER TABLE credentials ADD COLUMN line UUID REFERENCES credentials (id);
ALTER TABLE credentials ADD COLUMN successor UUID REFERENCES credentials (id);
ALTER TABLE credentials ADD COLUMN created_by UUID REFERENCES accounts (id);
ALTER TABLE credentials ADD COLUMN last_used_from TEXT NOT NULL DEFAULT '';
CREATE INDEX credentials_by_end ON credentials (not_after);
