"""Draws README's pictures from the sample district: ``make images``. Wants a Chromium on the path."""

import base64
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from PIL import Image

from audit.demo import run_demo

HERE = Path(__file__).parent
WIDTH = 820


def _with_font(page: Path) -> Path:
    """A copy of a page in the font that the charts use, so that the pictures need no font of the machine."""
    font = base64.b64encode(files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf").read_bytes()).decode()
    face = f"@font-face{{font-family:Drawn;src:url(data:font/otf;base64,{font})}}"
    style = f"<style>{face} *{{font-family:Drawn,sans-serif!important}}</style>"
    copy = page.with_name(f"drawn-{page.name}")
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
    copy.write_text(html.replace("</head>", style + "</head>"), "utf-8")
    return copy


def _shot(browser: str, page: Path, height: int, name: str) -> None:
    page = _with_font(page)
    with tempfile.TemporaryDirectory() as profile:
        raw = Path(profile) / "shot.png"
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=5000", f"--user-data-dir={profile}/profile",
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
