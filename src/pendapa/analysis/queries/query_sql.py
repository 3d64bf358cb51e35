"""Comparisons with kept attributes that give the same rows on SQLite and on PostgreSQL.

An attribute may hold a text, a list of texts, or a value a year: a comparison holds where it holds of one of them. Letters are
compared without the case of a to z, whatever the collation; numbers are those texts that are plain decimal numbers, dates
those that begin with one (ISO). Each is true or false, never unknown. All values go as parameters.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, F, FloatField, Func, TextField
from django.db.models.expressions import Expression
from django.db.models.lookups import Contains

NUMBER = r"^-?[0-9]{1,15}([.][0-9]{1,4})?$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
SECONDS = 8
"""A question may keep the database so long."""
_STEPS = 20_000
SORTED = 200
"""So many characters of a text count for the order."""

_LITE = "EXISTS (SELECT 1 FROM json_each({column}, %s) AS jv WHERE jv.type <> 'null' AND {test})"
_LITE_VALUE = "CASE jv.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(jv.value AS TEXT) END"
_LITE_FIRST = f"(SELECT {_LITE_VALUE} FROM json_each({{column}}, %s) AS jv WHERE jv.type <> 'null' LIMIT 1)"  # noqa: S608
_POST = (
    "EXISTS (SELECT 1 FROM jsonb_array_elements_text(CASE jsonb_typeof({column} -> %s::text) "
    "WHEN 'array' THEN {column} -> %s::text WHEN 'object' THEN jsonb_path_query_array({column} -> %s::text, '$.*') "
    "ELSE jsonb_build_array({column} -> %s::text) END) AS jv(value) WHERE jv.value IS NOT NULL AND {test})"
)


class Holds(Func):
    """Whether one of the values under ``key`` compares so: ``op`` is ``in``, ``~``, ``begins``, ``filled``, or an order of
    ``kind`` ``number`` or ``date``."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, key: str, op: str, values: Sequence[Any] = (), kind: str = "text") -> None:
        self.key, self.op, self.given, self.kind = key, op, tuple(values), kind
        super().__init__(F("attributes"))

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, self.key, self.op, self.given, self.kind)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        column, params = compiler.compile(self.source_expressions[0])
        regex = f"({_LITE_VALUE}) REGEXP %s"
        number = f"CAST({_LITE_VALUE} AS REAL)"
        test, told = self._test(_LITE_VALUE, regex, number)
        return _LITE.format(column=column, test=test), [*params, _path(self.key), *told]

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        test, told = self._test('(jv.value COLLATE "C")', "jv.value ~ %s", "jv.value::double precision")
        return _POST.format(column=column, test=test), [*([*params, self.key] * 4), *told]

    def _test(self, value: str, regex: str, number: str) -> tuple[str, list[Any]]:
        if self.op == "filled":
            return f"{value} <> ''", []
        if self.kind == "number":
            marks, op = self._marks("%s"), "IN" if self.op in ("=", "in") else self.op
            return f"CASE WHEN {regex} THEN {number} {op} {marks} ELSE FALSE END", [NUMBER, *self.given]
        if self.kind == "date":
            marks, op = self._marks("%s"), "IN" if self.op in ("=", "in") else self.op
            # Of a moment only the day counts.
            return f"CASE WHEN {regex} THEN SUBSTR({value}, 1, 10) {op} {marks} ELSE FALSE END", [
                DATE,
                *self.given,
            ]
        if self.op in ("=", "in"):
            return f"LOWER({value}) IN {self._marks('%s')}", list(self.given)
        pattern = "{}%" if self.op == "begins" else "%{}%"
        like = " OR ".join([f"LOWER({value}) LIKE %s ESCAPE '\\'"] * len(self.given))
        return f"({like})", [pattern.format(_escaped(one)) for one in self.given]

    def _marks(self, one: str) -> str:
        return f"({', '.join([one] * len(self.given))})"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _path(key: str) -> str:
    """A key as the path of SQLite; keys of the metamodel hold no quotation marks."""
    return f"$.{json.dumps(key, ensure_ascii=False)}"


class Lower(Func):
    """A text in lower case of a to z, compared by its characters."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"SUBSTR(LOWER({inner}), 1, {SORTED})", list(params)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        inner, params = compiler.compile(self.source_expressions[0])
        return f'(SUBSTR(LOWER(({inner}) COLLATE "C"), 1, {SORTED}) COLLATE "C")', list(params)


class First(Func):
    """The value under ``key``, of several the first, as a text in lower case; empty where there is none."""

    output_field = TextField()

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(F("attributes"))

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, self.key)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        column, params = compiler.compile(self.source_expressions[0])
        one = _LITE_FIRST.format(column=column)
        return f"SUBSTR(LOWER(COALESCE({one}, '')), 1, {SORTED})", [*params, _path(self.key)]

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        one = (
            f"CASE jsonb_typeof({column} -> %s::text) WHEN 'array' THEN {column} -> %s::text ->> 0 "
            f"WHEN 'object' THEN NULL ELSE {column} ->> %s::text END"
        )
        sql = f'(SUBSTR(LOWER(COALESCE({one}, \'\') COLLATE "C"), 1, {SORTED}) COLLATE "C")'
        return sql, [*params, self.key] * 3


class FirstNumber(First):
    """The same as a number; nothing where it is none."""

    output_field = FloatField()  # type: ignore[assignment]

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        text, params = super().as_sqlite(compiler, connection, **more)
        return f"CASE WHEN {text} REGEXP %s THEN CAST({text} AS REAL) END", [*params, NUMBER, *params]

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        text, params = super().as_postgresql(compiler, connection, **more)
        return f"CASE WHEN {text} ~ %s THEN {text}::double precision END", [*params, NUMBER, *params]


def contains(expression: Expression | str, text: str) -> Expression:
    """Whether a text of a column holds another, without the case of a to z."""
    found: Expression = Contains(Lower(expression), text)
    return found


class TooLong(Exception):
    """The database was asked for longer than a page may wait, or for more than SQLite reads in one statement."""


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Let the statements within take no longer than this together. Raises :class:`TooLong`."""
    if seconds <= 0:
        raise TooLong
    try:
        with _limit(seconds):
            yield
    except OperationalError as error:
        if any(word in str(error) for word in ("interrupted", "statement timeout", "parser stack")):
            raise TooLong from error
        raise


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.execute_wrapper(_within(end)):
                yield
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        return
    connection.ensure_connection()
    raw = connection.connection
    raw.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


def _within(end: float) -> Any:
    """A wrapper that gives each statement what is left until ``end``: PostgreSQL itself counts for each anew."""

    def each(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):  # what ends a failed transaction is let pass
            return execute(sql, params, many, context)
        left = int((end - time.monotonic()) * 1000)
        if left <= 0:
            raise OperationalError("statement timeout")
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(left)])
        return execute(sql, params, many, context)

    return each
