"""Our program with an extra source, the table of the fault comparison: `python -m benchmarks.steps.with_table WORD…`.

The source is written as an author would write it for such a page; the rest is the program unchanged.
"""

from collections.abc import Iterator
from functools import cache

import sources
from benchmarks.worlds.table import ORIGIN, PATH
from sources.base import Expect, Follow, Page, Record, Source


def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a committee a row."""
    for row in page.table("table.items", columns=("Reference", "Title", "Secretariat")):
        link, reference = row.link("Reference"), row.text("Reference")
        claim = row.claim("secretariat", "Secretariat")
        yield Record(
            key=reference,
            kind="committee",
            title=row.text("Title"),
            reference=reference,
            url=link,
            fields={"secretariat": claim.party},
            claims=(claim,),
        )
        row.done()


source = Source(
    name="table",
    body="ISO",
    start=[f"{ORIGIN}{PATH}"],
    match=r"table\.example\.org/committees",
    parse=parse,
    schedule="daily 06:10",
    expect=Expect(records=(250, 350), max_gone=0.02, filled={"secretariat": 1.0}),
    pace_s=0.0,
)


def main() -> None:
    declared = sources.all_sources
    sources.all_sources = cache(lambda: {**declared(), "table": source})
    from bot.cli import main as program

    program()


if __name__ == "__main__":
    main()
