"""Whole numbers as they come in addresses, forms and codes."""

from __future__ import annotations

import pytest

from pendapa.kernel.numbers import whole


@pytest.mark.parametrize(("text", "number"), [
    ("0", 0), ("007", 7), ("999999999", 999_999_999), ("9" * 10, None), ("9" * 5000, None), ("", None), ("²", None), ("٣", None),
    ("-1", None), ("1\n", None), (" 1", None), ("1.0", None),
])  # fmt: skip
def test_only_plain_digits_of_a_sensible_length_are_a_number(text: str, number: int | None) -> None:
    assert whole(text) == number
