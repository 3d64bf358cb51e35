"""What is wrong with a pack, told with file, place and reason."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `file` it was found in, `path` inside the file (`domains[0].weight`), `reason` in words."""

    file: Path
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file.name}: {self.path or 'whole file'}: {self.reason}"


class PackError(Exception):
    """A pack was refused. `faults` holds every fault found; `file`, `path` and `reason` are those of the first."""

    def __init__(self, faults: list[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @property
    def file(self) -> Path:
        return self.faults[0].file

    @property
    def path(self) -> str:
        return self.faults[0].path

    @property
    def reason(self) -> str:
        return self.faults[0].reason


class UnknownPack(LookupError):
    """No pack of that name is shipped; the message names those that are."""
