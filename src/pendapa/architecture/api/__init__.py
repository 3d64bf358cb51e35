"""The room's part of ``/api/v1``: elements and relations, gaps, twins, and the metamodel itself."""

from ninja import Router

from pendapa.architecture.api import bulk, elements, gaps, reading, relations, releases, twins

router = Router(tags=["architecture"])
# "bulk" before what takes any word in its place.
for part in (bulk, elements, gaps, relations, reading, releases, twins):
    router.add_router("", part.router)
