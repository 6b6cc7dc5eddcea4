"""Datasette on our database: read only, no remote assets, our front page. The only module that imports Datasette."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.analyse.group import CountryGroup
from bot.app import now
from bot.errors import ConfigError
from bot.explore.describe import metadata
from bot.explore.front import FrontPage

MISSING = "The explorer needs Datasette, which is not installed; install standards-watch with its extra: pip install '.[web]'."
SETTINGS = {
    "allow_download": False, "allow_signed_tokens": False, "suggest_facets": False, "num_sql_threads": 3,
    "sql_time_limit_ms": 5000, "facet_time_limit_ms": 150, "default_page_size": 50, "max_returned_rows": 2000,
}  # fmt: skip
HEADERS = (
    (b"content-security-policy", b"default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline';"
     b" img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)  # fmt: skip

Scope = dict[str, Any]
AsgiApp = Callable[[Scope, Any, Any], Awaitable[None]]


def explorer(path: Path, they: CountryGroup, we: CountryGroup, zone: ZoneInfo) -> AsgiApp:
    """Return the explorer as an ASGI application. Raises ConfigError when Datasette or the database is missing."""
    try:
        from datasette.app import Datasette
    except ImportError as error:
        raise ConfigError(MISSING) from error
    if not path.is_file():
        raise ConfigError(f"There is no database {path} yet; poll first, or name one with --db.")
    front = FrontPage(path, path.stem, they, we, zone)
    front.content(now())  # so that the first visit need not wait
    here = Path(str(files("bot")))
    watch: Any = Datasette(
        files=[str(path)],
        metadata=metadata(path.stem),
        settings=SETTINGS,
        template_dir=str(here / "explore" / "templates"),
        static_mounts=[("-/looks", str(here / "report" / "assets")), ("-/explorer", str(here / "explore" / "assets"))],
        pdb=False,
    )
    asyncio.run(watch.invoke_startup())
    return with_front_page(watch.app(), watch, front)


def with_front_page(inner: AsgiApp, watch: Any, front: FrontPage) -> AsgiApp:
    """Wrap Datasette: our front page at the root, and headers that keep pages from loading anything from elsewhere."""

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        async def answer(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            shown = await asyncio.to_thread(front.content, now())
            queries = await watch.get_canned_queries(front.database, None)
            template = watch.jinja_env.get_template("front.html")
            page = await template.render_async({**shown, "database": front.database, "queries": queries})
            head = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html; charset=utf-8")]}
            await answer(head)
            await answer({"type": "http.response.body", "body": page.encode() if scope["method"] == "GET" else b""})
            return
        await inner(scope, receive, answer)

    return app
