"""Engagement gaps: what they lead, who of us is there, and where one of our votes or experts would count most. Pure.

A gap's score is topic × urgency × share of our members that are not there; the weights are data (gaps.toml). Every factor is told
as a reason. Where a body does not print who takes part, nothing is said of absence, and the item stands in a list of its own.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from bot.analyse.group import CountryGroup
from bot.wording.countries import country_name
from state.queries.holdings import Due, Fact, Holding

FEWEST = 3  # a shorter list of members is not the membership: committees that a sister body runs print their secretariat only
OWNED = "secretariat-of-owner"
RANKS = {"leads": 0, "takes part": 1, "supports": 1, "observes": 2}


@dataclass(frozen=True, slots=True)
class Stand:
    """Our members (alpha-2 codes, sorted) by how they stand to an item. `known` is False where the body does not print it."""

    leads: tuple[str, ...]
    takes_part: tuple[str, ...]
    observes: tuple[str, ...]
    absent: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """One item that they lead, how we stand to it, the next date to act, its topics (tag and the word for it), score, reasons."""

    fact: Fact
    led: tuple[Holding, ...]
    stand: Stand
    due: Due | None
    topics: tuple[tuple[str, str], ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of gaps.toml."""

    topic: Mapping[str, float]
    urgency: Mapping[str, float]
    presence: Mapping[str, float]


def load_weights() -> Weights:
    """The shipped weights."""
    return Weights(**tomllib.loads(files("bot.analyse").joinpath("gaps.toml").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Scene:
    """All that gaps are judged by: our side, the moment, the days looked ahead, who else holds roles of which record, the record of
    the committee that owns one, and the next dates by record."""

    we: CountryGroup
    when: datetime
    days: int
    others: Mapping[int, list[Holding]]
    owner: Mapping[int, int]
    dues: Mapping[int, Due]
    topics: Callable[[str], list[tuple[str, str]]]
    weights: Weights


def gaps(led: Iterable[Holding], facts: Mapping[int, Fact], scene: Scene) -> list[Gap]:
    """One gap an item that is led by `led`, heaviest first; equal ones by their next date, then by reference."""
    by_record: dict[int, list[Holding]] = defaultdict(list)
    for row in led:
        if row.at(scene.when):
            by_record[row.record].append(row)
    found = [judge(facts[record], rows, scene) for record, rows in by_record.items() if record in facts]
    return sorted(found, key=lambda g: (-g.score, g.due.day if g.due else "9", g.fact.reference, g.fact.key))


def judge(fact: Fact, led: list[Holding], scene: Scene) -> Gap:
    """How heavy the gap of one item is, and why."""
    stand = stand_of(fact, scene)
    due = scene.dues.get(fact.id)
    topics = tuple(scene.topics(fact.title))
    topic, why_topic = weigh_topics(topics, scene.weights)
    urgency, why_urgency = weigh_date(due, scene)
    share, why_share = weigh_stand(stand, scene)
    leads = ", ".join(sorted({f"{row.role.replace('-', ' ')}: {row.party} ({country_name(row.country)})" for row in led}))
    reasons = (f"led by {leads}", *filter(None, (why_urgency, why_share, why_topic)))
    return Gap(fact, tuple(led), stand, due, topics, round(100 * topic * urgency * share, 1), reasons)


def stand_of(fact: Fact, scene: Scene) -> Stand:
    """How each of our members stands to an item: in the best of its roles in the item or in the committee that owns it."""
    best: dict[str, str] = {}
    listed = 0
    rows = [*scene.others.get(fact.id, ()), *scene.others.get(scene.owner.get(fact.id, 0), ())]
    for row in rows:
        if not row.at(scene.when) or row.country is None:
            continue
        how = "observes" if row.role == "o-member" else row.verdict
        listed += row.role in ("p-member", "o-member") or (row.record == fact.id and fact.kind not in ("committee", "deliverable"))
        if row.country in scene.we.countries and RANKS[how] < RANKS.get(best.get(row.country, ""), 9):
            best[row.country] = how
    leads, takes_part, observes = (tuple(sorted(c for c, how in best.items() if RANKS[how] == rank)) for rank in range(3))
    known = listed >= (FEWEST if fact.kind in ("committee", "deliverable") else 1)
    absent = tuple(sorted(scene.we.countries - best.keys())) if known else ()
    return Stand(leads, takes_part, observes, absent, known)


def weigh_topics(topics: Iterable[tuple[str, str]], weights: Weights) -> tuple[float, str]:
    """The weight of the heaviest topic, and a sentence when it weighs more than 1."""
    weight, tag, word = max(((weights.topic.get(tag, 1.0), tag, word) for tag, word in topics), default=(1.0, "", ""))
    return weight, f"topic {tag.replace('_', ' ')} (“{word}”) weighs {weight:g}" if weight != 1 else ""


def weigh_date(due: Due | None, scene: Scene) -> tuple[float, str]:
    """How urgent the next date makes it: most today, less with every day until the end of the days looked ahead."""
    urgency = scene.weights.urgency
    if due is None:
        return urgency["none"], "no next date is known"
    left = (date.fromisoformat(due.day) - scene.when.date()).days
    told = f"{due.text}: {due.day}{' (estimate)' if due.estimated else ''}, in {left} day{'' if left == 1 else 's'}"
    if left > scene.days:
        return urgency["later"], told
    return urgency["soon"] - (urgency["soon"] - urgency["horizon"]) * left / max(scene.days, 1), told


def weigh_stand(stand: Stand, scene: Scene) -> tuple[float, str]:
    """The share of our members that are not there, and who they are."""
    if not stand.known:
        return 0.0, "who takes part is not printed"
    weights, total = scene.weights.presence, len(scene.we.countries)
    share = (weights["absent"] * len(stand.absent) + weights["observes"] * len(stand.observes)) / total
    told = f"{len(stand.absent)} of {total} {scene.we.title} members are absent, {len(stand.observes)} only observe"
    if stand.leads:
        share, told = share * weights["led"], f"{told}; {', '.join(stand.leads)} lead{'s' * (len(stand.leads) == 1)} beside them"
    return share, told
