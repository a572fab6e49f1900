"""Which database, and how to get at it: ``<output>/gongkai.sqlite3``, or what ``GONGKAI_DATABASE_URL`` names.

Django is set up here and nowhere else, so that commands that need no database do not pay for it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from crawler.records import BadInput, why_unread

NAME = "gongkai.sqlite3"
URL = "GONGKAI_DATABASE_URL"
_LOCK_KEY = 0x676F6E67  # "gong": one writer at a time among all that share a server
_WAIT = 600


def exists(output: Path) -> bool:
    """Whether there may be something to read, without making anything."""
    return bool(os.environ.get(URL)) or (output / NAME).exists()


def is_file() -> bool:
    """Whether the database is a file in the output folder."""
    return not os.environ.get(URL)


@contextmanager
def database(output: Path) -> Iterator[None]:
    """The database of an output folder, its tables up to date; models can be used inside. Holds it against other writers.

    Raises ``BadInput`` where it cannot be opened."""
    from django.db import DatabaseError, connection

    _set_up(output)
    try:
        with _locked(output):
            _migrate()
            yield
    except DatabaseError as error:
        raise BadInput(f"{_called(output)}: 数据库用不了：{str(error).strip()}。{_mend()}") from error
    finally:
        connection.close()


@contextmanager
def _locked(output: Path) -> Iterator[None]:
    from django.db import connection

    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])  # goes with the connection, however that ends
        yield
        return
    lock = FileLock(output / ".gongkai.lock", timeout=_WAIT)
    try:
        output.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise BadInput(f"{output / NAME}: 另一个进程正在写数据库，请等它结束再运行") from error
    except OSError as error:
        raise BadInput(f"{output}: 不能在这里写（{why_unread(error)}），请换一个 --output") from error
    try:
        yield
    finally:
        lock.release()


def _set_up(output: Path) -> None:
    import django
    from django.conf import settings
    from django.db import connections

    wanted = _config(output)
    if not settings.configured:
        from audit import settings as ours

        settings.configure(**{k: getattr(ours, k) for k in dir(ours) if k.isupper()})
        django.setup()
    connections["default"].close()
    del connections["default"]
    connections.settings.update(connections.configure_settings({"default": wanted}))


def _config(output: Path) -> dict[str, Any]:
    url = os.environ.get(URL)
    if not url:
        options = {"transaction_mode": "IMMEDIATE", "timeout": 60, "init_command": "PRAGMA cache_size=-65536"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str((output / NAME).absolute()), "OPTIONS": options}
    import dj_database_url

    try:
        config = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as error:
        raise BadInput(f"环境变量 {URL} 读不懂，应写作 postgresql://用户:密码@主机:5432/库名") from error
    if not str(config["ENGINE"]).endswith(("postgresql", "sqlite3")):
        raise BadInput(f"环境变量 {URL} 只能是 postgresql:// 或 sqlite:///")
    if str(config["ENGINE"]).endswith("postgresql"):
        try:
            import psycopg  # noqa: F401
        except ImportError as error:
            raise BadInput("用PostgreSQL要先安装：pip install 'gongkai[postgres]'") from error
    return config


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    ours = {node for node in executor.loader.applied_migrations if node[0] == "audit"}
    if ahead := ours - set(executor.loader.graph.nodes):
        raise BadInput(f"数据库是更新版本的程序写的（{'、'.join(sorted(name for _, name in ahead))}），请升级本程序")
    if executor.migration_plan(leaves):
        call_command("migrate", verbosity=0, interactive=False)


def _called(output: Path) -> str:
    return f"环境变量 {URL} 指的数据库" if os.environ.get(URL) else str(output / NAME)


def _mend() -> str:
    if os.environ.get(URL):
        return "请检查地址、用户和网络"
    return "文件坏了的，可以用 gongkai rebuild 由各次检查的文件夹重建"
