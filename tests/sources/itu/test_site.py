"""The work programme on a simulated site: what each thing that happens there is told as, once."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest

from bot.context import RunContext
from bot.decide.watchlist import load_watchlist
from bot.parse.crawl import is_due
from sources.itu.work_programme import source
from tests.rehearsed import predicts_nothing
from tests.rows import columns, rows
from tests.worlds.itu_site import DAY, ByName, Item, Site, changed, numbered, told, visit

ALL = {"min_severity": "info"}


@pytest.fixture
def china(desk: RunContext) -> Iterator[RunContext]:
    """A desk that hears all about China."""
    made = dataclasses.replace(desk, attributor=ByName(), watchlists=[load_watchlist("china", "china", ALL)])
    yield made
    predicts_nothing(made)


@pytest.fixture
def site() -> Site:
    made = Site()
    made.put("9677", "917", "Q1", Item(101, "X.one", "China Mobile, China Telecom"), Item(102, "X.two", "UK, China Mobile"))
    made.put("9677", "913", "Q5", *numbered(200, 3))
    made.put("8265", "917", "Q1", Item(50, "X.old", "China"))
    return made


def test_the_selects_lead_to_the_items_of_the_newest_period(china: RunContext, site: Site) -> None:
    run = visit(china, source, site, 0)
    assert (run.status, run.records, run.error) == ("baseline", 5, None)
    assert visit(china, source, site, 1).status == "unchanged"
    assert told(china) == []


def test_a_list_turns_by_postback_to_its_last_page(china: RunContext) -> None:
    site = Site()
    site.put("9677", "917", "Q7", *numbered(300, 47))
    assert visit(china, source, site, 0).records == 47
    assert len([name for name in site.asked if "#post-" in name]) == 2


def test_a_full_page_without_a_pager_is_asked_for_again_with_more_rows(china: RunContext) -> None:
    site = Site(pager=False)
    site.put("9677", "917", "Q7", *numbered(300, 33))
    assert visit(china, source, site, 0).records == 33


def test_a_full_page_without_any_way_on_fails_loudly(china: RunContext) -> None:
    site = Site(pager=False, page_sizes=False)
    site.put("9677", "917", "Q7", *numbered(300, 33))
    run = visit(china, source, site, 0)
    assert run.status == "failed"
    assert "it may be cut" in str(run.error)


def test_a_new_item_led_from_china_is_told_once(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    site.put("9677", "913", "Q5", Item(900, "Y.new", "China Mobile; China Telecom; China Unicom;"))
    site.put("9677", "913", "Q5", Item(901, "Y.other", "ETRI"))
    visit(china, source, site, 1)
    visit(china, source, site, 2)
    ((event, severity, headline),) = told(china)
    assert (event, severity) == ("item-added", "notable")
    assert "Y.new" in headline


def test_consent_is_told_with_its_day(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    site.change(101, status="Consented on 2026-08-28")
    run = visit(china, source, site, 1)
    assert changed(china, run) == [("101", "changed", "status")]
    ((event, _, headline),) = told(china)
    assert event == "consented"
    assert "2026-08-28" in headline


def test_a_member_that_joins_is_told_and_one_that_tips_the_balance_makes_a_lead(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    site.change(101, supporters="China Telecom,  China Mobile, China Unicom", status="Under study ")
    site.change(102, supporters="China Mobile, China Unicom, UK", status="Under study.")  # the list row moves, so it is read
    site.fails.clear()
    run = visit(china, source, site, reread_day("101", 1))
    assert ("101", "changed", "supporting_members") in changed(china, run)
    events = [(event, "X.two" in headline) for event, _, headline in told(china)]
    assert ("role-gained", True) in events
    assert ("membership", False) in events
    assert ("role-gained", False) not in events  # China led X.one before and goes on
    assert ("membership", True) not in events  # who joined there is told with the lead that it made


def reread_day(key: str, first: int) -> int:
    """The first day on which an item whose row is unchanged has its turn."""
    return next(day for day in range(first, first + source.history.max_age_days) if is_due(source, key, DAY + timedelta(days=day)))


def test_noise_is_no_change(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    for isn in (101, 102, 200, 201, 202):
        site.change(isn, note="Submarine cables")
    for day in range(1, 1 + source.history.max_age_days):
        assert changed(china, visit(china, source, site, day)) == []


def test_throttling_and_the_page_that_is_not_found_remove_nothing(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    site.fails.add("isn_sg=913")
    run = visit(china, source, site, 1)
    assert run.status == "failed"
    assert "503" in str(run.error)
    site.fails.clear()
    del site.items["9677", "917", "Q1"][0]  # its page answers "not found" from now on
    site.put("9677", "917", "Q1", Item(101, "X.one", "China Mobile, China Telecom", note="gone"))
    site.body = lambda follow: b"<html><body><h1>Page not found</h1></body></html>"  # type: ignore[method-assign]
    run = visit(china, source, site, 2)
    assert run.status == "failed"
    assert len(rows(china.db, "records", "removed_at IS NULL")) == 5
    assert told(china) == []


def test_an_item_counts_as_gone_in_the_second_poll_that_lacks_it(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    site.items["9677", "917", "Q1"].pop(0)
    assert visit(china, source, site, 1).removed == 0
    assert visit(china, source, site, 2).removed == 1
    assert told(china, "event, headline") == [
        ("role-lost", "No longer supported only by members from China: X.one On X.one, the work item is no longer listed")
    ]


def test_a_new_period_carries_items_over_without_news_and_removes_none(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    inherited = "Under study [Issued from previous study period]"
    site.periods["11000"] = "2029-2032"
    site.put("11000", "917", "Q1", Item(5101, "X.one", "China Mobile, China Telecom", inherited))
    site.put("11000", "917", "Q1", Item(5102, "X.brandnew", "China"), Item(5103, "X.two", "UK, China Mobile"))
    for day in (1, 2, 3):
        run = visit(china, source, site, day)
        assert (run.status in ("ok", "unchanged"), run.removed) == (True, 0)
    assert [(event, severity, "X.one" in headline) for event, severity, headline in told(china)] == [
        ("carried-over", "info", True), ("item-added", "notable", False),
    ]  # fmt: skip
    (fields,) = columns(china.db, "records", "fields", "key = '5101'")
    assert orjson.loads(fields)["carried_from"] == "101"
    of_china = "valid_to IS NULL AND country = 'CN' AND reference = 'X.one'"
    assert set(columns(china.db, "attributions a JOIN records r ON r.id = a.record", "key", of_china)) == {"5101"}


def test_an_item_renamed_on_consent_goes_on_under_its_first_name(china: RunContext, site: Site) -> None:
    visit(china, source, site, 0)
    site.change(101, name="X.1234 (ex X.one)", status="Consented on 2026-08-28")
    visit(china, source, site, 1)
    site.periods["11000"] = "2029-2032"
    site.put(
        "11000",
        "917",
        "Q1",
        Item(
            5101, "X.1234 (ex X.one)", "China Mobile, China Telecom", "Approved on 2029-01-05 [Issued from previous study period]"
        ),
    )
    visit(china, source, site, 2)
    assert [event for event, _, _ in told(china)] == ["consented", "carried-over"]


def test_what_a_first_poll_could_not_read_is_no_news_later(china: RunContext) -> None:
    site = Site()
    site.put("9677", "917", "Q1", *numbered(400, 10, "China Mobile"))
    budget = Budget(site, 9)
    run = visit(china, source, budget, 0)
    assert (run.status, run.records) == ("baseline", 10)
    assert len(rows(china.db, "records")) < 10
    visit(china, source, site, 1)
    assert len(rows(china.db, "records")) == 10
    assert told(china) == []


class Budget:
    """A site that answers only so many requests."""

    def __init__(self, site: Site, requests: int):
        self.site, self.left = site, requests

    def __call__(self, follow):  # type: ignore[no-untyped-def]
        self.left -= 1
        return self.site(follow) if self.left >= 0 else None


def test_1500_items_stay_within_the_daily_budget(china: RunContext) -> None:
    site = Site()
    for group in range(10):
        for number in range(12):
            count = 12 if number % 2 else 13
            site.put("9677", f"9{group + 10}", f"Q{number + 1}", *numbered(10_000 + group * 1000 + number * 40, count))
    visit(china, source, site, 0)
    assert len(site.asked) <= source.access.pages_a_day
    assert len(rows(china.db, "records")) == 1500
    days = []
    for day in range(1, 1 + source.history.max_age_days):
        site.asked.clear()
        visit(china, source, site, day)
        days.append(len(site.asked))
    assert max(days) < 350  # 132 lists and a fourteenth of the items: under six minutes at one request a second
    assert sum(days) - source.history.max_age_days * 132 == 1500  # each item was read again once
