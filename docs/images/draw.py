"""Draws README's pictures from the sample district: ``make images``. Wants a Chromium on the path."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from audit.demo import run_demo

HERE = Path(__file__).parent
WIDTH = 820


def _shot(browser: str, page: Path, height: int, name: str) -> None:
    with tempfile.TemporaryDirectory() as profile:
        raw = Path(profile) / "shot.png"
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}/profile",
            f"--window-size=1080,{height}", f"--screenshot={raw}", page.resolve().as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        with Image.open(raw) as image:
            small = image.convert("RGB").resize((WIDTH, height * WIDTH // 1080)).quantize(192)
            small.save(HERE / name, optimize=True)


def main() -> None:
    """Inspects the sample district and draws three of its pages."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("draw.py wants a chromium on the path: on Debian, apt install chromium")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "demo"
        run_demo(output)
        _shot(browser, output / "monthly-2022-12-30" / "scorecards" / "jyw.html", 1080, "scorecard.png")
        _shot(browser, output / "monthly-2022-12-30" / "index.html", 1000, "index.png")
        _shot(browser, output / "comparison" / "index.html", 1080, "comparison.png")


if __name__ == "__main__":
    main()
