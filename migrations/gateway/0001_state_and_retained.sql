-- What a gateway must remember over a restart.
--
-- The cell's state as the feed last gave it: one row, JSON, so that a gateway
-- whose control plane is away still knows whom to let in.
CREATE TABLE cell_state (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    state    TEXT    NOT NULL
) STRICT;

-- Retained messages. `properties` are the MQTT 5 properties that are forwarded
-- with the message, in the wire's own encoding; `expires_at` is in milliseconds
-- UTC, NULL for never.
CREATE TABLE retained (
    house      TEXT    NOT NULL,
    topic      TEXT    NOT NULL,
    payload    BLOB    NOT NULL,
    properties BLOB    NOT NULL,
    qos        INTEGER NOT NULL CHECK (qos IN (0, 1, 2)),
    expires_at INTEGER,
    PRIMARY KEY (house, topic)
) STRICT;
