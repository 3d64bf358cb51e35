"""A file or a function that has grown too large is named."""

from tools import check_sizes


def test_names_what_is_over_the_limit_and_what_is_only_large(tmp_path):
    (tmp_path / "long.py").write_text("x = 1\n" * 700)
    (tmp_path / "longish.py").write_text("x = 1\n" * 550)
    (tmp_path / "deep.py").write_text(
        "def much():\n" + "    x = 1\n" * 90 + "\n\ndef some():\n" + "    x = 1\n" * 60
    )
    over, wished = check_sizes.find_large(tmp_path)
    assert over == ["deep.py:1: much has 91 lines", "long.py: 701 lines"]
    assert wished == ["deep.py:94: some has 61 lines", "longish.py: 551 lines"]
