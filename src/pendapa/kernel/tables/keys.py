"""Keys that are looked up while rows pass, kept on disk: memory stays the same for ten thousand rows and for all of them."""

from __future__ import annotations

import sqlite3


class KeyStore:
    """Text → place (sheet, row), the first that came. A private file that nobody else sees, gone with the object."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute("PRAGMA synchronous=OFF")
        self._rows.execute("PRAGMA cache_size=-4000")
        self._rows.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, sheet INT, row INT) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def first(self, key: str, sheet: int, row: int) -> tuple[int, int]:
        """Where the key came first; this place where it is new."""
        done = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (key, sheet, row))
        if done.rowcount:
            return sheet, row
        found: tuple[int, int] = self._rows.execute(
            "SELECT sheet, row FROM seen WHERE key = ?", (key,)
        ).fetchone()
        return found

    def lower(self, key: str, sheet: int, row: int) -> None:
        """Note a place; of several the first in the file counts."""
        self._rows.execute(
            "INSERT INTO seen VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET sheet = ?2, row = ?3 "
            "WHERE (?2, ?3) < (sheet, row)",
            (key, sheet, row),
        )

    def get(self, key: str) -> tuple[int, int] | None:
        """Where the key came first; nothing where it never came."""
        found: tuple[int, int] | None = self._rows.execute(
            "SELECT sheet, row FROM seen WHERE key = ?", (key,)
        ).fetchone()
        return found

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def close(self) -> None:
        self._rows.close()

    def __del__(self) -> None:
        self.close()
