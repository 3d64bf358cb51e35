"""The cast, and programs that act for them."""

from tests.cast import cast

__all__ = ["cast"]
