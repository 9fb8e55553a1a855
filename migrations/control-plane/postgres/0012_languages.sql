-- In which language a person is spoken to: a tag such as `de`; empty for what
-- the browser asks for.
ALTER TABLE accounts ADD COLUMN language TEXT;
