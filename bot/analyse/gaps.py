"""Engagement gaps: items that a watched group leads while our members are absent, ranked by where joining would count most.  A
gap's score is topic × urgency × share of our members who are absent; the weights are data (gaps.toml). Each factor is also given
as a reason in words. Where a body does not publish its members, absence is unknown: the score is 0 and a reason says so. Pure
functions."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

from bot.analyse.group import CountryGroup
from bot.decide.participation import FEWEST, NOT_PUBLISHED
from bot.decide.record_topics import Topic
from bot.decide.topics import load_topics
from bot.wording import SHARED_VERBS, by_country, role_name
from state.queries.holdings import Due, Fact, Holding

MEMBERSHIPS = ("p-member", "o-member")
RANK_OF = {"leads": 0, "takes part": 1, "supports": 1, "observes": 2}


@dataclass(frozen=True, slots=True)
class Standing:
    """Our members (alpha-2 codes, sorted) by their best role in an item. `known` is False where the body does not print members."""

    leads: tuple[str, ...]
    takes_part: tuple[str, ...]
    observes: tuple[str, ...]
    absent: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """Item that they lead: its leaders, our standing, the next date to act, topics, score, reasons."""

    fact: Fact
    led: tuple[Holding, ...]
    standing: Standing
    due: Due | None
    topics: tuple[Topic, ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the score, as gaps.toml has them."""

    topic: Mapping[str, float]
    urgency: Mapping[str, float]
    presence: Mapping[str, float]


def load_weights() -> Weights:
    """Load the shipped weights."""
    return Weights(**tomllib.loads(files("bot.analyse").joinpath("gaps.toml").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class GapInputs:
    """Inputs for rating gaps: our group, the moment, the number of days looked ahead, the roles of others by record, the record of
    the committee that owns a deliverable, the next dates by record, the topics of a record, the weights."""

    we: CountryGroup
    when: datetime
    days: int
    others: Mapping[int, list[Holding]]
    owner: Mapping[int, int]
    due_dates: Mapping[int, Due]
    topics: Callable[[Fact], Iterable[Topic]]
    weights: Weights


def gaps(led: Iterable[Holding], facts: Mapping[int, Fact], inputs: GapInputs) -> list[Gap]:
    """Return one gap for each item in `led`, highest score first; equal scores by next date, then by reference."""
    by_record: dict[int, list[Holding]] = defaultdict(list)
    for row in led:
        if row.at(inputs.when):
            by_record[row.record].append(row)
    found = [rate(facts[record], rows, inputs) for record, rows in by_record.items() if record in facts]
    return sorted(found, key=lambda g: (-g.score, g.due.day if g.due else "9", g.fact.reference, g.fact.key))


def rate(fact: Fact, led: list[Holding], inputs: GapInputs) -> Gap:
    """Rate the gap of one item and give the reasons."""
    standing = standing_of(fact, inputs)
    due = inputs.due_dates.get(fact.id)
    topics = tuple(inputs.topics(fact))
    topic, why_topic = weigh_topics(topics, inputs.weights)
    urgency, why_urgency = weigh_date(due, inputs)
    share, why_share = weigh_standing(standing, inputs)
    reasons = (led_by(led), *filter(None, (why_urgency, why_share, why_topic)))
    return Gap(fact, tuple(led), standing, due, topics, round(100 * topic * urgency * share, 1), reasons)


def led_by(led: Iterable[Holding]) -> str:
    """Return who leads an item: "secretariat: SAC (China)"; by a role that several share, "supported by BUPT, CAICT (China)"."""
    roles: dict[str, list[Holding]] = defaultdict(list)
    for row in led:
        roles[row.role].append(row)
    return "; ".join(
        f"{SHARED_VERBS[role]} by {by_country(rows)}" if role in SHARED_VERBS else f"{role_name(role)}: {by_country(rows)}"
        for role, rows in sorted(roles.items())
    )


def standing_of(fact: Fact, inputs: GapInputs) -> Standing:
    """Return our members by their best role, in the item itself or in the committee that owns it."""
    best: dict[str, str] = {}
    listed = 0
    rows = [*inputs.others.get(fact.id, ()), *inputs.others.get(inputs.owner.get(fact.id, 0), ())]
    for row in rows:
        if not row.at(inputs.when) or row.country is None:
            continue
        how = "observes" if row.role == "o-member" else row.verdict
        listed += row.role in MEMBERSHIPS
        if row.country in inputs.we.countries and RANK_OF[how] < RANK_OF.get(best.get(row.country, ""), 9):
            best[row.country] = how
    leads, takes_part, observes = (tuple(sorted(c for c, how in best.items() if RANK_OF[how] == rank)) for rank in range(3))
    known = listed >= FEWEST
    absent = tuple(sorted(inputs.we.countries - best.keys())) if known else ()
    return Standing(leads, takes_part, observes, absent, known)


def weigh_topics(topics: Iterable[Topic], weights: Weights) -> tuple[float, str]:
    """Return the weight of the heaviest topic, and a sentence about it when it is not 1. A tag without a weight of its own has the
    highest of its groups."""
    groups = load_topics().groups
    each = [(weights.topic.get(t.tag) or max(weights.topic.get(g, 1.0) for g in groups[t.tag]), t) for t in topics]
    weight, topic = max(each, key=lambda pair: pair[0], default=(1.0, None))
    return weight, f"topic {topic.tag.replace('_', ' ')} ({topic.reason}) weighs {weight:g}" if topic and weight != 1 else ""


def weigh_date(due: Due | None, inputs: GapInputs) -> tuple[float, str]:
    """Return the urgency of the next date, and a sentence: highest today, falling with each day until the end of the days looked
    ahead."""
    urgency = inputs.weights.urgency
    if due is None:
        return urgency["none"], "no next date is known"
    left = (date.fromisoformat(due.day) - inputs.when.date()).days
    told = f"{due.text}: {due.day}{' (estimate)' if due.estimated else ''}, in {left} day{'' if left == 1 else 's'}"
    if left > inputs.days:
        return urgency["later"], told
    return urgency["soon"] - (urgency["soon"] - urgency["horizon"]) * left / max(inputs.days, 1), told


def weigh_standing(standing: Standing, inputs: GapInputs) -> tuple[float, str]:
    """Return the weighted share of our members who are absent or only observe, and a sentence about them."""
    if not standing.known:
        return 0.0, NOT_PUBLISHED
    weights, total = inputs.weights.presence, len(inputs.we.countries)
    share = (weights["absent"] * len(standing.absent) + weights["observes"] * len(standing.observes)) / total
    told = f"{len(standing.absent)} of {total} {inputs.we.title} members are absent, {len(standing.observes)} only observe"
    if standing.leads:
        share, told = (
            share * weights["led"],
            f"{told}; {', '.join(standing.leads)} lead{'s' * (len(standing.leads) == 1)} beside them",
        )
    return share, told
