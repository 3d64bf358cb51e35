"""The room's part of ``/api/v1``, one module a part."""

from ninja import Router

from pendapa.evaluation.api import assessments, signals

router = Router(tags=["evaluation"])
router.add_router("", assessments.router)
router.add_router("", signals.router)
