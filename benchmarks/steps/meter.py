"""The meter of a step: CPU and wall seconds of what lies within, and the most memory that its process ever held."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def cpu_s() -> float:
    """CPU seconds so far, user and system, of this process and of the programs that it ran to their end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """Measure what lies within, and say it as the last line of this process. What is put under `said` goes with it."""
    told: dict[str, Any] = {"said": ""}
    wall, cpu = time.perf_counter(), cpu_s()
    yield told
    told |= {"cpu_s": cpu_s() - cpu, "wall_s": time.perf_counter() - wall, "peak_mb": peak_mb()}
    sys.stdout.flush()
    print(json.dumps(told), flush=True)
