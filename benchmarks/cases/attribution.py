"""Attributed parties a second, beside a dictionary look-up; and the cost of hostile texts."""

from collections.abc import Callable, Iterator

from benchmarks.figures import Bench, Case, Figure, Target, amount
from benchmarks.measure import Spread, Usage, cpu, interleaved, step

COUNT, SHORT_COUNT = 200_000, 20_000
HOSTILE = ("commas", "words", "brackets", "slashes")


def figures(bench: Bench) -> Iterator[Figure]:
    count = SHORT_COUNT if bench.short else COUNT
    kinds = ("repeated", "distinct")
    runs = {f"ours {kind}": run(bench, "attribute", kind, count) for kind in kinds}
    runs |= {f"dictionary {kind}": run(bench, "look_up", kind, count) for kind in kinds}
    runs |= {name: run(bench, "hostile", name, "supporting-member") for name in HOSTILE} | {"load": run(bench, "load")}
    done = interleaved(bench.repeat, **runs)
    for kind, guard in zip(kinds, (300, 3000), strict=True):
        ours, plain = (Spread(tuple(count / s for s in cpu(done[f"{who} {kind}"]).values)) for who in ("ours", "dictionary"))
        beside = f"dictionary: {amount(plain.median, 'a second')}"
        yield Figure(f"(e) {kind} strings", amount(ours.median, "a second"), beside, ours, "a second", Target(50_000, most=False))
        yield Figure(f"{kind} strings, dictionary to ours", amount(ours.median, "a second"), beside, plain.over(ours), guard=guard)
    for name in HOSTILE:
        yield Figure(f"a million characters of {name}", "", "", cpu(done[name]).times(1000), "ms")
    yield Figure("load of gazetteer and rules", "", "", cpu(done["load"]).times(1000), "ms")


def run(bench: Bench, name: str, *arguments: object) -> Callable[[int], Usage]:
    def once(_: int) -> Usage:
        return step(f"attribution.{name}", *arguments, cwd=bench.folder)

    return once


CASE = Case(
    "Attribution",
    "Parties of nine kinds. In `repeated` the same parties recur, as in a poll; each in `distinct` is new. The dictionary "
    "holds exactly these strings.",
    figures,
)
