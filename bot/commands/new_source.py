"""`new-source`: write the module, a made-up page and the test of a new source into a checkout."""

import json as json_format
import keyword
import re
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import click

from bot.errors import ConfigError
from sources import all_sources

MODULE = Template('''"""$title of $body: number, title and editor.

Page: $url
Layout: $layout. Key: $key.

Log: written from a made-up page; the layout was not verified live.
"""

from collections.abc import Iterator

from sources.base import $names
$imports

def parse(page: Page) -> Iterator[Record | Follow]:
    """Yield a record a row. Raises LayoutChanged when $missing."""
    for row in $rows:
        number = row.text("$Number")
        editor = row.claim("editor", "$Editor", country=row.text("$Country"))
        yield Record(
            key=number,
            kind="project",
            title=row.text("$Title"),
            reference=f"$body {number}",
            url=page.url,
            fields={"editor": editor.party},
            claims=(editor,),
        )
        row.done()


source = Source(
    name="$source",
    body="$body",
    start=["$url"],
    match=r"$match",
    parse=parse,
    schedule="daily 06:50",
    expect=Expect(records=(1, 1000), max_gone=0.1, filled={"title": 1.0, "editor": 0.9}),
    mode="shadow",
$answer    terms=Terms(attribution="Source: $body, $host", contact="https://$host"),
)
''')

TEST = Template('''"""Source $source: its made-up page is read as a person expects, and what is no answer is refused."""

from pathlib import Path

import pytest

from sources.$folder.$module import source
from tests.expected import as_expected, refused

URL = "$url"
PAGE = Path(__file__).with_name("$page")


def test_the_page_is_read_as_expected() -> None:
    as_expected(source, URL, PAGE)


@pytest.mark.parametrize("body", [b"", $other, b"<html><title>Just a moment...</title></html>"])
def test_an_empty_page_another_layout_and_a_challenge_are_refused(body: bytes) -> None:
    assert refused(source, URL, body)
''')

PROJECTS = (
    ("1", "Vocabulary of tea", "Standardization Administration of China", "China"),
    ("2", "Sizes of tea cups", "British Standards Institution", "United Kingdom"),
    ("3", "Care of tea pots", "Deutsches Institut für Normung", "Germany"),
)
HTML = {
    "layout": "a table with the columns Number, Title, Editor and Country",
    "key": "the number",
    "names": "Expect, Follow, Page, Record, Source, Terms",
    "imports": "",
    "missing": "the table or one of its columns is missing",
    "rows": 'page.table("table#projects", columns=("Number", "Title", "Editor", "Country"))',
    "answer": "",
    "other": 'b"<html><p>No table</p></html>"',
    **{name: name for name in ("Number", "Title", "Editor", "Country")},
}
JSON = {
    "layout": "`{items: [{number, title, editor, country}]}`",
    "key": "`number`",
    "names": "Answer, Expect, Follow, Page, Record, Source, Terms",
    "imports": "from sources.formats.json import rows_in\n",
    "missing": "the list or one of its fields is missing",
    "rows": 'rows_in(page, "items")',
    "answer": '    answer=Answer(kind="json"),\n',
    "other": "b'{\"rows\": []}'",
    **{name: name.lower() for name in ("Number", "Title", "Editor", "Country")},
}


@click.command()
@click.argument("body")
@click.argument("name")
@click.argument("url")
@click.option("--json/--html", "json", default=None, help="Format of the page (default: JSON where URL ends in .json).")
def new_source_command(body: str, name: str, url: str, json: bool | None) -> None:
    """Write a new source into the checkout that this is run from: a module, a made-up page and a test.

    BODY is the short name of the body (ITU), NAME that of the source (work-items), URL its first page.
    """
    check(body, name, url)
    known = all_sources()
    body = next((source.body for source in known.values() if source.body.lower() == body.lower()), body)
    folder, module = body.lower(), name.replace("-", "_")
    if f"{folder}-{name}" in known:
        raise ConfigError(f"There is a source {folder}-{name} already; choose another name.")
    json = urlsplit(url).path.endswith(".json") if json is None else json
    page = f"{module}.{'json' if json else 'html'}"
    told = {
        **(JSON if json else HTML),
        "title": name.replace("-", " ").capitalize(), "body": body, "source": f"{folder}-{name}", "url": url,
        "host": urlsplit(url).netloc, "match": f"^{re.escape(url)}$", "folder": folder, "module": module, "page": page,
    }  # fmt: skip
    tests = Path("tests", "sources", folder)
    files = {
        Path("sources", folder, f"{module}.py"): MODULE.substitute(told),
        tests / page: json_page() if json else html_page(),
        tests / f"test_{module}.py": TEST.substitute(told),
    }
    if found := next((path for path in files if path.exists()), None):
        raise ConfigError(f"{found} is there already; choose another name, or remove the file.")
    package = Path("sources", folder, "__init__.py")
    if not package.exists():
        files = {package: f'"""Sources of {body}."""\n', **files}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {path}")
    click.echo(f"\nMake the page and the module like the real ones, then:\n\n  .venv/bin/pytest {tests / f'test_{module}.py'}")
    click.echo(f"  .venv/bin/standards-watch run {folder}-{name} --dry-run")


def check(body: str, name: str, url: str) -> None:
    """Raise ConfigError unless this is a checkout and the three arguments can be used."""
    if not (Path("sources", "base.py").is_file() and Path("tests", "sources").is_dir()):
        raise ConfigError("This is no checkout of the project: run the command in the folder that holds sources/ and tests/.")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", body) or keyword.iskeyword(body.lower()) or body.lower() == "formats":
        raise ConfigError(f"{body!r} is no name of a body: letters and digits, a letter first, such as ITU.")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise ConfigError(f"{name!r} is no name of a source: small letters, digits and hyphens, such as work-items.")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc or re.search(r"[\s\"'\\]", url):
        raise ConfigError(f"{url!r} is no web address: give the first page of the source, with https://.")


def html_page() -> str:
    """Return the made-up page in HTML."""
    head = "".join(f"<th>{name}</th>" for name in ("Number", "Title", "Editor", "Country"))
    rows = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in PROJECTS)
    return (
        "<!doctype html>\n<!-- Made up: names the layout that is expected, copies nothing. -->\n"
        f'<html lang="en"><body><table id="projects">\n<tr>{head}</tr>\n{rows}\n</table></body></html>\n'
    )


def json_page() -> str:
    """Return the made-up page in JSON."""
    items = [dict(zip(("number", "title", "editor", "country"), row, strict=True)) for row in PROJECTS]
    return json_format.dumps({"items": items}, indent=1, ensure_ascii=False) + "\n"
