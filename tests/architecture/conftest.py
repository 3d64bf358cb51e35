"""The cast is at hand in every test of the register."""

from tests.cast import cast

__all__ = ["cast"]
