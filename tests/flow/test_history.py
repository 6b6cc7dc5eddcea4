"""Replay any sequence of states: `leaders --on` any day gives that day's state."""

import random
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribute import load_attributor
from bot.context import RunContext
from bot.run.replay import replay, sessions
from sources import all_sources
from state.db import open_database
from state.queries.history import leaders
from tests.worlds.committee_list import AFNOR, ANSI, DIN, SAC, committees, day, jsonl, row, warc

MOVING = range(1, 6)
holders = st.fixed_dictionaries({number: st.sampled_from([SAC, DIN, AFNOR, ANSI]) for number in MOVING})


@settings(max_examples=12)
@given(st.lists(holders, min_size=1, max_size=4), st.randoms())
def test_leaders_on_any_day_are_that_days(states: list[dict[int, tuple[int, str]]], chance: random.Random) -> None:
    bodies = []
    for state in states:
        rows = committees(changed={number: row(number, holder) for number, holder in state.items()})
        chance.shuffle(rows)
        bodies.append(jsonl(rows))
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "w.db") as db:
        desk = RunContext(db, Path(folder), load_attributor(), [])
        archive = warc(Path(folder) / "states.warc.gz", bodies)
        runs = [replay(desk, session) for session in sessions([archive], [all_sources()["iso-committees"]])]
        assert all(run.good for run in runs)
        for number, state in enumerate(states):
            for moment in (day(number), day(number) + timedelta(days=3)):
                held = {r["reference"]: r["party"] for r in leaders(desk.db, moment, role="secretariat")}
                assert {n: held[f"ISO/TC {n}"] for n in MOVING} == {n: holder[1] for n, holder in state.items()}
                assert len(held) == 720
