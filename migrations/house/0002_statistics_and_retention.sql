-- Summaries of quarters of an hour, from which hours and days on any clock are
-- made, and what each series holds. The rows for points that are there already
-- are filled in by the program.

-- at: first second of a quarter (UTC; a multiple of 900).
-- part: 0 of the points that are stored, 1 of points of the quarter that were
--   purged, 2 of purged points from here to the end of the day.
-- least, greatest: NULL where no value is a number.
-- tally: how often each value occurred, a JSON object; NULL: not recorded.
CREATE TABLE quarter (
    series   INTEGER NOT NULL REFERENCES series (id),
    at       INTEGER NOT NULL,
    part     INTEGER NOT NULL CHECK (part IN (0, 1, 2)),
    count    INTEGER NOT NULL,
    numbers  INTEGER NOT NULL,
    sum      REAL    NOT NULL,
    least    REAL,
    greatest REAL,
    tally    TEXT,
    PRIMARY KEY (series, at, part)
) STRICT, WITHOUT ROWID;

-- How many points, and about how many bytes. A name that begins with the
-- character 1 is that of a deleted series whose rows are still to go.
ALTER TABLE series ADD COLUMN points INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN bytes  INTEGER NOT NULL DEFAULT 0;

UPDATE series SET
    points = (SELECT count(*) FROM point WHERE point.series = series.id),
    bytes  = (SELECT coalesce(sum(16 + length(CAST(value AS BLOB))), 0)
              FROM point WHERE point.series = series.id);

CREATE TRIGGER point_added AFTER INSERT ON point BEGIN
    UPDATE series SET points = points + 1,
                      bytes = bytes + 16 + length(CAST(new.value AS BLOB))
    WHERE id = new.series;
END;

CREATE TRIGGER point_removed AFTER DELETE ON point BEGIN
    UPDATE series SET points = points - 1,
                      bytes = bytes - 16 - length(CAST(old.value AS BLOB))
    WHERE id = old.series;
END;

CREATE TRIGGER point_replaced AFTER UPDATE OF value ON point BEGIN
    UPDATE series SET bytes = bytes + length(CAST(new.value AS BLOB))
                                    - length(CAST(old.value AS BLOB))
    WHERE id = new.series;
END;
