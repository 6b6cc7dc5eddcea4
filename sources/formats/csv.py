"""CSV answers, with or without a byte order mark, separated by semicolons, commas or tabs."""

import csv
import io
from collections.abc import Collection, Iterator

from sources.page import LayoutChanged, Page

LONGEST = 1 << 20  # characters of a line


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise LayoutChanged(f"the answer is no CSV: a line has {LONGEST:,} characters or more")
        yield line


def csv_objects(page: Page, required: Collection[str] = ()) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV answer by heading, streamed.

    Raises LayoutChanged for a missing required heading, for a row of another width than the headings, and for an answer that is no
    CSV in UTF-8.
    """
    with page.open() as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        try:
            lines = _lines(text)
            first = next(lines, "")
            delimiter = max(";,\t", key=first.count)
            if first.lstrip()[:1] in ("", "<", "{", "[") or delimiter not in first:
                raise LayoutChanged(f"the answer is no CSV: {first[:100]!r}")
            names = next(csv.reader([first], delimiter=delimiter))
            if missing := [name for name in required if name not in names]:
                raise LayoutChanged(f"the CSV has no column {missing[0]!r}")
            for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=2):
                if cells and len(cells) != len(names):
                    raise LayoutChanged(f"row {number} of the CSV has {len(cells)} cells, the headings are {len(names)}")
                if cells:
                    yield dict(zip(names, cells, strict=True))
        except (csv.Error, UnicodeDecodeError) as error:
            raise LayoutChanged(f"the answer is no whole CSV in UTF-8 ({error})") from error
        finally:
            text.detach()
