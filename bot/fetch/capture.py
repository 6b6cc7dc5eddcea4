"""Captures: each response is kept in the archive of the run, with its validators."""

from bot.fetch.types import Body, header
from state.archive.writer import Reply, RunFile
from state.model import Capture


def is_same(reply: Reply, body: Body, last: Capture | None) -> bool:
    """Return True when a response is unchanged: a 304, or the same bytes as last time."""
    return last is not None and (reply.status == 304 or (reply.status == 200 and body.sha256 == last.sha256))


def keep(file: RunFile | None, reply: Reply, body: Body, last: Capture | None) -> Capture:
    """Write a response into the archive, if there is one, as a revisit when it is unchanged; returns its capture. The validators
    are those of this response, because a server may renew its ETag for the same text."""
    same = last if is_same(reply, body, last) else None
    where: tuple[str | None, int | None] = (None, None)
    if file is not None and same is not None:
        where = file.revisit(reply, (same.url, same.fetched_at))
    elif file is not None:
        with body.open() as stream:
            where = file.response(reply, stream, body.length)
    kept = same if reply.status == 304 else None  # a 304 need not repeat the validators
    return Capture(
        url=reply.url,
        fetched_at=reply.fetched_at,
        status=reply.status,
        sha256=same.sha256 if same else body.sha256,
        etag=header(reply, "etag") or (kept.etag if kept else None),
        last_modified=header(reply, "last-modified") or (kept.last_modified if kept else None),
        file=where[0],
        offset=where[1],
        revisit=same is not None,
    )
