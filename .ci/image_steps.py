"""Run the build steps of the Dockerfile where there is no engine: its first stage, in a clean folder and a clean environment.

COPY takes the same files, RUN runs the same commands; `/app` and the working directory become folders of their own. At the end the
program that came out is asked for its demo.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction of a Dockerfile with what follows it; continued lines are joined, comments left out."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", lines).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def first_stage(text: str) -> list[tuple[str, str]]:
    """The instructions between the first FROM and the second."""
    steps = list(instructions(text))
    starts = [place for place, (name, _) in enumerate(steps) if name == "FROM"]
    return steps[starts[0] + 1 : starts[1]]


def copy(words: list[str], work: Path) -> None:
    """COPY: files into a folder, or a folder under a name."""
    *sources, target = words
    for source in sources:
        origin = ROOT / source
        if origin.is_dir():
            shutil.copytree(origin, work / target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy(origin, work / target)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        work, app = Path(folder) / "src", Path(folder) / "app"
        work.mkdir()
        kept = ("HOME", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
        clean = {name: os.environ[name] for name in os.environ if name in kept or name.startswith("PIP_")}
        clean["PATH"] = f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"
        for name, rest in first_stage((ROOT / "Dockerfile").read_text()):
            if name == "COPY":
                copy(shlex.split(rest), work)
            elif name == "RUN":
                command = re.sub(r"^(?:--mount=\S+ +)+", "", rest)  # a cache that outlives the build: pip's own is used here
                command = re.sub(r"(?<![\w.])/app\b", str(app), command)
                command = re.sub(r"^python\b", shlex.quote(sys.executable), command)
                print(f"RUN {rest}", flush=True)
                subprocess.run(["/bin/sh", "-c", command], cwd=work, env=clean, check=True, stdout=subprocess.DEVNULL)
            elif name != "WORKDIR":
                sys.exit(f"{name} in the first stage of the Dockerfile cannot be run without an engine.")
        subprocess.run(
            [app / "bin" / "standards-watch", "demo", "--out", "demo"], cwd=folder, env=clean, check=True, stdout=subprocess.DEVNULL
        )
        print("The steps of the image work, and so does what they build.")


if __name__ == "__main__":
    main()
