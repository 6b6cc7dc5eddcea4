"""The ITU as simulated bodies, in the structures that its dossier describes: work programme, leadership and contributions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

from sources.base import Follow, Source
from sources.itu import contributions, leadership, work_programme
from tests.worlds.bodies import Asked, Body, Told
from tests.worlds.itu_site import NOT_FOUND, Item
from tests.worlds.itu_site import Site as Programme
from tests.worlds.outages import WITHOUT_HALF

PERIOD, GROUP = "9677", "917"  # 2025-2028, SG17
LED, OTHER = "China Mobile, China Telecom", "ETRI, Orange"
STABLE = range(101, 109)  # work items of which only the editors change: Recommendations and approvals go back to them


def first_of(source: Source, count: int) -> Callable[[date], Sequence[str]]:
    """Fewer start addresses: what one study group shows stands for ten."""
    return lambda day: source.starts(day)[:count]


def supporters(isn: int) -> str:
    return LED if isn % 2 else OTHER


class WorkProgramme(Body):
    """Work items on two Questions of SG17, on pages of twenty that turn by postback."""

    source = replace(work_programme.source, mode="live")

    def begin(self) -> None:
        self.programme = Programme()
        self.editors = dict.fromkeys(STABLE, 1)
        self.programme.put(PERIOD, GROUP, "Q1", *(Item(n, f"X.stable-{n}", supporters(n), editors=self.edited(n)) for n in STABLE))
        self.programme.put(PERIOD, GROUP, "Q2", *(Item(isn, f"X.item-{isn}", supporters(isn)) for isn in range(201, 271)))
        self.fresh = list(range(201, 271))
        self.dice.shuffle(self.fresh)
        self.last = 300

    def publish(self, asked: Asked) -> bytes | None:
        if not asked.path.startswith("/ITU-T/workprog/"):
            return None
        shown = self.programme
        if asked.half:
            shown = Programme({place: items[::2] for place, items in shown.items.items()})
        body = shown.body(Follow(f"https://www.itu.int{asked.path}", asked.form or None))
        return None if body == NOT_FOUND else body

    def change(self) -> list[Told]:
        isn = self.dice.choice(STABLE)
        self.programme.change(isn, note=f"as of {self.today}")  # seen with the next reading, and no news
        if self.dice.random() < 0.3:
            self.left[self.edited(isn)[0].partition("@")[0].split()[1]] = self.today
            self.editors[isn] += 1
            self.programme.change(isn, editors=self.edited(isn))
        return self.now_and_then((0.3, self.add), (0.25, self.consent), (0.25, self.join), (0.15, self.drop))

    def edited(self, isn: int) -> tuple[str, ...]:
        """The editor, whose employer nobody knows."""
        return (f"Bo EDITOR-{isn}-{self.editors[isn]}@mail.example",)

    def add(self) -> list[Told]:
        self.last += 1
        self.programme.put(PERIOD, GROUP, "Q2", Item(self.last, f"X.item-{self.last}", supporters(self.last)))
        return [(str(self.last), "item-added")] if self.last % 2 else []

    def consent(self) -> list[Told]:
        isn = self.fresh.pop()
        self.programme.change(isn, status=f"Consented on {self.today}")
        return [(str(isn), "consented")] if isn % 2 else []

    def join(self) -> list[Told]:
        """The members behind an item change: its row in the list shows nothing of that."""
        isn = self.fresh.pop()
        self.programme.change(isn, supporters=supporters(isn + 1))
        return [(str(isn), "role-lost" if isn % 2 else "role-gained")]

    def drop(self) -> list[Told]:
        isn = self.fresh.pop()
        for listed in self.programme.items.values():
            listed[:] = [each for each in listed if each.isn != isn]
        return [(str(isn), "role-lost")] if isn % 2 else []


class Leadership(Body):
    """Chairs and rapporteurs of a study group."""

    source = replace(leadership.source, mode="live", start=first_of(leadership.source, 2))
    HOLDERS = (("ETRI", "Daejeon<br/>Korea (Rep. of)"), ("China Telecom", "Shanghai<br/>China"))

    def begin(self) -> None:
        bodies = ["WP1/2", "WP2/2", *(f"Q{n}/2" for n in range(1, 17))]
        self.led = {name: number % 3 == 0 for number, name in enumerate(bodies)}
        self.people = dict.fromkeys(bodies, 1)
        self.fresh = [name for name in bodies if name[0] == "Q"]
        self.dice.shuffle(self.fresh)

    def publish(self, asked: Asked) -> bytes | None:
        parts = urlsplit(asked.path)
        if not parts.path.startswith("/net4/ITU-T/lists/"):
            return None
        group = parse_qs(parts.query)["Group"][0]
        heads = {"mgmt": "WP", "loqr": "Q"}[parts.path.rpartition("/")[2].partition(".")[0]]
        names = [name for name in self.led if name.startswith(heads) and name.endswith(f"/{group}")]
        rows = "".join(self.row(number, name) for number, name in enumerate(names[::2] if asked.half else names))
        return f"<html><body><table>{rows}</table></body></html>".encode()

    def row(self, number: int, name: str) -> str:
        """A seat: spans whose ids differ in one word, after the heading of its Question."""
        company, address = self.HOLDERS[self.led[name]]
        texts = {"lblFName": "Ann", "lblLName": f"PERSON-{name}-{self.people[name]}", "lblCompany": company, "lblAddress": address}
        if name[0] == "Q":
            texts = {"lblQWP": f"{name} (WP1/{name.partition('/')[2]})", **texts, "lblRole": "Rapporteur"}
        else:
            texts |= {"lblTitle": "Chair", "lblWP": name}
        spans = "".join(f'<span id="C_dtl_ctl{number:02}_{part}">{text}</span>' for part, text in texts.items())
        return f"<tr><td>{spans}</td></tr>"

    def change(self) -> list[Told]:
        return self.now_and_then((0.4, self.pass_on), (0.3, self.replace_person))

    def pass_on(self) -> list[Told]:
        name = self.in_turn()
        self.led[name] = not self.led[name]
        return [(f"2025-2028 {name}", "role-gained" if self.led[name] else "role-lost")]

    def replace_person(self) -> list[Told]:
        """Another person of the same institution."""
        name = self.in_turn()
        self.left[f"PERSON-{name}-{self.people[name]}"] = self.today
        self.people[name] += 1
        return []

    def in_turn(self) -> str:
        self.fresh.insert(0, self.fresh.pop())
        return self.fresh[0]


class Contributions(Body):
    """Lists of contributions that show the newest thirty, fifteen a page."""

    source = replace(contributions.source, mode="live", start=first_of(contributions.source, 2))

    def begin(self) -> None:
        self.faults = WITHOUT_HALF
        self.site.content_type = "text/html"
        self.rows: dict[str, list[tuple[str, str]]] = {
            "SG02": [("Comments", "ETRI")] * 20,
            "SG03": [("Comments", "China Mobile")] * 5,
        }

    def publish(self, asked: Asked) -> bytes | None:
        group = asked.path[8:12] if asked.path.startswith("/md/T25-") else ""
        if group not in self.rows:
            return None
        begin = 15 if "PageLB=15" in asked.path else 0
        newest = list(enumerate(self.rows[group], start=1))[::-1]
        heads = "".join(f"<td>{name}</td>" for name in ("", "Number", "Title", "Source", "AI/Question", "Date"))
        lines = "".join(
            f'<tr><td></td><td><a href="./meetingdoc.asp?lang=en&amp;parent=T25-{group}-C-{number:04}">'
            f"<strong>[ {number} ]</strong></a></td>"
            f"<td>{title} – {number}</td><td><a href=?s>{who}</a></td><td>Q1/{int(group[2:])}</td><td>2027-01-05</td></tr>"
            for number, (title, who) in newest[begin : begin + 15]
        )
        more = f'<a href="/md/T25-{group}-C/en?PageLB=15">Next</a>' if not begin and len(newest) > 15 else ""
        return f"<html><body><table><tr>{heads}</tr>{lines}</table>{more}</body></html>".encode("cp1252")

    def change(self) -> list[Told]:
        told = []
        for group, rows in self.rows.items():
            for _ in range(self.dice.randint(0, 2)):
                proposes, led = self.dice.random() < 0.5, self.dice.random() < 0.5
                rows.append(("Proposal for a new work item" if proposes else "Comments", "China Unicom" if led else "ETRI"))
                if proposes and led:
                    told.append((f"T25-{group}-C-{len(rows):04}", "new-work-proposed"))
        return told


BODIES = (WorkProgramme, Leadership, Contributions)
