"""Charts as inline SVG, each with a table of its numbers. Pure functions: numbers in, markup out.

Widths are per cent and heights pixels, so that text keeps its size at any page width. Colours are CSS classes (`s1` the watched
group, `s2` ours, `s0` everybody else), never the only sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Chart:
    """Chart with title, caption (one sentence) and the table of its numbers."""

    title: str
    caption: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar: label, number, CSS class (s0, s1, s2) and the URL of the rows that it counts."""

    label: str
    value: int
    style: str = "s0"
    href: str = ""


def bar_chart(title: str, caption: str, rows: Sequence[Bar], unit: str) -> Chart:
    """Draw horizontal bars, label and number above each."""
    most, row = max((bar.value for bar in rows), default=0) or 1, 34
    drawn = Markup().join(_bar(bar, 100 * bar.value / most, at * row) for at, bar in enumerate(rows))
    return Chart(
        title, caption, _svg(title, caption, row * len(rows), drawn), ("", unit), tuple((bar.label, bar.value) for bar in rows)
    )


def _bar(bar: Bar, per_cent: float, y: int) -> Markup:
    shape = Markup(
        '<g class="{}"><rect x="0" y="{}" width="100%" height="34" fill="transparent"/>'
        '<text x="0" y="{}">{}</text><text class="n" x="100%" y="{}" text-anchor="end" data-value="{}">{}</text>'
        '<rect class="rail" x="0" y="{}" width="100%" height="6" rx="3"/>'
        '<rect class="f" x="0" y="{}" width="{:.2f}%" height="6" rx="3"/></g>'
    ).format(bar.style, y, y + 14, bar.label, y + 14, bar.value, bar.value, y + 21, y + 21, per_cent)
    return Markup('<a href="{}">{}</a>').format(bar.href, shape) if bar.href else shape


def step_chart(title: str, caption: str, series: Sequence[tuple[str, str, Sequence[tuple[datetime, int]]]]) -> Chart:
    """Draw numbers over time as a step line. `series` holds (name, class, points); a number holds until the next point."""
    moments = sorted({when for _, _, points in series for when, _ in points})
    values = [value for _, _, points in series for _, value in points]
    if not moments:
        return Chart(title, caption, Markup(), ("date",), ())
    low, high, height = min(values), max(values), 200
    span = max((moments[-1] - moments[0]).total_seconds(), 1)
    pad = max(1, round((high - low) * 0.15))
    low, high = max(0, low - pad), high + pad

    def across(when: datetime) -> float:
        return 8 + 91 * (when - moments[0]).total_seconds() / span

    def down(value: int) -> float:
        return 16 + (height - 48) * (high - value) / (high - low)

    parts = [_grid(value, down(value)) for value in _ticks(low, high)]
    for name, style, points in series:
        parts.append(_step_line(name, style, [(across(when), down(value), value) for when, value in points]))
    for when, anchor in ((moments[0], "start"), (moments[-1], "end")):
        label = '<text class="axis" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>'
        parts.append(Markup(label).format(across(when), height - 6, anchor, when.date()))
    rows = tuple((when.date().isoformat(), *(_value_at(points, when) for _, _, points in series)) for when in moments)
    return Chart(
        title, caption, _svg(title, caption, height, Markup().join(parts)), ("date", *(name for name, _, _ in series)), rows
    )


def _grid(value: int, y: float) -> Markup:
    line = Markup('<line class="grid" x1="8%" x2="99%" y1="{:.1f}" y2="{:.1f}"/>')
    label = Markup('<text class="axis" x="7%" y="{:.1f}" text-anchor="end">{}</text>')
    return line.format(y, y) + label.format(y + 4, value)


def _step_line(name: str, style: str, points: Sequence[tuple[float, float, int]]) -> Markup:
    line = Markup('<line x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}"/>')
    drawn = [line.format(x, y, nx, y) + line.format(nx, y, nx, ny) for (x, y, _), (nx, ny, _) in pairwise(points)]
    _, y, value = points[-1]
    dots = Markup().join(Markup('<circle cx="{:.2f}%" cy="{:.1f}" r="3" data-value="{}"/>').format(*point) for point in points)
    end = Markup('<text class="n" x="99%" y="{:.1f}" text-anchor="end">{} {}</text>').format(y - 9, value, name)
    return Markup('<g class="stair {}">{}{}{}</g>').format(style, Markup().join(drawn), dots, end)


def _value_at(points: Sequence[tuple[datetime, int]], when: datetime) -> int | str:
    return next((value for moment, value in reversed(points) if moment <= when), "")


def _ticks(low: int, high: int) -> list[int]:
    step = next(each * 10**power for power in range(9) for each in (1, 2, 5) if (high - low) / (each * 10**power) <= 5)
    return [value for value in range(low - low % step, high + 1, step) if value >= low]


def gain_loss_chart(title: str, caption: str, rows: Sequence[tuple[str, int, int]]) -> Chart:
    """Draw gains up and losses down from a base line. `rows` holds (period, gained, lost)."""
    most = max([max(gained, lost) for _, gained, lost in rows], default=0) or 1
    middle, reach = 82, 56
    wide = 100 / max(len(rows), 1)
    parts = [Markup('<line class="grid" x1="0" x2="100%" y1="{}" y2="{}"/>').format(middle, middle)]
    for at, (label, gained, lost) in enumerate(rows):
        left, bar, centre = at * wide + wide / 2 - min(wide, 24) / 4, min(wide, 24) / 2, at * wide + wide / 2
        up, low = reach * gained / most, reach * lost / most
        box = Markup('<rect class="f {}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}" rx="2"/>')
        text = Markup('<text class="{}" x="{:.2f}%" y="{:.1f}" text-anchor="middle"{}>{}</text>')
        parts += [
            box.format("gain", left, middle - up, bar, up), box.format("loss", left, middle, bar, low),
            text.format("n", centre, middle - up - 5, Markup(' data-value="{}"').format(gained), f"+{gained}"),
            text.format("n", centre, middle + low + 15, Markup(' data-value="{}"').format(lost), f"−{lost}"),
            text.format("axis", centre, 2 * middle + 14, "", label),
        ]  # fmt: skip
    return Chart(
        title, caption, _svg(title, caption, 2 * middle + 22, Markup().join(parts)), ("quarter", "gained", "lost"), tuple(rows)
    )


def share_chart(title: str, caption: str, parts: Sequence[Bar], unit: str) -> Chart:
    """Draw the parts of a whole in one bar, each with its name and number below."""
    whole = sum(part.value for part in parts) or 1
    block = Markup('<rect class="f p{}" x="{:.2f}%" y="0" width="{:.2f}%" height="14"/>')
    key = Markup('<rect class="f p{}" x="0" y="{}" width="10" height="10" rx="2"/><text x="18" y="{}">{}</text>')
    number = Markup('<text class="n" x="100%" y="{}" text-anchor="end" data-value="{}">{}</text>')
    drawn, at = [], 0.0
    for place, part in enumerate(parts):
        wide, y = 100 * part.value / whole, 34 + 22 * place
        drawn.append(block.format(place, at, max(wide - 0.3, 0)) + key.format(place, y, y + 10, part.label))
        drawn.append(number.format(y + 10, part.value, part.value))
        at += wide
    height = 34 + 22 * len(parts)
    return Chart(
        title, caption, _svg(title, caption, height, Markup().join(drawn)), ("", unit), tuple((p.label, p.value) for p in parts)
    )


def _svg(title: str, caption: str, height: int, drawn: Markup) -> Markup:
    return Markup('<svg class="chart" width="100%" height="{}" role="group" aria-label="{}">{}</svg>').format(
        height, escape(f"{title}. {caption}"), drawn
    )
