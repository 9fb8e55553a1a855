-- The history of changes has an end: of each file the newest 50 changes, of all
-- together 32 MiB, and none after a year but the newest of a file that is there.

CREATE INDEX config_change_by_file ON config_change (id, seq);

-- About how many bytes the changes take. One row.
CREATE TABLE config_change_size (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    bytes INTEGER NOT NULL
) STRICT;

INSERT INTO config_change_size (one, bytes)
SELECT 1, coalesce(sum(64 + length(id) + coalesce(length(CAST(content AS BLOB)), 0)), 0)
FROM config_change;

CREATE TRIGGER config_change_added AFTER INSERT ON config_change BEGIN
    UPDATE config_change_size
    SET bytes = bytes + 64 + length(new.id) + coalesce(length(CAST(new.content AS BLOB)), 0);
END;

CREATE TRIGGER config_change_removed AFTER DELETE ON config_change BEGIN
    UPDATE config_change_size
    SET bytes = bytes - 64 - length(old.id) - coalesce(length(CAST(old.content AS BLOB)), 0);
END;
