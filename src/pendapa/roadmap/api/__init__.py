"""The room's part of ``/api/v1``, one module a part."""

from ninja import Router

from pendapa.roadmap.api import initiatives

router = Router(tags=["roadmap"])
router.add_router("", initiatives.router)
