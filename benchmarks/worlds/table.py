"""Invented page with a table of 300 committees: as it is, after a change, and damaged."""

ORIGIN, PATH = "https://table.example.org", "/committees"
CSS = "table.items tr"
HEADINGS = "<tr><th>Reference</th><th>Title</th><th>Secretariat</th></tr>"
ROWS, CHANGED, LED = 300, 30, 20


def table(rows: int = ROWS, changed: int = 0, css_class: str = "items") -> bytes:
    """Return the page with `rows` rows. SAC leads the last twenty of all 300, and the first `changed` have passed to it from
    DIN."""
    listed = "\n".join(
        f'<tr><td><a href="/committee/{n}.html">ISO/TC {n}</a></td><td>Invented things of kind {n}</td>'
        f"<td>{'SAC' if n <= changed or n > ROWS - LED else 'DIN'}</td></tr>"
        for n in range(1, rows + 1)
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><title>Committees</title></head><body><h1>Committees</h1>'
        f'<table class="{css_class}">\n{HEADINGS}\n{listed}\n</table></body></html>'
    ).encode()


CHALLENGE = (
    b'<!DOCTYPE html><html lang="en"><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>'
    b"<p>This takes a few seconds.</p><script>window._cf_chl_opt={cvId:'3'};</script></body></html>"
)
FAULTS = {
    "no rows for one poll": table(rows=0),
    "a tenth of its rows": table(rows=ROWS // 10),
    "a renamed class": table(css_class="list-items"),
    "a challenge with status 200": CHALLENGE,
}
