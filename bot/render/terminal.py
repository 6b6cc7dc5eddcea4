"""Text for terminals: alerts and changes without hostile characters, and the notices that licences require."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from rich.console import Console
from rich.markup import escape

from bot.render.plain import plain
from bot.wording import role_name
from sources import all_sources

MARKS = {"major": ("bold red", "▲"), "notable": ("yellow", "●"), "info": ("cyan", "·")}  # style and sign of a severity
_OPEN = re.compile(r"(?<!\\)\[(?=[a-z#/@])", re.IGNORECASE)


def markup(text: object) -> str:
    """Return harmless text that rich prints literally. An open bracket must not combine with the text that follows."""
    return _OPEN.sub("[\u2060", escape(plain(text)))


def local(stamp: str, zone: tzinfo) -> str:
    """Return a stored time (ISO 8601, UTC) in a zone: 2025-07-02 08:00."""
    return datetime.fromisoformat(stamp).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def alert_text(alert: Mapping[str, Any], zone: tzinfo) -> str:
    """Return an alert as lines of rich markup: headline, facts, reasons, evidence. Takes a row of
    `state.queries.history.alerts`."""
    style, mark = MARKS[alert["severity"]]
    lines = [f"[{style}]{mark} {alert['severity']}[/]  [bold]{markup(alert['headline'])}[/]"]
    facts = [
        alert["body"],
        role_name(alert["role"] or ""),
        f"seen {local(alert['observed_at'], zone)}",
        f"watchlist {alert['watchlist']}",
    ]
    lines.append("  " + " · ".join(markup(fact) for fact in facts if fact))
    if alert["topics"]:
        lines.append(f"  topics    {markup(', '.join(alert['topics']))}")
    if alert["due"]:
        lines.append(f"  act by    {markup(alert['due'])}{' (estimated)' if alert['due_estimated'] else ''}")
    lines += [f"  {markup(reason)}" for reason in alert["reasons"]]
    if alert["url"]:
        lines.append(f"  page      {markup(alert['url'])}")
    if proof := evidence_address(alert):
        lines.append(f"  evidence  {markup(proof)}")
    return "\n".join(lines)


def alert_line(alert: Mapping[str, Any], zone: tzinfo) -> str:
    """Return an alert as one line of rich markup: day, sign of its severity, headline."""
    style, mark = MARKS[alert["severity"]]
    return f"{local(alert['observed_at'], zone)[:10]}  [{style}]{mark}[/]  {markup(alert['headline'])}"


def evidence_address(alert: Mapping[str, Any]) -> str | None:
    """Return the address of the page that proves an alert, beside that of its record; None for a bulk file, which nobody opens:
    `show` prints the row from the archive."""
    address, source = alert["evidence"]["url"], all_sources().get(alert["source"])
    return None if address == alert["url"] or (source and source.answer.bulk) else address


def change_text(change: Mapping[str, Any]) -> str:
    """Return a change as one line of rich markup. Takes a row of `state.queries.history.changes`."""
    name = markup(change.get("reference") or change.get("record"))
    title = markup(change.get("title"))
    if change["field"] is None:
        return f"[bold]{name}[/] {title}: {change['kind']}"
    field = markup(field_name(change["field"]))
    before, after = change["before"], change["after"]
    if isinstance(before, list) or isinstance(after, list):
        moves = [f"+{markup(each)}" for each in after or []] + [f"−{markup(each)}" for each in before or []]
        return f"[bold]{name}[/] {field}: {' '.join(moves)}"
    return f"[bold]{name}[/] {field}: {value_text(before)} → {value_text(after)}"


def field_name(field: str) -> str:
    """Return the name of a field for people: p_members → P-members."""
    return {"p_members": "P-members", "o_members": "O-members"}.get(field, field.replace("_", " "))


def value_text(value: object) -> str:
    return "none" if value is None else markup(value)


def notices(sources: Iterable[str | None]) -> list[str]:
    """Return the attribution texts of sources given by name, each once, in the order of the names."""
    known = all_sources()
    texts = [known[name].terms.attribution for name in sorted({name for name in sources if name}) if name in known]
    return list(dict.fromkeys(text for text in texts if text))


def print_notices(sources: Iterable[str | None]) -> None:
    """Print the attribution notices of the sources shown."""
    console = Console(highlight=False, soft_wrap=True)
    for text in notices(sources):
        console.print(f"[dim]{markup(text)}[/]")
