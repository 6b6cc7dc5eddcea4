"""Keep what came as evidence: each response in the archive of the run, as a capture with its validators."""

from bot.fetch.body import Body
from bot.fetch.types import header
from state.archive.writer import Reply, RunFile
from state.model import Capture


def is_same(reply: Reply, body: Body, last: Capture | None) -> bool:
    """Whether a response says, or is, what we have from last time."""
    return last is not None and (reply.status == 304 or (reply.status == 200 and body.sha256 == last.sha256))


def keep(file: RunFile | None, reply: Reply, body: Body, last: Capture | None) -> Capture:
    """Write a response into the archive (where there is one): as a revisit when it is the one of last time. The validators are
    those of this very response, for a server may renew its ETag for the same text."""
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
