"""The schema, one migration a step (docs/schema.md is made from it). Times are ISO 8601 texts in UTC (`2025-07-02T06:00:00Z`)."""

from sqlite_utils import Database, Migrations

migrations = Migrations("standards_watch")


@migrations()
def m001_initial(db: Database) -> None:
    _each(
        db,
        """
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
            status TEXT NOT NULL,         -- new, historic, shadow, baseline
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
        """,
    )


@migrations()
def m002_hosts(db: Database) -> None:
    _each(
        db,
        """
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
        """,
    )


@migrations()
def m003_owners_and_trust(db: Database) -> None:
    _each(
        db,
        """
        CREATE INDEX tracked_known ON tracked(source, removed_at, digest, key);
        CREATE INDEX tracked_committees ON tracked(body) WHERE kind = 'committee';
        -- via: key of the committee through which the role is held
        ALTER TABLE attributions ADD COLUMN via TEXT;
        CREATE TABLE trusted (
            source TEXT PRIMARY KEY,      -- a source in shadow mode that a person has looked at
            trusted_at TEXT NOT NULL
        );
        """,
    )


@migrations()
def m004_gates(db: Database) -> None:
    _each(
        db,
        """
        CREATE TABLE gates (
            source TEXT NOT NULL,
            name TEXT NOT NULL,           -- the address that the gate guards
            seal BLOB NOT NULL,           -- digest of the address with what the gate said of it
            PRIMARY KEY (source, name)
        ) WITHOUT ROWID;
        """,
    )


@migrations()
def m005_outbox(db: Database) -> None:
    _each(
        db,
        """
        CREATE TABLE notices (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,     -- the same trouble is told once
            text TEXT NOT NULL,
            created_at TEXT NOT NULL
        );
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            alert INTEGER REFERENCES alerts(id),
            notice INTEGER REFERENCES notices(id),      -- a summary has neither: it tells of the rows whose parent it is
            parent INTEGER REFERENCES outbox(id),       -- the summary in whose thread this one goes
            channel TEXT NOT NULL,
            target TEXT NOT NULL DEFAULT '',            -- one recipient, where a channel has several
            key TEXT NOT NULL UNIQUE,
            status TEXT NOT NULL,                       -- pending, sending, sent, unknown, failed
            attempts INTEGER NOT NULL DEFAULT 0,
            queued_at TEXT NOT NULL,
            first_attempt_at TEXT,                      -- giving up is counted from here
            next_attempt_at TEXT,
            lease_until TEXT,
            holder TEXT,                                -- who sends, while it is sent
            unsure INTEGER NOT NULL DEFAULT 0,          -- an attempt may have arrived: look, or say so, before the next
            sent_at TEXT,
            remote_id TEXT,
            error TEXT
        );
        INSERT INTO outbox
            (id, alert, channel, target, key, status, attempts, queued_at, next_attempt_at, sent_at, remote_id, error)
            SELECT d.id, d.alert, d.channel, d.target, d.key, d.status, d.attempts, a.created_at, d.next_attempt_at, d.sent_at,
                   d.remote_id, d.error FROM deliveries d JOIN alerts a ON a.id = d.alert;
        DROP TABLE deliveries;
        ALTER TABLE outbox RENAME TO deliveries;
        CREATE INDEX deliveries_due ON deliveries(channel, target, id) WHERE status IN ('pending', 'sending', 'unknown');
        CREATE INDEX deliveries_by_alert ON deliveries(alert);
        CREATE INDEX deliveries_by_parent ON deliveries(parent) WHERE parent IS NOT NULL;
        CREATE INDEX deliveries_by_sent ON deliveries(channel, target, sent_at) WHERE sent_at IS NOT NULL;
        CREATE TABLE digests (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL,         -- its name in the configuration
            week TEXT NOT NULL,           -- 2025-W27
            recipient TEXT NOT NULL,
            message_id TEXT NOT NULL,
            status TEXT NOT NULL,         -- pending, sending, sent, unknown, failed
            attempts INTEGER NOT NULL DEFAULT 0,
            holder TEXT,
            sent_at TEXT,
            error TEXT,
            UNIQUE (digest, week, recipient)
        );
        """,
    )


@migrations()
def m006_corrections(db: Database) -> None:
    _each(
        db,
        """
        CREATE TABLE corrections (
            id INTEGER PRIMARY KEY,
            record INTEGER NOT NULL REFERENCES tracked(id),
            role TEXT NOT NULL,
            party TEXT NOT NULL,          -- as printed; empty: whoever holds the role
            country TEXT,                 -- NULL: counts for no country
            because TEXT NOT NULL,
            created_at TEXT NOT NULL,
            undone_at TEXT
        );
        CREATE INDEX corrections_by_record ON corrections(record) WHERE undone_at IS NULL;
        """,
    )


@migrations()
def m010_backlog(db: Database) -> None:
    """What a first poll saw listed and could not read yet."""
    db.execute("CREATE TABLE backlog (source TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID")


def _each(db: Database, script: str) -> None:
    # executescript would commit the transaction that makes a migration all or nothing
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)
