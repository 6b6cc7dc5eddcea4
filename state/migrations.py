"""The schema, one migration a step. Times are ISO 8601 texts in UTC (`2025-07-02T06:00:00Z`)."""

import orjson
from sqlite_utils import Database, Migrations

from state.compact_schema import PAST, STANDINGS
from state.encode import dump_claims
from state.model import Claim, Evidence
from state.ops_schema import HOSTS, OPS
from state.schema import INITIAL

migrations = Migrations("standards_watch")
BATCH = 2000  # rows that a migration rewrites at a time


@migrations()
def m001_initial(db: Database) -> None:
    _each(db, INITIAL)


@migrations()
def m002_hosts(db: Database) -> None:
    _each(db, HOSTS)


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
def m007_ops(db: Database) -> None:
    _each(db, OPS)


@migrations()
def m010_backlog(db: Database) -> None:
    """What a first poll saw listed and could not read yet."""
    db.execute("CREATE TABLE backlog (source TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID")


@migrations()
def m012_titles(db: Database) -> None:
    # for the explorer: counts by kind, and a full-text index on references and titles that triggers keep, whoever writes
    _each(
        db,
        """
        CREATE INDEX tracked_listed ON tracked(body, source, kind) WHERE removed_at IS NULL;
        CREATE VIRTUAL TABLE titles USING fts5(reference, title, content='tracked', content_rowid='id');
        INSERT INTO titles(titles) VALUES ('rebuild');
        CREATE TRIGGER titles_added AFTER INSERT ON tracked BEGIN
            INSERT INTO titles(rowid, reference, title) VALUES (new.id, new.reference, new.title); END;
        CREATE TRIGGER titles_removed AFTER DELETE ON tracked BEGIN
            INSERT INTO titles(titles, rowid, reference, title) VALUES ('delete', old.id, old.reference, old.title); END;
        CREATE TRIGGER titles_changed AFTER UPDATE OF reference, title ON tracked
            WHEN old.reference IS NOT new.reference OR old.title IS NOT new.title BEGIN
            INSERT INTO titles(titles, rowid, reference, title) VALUES ('delete', old.id, old.reference, old.title); --
            INSERT INTO titles(rowid, reference, title) VALUES (new.id, new.reference, new.title); END;
        """,
    )


@migrations()
def m013_pages(db: Database) -> None:
    # `keys` of the records and `follows`, both JSON; `reader` is the version of the parser and its mode
    db.execute(
        "CREATE TABLE pages (source TEXT NOT NULL, url TEXT NOT NULL, sha256 TEXT NOT NULL, reader TEXT NOT NULL,"
        " keys TEXT NOT NULL, follows TEXT NOT NULL, PRIMARY KEY (source, url)) WITHOUT ROWID"
    )


@migrations()
def m014_bodies(db: Database) -> None:
    # where the body of a capture lies that says "as before", and an index in whose rows the newest of an address stands last:
    # what is asked for at each page must not take longer each year
    _each(
        db,
        """
        ALTER TABLE captures ADD COLUMN body INTEGER;
        UPDATE captures SET body = nullif((SELECT min(b.id) FROM captures b
            WHERE b.url = captures.url AND b.sha256 = captures.sha256 AND b.file IS NOT NULL), id) WHERE file IS NOT NULL;
        DROP INDEX captures_by_url;
        CREATE INDEX captures_of_url ON captures(url);
        """,
    )


@migrations()
def m015_baselines(db: Database) -> None:
    # whether a watchlist has seen a source is asked at each poll
    db.execute("CREATE INDEX alerts_baseline ON alerts(watchlist, run) WHERE status = 'baseline'")


@migrations()
def m016_redacted(db: Database) -> None:
    """What a body in the archive is since a name was taken out of it; `sha256` stays that of the body as it came."""
    db.execute("ALTER TABLE captures ADD COLUMN redacted TEXT")


@migrations()
def m017_newest_run(db: Database) -> None:
    # the newest run of each source is asked for every minute, and a source has a thousand of them in three years
    db.execute("CREATE INDEX runs_in_order ON runs(source, id)")


@migrations()
def m018_claims(db: Database) -> None:
    """Claims in runs of one role, address and field: before, each of them repeated all three."""
    for table in ("tracked", "versions"):
        last = db.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0]
        for start in range(0, last, BATCH):
            rows = db.execute(f"SELECT rowid, claims FROM {table} WHERE rowid > ? AND rowid <= ?", [start, start + BATCH])
            for row, claims in rows.fetchall():
                db.execute(f"UPDATE {table} SET claims = ? WHERE rowid = ?", [_in_runs(claims), row])


@migrations()
def m019_owners(db: Database) -> None:
    # who holds and held the secretariats, and what committees were called, is asked at each poll
    _each(
        db,
        """
        CREATE INDEX attributions_secretariats ON attributions(record) WHERE role = 'secretariat' AND replaced_by IS NULL;
        CREATE INDEX changes_of_reference ON changes(record) WHERE field = 'reference';
        """,
    )


@migrations()
def m020_read_in(db: Database) -> None:
    # the run that read a page: what changed in later ones through another page is not what this page says
    db.execute("ALTER TABLE pages ADD COLUMN run INTEGER NOT NULL DEFAULT 0")


@migrations()
def m021_past(db: Database) -> None:
    _each(db, PAST)


@migrations()
def m022_standings(db: Database) -> None:
    _each(db, STANDINGS)


@migrations()
def m023_mentions(db: Database) -> None:
    # whether a sentence of a record was kept before is asked for each mention
    db.execute("CREATE INDEX alerts_mentions ON alerts(record, watchlist) WHERE status = 'mention'")


def _in_runs(claims: str) -> str:
    before = orjson.loads(claims)
    return dump_claims(
        Claim(role, party, Evidence(url, field, printed), country, party_id)
        for role, party, country, party_id, url, field, printed in before
    )


def _each(db: Database, script: str) -> None:
    # executescript would commit the transaction that makes a migration all or nothing
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)
