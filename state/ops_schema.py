"""The tables about the bot's own work, as steps of `state/migrations.py` make them: hosts and their pace; troubles, measures, and
names that must not come back."""

HOSTS = """
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    next_at TEXT,                 -- no request to it before this
    held_until TEXT,              -- it asked to be left alone until then (Retry-After)
    holder TEXT,                  -- who has a request under way
    lease_until TEXT
) WITHOUT ROWID;
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,      -- scheme, host and port
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE budgets (
    source TEXT NOT NULL,
    day TEXT NOT NULL,            -- UTC
    requests INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID;
"""

OPS = """
CREATE TABLE ops (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,        -- a source, a channel, disk, archive, clock
    slot TEXT NOT NULL,           -- what of it: a subject has one trouble a slot at a time
    kind TEXT NOT NULL,           -- stale, blocked, quarantined, failed, delivery, space, jump, drift, ...
    text TEXT NOT NULL,
    end_words TEXT NOT NULL,      -- how its end is told
    began_at TEXT NOT NULL,
    told_at TEXT,                 -- when the log and the channels were told that it began
    ended_at TEXT,
    end_text TEXT,                -- NULL: another trouble took its place, and its end is not told
    end_told_at TEXT
);
CREATE UNIQUE INDEX ops_open ON ops(subject, slot) WHERE ended_at IS NULL;
CREATE INDEX ops_untold ON ops(id) WHERE told_at IS NULL OR (end_text IS NOT NULL AND end_told_at IS NULL);
CREATE TABLE measures (
    source TEXT NOT NULL,
    day TEXT NOT NULL,            -- UTC
    name TEXT NOT NULL,           -- records, or a field
    value REAL NOT NULL,          -- their number, or the share of records that have it
    PRIMARY KEY (source, day, name)
) WITHOUT ROWID;
CREATE TABLE forgotten (
    digest BLOB PRIMARY KEY,      -- of the words of a name that must not come back; the name itself is not kept
    words INTEGER NOT NULL,
    created_at TEXT NOT NULL
) WITHOUT ROWID;
"""
