"""Topics of records: five signals, each with its reason; groups; and how well they do on ISO's committees."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide.names import tags_named
from bot.decide.record_topics import Subject, own_topics, scope_itself
from bot.decide.topics import load_topics
from bot.errors import UnknownName
from tests.flow.test_real_committees import CAPTURES, call
from tests.flow.test_real_deliverables import DELIVERABLES
from tests.shared import ROOT, shared


def own(title: str = "Hoses", body: str = "ISO", **fields: Any) -> dict[str, str]:
    return {topic.tag: topic.signal for topic in own_topics(Subject("s", body, "1", title, fields, None))}


def test_a_class_shows_a_topic_and_so_does_a_class_below_it() -> None:
    assert own(ics={"35.240.60"}) == {"autonomous_driving": "class", "information_technology": "class"}
    assert own(ics={"350.10"}) == {}
    assert own(body="ITU", study_group="SG17") == {"data_security": "class"}
    assert own(study_group="SG17") == {}


def test_a_scope_needs_two_terms_and_what_it_excludes_does_not_count() -> None:
    assert own(scope="Big data for hoses, and software.") == {"information_technology": "scope"}
    assert own(scope="Hoses with software.") == {}
    assert own(scope="Hoses. Excluded: big data and software of ISO/IEC JTC 1.") == {}


@given(st.text())
def test_a_scope_is_never_longer_than_what_is_searched(text: str) -> None:
    assert len(scope_itself(text)) <= 1500
    assert "<p>" not in scope_itself(f"<p>{text}")


def test_groups_stand_for_their_tags_and_an_unknown_name_gets_the_nearest() -> None:
    assert {"ai", "biometrics", "telecommunications"} <= tags_named(["digital"])
    assert tags_named(["ai", "critical-materials"]) == {"ai", "rare_earth"}
    with pytest.raises(UnknownName, match="no topic 'digitl'; did you mean digital"):
        tags_named(["digitl"])
    assert all(groups for groups in load_topics().groups.values())


DIGITAL = (
    "|JTC 3|JSyC BDC|TC 8/SC 26|TC 20/SC 13|TC 20/SC 16|TC 22/SC 31|TC 46/SC 4|TC 59/SC 13|TC 68|TC 68/SC 2|TC 68/SC 8|TC 68/SC 9"
    "|TC 154|TC 171|TC 171/SC 1|TC 171/SC 2|TC 184|TC 184/SC 1|TC 184/SC 4|TC 184/SC 5|TC 204|TC 211|TC 215|TC 215/SC 1|TC 268/SC 1"
    "|TC 290|TC 295|TC 299|TC 307|TC 321|TC 347|TC 350|TC 352|JTC 4|"
)


def is_digital(reference: str) -> bool:
    name = reference.removeprefix("IEC/").removeprefix("ISO/").removeprefix("IEC ").removeprefix("ISO ").removeprefix("IEC/")
    return name.startswith("JTC 1") or f"|{name}|" in DIGITAL


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("topics") / "w.db"
    call(path, "replay", str(shared(CAPTURES)), str(shared(f"{DELIVERABLES}.warc.gz")))
    return path


def column(path: Path, query: str, *values: str) -> list[str]:
    connection = sqlite3.connect(path)
    found = [row[0] for row in connection.execute(query, values)]
    connection.close()
    return found


def test_on_iso_s_committees_few_digital_ones_are_missed_and_few_others_taken(db: Path) -> None:
    found = {row["reference"] for row in call(db, "topic", "list", "--topic", "digital")}
    every = set(column(db, "SELECT reference FROM records WHERE kind = 'committee' AND removed_at IS NULL"))
    digital = {reference for reference in every if is_digital(reference)}
    assert len(digital) > 55
    assert len(digital - found) / len(digital) <= 0.05, digital - found
    assert len(found - digital) / len(every - digital) <= 0.02, found - digital


def test_a_deliverable_has_the_topics_of_its_committee_until_a_person_says_otherwise(db: Path) -> None:
    def topics(record: str) -> dict[str, str]:
        return {row["topic"]: row["reason"] for row in call(db, "topic", "list", record)}

    def person(deed: str, record: str) -> None:
        subprocess.run([sys.executable, "-m", "bot", "--db", db, "topic", deed, record, "ai"], check=True, cwd=ROOT)

    owned = "kind = 'deliverable' AND fields ->> 'ownerCommittee' = ? AND title NOT LIKE '%artificial%' AND title <> ''"
    key = column(db, f"SELECT key FROM records WHERE {owned}", "ISO/IEC JTC 1/SC 42")[0]
    assert topics(key)["ai"] == "committee ISO/IEC JTC 1/SC 42: “Artificial intelligence” in the title"
    person("remove", "ISO/IEC JTC 1/SC 42")
    assert "ai" not in topics(key)
    person("add", key)
    assert topics(key)["ai"] == "set by a person"
    assert [(row["record"], row["signal"]) for row in call(db, "topic", "list")] == [(key, "person")]
