"""The schema in which nothing is written twice: a judgement once, however many records it holds of, and the state of a record once,
until it changes. `attributions` and `versions` are views, and read as the tables that they were."""

PAST = """
-- which of its versions a record is now, and since when and by which run
ALTER TABLE tracked ADD COLUMN n INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tracked ADD COLUMN since TEXT NOT NULL DEFAULT '';
ALTER TABLE tracked ADD COLUMN run INTEGER REFERENCES runs(id);
UPDATE tracked SET (n, since, run) = (v.n, v.observed_at, v.run) FROM
    (SELECT record, max(n) AS n, observed_at, run FROM versions GROUP BY record) v WHERE v.record = tracked.id;
CREATE TABLE past (
    record INTEGER NOT NULL REFERENCES tracked(id),
    n INTEGER NOT NULL,
    observed_at TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs(id),
    title TEXT, reference TEXT, status TEXT,
    fields TEXT NOT NULL,         -- JSON
    claims TEXT NOT NULL,         -- JSON
    PRIMARY KEY (record, n)
);
INSERT INTO past SELECT v.record, v.n, v.observed_at, v.run, v.fields ->> '$.title', v.fields ->> '$.reference',
    v.fields ->> '$.status', json_remove(v.fields, '$.title', '$.reference', '$.status'), v.claims
    FROM versions v JOIN tracked t ON t.id = v.record WHERE v.n < t.n ORDER BY v.record, v.n;
DROP TABLE versions;
CREATE VIEW versions AS
    SELECT record, n, observed_at, run, title, reference, status, fields, claims FROM past UNION ALL
    SELECT id, n, since, run, title, reference, status, fields, claims FROM tracked;
"""

STANDINGS = """
CREATE TABLE judgements (
    id INTEGER PRIMARY KEY,
    role TEXT NOT NULL,
    verdict TEXT NOT NULL,        -- leads, supports, takes part
    country TEXT,                 -- ISO 3166 alpha-2; NULL: unknown
    organisation TEXT,
    party TEXT NOT NULL,          -- as printed
    party_id TEXT,
    rule TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    confidence REAL NOT NULL,
    evidence_field TEXT NOT NULL, evidence_text TEXT NOT NULL,
    via TEXT                      -- key of the committee through which the role is held
);
CREATE INDEX judgements_of ON judgements(party, role);
CREATE INDEX judgements_by_verdict ON judgements(verdict);
CREATE INDEX judgements_by_role ON judgements(role);
CREATE INDEX judgements_by_country ON judgements(country, role);
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL             -- two are the same once the names are taken out in which they differed
);
CREATE INDEX addresses_by_url ON addresses(url);
CREATE TABLE standings (
    id INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES tracked(id),
    judgement INTEGER NOT NULL REFERENCES judgements(id),
    address INTEGER NOT NULL REFERENCES addresses(id),      -- of the page that shows it
    capture INTEGER REFERENCES captures(id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    replaced_by INTEGER REFERENCES standings(id)
);
INSERT INTO addresses (url) SELECT DISTINCT evidence_url FROM attributions;
UPDATE attributions SET via = NULL WHERE via = '';
INSERT INTO judgements (role, verdict, country, organisation, party, party_id, rule, rules_version, confidence, evidence_field,
    evidence_text, via)
    SELECT DISTINCT role, verdict, country, organisation, party, party_id, rule, rules_version, confidence, evidence_field,
    evidence_text, via FROM attributions;
INSERT INTO standings SELECT a.id, a.record, j.id, u.id, a.capture, a.valid_from, a.valid_to, a.replaced_by
    FROM attributions a CROSS JOIN addresses u ON u.url = a.evidence_url CROSS JOIN judgements j
    ON j.party = a.party AND j.role = a.role AND j.verdict = a.verdict AND j.country IS a.country
    AND j.organisation IS a.organisation AND j.party_id IS a.party_id AND j.rule = a.rule AND j.rules_version = a.rules_version
    AND j.confidence = a.confidence AND j.evidence_field = a.evidence_field AND j.evidence_text = a.evidence_text
    AND j.via IS a.via ORDER BY a.id;
-- a table that refers to itself is dropped row by row, each looked for in this column
CREATE INDEX attributions_replaced ON attributions(replaced_by);
DROP TABLE attributions;
CREATE INDEX standings_of_record ON standings(record);
CREATE INDEX standings_of_judgement ON standings(judgement);
CREATE VIEW attributions AS
    SELECT s.id, s.record, j.role, j.verdict, j.country, j.organisation, j.party, j.party_id, j.rule, j.rules_version, j.confidence,
           u.url AS evidence_url, j.evidence_field, j.evidence_text, s.capture, s.valid_from, s.valid_to, s.replaced_by, j.via
    FROM standings s JOIN judgements j ON j.id = s.judgement LEFT JOIN addresses u ON u.id = s.address;
"""
