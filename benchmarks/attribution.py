"""Speed of attribution: load time, strings a second, and cost of hostile texts.

    python -m benchmarks.attribution [FILE]

FILE holds JSON lines with `text` and `role`; without one a few shapes of party are used. `distinct` makes every string one that was
not seen before; `repeated` is what a poll is like, where the same parties come again and again."""

import json
import sys
import time
from pathlib import Path

from bot.attribute import Attributor, load_attributor

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
HOSTILE = {"commas": "," * 1_000_000, "China": "China " * 166_667, "brackets": "(" * 1_000_000, "slashes": "a/" * 500_000}


def per_second(attributor: Attributor, strings: list[tuple[str, str]]) -> float:
    started = time.perf_counter()
    for text, role in strings:
        attributor.attribute_text(text, role)
    return len(strings) / (time.perf_counter() - started)


def main() -> None:
    started = time.perf_counter()
    attributor = load_attributor()
    print(f"load       {(time.perf_counter() - started) * 1000:8.0f} ms")
    strings = SHAPES
    if len(sys.argv) > 1:
        rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
        strings = [(row["text"], row.get("role") or row.get("role_context") or "") for row in rows]
    attributor.attribute_text("Nobody in particular", "party")
    times = max(1, 40_000 // len(strings))
    distinct = [(f"{text} {n}", role) for n in range(times) for text, role in strings]
    print(f"distinct   {per_second(attributor, distinct):8.0f} strings a second")
    print(f"repeated   {per_second(attributor, strings * times):8.0f} strings a second")
    for name, text in HOSTILE.items():
        for role in ("supporting-member", "rapporteur"):
            print(f"{name:10} {1000 / per_second(attributor, [(text, role)]):8.0f} ms as {role}")


if __name__ == "__main__":
    main()
