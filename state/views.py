"""Public views (see docs/looking.md): joins of several tables, and data derived from stored data."""

_STORED = """
    SELECT s.id, s.record, j.role, s.verdict, j.country, j.organisation, j.party,
           iif(j.party = j.printed, j.party_id, NULL) AS party_id,
           iif(s.behind IS NULL, j.rule, j.rule || ', of ' || (SELECT reference FROM tracked WHERE id = s.behind)) AS rule,
           (SELECT version FROM rules) AS rules_version, j.confidence, u.url AS evidence_url, j.evidence_field, j.evidence_text,
           s.capture, s.valid_from, s.valid_to, NULL AS replaced_by, NULL AS via, s.behind
    FROM standings s JOIN judgements j ON j.id = s.judgement LEFT JOIN addresses u ON u.id = s.address"""
# Those through an owner are not stored: they follow from the secretariat terms of the owning committee, one for each overlapping
# term. Their ids are negative, computed from those of the owner and of the term.
_OWNED = """
    SELECT -(o.id * 65536 + coalesce(p.n, 0)), o.record, 'secretariat-of-owner', 'leads', p.country,
           coalesce(p.organisation, o.name), coalesce(p.party, o.name), p.party_id,
           iif(p.name IS NULL, 'owner-unknown', iif(p.party IS NULL, 'owner-without-secretariat', 'secretariat-of-owner'
               || iif(o.valid_from < p.first_seen, ', as first listed on ' || substr(p.first_seen, 1, 10), ''))),
           iif(p.party IS NULL, '', (SELECT version FROM rules)), coalesce(p.confidence, 0.0), u.url, o.field,
           o.name, o.capture, max(o.valid_from, coalesce(p.since, '')),
           nullif(min(coalesce(o.valid_to, '9'), coalesce(p.until, '9')), '9'),
           NULL, p.key, NULL
    FROM owners o LEFT JOIN committee_terms p ON p.body = o.body AND p.name = o.name AND p.since < coalesce(o.valid_to, '9')
        AND p.until > o.valid_from LEFT JOIN addresses u ON u.id = o.address"""

VIEWS = f"""
CREATE VIEW records AS
    SELECT t.id, t.source, t.key, t.kind, t.body, t.reference, t.title, t.url, t.status, t.fields, t.first_seen,
           coalesce(t.seen_until, s.accepted_at) AS last_seen, t.missing_runs, t.removed_at
    FROM tracked t JOIN sources s ON s.name = t.source;
CREATE VIEW versions AS
    SELECT record, n, observed_at, run, title, reference, status, fields, claims FROM past UNION ALL
    SELECT id, n, since, run, title, reference, status, fields, claims FROM tracked;
-- attributions as the rules made them
CREATE VIEW roles AS {_STORED} UNION ALL {_OWNED};
-- records with a correction in force, those of which such a record is behind a claim, and those that print a corrected party
CREATE VIEW corrected_records AS
    SELECT record FROM corrections WHERE undone_at IS NULL AND record IS NOT NULL UNION ALL
    SELECT s.record FROM corrections c CROSS JOIN standings s ON s.behind = c.record WHERE c.undone_at IS NULL UNION ALL
    SELECT s.record FROM corrections c CROSS JOIN judgements j ON j.party = c.party CROSS JOIN standings s ON s.judgement = j.id
        WHERE c.undone_at IS NULL AND c.record IS NULL;
-- attributions with corrections by people: of several for a role and party the last one counts
CREATE VIEW attributions AS {_STORED} WHERE s.record NOT IN (SELECT record FROM corrected_records)
    UNION ALL {_OWNED} WHERE o.record NOT IN (SELECT record FROM corrected_records)
    UNION ALL
    SELECT r.id, r.record, r.role, r.verdict, iif(c.id IS NULL, r.country, c.country), r.organisation, r.party, r.party_id,
           iif(c.id IS NULL, r.rule, 'correction ' || c.id || ': ' || c.because), r.rules_version,
           iif(c.id IS NULL, r.confidence, 1.0), r.evidence_url, r.evidence_field, r.evidence_text, r.capture, r.valid_from,
           r.valid_to, NULL, r.via, r.behind
    FROM (SELECT * FROM roles WHERE record IN (SELECT record FROM corrected_records)) r
        LEFT JOIN corrections c ON c.id = (SELECT max(l.id) FROM corrections l
            WHERE (l.record IN (r.record, r.behind) OR l.record IS NULL) AND l.undone_at IS NULL AND l.role IN ('', r.role)
                AND l.party IN ('', r.party));
"""
