"""Electronic signatures of a PDF, read with pyHanko: is what was signed still the same, does it cover the file, who signed.

Reads no network and no database. A PDF comes from anybody, so :func:`check` reads it in a process of its own with limits on
time and memory: this module is that process as well (``python -m pendapa.evaluation.queries.signatures FILE [ROOT…]``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 30
MEMORY = 1536 * 1024 * 1024
MOST = 50
"""More signatures than this a paper does not have."""


@dataclass(frozen=True)
class Found:
    """What the check of a PDF found. ``state``: read, broken (no PDF that can be read), encrypted, slow (over the limits).

    ``signatures``: ``{"signer", "issuer", "at", "timestamped", "intact", "covers", "trusted", "reason"}`` each. ``intact``: the
    signed bytes are the same and nothing but what signing allows was added; ``covers``: the signature covers the whole file as
    it is; ``trusted``: true or false against the given roots, None where no root was given. ``reason`` is one of altered,
    added, unknown, expired, unreadable, or empty.
    """

    state: str
    signatures: tuple[dict[str, Any], ...] = ()


def check(file: Path, roots: Sequence[Path] = (), seconds: float = SECONDS) -> Found:
    """The signatures of a PDF. Never raises for what stands in the file."""
    command = [sys.executable, "-m", "pendapa.evaluation.queries.signatures", str(file), *map(str, roots)]
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return Found("slow")
    try:
        told = json.loads(done.stdout)
        return Found(told["state"], tuple(told["signatures"]))
    except (ValueError, KeyError, TypeError):
        # The process ended without a word: over its memory, or a file that brings the reader down.
        return Found("slow" if done.returncode < 0 else "broken")


def roots_in(folder: Path) -> list[Path]:
    """Certificates that somebody put into ``folder`` (PEM or DER), in the order of their names."""
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.suffix.lower() in {".pem", ".crt", ".cer", ".der"})


# ---- inside the process


def read(file: Path, roots: Sequence[Path] = ()) -> Found:
    """The same without limits, in this process."""
    import logging

    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    logging.disable(logging.CRITICAL)
    with file.open("rb") as source:
        try:
            reader = PdfFileReader(source)
            if reader.encrypted:
                return Found("encrypted")
            embedded = list(reader.embedded_regular_signatures)[:MOST]
        except (PdfError, ValueError, KeyError, TypeError, RecursionError, OverflowError, AttributeError):
            return Found("broken")
        known = _certificates(roots)
        return Found("read", tuple(_signature(one, known) for one in embedded))


def _certificates(files: Sequence[Path]) -> list[Any]:
    """A file that holds no certificate is passed over."""
    from pyhanko.keys import load_certs_from_pemder

    known: list[Any] = []
    for file in files:
        try:
            known += list(load_certs_from_pemder([str(file)]))
        except (OSError, ValueError):
            continue
    return known


def _signature(embedded: Any, roots: list[Any]) -> dict[str, Any]:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    # An empty list of roots, not none: none would mean those of the operating system. A context serves one validation.
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    try:
        status = validate_pdf_signature(embedded, signer_validation_context=context)
    except Exception:  # the reader raises whatever a damaged signature leads to
        return {
            "signer": "", "issuer": "", "at": "", "timestamped": False, "intact": False, "covers": False,
            "trusted": None, "reason": "unreadable",
        }  # fmt: skip
    cert = status.signing_cert
    same = bool(status.intact and status.valid)
    covered = (SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE)
    changed = status.coverage not in covered or not _mild(status)
    stamp = status.timestamp_validity
    at = stamp.timestamp if stamp is not None and stamp.intact and stamp.valid else status.signer_reported_dt
    trusted = bool(status.trusted) if roots else None
    return {
        "signer": _name(cert.subject),
        "issuer": _name(cert.issuer),
        "at": at.isoformat() if at is not None else "",
        "timestamped": bool(stamp is not None and stamp.intact and stamp.valid),
        "intact": same and not changed,
        "covers": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "trusted": trusted,
        "reason": _reason(status, same, changed, trusted),
    }


def _mild(status: Any) -> bool:
    """What was added after signing is of a kind that signing allows (another signature, a form field)."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    return status.modification_level != ModificationLevel.OTHER and status.docmdp_ok is not False


def _reason(status: Any, same: bool, changed: bool, trusted: bool | None) -> str:
    if not same:
        return "altered"
    if changed:
        return "added"
    if trusted is not False:
        return ""
    problem = status.trust_problem_indic
    return "expired" if problem is not None and "EXPIRED" in problem.name else "unknown"


def _name(name: Any) -> str:
    """The common name of a certificate, else the whole of it."""
    common = name.native.get("common_name", "")
    text = common if isinstance(common, str) and common else name.human_friendly
    return str(text)[:200]


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    _limit()
    result = read(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
    sys.stdout.write(json.dumps({"state": result.state, "signatures": result.signatures}))
