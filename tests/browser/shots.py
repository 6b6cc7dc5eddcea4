"""Pictures of a page at a width, taken with headless Chromium. By hand: `python -m tests.browser.shots PAGE OUT_STEM [dark]`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

WIDTHS = (320, 600, 1000)
TALLEST = 6000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def shoot(page: Path, width: int, out: Path, dark: bool = False) -> Image.Image:
    """A picture of a whole page as a window of that width shows it (a frame, for the browser itself has a least width)."""
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder) / "frame.html"
        mode = "dark" if dark else "light"
        frame.write_text(
            f'<html style="color-scheme:{mode}"><body style="margin:0">'
            f'<iframe src="{page.resolve().as_uri()}" width="{width}" height="{TALLEST}" style="border:0;display:block"></iframe>'
        )
        scheme = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
        command = ["chromium", *FLAGS, *scheme, f"--window-size={max(width, 600)},{TALLEST}", f"--screenshot={out}", frame.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    with Image.open(out) as opened:
        whole = opened.convert("RGB").crop((0, 0, width, TALLEST))
    below = Image.new("RGB", whole.size, whole.getpixel((width // 2, TALLEST - 1)))
    box = ImageChops.difference(whole, below).getbbox()
    shown = whole.crop((0, 0, width, min(TALLEST, (box[3] if box else 0) + 12)))
    shown.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(out, optimize=True)
    return shown


if __name__ == "__main__":
    for each in WIDTHS:
        shoot(Path(sys.argv[1]), each, Path(f"{sys.argv[2]}-{each}.png"), dark="dark" in sys.argv[3:])
