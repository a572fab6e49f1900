"""What every test shares."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("GONGKAI_SHARED", Path(__file__).parent.parent.parent / "shared"))


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """One retry at once: the ladder of seconds is a setting."""
    monkeypatch.setattr("crawler.settings.GONGKAI_RETRY_WAITS", [0.01])


@pytest.fixture(scope="session")
def shared() -> Path:
    """Material for reading and testing that lies outside the project; tests that want it skip without it."""
    if not (SHARED / "pages" / "manifest.csv").exists():
        pytest.skip(f"no shared material at {SHARED} (set GONGKAI_SHARED)")
    return SHARED
