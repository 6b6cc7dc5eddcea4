"""Attribution of printed parties, and a dictionary look-up as the floor."""

from benchmarks.measure import measured
from bot.attribute import load_attributor

SHAPES = [
    ("Huawei, HiSilicon, Nokia, Ericsson", "source"),
    ("Zhejiang Dahua Technology Co., Ltd.", "supporting-member"),
    ("KDDI, Japan", "chair"),
    ("Department of Physics, University of Oslo, Norway", "editor"),
    ("An unknown company Ltd", "rapporteur"),
    ("中国信息通信研究院", "source"),
    ("China (People's Republic of)", "country"),
    ("Artificial intelligence", "title"),
    ("Samsung Electronics GmbH", "rapporteur"),
]
HOSTILE = {"commas": "," * 1_000_000, "words": "China " * 166_667, "brackets": "(" * 1_000_000, "slashes": "a/" * 500_000}


def strings(kind: str, count: int) -> list[tuple[str, str]]:
    """Return `count` parties with their roles: all `distinct`, or a few `repeated` as in a poll."""
    times = -(-count // len(SHAPES))
    if kind == "repeated":
        return (SHAPES * times)[:count]
    return [(f"{text} {n}", role) for n in range(times) for text, role in SHAPES][:count]


def attribute(kind: str, count: str) -> None:
    """Attribute `count` strings."""
    attributor, given = load_attributor(), strings(kind, int(count))
    attributor.attribute_text("Nobody in particular", "party")
    with measured():
        for text, role in given:
            attributor.attribute_text(text, role)


def look_up(kind: str, count: str) -> None:
    """Look `count` strings up in a dictionary that holds them."""
    given = strings(kind, int(count))
    known = dict(given)
    with measured():
        for text, _ in given:
            known.get(text)


def hostile(name: str, role: str) -> None:
    """Attribute a text of a million characters."""
    attributor = load_attributor()
    attributor.attribute_text("Nobody in particular", "party")
    with measured():
        attributor.attribute_text(HOSTILE[name], role)


def load() -> None:
    """Load gazetteer and rules."""
    with measured():
        load_attributor()
