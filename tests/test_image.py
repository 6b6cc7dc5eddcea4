"""The Dockerfile, the compose file and the unit: what can be said of them without an engine. `make image-steps` runs the steps."""

import importlib.util
import re
import sys
from types import ModuleType

from tests.shared import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def image_steps() -> ModuleType:
    spec = importlib.util.spec_from_file_location("image_steps", ROOT / ".ci" / "image_steps.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["image_steps"] = made
    spec.loader.exec_module(made)
    return made


def last_stage() -> list[tuple[str, str]]:
    steps = list(image_steps().instructions(DOCKERFILE))
    start = max(place for place, (name, _) in enumerate(steps) if name == "FROM")
    return steps[start:]


def test_the_first_stage_copies_what_is_there_and_needs_nothing_but_run_and_copy() -> None:
    steps = image_steps().first_stage(DOCKERFILE)
    assert {name for name, _ in steps} <= {"WORKDIR", "COPY", "RUN"}
    copied = [word for name, rest in steps if name == "COPY" for word in rest.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == let_in


def test_the_last_stage_has_no_tools_to_build_and_no_root() -> None:
    steps = last_stage()
    assert not any(re.search(r"\b(pip|apt|apt-get|gcc|make)\b", rest) for name, rest in steps if name == "RUN")
    assert [rest for name, rest in steps if name == "USER"] == ["10001:10001"]
    names = [name for name, _ in steps]
    assert {"LABEL", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL"} <= set(names)
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_health_is_asked_where_it_is_shown() -> None:
    from bot.config import Config

    assert f"http://{Config().ops.listen}/healthz" in DOCKERFILE


def test_the_containers_are_read_only_and_without_rights() -> None:
    text = (ROOT / "compose.yaml").read_text()
    services = len(re.findall(r"^  \w+:\n    (?:build|image):", text, re.M))
    assert services == 2
    assert text.count("build: .") == services  # our own image, with our own settings
    for line in ("read_only: true", "mem_limit: 512m", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]'):
        assert text.count(line) == services


def test_the_unit_gives_the_service_time_to_end_and_does_not_start_again_what_is_wrong() -> None:
    text = (ROOT / "deploy" / "standards-watch.service").read_text()
    assert int(re.search(r"TimeoutStopSec=(\d+)", text)[1]) > 10  # type: ignore[index]
    assert "RestartPreventExitStatus=2" in text
