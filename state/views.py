"""Public views (see docs/looking.md): joins of several tables, and data derived from stored data."""

VIEWS = """
CREATE VIEW records AS
    SELECT t.id, t.source, t.key, t.kind, t.body, t.reference, t.title, t.url, t.status, t.fields, t.first_seen,
           coalesce(t.seen_until, s.accepted_at) AS last_seen, t.missing_runs, t.removed_at
    FROM tracked t JOIN sources s ON s.name = t.source;
CREATE VIEW versions AS
    SELECT record, n, observed_at, run, title, reference, status, fields, claims FROM past UNION ALL
    SELECT id, n, since, run, title, reference, status, fields, claims FROM tracked;
-- Attributions as the rules made them. Those through an owner are not stored: they follow from the secretariat terms of the owning
-- committee, one for each overlapping term. Their ids are negative, computed from those of the owner and of the term.
CREATE VIEW roles AS
    SELECT s.id, s.record, j.role, s.verdict, j.country, j.organisation, j.party,
           iif(j.party = j.printed, j.party_id, NULL) AS party_id,
           iif(s.behind IS NULL, j.rule, j.rule || ', of ' || (SELECT reference FROM tracked WHERE id = s.behind)) AS rule,
           (SELECT version FROM rules) AS rules_version, j.confidence, u.url AS evidence_url, j.evidence_field, j.evidence_text,
           s.capture, s.valid_from, s.valid_to, NULL AS replaced_by, NULL AS via, s.behind
    FROM standings s JOIN judgements j ON j.id = s.judgement LEFT JOIN addresses u ON u.id = s.address
    UNION ALL
    SELECT -(o.id * 65536 + p.n), o.record, 'secretariat-of-owner', 'leads', p.country, j.organisation, j.party, j.party_id,
           'secretariat-of-owner', (SELECT version FROM rules), p.confidence, u.url, o.field,
           o.name || '; secretariat of ' || t.reference || ': ' || j.evidence_text
               || iif(o.valid_from < t.first_seen, ', as first seen on ' || substr(t.first_seen, 1, 10), ''),
           o.capture, max(o.valid_from, p.since), nullif(min(coalesce(o.valid_to, '9'), p.until), '9'), NULL, t.key, NULL
    FROM owners o JOIN committee_terms p ON p.body = o.body AND p.name = o.name AND p.since < coalesce(o.valid_to, '9')
        AND p.until > o.valid_from JOIN judgements j ON j.id = p.judgement JOIN tracked t ON t.id = p.committee
        LEFT JOIN addresses u ON u.id = o.address
    UNION ALL
    SELECT -(o.id * 65536 + coalesce(p.n, 0)), o.record, 'secretariat-of-owner', 'leads', NULL, o.name, o.name, NULL,
           iif(p.name IS NULL, 'owner-unknown', 'owner-without-secretariat'), '', 0.0, u.url, o.field, o.name, o.capture,
           max(o.valid_from, coalesce(p.since, '')), nullif(min(coalesce(o.valid_to, '9'), coalesce(p.until, '9')), '9'), NULL,
           (SELECT key FROM tracked WHERE id = p.committee), NULL
    FROM owners o LEFT JOIN committee_terms p ON p.body = o.body AND p.name = o.name AND p.since < coalesce(o.valid_to, '9')
        AND p.until > o.valid_from LEFT JOIN addresses u ON u.id = o.address WHERE p.judgement IS NULL;
-- the same with corrections by people: of several for a role and party the last one counts
CREATE VIEW attributions AS
    SELECT * FROM roles r WHERE NOT EXISTS (SELECT 1 FROM corrections c
        WHERE c.record IN (r.record, r.behind) AND c.undone_at IS NULL AND c.role = r.role AND c.party IN ('', r.party))
    UNION ALL
    SELECT r.id, r.record, r.role, r.verdict, c.country, r.organisation, r.party, r.party_id,
           'correction ' || c.id || ': ' || c.because, r.rules_version, 1.0, r.evidence_url, r.evidence_field, r.evidence_text,
           r.capture, r.valid_from, r.valid_to, NULL, r.via, r.behind
    FROM (SELECT * FROM roles WHERE record IN (SELECT record FROM corrections WHERE undone_at IS NULL)
        OR behind IN (SELECT record FROM corrections WHERE undone_at IS NULL)) r
        JOIN corrections c ON c.id = (SELECT max(l.id) FROM corrections l
            WHERE l.record IN (r.record, r.behind) AND l.undone_at IS NULL AND l.role = r.role AND l.party IN ('', r.party));
"""
