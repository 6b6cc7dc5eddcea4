"""The first schema; what came later is in `state/migrations.py`. Times are ISO 8601 texts in UTC (`2025-07-02T06:00:00Z`)."""

INITIAL = """
CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    accepted_at TEXT,             -- observation time of the last accepted poll
    parser_version INTEGER,       -- parser that read the state we hold
    rules_version TEXT            -- attribution rules that judged it
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    trigger TEXT NOT NULL,        -- run, replay, demo, serve
    observed_at TEXT NOT NULL,
    status TEXT NOT NULL,         -- running, baseline, ok, unchanged, quarantined, blocked, failed
    records INTEGER, added INTEGER, changed INTEGER, removed INTEGER, alerts INTEGER,
    requests INTEGER, not_modified INTEGER,
    error TEXT,
    notes TEXT,                   -- JSON: what the parser left unread, with counts
    code_version TEXT,
    holder TEXT,                  -- who polls, while it runs
    lease_until TEXT
);
CREATE UNIQUE INDEX runs_running ON runs(source) WHERE status = 'running';
CREATE INDEX runs_by_source ON runs(source, observed_at);
CREATE TABLE tracked (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL, body TEXT NOT NULL, reference TEXT, title TEXT, url TEXT, status TEXT,
    fields TEXT NOT NULL,         -- JSON
    claims TEXT NOT NULL,         -- JSON: who plays which role, as printed
    digest BLOB,                  -- of the line or list row that made it, to know it again without parsing
    first_seen TEXT NOT NULL,
    seen_until TEXT,              -- last poll that had it, once one lacked it
    missing_runs INTEGER NOT NULL DEFAULT 0,
    missing_since TEXT,
    removed_at TEXT,
    UNIQUE (source, key)
);
CREATE INDEX tracked_missing ON tracked(source) WHERE missing_runs > 0;
CREATE INDEX tracked_reference ON tracked(reference);
CREATE VIEW records AS
    SELECT t.id, t.source, t.key, t.kind, t.body, t.reference, t.title, t.url, t.status, t.fields, t.first_seen,
           coalesce(t.seen_until, s.accepted_at) AS last_seen, t.missing_runs, t.removed_at
    FROM tracked t JOIN sources s ON s.name = t.source;
CREATE TABLE versions (
    record INTEGER NOT NULL REFERENCES tracked(id),
    n INTEGER NOT NULL,
    observed_at TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs(id),
    fields TEXT NOT NULL,         -- JSON: title, reference, status and the source's own fields
    claims TEXT NOT NULL,
    PRIMARY KEY (record, n)
);
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    record INTEGER NOT NULL REFERENCES tracked(id),
    observed_at TEXT NOT NULL,
    kind TEXT NOT NULL,           -- added, changed, removed, restored, reparsed
    field TEXT,
    before TEXT,                  -- JSON: a value, or the members that left
    after TEXT                    -- JSON: a value, or the members that joined
);
CREATE INDEX changes_by_record ON changes(record, observed_at);
CREATE INDEX changes_by_time ON changes(observed_at);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT, last_modified TEXT, sha256 TEXT,
    file TEXT, offset INTEGER
);
CREATE INDEX captures_by_url ON captures(url, fetched_at);
CREATE TABLE attributions (
    id INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES tracked(id),
    role TEXT NOT NULL,
    verdict TEXT NOT NULL,        -- leads, supports, takes part
    country TEXT,                 -- ISO 3166 alpha-2; NULL: unknown
    organisation TEXT,
    party TEXT NOT NULL,          -- as printed
    party_id TEXT,
    rule TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    confidence REAL NOT NULL,
    evidence_url TEXT NOT NULL, evidence_field TEXT NOT NULL, evidence_text TEXT NOT NULL,
    capture INTEGER REFERENCES captures(id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    replaced_by INTEGER REFERENCES attributions(id)
);
CREATE INDEX attributions_open ON attributions(record) WHERE valid_to IS NULL AND replaced_by IS NULL;
CREATE INDEX attributions_by_record ON attributions(record);
CREATE INDEX attributions_by_country ON attributions(country, role, valid_from);
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs(id),
    change INTEGER REFERENCES changes(id),
    record INTEGER REFERENCES tracked(id),
    observed_at TEXT NOT NULL,
    status TEXT NOT NULL,         -- new, historic, shadow, baseline, mention
    watchlist TEXT NOT NULL,
    event TEXT NOT NULL,
    severity TEXT NOT NULL,
    headline TEXT NOT NULL,
    country TEXT, role TEXT, party TEXT, organisation TEXT,
    from_party TEXT, to_party TEXT,
    rule TEXT, confidence REAL, evidence_url TEXT, evidence_text TEXT,
    due TEXT,                     -- next date to act on
    due_estimated INTEGER NOT NULL DEFAULT 0,
    reasons TEXT NOT NULL,        -- JSON list of sentences
    topics TEXT NOT NULL,         -- JSON list
    created_at TEXT NOT NULL
);
CREATE INDEX alerts_by_time ON alerts(observed_at);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    alert INTEGER NOT NULL REFERENCES alerts(id),
    channel TEXT NOT NULL,
    target TEXT NOT NULL DEFAULT '',
    key TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,         -- pending, sending, sent, unknown, failed
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    lease_until TEXT,
    sent_at TEXT,
    remote_id TEXT,
    error TEXT
);
CREATE INDEX deliveries_due ON deliveries(channel, id) WHERE status IN ('pending', 'sending', 'unknown');
"""
