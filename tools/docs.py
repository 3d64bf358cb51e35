"""The documentation as a site: README, CHANGELOG, CONTRIBUTING and docs/, built by zensical into site/."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCENE = ROOT / "build" / "docs"
FRONT = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
CONFIG = """
[project]
site_name = "Pendapa"
site_description = "The open hall of an Indonesian local government: SPBE architecture, index, plan and services"
docs_dir = "pages"
site_dir = "site"
use_directory_urls = false

[project.theme]
language = "en"
font = false
"""


def lay_out() -> None:
    shutil.rmtree(SCENE, ignore_errors=True)
    pages = SCENE / "pages"
    shutil.copytree(ROOT / "docs", pages)
    for name, place in FRONT.items():
        if (ROOT / name).exists():
            (pages / place).write_text(moved((ROOT / name).read_text(encoding="utf-8")), encoding="utf-8")
    (SCENE / "zensical.toml").write_text(CONFIG.lstrip(), encoding="utf-8")


def moved(text: str) -> str:
    """Links of a page of the top folder, as they are beside the pages of docs/."""
    text = re.sub(r"(\]\(|src=\")docs/", r"\1", text)
    for name, place in FRONT.items():
        text = text.replace(f"]({name}", f"]({place}")
    return text


def main() -> int:
    lay_out()
    built = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean"], cwd=SCENE, check=False)
    if built.returncode:
        return built.returncode
    shutil.rmtree(ROOT / "site", ignore_errors=True)
    shutil.move(SCENE / "site", ROOT / "site")
    print(f"{len(list((ROOT / 'site').rglob('*.html')))} pages in site/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
