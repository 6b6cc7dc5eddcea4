"""Polls of committee pages over loopback: ours, and the floor for any program that stores what pages say."""

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import measured
from benchmarks.worlds.pages import CSS, path


def poll(origin: str, pages: str, database: str) -> None:
    """Poll with our program: ISO's committee pages with all steps, robots.txt, archive and state, but no pause between requests."""
    from benchmarks.steps.deliverables import checked, china_context
    from bot.app import App
    from bot.config import Config, HttpTable
    from bot.logs import set_up
    from bot.service.cycle import poll_network
    from sources.iso.committee_pages import source

    set_up("text", "warning")
    addresses = [f"https://www.iso.org{path(number)}" for number in range(1, int(pages) + 1)]
    all_of_them = replace(source, start=addresses, pace_s=0.0, access=replace(source.access, pages_a_day=10**6), mode="live")
    config = Config(http=HttpTable(contact="mailto:desk@example.org", mirrors={"https://www.iso.org": origin}))
    context = china_context(Path(database))
    with context.db, measured() as report:
        run = checked(poll_network(App(config, Path(database)), context, all_of_them))
        report["output"] = f"{run.status}, {run.records} records, {run.requests} requests, {run.not_modified} not modified"


def floor(origin: str, pages: str, database: str) -> None:
    """Poll with common libraries in one thread: request, select the part, store text and ETag."""
    import httpx
    from bs4 import BeautifulSoup

    db = sqlite3.connect(database)
    db.execute("CREATE TABLE IF NOT EXISTS pages (url TEXT PRIMARY KEY, etag TEXT, digest TEXT, text TEXT)")
    with measured(), httpx.Client() as client:
        for number in range(1, int(pages) + 1):
            url = f"{origin}{path(number)}"
            held = db.execute("SELECT etag FROM pages WHERE url = ?", [url]).fetchone()
            answer = client.get(url, headers={"If-None-Match": held[0]} if held else {})
            if answer.status_code == 304:
                continue
            part = BeautifulSoup(answer.content, "lxml").select_one(CSS)
            text = part.get_text(" ", strip=True) if part else ""
            row = (url, answer.headers["etag"], hashlib.sha256(text.encode()).hexdigest(), text)
            db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", row)
        db.commit()
    db.close()
