"""Run one step: `python -m benchmarks.steps deliverables.poll ARGUMENT…`. The last line of output is its cost as JSON."""

import importlib
import sys


def main() -> None:
    module, _, function = sys.argv[1].partition(".")
    getattr(importlib.import_module(f"benchmarks.steps.{module}"), function)(*sys.argv[2:])


if __name__ == "__main__":
    main()
