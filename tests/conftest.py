"""What every test shares."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

# A crawl sees the same with and without a browser on the machine; tests of rendering name theirs.
os.environ["GONGKAI_CHROMIUM"] = ""

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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    from postgres import server

    with server() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An output folder with a database of each kind."""
    monkeypatch.delenv("GONGKAI_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        from postgres import new_database

        name = f"test_{uuid.uuid4().hex}"
        monkeypatch.setenv("GONGKAI_DATABASE_URL", new_database(request.getfixturevalue("postgres"), name))
    return tmp_path / "output"
