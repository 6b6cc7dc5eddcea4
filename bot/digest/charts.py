"""Charts of a digest as PNG, drawn with matplotlib (extra `plots`), each with a text alternative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from bot.digest.collect import WatchlistPart
from bot.wording import country_name

INK, ACCENT, PALE = "#22303c", "#0b5a8f", "#b8c4ce"
LINES = ("#0b5a8f", "#b35900", "#4d7c0f", "#7a3e9d", "#8a1c3b")
TOP = 8
FONT = 10.5  # points; readable on a telephone, where a chart is 270 pixels wide


@dataclass(frozen=True, slots=True)
class Picture:
    """Chart as PNG (`png`) with its name, title and text alternative (`alt`)."""

    name: str
    title: str
    alt: str
    png: bytes


def can_draw() -> bool:
    """Return True when matplotlib is installed."""
    return find_spec("matplotlib") is not None


def charts(part: WatchlistPart, zone: tzinfo) -> list[Picture]:
    """Draw the charts of a watchlist that have data; none where matplotlib is not installed."""
    if not can_draw():
        return []
    drawn = [led_chart(part, zone), secretariats_chart(part)]
    return [chart for chart in drawn if chart]


def led_chart(part: WatchlistPart, zone: tzinfo) -> Picture | None:
    """Draw led items by source over time, each line from the first poll of its source, with its last value; None without data."""
    if len(part.series) < 2 or not any(value for _, counts in part.series for value in counts.values()):
        return None
    last = part.series[-1][1]
    moments = [moment.astimezone(zone) for moment, _ in part.series]
    told, highest = [], 0
    figure, axes = _figure(2.2)
    for number, source in enumerate(sorted(last, key=lambda each: -last[each])):
        values = [counts.get(source) for _, counts in part.series]
        known = [value for value in values if value is not None]
        begin = moments[len(values) - len(known)]
        told.append(f"{source} from {known[0]} on {begin.day} {begin:%B %Y} to {known[-1]}")
        highest = max(highest, *known)
        colour = LINES[number % len(LINES)]
        axes.step(moments[-len(known) :], known, where="post", color=colour, linewidth=2.2)
        end = (moments[-1], known[-1])
        axes.annotate(
            f"{source} {known[-1]}", end, color=colour, fontweight="bold", fontsize=FONT, va="bottom", ha="right",
            annotation_clip=False,
        )  # fmt: skip
    axes.set_ylim(0, highest * 1.15 + 1)
    axes.locator_params(axis="y", integer=True)  # items are whole
    _dates(axes, zone)
    axes.grid(axis="y", color="#e3e8ec")
    title = f"Items led by {part.watchlist.title}"
    return Picture("led", title, f"{title}: {'; '.join(told)}.", _png(figure))


def secretariats_chart(part: WatchlistPart) -> Picture | None:
    """Draw the secretariats of the top countries, watched ones in colour; None without data."""
    total = sum(part.shares.values())
    if not total:
        return None
    top = list(part.shares.items())[:TOP]
    top += [(code, count) for code, count in list(part.shares.items())[TOP:] if code in part.watchlist.watched]
    told = ", ".join(f"{country_name(code)} {count / total:.1%}" for code, count in top)
    colours = [ACCENT if code in part.watchlist.watched else PALE for code, _ in top]
    figure = _bars([country_name(code) for code, _ in top], [count for _, count in top], colours, total)
    return Picture("shares", "Share of secretariats", f"Share of {total} secretariats by country: {told}.", figure)


def _bars(names: Sequence[str], values: Sequence[int], colours: Sequence[str], total: int | None = None) -> bytes:
    figure, axes = _figure(0.32 * len(names) + 0.35)
    axes.barh(range(len(names)), values, color=colours, height=0.68)
    for place, value in enumerate(values):
        text = f" {value}" + (f"  ({value / total:.1%})" if total else "")
        axes.text(value, place, text, va="center", color=INK, fontsize=FONT)
    axes.set_yticks(range(len(names)), names)
    axes.set_xticks([])
    axes.set_xlim(0, max(values) * 1.22 + 0.1)
    axes.invert_yaxis()
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return _png(figure)


def _figure(height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, height), dpi=200, layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("bottom", "left"):
        axes.spines[side].set_color(PALE)
    axes.tick_params(colors=INK, labelsize=FONT)
    return figure, axes


def _dates(axes: Any, zone: tzinfo) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=5, tz=zone))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%d %b", tz=zone))  # type: ignore[no-untyped-call]
    axes.margins(x=0.02)


def _png(figure: Any) -> bytes:
    """Return the PNG bytes; without program name and date, so that equal figures give equal bytes."""
    out = BytesIO()
    metadata: Mapping[str, None] = {"Software": None}
    figure.savefig(out, format="png", metadata=metadata, pil_kwargs={"optimize": True})
    return out.getvalue()
