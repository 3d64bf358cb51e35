"""The room's part of ``/api/v1``, one module an analysis."""

from ninja import Router

router = Router(tags=["analysis"])
