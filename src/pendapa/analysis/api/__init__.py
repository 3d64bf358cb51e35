"""The room's part of ``/api/v1``, one module an analysis."""

from ninja import Router

from pendapa.analysis.api import documents, impact, integration, landscape, matrix, people, query, security

router = Router(tags=["analysis"])
router.add_router("", people.router)
router.add_router("", matrix.router)
router.add_router("", security.router)
router.add_router("", landscape.router)
router.add_router("", integration.router)
router.add_router("", impact.router)
router.add_router("", query.router)
router.add_router("", documents.router)
