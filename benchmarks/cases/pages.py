"""First and second poll of 800 committee pages over loopback, beside urlwatch, webchanges and the floor."""

from collections.abc import Callable, Iterator

from benchmarks.figures import Bench, Case, Figure, Target, amount
from benchmarks.measure import Runs, Spread, Usage, cpu, interleaved, peak, step, wall, whole
from benchmarks.monitors import Monitor
from benchmarks.server import site
from benchmarks.worlds.pages import CSS, PAGES, path

SHORT_PAGES = 40
MONITORS = ("urlwatch", "webchanges")
VISITS = {"first": "first poll", "second": "second poll, answered 304"}


def figures(bench: Bench) -> Iterator[Figure]:
    pages = SHORT_PAGES if bench.short else PAGES
    with site(bench.folder, pages) as origin:
        done = measured(bench, origin, pages)
    there = [name for name in MONITORS if name in bench.rivals.found]
    for visit, about in VISITS.items():
        yield from beside_floor(done, visit, f"{about} of {pages} pages", pages)
        for name in there:
            ours, theirs = (a_page(cpu(whole(done[f"{who} {visit}"])), pages) for who in ("ours", name))
            yield Figure(f"(d) {about}, to {name}, whole processes", ms(ours), f"{name}: {ms(theirs)}", ours.over(theirs))
        yield clock(done, visit, about, there, pages)
    yield memory(done, there)
    if bench.rivals.missing:
        yield Figure(bench.rivals.why(*MONITORS))


def beside_floor(done: Runs, visit: str, about: str, pages: int) -> Iterator[Figure]:
    """Yield our CPU over the floor's, without start and imports of either; for the second poll also our CPU a page."""
    ours, floor = (a_page(cpu(done[f"{who} {visit}"]), pages) for who in ("ours", "floor"))
    limit, guard = (Target(1.3), 2.5) if visit == "first" else (None, 8)
    yield Figure(f"(d) {about}, to the floor", ms(ours), f"floor: {ms(floor)}", ours.over(floor), target=limit, guard=guard)
    if visit == "second":
        process = a_page(cpu(whole(done["ours second"])), pages)
        yield Figure(f"(d) {about}, CPU a page", f"{ms(process)} with the start", f"floor: {ms(floor)}", ours, "ms", Target(1.5))


def clock(done: Runs, visit: str, about: str, there: list[str], pages: int) -> Figure:
    """Return the wall time a page of the whole processes; the monitors request with several threads."""
    of_all = {name: a_page(wall(whole(done[f"{name} {visit}"])), pages) for name in ("floor", "ours", *there)}
    ours = of_all.pop("ours")
    return Figure(f"{about}, wall a page", ms(ours), ", ".join(f"{name}: {ms(each)}" for name, each in of_all.items()), ours, "ms")


def memory(done: Runs, there: list[str]) -> Figure:
    """Return the peak memory of either poll."""
    most = {
        name: Spread(tuple(map(max, peak(done[f"{name} first"]).values, peak(done[f"{name} second"]).values)))
        for name in ("ours", "floor", *there)
    }
    ours = most.pop("ours")
    theirs = ", ".join(f"{name}: {amount(each.median, 'MB')}" for name, each in most.items())
    return Figure("(d) peak memory", amount(ours.median, "MB"), theirs, ours, "MB", Target(70))


def measured(bench: Bench, origin: str, pages: int) -> Runs:
    """Run the rounds in turns from an empty database: everybody's first poll, then everybody's second."""
    urls = [f"{origin}{path(number)}" for number in range(1, pages + 1)]

    def ours(number: int) -> Usage:
        return step("pages.poll", origin, pages, bench.folder / f"ours-{number}" / "w.db", cwd=bench.folder)

    def floor(number: int) -> Usage:
        return step("pages.floor", origin, pages, bench.folder / f"floor-{number}.db", cwd=bench.folder)

    def monitor(name: str) -> Callable[[int], Usage]:
        def poll(number: int) -> Usage:
            each = Monitor(name, bench.rivals.found[name], bench.folder / f"{name}-{number}")
            each.set_up(urls, CSS)
            return each.poll()

        return poll

    everybody = {"ours": ours, "floor": floor, **{name: monitor(name) for name in MONITORS if name in bench.rivals.found}}
    return interleaved(bench.repeat, **{f"{name} {visit}": run for visit in VISITS for name, run in everybody.items()})


def a_page(spread: Spread, pages: int) -> Spread:
    """Return milliseconds a page."""
    return spread.times(1000 / pages)


def ms(spread: Spread) -> str:
    return amount(spread.median, "ms")


CASE = Case(
    "Pages over loopback",
    "Committee pages of 43 kB, served with ETags by a process of its own. Ours is the source of ISO's committee pages with "
    "all steps: robots.txt, pace (set to none), evidence archive, fields, attribution, history. The floor requests with "
    "httpx, selects the list by CSS with BeautifulSoup on lxml, and stores text and ETag with sqlite3, in one thread. "
    "urlwatch and webchanges watch the same list of the same pages by a CSS filter. CPU milliseconds a page.",
    figures,
)
