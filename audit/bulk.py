"""Very many rows at once: past the ORM, whose care for each row costs more than the database's work on it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Inserts rows of texts, numbers, days and None, in the order of ``columns`` (names in the database); inside the
    caller's transaction."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", [_plain(row) for row in rows])  # noqa: S608


def _plain(row: Sequence[object]) -> list[Any]:
    return [value.isoformat() if isinstance(value, dt.date) else value for value in row]
