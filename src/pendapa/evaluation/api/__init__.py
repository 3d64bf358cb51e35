"""The room's part of ``/api/v1``, one module a part."""

from ninja import Router

from pendapa.evaluation.api import (
    assessments,
    comparing,
    cycles,
    evidence,
    instruments,
    planning,
    signals,
    work,
)

router = Router(tags=["evaluation"])
router.add_router("", assessments.router)
router.add_router("", signals.router)
router.add_router("", cycles.router)
router.add_router("", planning.router)
router.add_router("", instruments.router)
router.add_router("", work.router)
router.add_router("", evidence.router)
router.add_router("", comparing.router)
