"""Harmonised stage codes of ISO, and the meaning of a step from one to another.

The table follows the codes of https://www.iso.org/stage-codes.html in words of our own, because ISO rewords them over the years
while the codes stay. `weeks` is the usual length of the ballot or consultation that a stage opens: 12 for a proposal and a DIS, 8
for a CD, an FDIS and a withdrawal, 20 for a systematic review. ISO Open Data print no dates of stages, so a closing date is counted
from the day on which the stage was seen, and is an estimate.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from state.model import Meaning, Record, Severity


class Stage(NamedTuple):
    """Stage code: its words, the event of reaching it, the event's severity, and the usual length in weeks of what it opens."""

    words: str
    event: str = "stage"
    severity: Severity = "info"
    weeks: int | None = None


STAGES: dict[str, Stage] = {
    "00.00": Stage("preliminary item received"),
    "00.20": Stage("preliminary item under review"),
    "00.60": Stage("review of the preliminary item closed"),
    "00.98": Stage("preliminary item abandoned"),
    "00.99": Stage("new project to be balloted"),
    "10.00": Stage("new project proposed"),
    "10.20": Stage("ballot on the new project opened", "ballot-opened", "notable", 12),
    "10.60": Stage("ballot on the new project closed", "ballot-closed"),
    "10.92": Stage("proposal returned to its submitter", "referred-back", "notable"),
    "10.98": Stage("new project rejected", "rejected", "notable"),
    "10.99": Stage("new project approved", "project-approved", "notable"),
    "20.00": Stage("new project registered in the work programme", "project-registered", "notable"),
    "20.20": Stage("working draft under study"),
    "20.60": Stage("comments on the working draft closed"),
    "20.98": Stage("project cancelled", "cancelled", "notable"),
    "20.99": Stage("working draft approved as committee draft"),
    "30.00": Stage("committee draft (CD) registered"),
    "30.20": Stage("CD consultation opened", "consultation-opened", "notable", 8),
    "30.60": Stage("CD consultation closed", "consultation-closed"),
    "30.92": Stage("CD referred back to the working group", "referred-back", "notable"),
    "30.98": Stage("project cancelled at the CD stage", "cancelled", "notable"),
    "30.99": Stage("CD approved as draft standard (DIS)"),
    "40.00": Stage("draft standard (DIS) registered"),
    "40.20": Stage("DIS ballot opened", "ballot-opened", "notable", 12),
    "40.60": Stage("DIS ballot closed", "ballot-closed", "notable"),
    "40.92": Stage("DIS referred back to the committee", "referred-back", "notable"),
    "40.93": Stage("new DIS ballot decided", "new-ballot", "notable"),
    "40.98": Stage("project cancelled at the DIS stage", "cancelled", "notable"),
    "40.99": Stage("DIS approved as final draft (FDIS)", "approved", "notable"),
    "50.00": Stage("final draft (FDIS) registered"),
    "50.20": Stage("FDIS ballot opened or proof sent", "ballot-opened", "notable", 8),
    "50.60": Stage("FDIS ballot closed or proof returned", "ballot-closed"),
    "50.92": Stage("FDIS referred back to the committee", "referred-back", "notable"),
    "50.98": Stage("project cancelled at the FDIS stage", "cancelled", "notable"),
    "50.99": Stage("FDIS approved for publication", "approved"),
    "60.00": Stage("under publication"),
    "60.60": Stage("published", "published", "notable"),
    "90.20": Stage("systematic review opened", "review-opened", "info", 20),
    "90.60": Stage("systematic review closed", "review-closed"),
    "90.92": Stage("to be revised", "to-be-revised", "notable"),
    "90.93": Stage("confirmed", "confirmed"),
    "90.99": Stage("withdrawal proposed by the committee", "withdrawal-proposed", "notable"),
    "95.20": Stage("withdrawal ballot opened", "ballot-opened", "notable", 8),
    "95.60": Stage("withdrawal ballot closed", "ballot-closed"),
    "95.92": Stage("not to be withdrawn", "kept", "notable"),
    "95.99": Stage("withdrawn", "withdrawn", "notable"),
}
EVENTS = frozenset({*(stage.event for stage in STAGES.values()), "item-added", "stepped-back"})
REVIEW = "90"  # its steps come round every five years
PUBLISHED = "60.60"


def words(code: str | None) -> str:
    """Return a stage in words, by its code as text ("40.20")."""
    return STAGES[code].words if code in STAGES else f"stage {code}" if code else "no stage"


def means(old: Record | None, new: Record, day: date) -> Iterator[Meaning]:
    """Yield the meaning of a deliverable's new stage, or of a new deliverable; nothing while the stage is the same.

    A reference that changes with the stage is no news of its own.
    """
    code, was = str(new.fields.get("stage") or ""), str(old.fields.get("stage") or "") if old else ""
    if not code or code == was:
        return
    _, event, severity, weeks = STAGES.get(code, Stage(words(code)))
    begun, known = stage_start(new, day)
    due = begun + timedelta(weeks=weeks) if weeks else None
    estimate = (f"date: {weeks} weeks from {begun}, when the stage {known}",) if due else ()
    if old is None:
        if code > PUBLISHED:
            event, severity = "item-added", "info"
        elif event == "stage":
            event, severity = "item-added", "notable"
        details = (f"stage: {code} {words(code)}; new in the list", *estimate)
        yield Meaning(event, severity, words(code), due, due is not None, details=details)
        return
    aside = ""
    if code < was and not (was.startswith(REVIEW) and code.startswith(REVIEW)):  # a review follows the one before
        aside, severity = ", a step back", "notable"
        event = "stepped-back" if event == "stage" else event
    elif passed := skipped_ballots(was, code):
        estimate = (f"passed over: {', '.join(f'{each} {words(each)}' for each in passed)}", *estimate)
    if event == "withdrawn" and new.fields.get("replaced_by"):
        aside, severity = f"{aside}, replaced by a successor", "info"
    details = (f"stage: {code}, before {was or 'none'}" + f" ({words(was)})" * bool(was), *estimate)
    yield Meaning(event, severity, f"{words(code)}{aside}", due, due is not None, field="stage", details=details)


def stage_start(record: Record, day: date) -> tuple[date, str]:
    """Return the day from which a ballot is counted, and a word for it: the printed day of the stage, else the day it was seen."""
    printed = record.fields.get("stage_date")
    return (date.fromisoformat(printed), "began") if isinstance(printed, str) else (day, "was seen")


def skipped_ballots(was: str, code: str) -> list[str]:
    """Return the ballots and consultations, opened or closed, that lie between two stages of a project and were not seen.

    A phase that was skipped whole (no CD, say) is left out: that is a choice of the committee.
    """
    phases = {was[:2], code[:2]}
    return [
        each
        for each in STAGES
        if was < each < code and each[:2] in phases and "10" <= each[:2] <= "50" and each[3:] in ("20", "60")
    ]
