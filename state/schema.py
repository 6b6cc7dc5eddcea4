"""Tables, and the migrations that create them. Times are ISO 8601 texts in UTC (`2025-07-02T06:00:00Z`).

A judgement is stored once for all records that it holds of, and the state of a record once, until it changes; the public views
(`state/views.py`) join them. A later schema is one more migration at the end of this file; `state/db.py` tests it on a copy.
"""

from sqlite_utils import Database, Migrations

from state.views import VIEWS

migrations = Migrations("standards_watch")

RUNS = """
CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    accepted_at TEXT,             -- observation time of the last accepted poll
    parser_version INTEGER        -- of the parser that read the stored state
);
CREATE TABLE trusted (            -- sources in shadow mode that a person has approved
    source TEXT PRIMARY KEY, trusted_at TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- archive files and keys of deliveries name it: never used again
    source TEXT NOT NULL,
    trigger TEXT NOT NULL,        -- run, replay, demo, serve, held, reparse
    observed_at TEXT NOT NULL,
    status TEXT NOT NULL,         -- running, baseline, ok, unchanged, quarantined, blocked, failed
    records INTEGER, added INTEGER, changed INTEGER, removed INTEGER, alerts INTEGER,
    requests INTEGER, not_modified INTEGER,
    error TEXT, code_version TEXT,
    notes TEXT                    -- JSON: what the parser left unread, with counts
);
CREATE UNIQUE INDEX runs_running ON runs(source) WHERE status = 'running';
CREATE INDEX runs_by_source ON runs(source, observed_at);
-- the newest run of each source is queried every minute, and a source has a thousand runs in three years
CREATE INDEX runs_in_order ON runs(source, id);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    url TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER NOT NULL,
    etag TEXT, last_modified TEXT,
    sha256 TEXT,                  -- of the body as received
    file TEXT, offset INTEGER,
    body INTEGER                  -- the capture that holds the body, for a revisit
);
-- rows are in the order of their ids: the newest of an address is last
CREATE INDEX captures_of_url ON captures(url);
"""

RECORDS = """
CREATE TABLE tracked (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL, key TEXT NOT NULL,
    kind TEXT NOT NULL, body TEXT NOT NULL, reference TEXT, title TEXT, url TEXT, status TEXT,
    fields TEXT NOT NULL,         -- JSON
    claims TEXT NOT NULL,         -- JSON: parties in their roles, as printed
    first_seen TEXT NOT NULL,
    seen_until TEXT,              -- last poll that listed it, once one did not
    missing_runs INTEGER NOT NULL DEFAULT 0,
    missing_since TEXT,
    removed_at TEXT,
    n INTEGER NOT NULL DEFAULT 1, -- number of the present version; its start and its run
    since TEXT NOT NULL DEFAULT '', run INTEGER REFERENCES runs(id),
    UNIQUE (source, key)
);
CREATE INDEX tracked_missing ON tracked(source) WHERE missing_runs > 0;
CREATE INDEX tracked_reference ON tracked(reference);
CREATE INDEX tracked_known ON tracked(source, removed_at, key);
CREATE INDEX tracked_committees ON tracked(body) WHERE kind = 'committee';
CREATE INDEX tracked_of_kind ON tracked(kind);
CREATE INDEX tracked_listed ON tracked(body, source, kind) WHERE removed_at IS NULL;
CREATE TABLE past (               -- the earlier versions of records
    record INTEGER NOT NULL REFERENCES tracked(id), n INTEGER NOT NULL,
    observed_at TEXT NOT NULL, run INTEGER NOT NULL REFERENCES runs(id),
    title TEXT, reference TEXT, status TEXT,
    fields TEXT NOT NULL, claims TEXT NOT NULL,     -- JSON
    PRIMARY KEY (record, n)
);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    record INTEGER NOT NULL REFERENCES tracked(id),
    observed_at TEXT NOT NULL,
    kind TEXT NOT NULL, field TEXT,     -- added, changed, removed, restored, reparsed
    before TEXT, after TEXT       -- JSON: a value, or the members that left and that joined
);
CREATE INDEX changes_by_record ON changes(record, observed_at);
CREATE INDEX changes_by_time ON changes(observed_at);
CREATE INDEX changes_of_reference ON changes(record) WHERE field = 'reference';
-- for the explorer: a full-text index on references and titles that triggers keep, whoever writes
CREATE VIRTUAL TABLE titles USING fts5(reference, title, content='tracked', content_rowid='id');
CREATE TRIGGER titles_added AFTER INSERT ON tracked BEGIN
    INSERT INTO titles(rowid, reference, title) VALUES (new.id, new.reference, new.title); END;
CREATE TRIGGER titles_removed AFTER DELETE ON tracked BEGIN
    INSERT INTO titles(titles, rowid, reference, title) VALUES ('delete', old.id, old.reference, old.title); END;
CREATE TRIGGER titles_changed AFTER UPDATE OF reference, title ON tracked
    WHEN old.reference IS NOT new.reference OR old.title IS NOT new.title BEGIN
    INSERT INTO titles(titles, rowid, reference, title) VALUES ('delete', old.id, old.reference, old.title); --
    INSERT INTO titles(rowid, reference, title) VALUES (new.id, new.reference, new.title); END;
"""

ATTRIBUTIONS = """
-- one row: the rules by which all judgements are made
CREATE TABLE rules (version TEXT NOT NULL);
CREATE TABLE judgements (         -- what the rules say of a party in a role as printed, once for all records
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL, role TEXT NOT NULL,
    printed TEXT NOT NULL, party_id TEXT, printed_country TEXT,     -- the claim; NULL: not printed
    evidence_field TEXT NOT NULL, evidence_text TEXT NOT NULL,
    party TEXT NOT NULL,          -- the printed text, or the part of it that names one of several parties
    country TEXT,                 -- ISO 3166 alpha-2; NULL: unknown
    organisation TEXT NOT NULL, rule TEXT NOT NULL, confidence REAL NOT NULL
);
CREATE INDEX judgements_of ON judgements(evidence_text, role, party);
CREATE INDEX judgements_by_role ON judgements(role);
CREATE INDEX judgements_by_country ON judgements(country, role);
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL             -- not unique: two addresses may be equal once names are erased
);
CREATE INDEX addresses_by_url ON addresses(url);
CREATE TABLE standings (          -- periods in which a judgement holds of a record
    id INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES tracked(id),
    judgement INTEGER NOT NULL REFERENCES judgements(id),
    verdict TEXT NOT NULL,        -- leads, supports, takes part: depends on all holders of the role in the record
    address INTEGER NOT NULL REFERENCES addresses(id),      -- of the page that proves it
    capture INTEGER REFERENCES captures(id),
    behind INTEGER REFERENCES tracked(id),      -- the joined record of another source that claims it; NULL: the record itself
    valid_from TEXT NOT NULL, valid_to TEXT
);
CREATE INDEX standings_of_record ON standings(record);
CREATE INDEX standings_of_judgement ON standings(judgement);
CREATE INDEX standings_leading ON standings(judgement) WHERE verdict = 'leads';
CREATE INDEX standings_behind ON standings(behind) WHERE behind IS NOT NULL;
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,
    record INTEGER REFERENCES tracked(id),      -- NULL: every record in which the party is printed
    role TEXT NOT NULL,           -- empty: every role
    party TEXT NOT NULL,          -- as printed; empty: any holder of the role
    country TEXT,                 -- NULL: counts for no country
    because TEXT NOT NULL,
    created_at TEXT NOT NULL, undone_at TEXT
);
CREATE INDEX corrections_by_record ON corrections(record) WHERE undone_at IS NULL;
CREATE TABLE owners (             -- owning committees of records, as printed, with their periods
    id INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES tracked(id),
    body TEXT NOT NULL, name TEXT NOT NULL,
    address INTEGER NOT NULL REFERENCES addresses(id), field TEXT NOT NULL,     -- where it is printed
    capture INTEGER REFERENCES captures(id),
    valid_from TEXT NOT NULL, valid_to TEXT
);
CREATE INDEX owners_of_record ON owners(record);
CREATE INDEX owners_of_name ON owners(body, name);
CREATE TABLE committee_terms (    -- secretariat terms by committee name: recomputed whenever a committee changes
    body TEXT NOT NULL, name TEXT NOT NULL,                 -- present or former
    since TEXT NOT NULL, until TEXT NOT NULL,               -- '' before all times, '9' after
    committee INTEGER NOT NULL, key TEXT NOT NULL, reference TEXT, first_seen TEXT NOT NULL,    -- its id, and of its row
    run INTEGER,                                            -- that first showed the name
    n INTEGER NOT NULL,                                     -- number of the term among those of the name, from 1
    party TEXT, party_id TEXT, organisation TEXT, country TEXT, confidence REAL,    -- holder; NULL: nobody
    PRIMARY KEY (body, name, since)
) WITHOUT ROWID;
CREATE INDEX committee_terms_of_country ON committee_terms(country);
"""

TOLD = """
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    change INTEGER REFERENCES changes(id),
    record INTEGER REFERENCES tracked(id),
    observed_at TEXT NOT NULL,
    status TEXT NOT NULL,         -- new, historic, shadow, baseline
    watchlist TEXT NOT NULL, event TEXT NOT NULL, severity TEXT NOT NULL, headline TEXT NOT NULL,
    country TEXT, role TEXT, party TEXT, organisation TEXT,
    from_party TEXT, to_party TEXT,
    rule TEXT, confidence REAL, evidence_url TEXT, evidence_text TEXT,
    due TEXT, due_estimated INTEGER NOT NULL DEFAULT 0,     -- next date to act on
    reasons TEXT NOT NULL, topics TEXT NOT NULL,            -- JSON lists
    created_at TEXT NOT NULL
);
CREATE INDEX alerts_by_time ON alerts(observed_at);
-- each mention is stored once for a sentence of a record
CREATE INDEX alerts_mentions ON alerts(record, watchlist) WHERE status = 'mention';
-- each poll checks for the baseline of a watchlist
CREATE INDEX alerts_baseline ON alerts(watchlist, run) WHERE status = 'baseline';
CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, text TEXT NOT NULL, created_at TEXT NOT NULL  -- a key is sent once
);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    alert INTEGER REFERENCES alerts(id),
    notice INTEGER REFERENCES notices(id),      -- a summary has neither alert nor notice: it is the parent of other rows
    parent INTEGER REFERENCES deliveries(id),   -- the summary in whose thread this one is sent
    channel TEXT NOT NULL, target TEXT NOT NULL DEFAULT '',     -- one recipient, where a channel has several
    key TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,                       -- pending, sending, sent, unknown, failed
    attempts INTEGER NOT NULL DEFAULT 0,
    queued_at TEXT NOT NULL,
    first_attempt_at TEXT,                      -- start of the retry period
    next_attempt_at TEXT,
    tried_at TEXT,                              -- start of the last attempt
    unsure_since TEXT,                          -- when an attempt was made that may have arrived: look, or say so, before the next
    sent_at TEXT, remote_id TEXT, error TEXT
);
CREATE INDEX deliveries_due ON deliveries(channel, target, id) WHERE status IN ('pending', 'sending', 'unknown');
CREATE INDEX deliveries_by_alert ON deliveries(alert);
CREATE INDEX deliveries_by_parent ON deliveries(parent) WHERE parent IS NOT NULL;
CREATE INDEX deliveries_by_sent ON deliveries(channel, target, sent_at) WHERE sent_at IS NOT NULL;
CREATE TABLE digests (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,         -- its name in the configuration
    week TEXT NOT NULL,           -- 2025-W27
    recipient TEXT NOT NULL, message_id TEXT NOT NULL,
    status TEXT NOT NULL,         -- pending, sending, sent, unknown, failed
    attempts INTEGER NOT NULL DEFAULT 0, sent_at TEXT, error TEXT,
    UNIQUE (digest, week, recipient)
);
"""

POLLING = """
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    since TEXT NOT NULL, until TEXT NOT NULL,   -- no request to it between these times
    asked INTEGER NOT NULL        -- the host itself asked for that (Retry-After)
) WITHOUT ROWID;
CREATE TABLE robots (             -- by scheme, host and port
    origin TEXT PRIMARY KEY, fetched_at TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE budgets (
    source TEXT NOT NULL, day TEXT NOT NULL,    -- UTC
    requests INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID;
CREATE TABLE crawl_cache (        -- what need not be read again: this address with these bytes and this reader gave this
    source TEXT NOT NULL,
    address TEXT NOT NULL,        -- of a page, or # and the key of a record for its line
    digest BLOB,                  -- of its bytes, or the change token of a gate; NULL: its reading was deferred
    reader TEXT NOT NULL,         -- version of the parser, and its mode
    gave TEXT,                    -- JSON: keys of records, and follows; NULL for a line
    run INTEGER NOT NULL,         -- records changed by a later run make a page invalid
    PRIMARY KEY (source, address)
) WITHOUT ROWID;
CREATE TABLE ops (                -- troubles of the bot itself
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL, slot TEXT NOT NULL,  -- a source, a channel, disk, archive, clock; one trouble a slot at a time
    kind TEXT NOT NULL,           -- stale, blocked, quarantined, failed, delivery, space, jump, drift, ...
    text TEXT NOT NULL,
    end_words TEXT NOT NULL,      -- text of the notice when it ends
    began_at TEXT NOT NULL,
    told_at TEXT,                 -- when the log and the outbox got the notice of its beginning
    ended_at TEXT,
    end_text TEXT,                -- NULL: another trouble replaced it, and there is no notice of its end
    end_told_at TEXT
);
CREATE UNIQUE INDEX ops_open ON ops(subject, slot) WHERE ended_at IS NULL;
CREATE INDEX ops_untold ON ops(id) WHERE told_at IS NULL OR (end_text IS NOT NULL AND end_told_at IS NULL);
CREATE TABLE measures (
    source TEXT NOT NULL, day TEXT NOT NULL,    -- UTC
    name TEXT NOT NULL, value REAL NOT NULL,    -- `records` and their number, or a field and the share of records that have it
    PRIMARY KEY (source, day, name)
) WITHOUT ROWID;
CREATE TABLE forgotten (
    digest BLOB PRIMARY KEY,      -- of the words of an erased name, which must not come back; the name itself is not stored
    words INTEGER NOT NULL, created_at TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations()
def m001_initial(db: Database) -> None:
    for part in (RUNS, RECORDS, ATTRIBUTIONS, TOLD, POLLING, VIEWS):
        _each(db, part)


@migrations()
def m002_alerts_of_a_record(db: Database) -> None:
    # `show` and the explorer query the alerts of one record
    db.execute("CREATE INDEX alerts_of_record ON alerts(record)")


@migrations()
def m003_topics_set_by_people(db: Database) -> None:
    # wanted: 0 where a person took the topic away
    db.execute("CREATE TABLE topics_set (record INTEGER, tag TEXT, wanted INTEGER NOT NULL, PRIMARY KEY (record, tag))")


def _each(db: Database, script: str) -> None:
    for statement in filter(str.strip, script.split(";\n")):  # executescript would commit the transaction of the migration
        db.execute(statement)
