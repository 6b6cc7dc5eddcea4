"""Benchmarks of speed, size and reliability, beside existing tools: `make bench`, `make bench CASES=pages`, `make bench-guard`.

`measure.py` runs a program or a step in a process of its own, in turns with what it is compared with. `cases/` has one file a case,
which yields figures; `worlds/` invents the data; `steps/` is what runs in the measured processes. `rivals.py` installs the programs
to compare with; `page.py` writes docs/performance.md. A new case is a file in `cases/` with a `CASE`, and its name in
`__main__.CASES`. Give a ratio a `guard` when it must hold on any machine.
"""
