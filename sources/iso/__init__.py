"""Sources of ISO: the files of ISO Open Data, and pages of www.iso.org."""

from functools import partial

from sources.base import Access, Answer, Source, Terms

open_data = partial(
    Source,
    body="ISO",
    answer=Answer(bulk=True, kind="jsonl"),
    terms=Terms(
        licence="ODC-By 1.0",
        attribution="Contains information from ISO Open Data, made available under the ODC Attribution License.",
        contact="ISO Open Data, https://www.iso.org/open-data.html",
    ),
)
website = partial(  # no first page: it reads the pages that it is given
    Source,
    body="ISO",
    start=[],
    mode="shadow",
    pace_s=5.0,
    access=Access(hosts=("www.iso.org",)),
    enabled=False,
    terms=Terms(
        licence="all rights reserved by ISO; facts only",
        attribution="Facts as shown by www.iso.org, © ISO.",
        contact="ISO Central Secretariat, https://www.iso.org/contact-iso.html",
    ),
)


def open_data_file(name: str) -> str:
    """Return the address of a file of ISO Open Data."""
    return f"https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/{name}/json/{name}.jsonl"
