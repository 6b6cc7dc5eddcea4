"""Invented committee pages in the layout that `sources/iso/committee_pages.py` reads: some 43 kB each, mostly menus, scripts and
links, with one list of labels and values."""

import random
from collections.abc import Iterator

PAGES = 800
LEADS = (("China", "SAC"), ("Germany", "DIN"), ("France", "AFNOR"), ("United States", "ANSI"), ("Japan", "JISC"), ("Sweden", "SIS"))
CSS = "ul.committee-facts"


def path(number: int) -> str:
    return f"/committee/{100_000 + number}.html"


def committee_page(number: int) -> bytes:
    """Return the page of invented committee `number`."""
    chance = random.Random(number)
    country, acronym = LEADS[number % len(LEADS)]
    facts = {
        "Secretariat": f'<a href="/member/{1500 + number % len(LEADS)}.html">{country} ({acronym})</a>',
        "Committee Manager": f"Ms Invented Name {number}",
        f"Chairperson (until end {2026 + number % 4})": f"Mr Other Name {number}",
        "ISO Technical Programme Manager [TPM]": "Ms Programme",
        "ISO Editorial Manager [EM]": "Mr Editor",
        "Creation date": str(1950 + number % 70),
    }
    listed = "".join(f"<li><strong>{label}</strong>: {value}</li>" for label, value in facts.items())
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>ISO/TC {number}</title><meta charset="utf-8">'
        f'<link rel="canonical" href="https://www.iso.org{path(number)}"><script>{script(chance)}</script></head><body>{menu(chance)}'
        f'<section class="section-navigation"><nav><h1>ISO/TC {number} Invented things of kind {number}</h1></nav></section>'
        f'<main><p>Secretariat and officers of this committee.</p><ul class="committee-facts">{listed}</ul>'
        f"<table><tbody>{''.join(rows(chance))}</tbody></table></main>{menu(chance)}<script>{script(chance)}</script></body></html>"
    ).encode()


def menu(chance: random.Random) -> str:
    link = '<li class="nav-item"><a class="nav-link dropdown-toggle" href="/{}.html"><span>Menu entry {}</span></a></li>'
    links = "".join(link.format(chance.randrange(10**6), n) for n in range(45))
    return f'<nav class="navbar"><ul>{links}</ul></nav>'


def rows(chance: random.Random) -> Iterator[str]:
    for n in range(60):
        number = chance.randrange(10**5)
        cell = f'<td data-title="Standard"><a href="/standard/{number}.html">ISO {number}</a></td>'
        yield f"<tr>{cell}<td>{n}</td><td>60.60</td></tr>"


def script(chance: random.Random) -> str:
    """Return a script of the size that real pages have."""
    return f"window.settings = {{{','.join(f'k{n}: {chance.random()}' for n in range(500))}}};"
