"""The deliverables of ISO as a simulated body: a small file in the structure of the published one, joined to the committees."""

from dataclasses import replace
from typing import Any

from sources.iso import deliverables
from tests.worlds.bodies import Asked, Body, Told
from tests.worlds.committee_list import jsonl
from tests.worlds.iso import deliverable

# the stage to which a project goes on, and the event that reaching it is; others are no news for a desk
STEPS = {2000: (3020, "consultation-opened"), 3020: (4000, ""), 4000: (4020, "ballot-opened"), 4020: (4060, "ballot-closed"),
         4060: (5020, "ballot-opened"), 5020: (6000, ""), 6000: (6060, "published")}  # fmt: skip


class Deliverables(Body):
    """Standards and projects. Each committee owns a finished standard, so that a secretariat that passes has one behind it; the
    committees that never change own the projects that move."""

    source = replace(deliverables.source, expect=replace(deliverables.source.expect, records=(500, 5000)))

    def begin(self) -> None:
        self.site.content_type = "application/octet-stream"
        self.rows: dict[int, dict[str, Any]] = {
            n: deliverable(n, 6060, f"ISO/TC {n}", reference=f"ISO {n}:2020") for n in range(1, 701)
        }
        self.moving: list[int] = []
        for number in range(2001, 2121):
            self.rows[number] = deliverable(number, 2000, f"ISO/TC {701 + number % 60}")
            self.moving.append(number)
        self.dice.shuffle(self.moving)

    def publish(self, asked: Asked) -> bytes | None:
        rows = list(self.rows.values())
        return jsonl(rows[::2] if asked.half else rows) if asked.path.endswith("/iso_deliverables_metadata.jsonl") else None

    def change(self) -> list[Told]:
        told = [each for number in self.this_weeks() for each in self.step(number)]
        told += self.now_and_then((0.4, self.propose), (0.3, self.cancel), (0.3, self.retitle))
        self.site.noise += 1
        return told

    def this_weeks(self) -> list[int]:
        """A few projects, in turns: none moves again before the others did."""
        chosen, self.moving = self.moving[:5], [*self.moving[5:], *self.moving[:5]]
        return chosen

    def led(self, number: int) -> bool:
        return int(self.rows[number]["ownerCommittee"].split()[1]) % 5 == 0

    def step(self, number: int) -> list[Told]:
        was = self.rows[number]["currentStage"]
        if was not in STEPS:
            return []
        to, event = STEPS[was]
        reference = {4: "ISO/DIS", 5: "ISO/FDIS", 6: "ISO"}.get(to // 1000, "ISO/CD")
        self.rows[number] = {**self.rows[number], "currentStage": to, "reference": f"{reference} {number}"}
        return [(str(number), event)] if event and self.led(number) else []

    def propose(self) -> list[Told]:
        number = max(self.rows) + 1
        self.rows[number] = deliverable(number, 2000, f"ISO/TC {701 + number % 60}")
        self.moving.append(number)
        return [(str(number), "project-registered")] if self.led(number) else []

    def cancel(self) -> list[Told]:
        number = next(n for n in self.moving if self.rows[n]["currentStage"] in STEPS)
        self.moving.remove(number)
        self.rows[number] = {**self.rows[number], "currentStage": 4098 if self.rows[number]["currentStage"] >= 4000 else 3098}
        return [(str(number), "cancelled")] if self.led(number) else []

    def retitle(self) -> list[Told]:
        number = self.dice.randint(1, 700)
        self.rows[number] = {**self.rows[number], "title": {"en": f"Invented work {number}, revised", "fr": "Travail inventé"}}
        return []
