"""The room's part of ``/api/v1``, one module a part."""

from ninja import Router

from pendapa.roadmap.api import action_plan, baselines, commitments, initiatives, items, money, roadmaps

router = Router(tags=["roadmap"])
router.add_router("", initiatives.router)
router.add_router("", commitments.router)
router.add_router("", action_plan.router)
router.add_router("", roadmaps.router)
router.add_router("", money.router)
router.add_router("", baselines.router)
router.add_router("", items.router)
