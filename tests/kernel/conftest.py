"""The cast for the tests of the ground floor."""

from tests.cast import cast  # noqa: F401
