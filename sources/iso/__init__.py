"""Sources of ISO: the files of ISO Open Data, and pages of www.iso.org."""

from sources.base import Terms

OPEN_DATA = Terms(
    licence="ODC-By 1.0",
    attribution="Contains information from ISO Open Data, made available under the ODC Attribution License.",
    contact="ISO Open Data, https://www.iso.org/open-data.html",
)
WEBSITE = Terms(
    licence="all rights reserved by ISO; facts only",
    attribution="Facts as shown by www.iso.org, © ISO.",
    contact="ISO Central Secretariat, https://www.iso.org/contact-iso.html",
)


def open_data(name: str) -> str:
    """Return the address of a file of ISO Open Data."""
    return f"https://isopublicstorageprod.blob.core.windows.net/opendata/_latest/{name}/json/{name}.jsonl"
