"""Uploads in pieces: a small protocol for the script of the page and for programs. Answers are JSON.

POST begin (name, size, fingerprint) → ``{"uid", "received", "size", "chunk", "url"}``; GET url → ``{"received", "size"}``;
POST url?offset=N with the bytes → the same, 409 with ``received`` where the file ends elsewhere; DELETE url drops it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pendapa.evaluation.actions import uploads as actions
from pendapa.evaluation.models import Upload
from pendapa.evaluation.permissions import ANSWER
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.refusing import Refused
from pendapa.regulations import packs


@page(ANSWER)
@require_POST
def begin(request: PageRequest) -> HttpResponse:
    """Begin an upload, or find the own one of the same file."""
    size = whole(request.POST.get("size", ""), digits=15)
    if size is None:
        return JsonResponse({"detail": _("The size of the file is missing.")}, status=422)
    try:
        row = actions.begin(
            request.actor, request.institution, request.POST.get("name", ""), size, request.POST.get("fingerprint", "")
        )  # fmt: skip
    except Refused as refused:
        status = 413 if size > packs.evidence().files.largest else 422
        return JsonResponse({"detail": str(refused)}, status=status)
    return JsonResponse(told(row), status=201)


@page(ANSWER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def one(request: PageRequest, uid: UUID) -> HttpResponse:
    """How far an upload is, one chunk more, or do without it."""
    if request.method == "DELETE":
        actions.drop(request.actor, request.institution, uid)
        return HttpResponse(status=204)
    row = actions.find(request.actor, request.institution, uid)
    if request.method in ("GET", "HEAD"):
        return JsonResponse(told(row))
    offset = whole(request.GET.get("offset", ""), digits=15)
    length = whole(request.META.get("CONTENT_LENGTH") or "0", digits=15)
    limit = packs.evidence().files.chunk * 4
    if offset is None or length is None or length > limit:
        detail = _("A chunk has an offset and at most %(most)s KB.") % {"most": limit >> 10}
        return JsonResponse({"detail": detail}, status=413 if offset is not None else 422)
    try:
        row = actions.move(request.actor, request.institution, uid, offset, request.body)
    except actions.Misplaced as error:
        return JsonResponse(told(row) | {"received": error.received}, status=409)
    except Refused as refused:
        return JsonResponse({"detail": str(refused)}, status=422)
    except (RequestDataTooBig, UnreadablePostError):
        return JsonResponse({"detail": _("The chunk did not arrive wholly.")}, status=400)
    return JsonResponse(told(row))


@page(ANSWER)
@require_POST
def drop(request: PageRequest, uid: UUID) -> HttpResponse:
    """Do without an upload on its way, from a form."""
    actions.drop(request.actor, request.institution, uid)
    return redirect("evaluation:evidence", institution=request.institution.code)


def told(row: Upload) -> dict[str, Any]:
    """An upload as programs read it."""
    return {
        "uid": str(row.uid),
        "name": row.name,
        "received": row.received,
        "size": row.size,
        "chunk": packs.evidence().files.chunk,
        "url": reverse("evaluation:upload", args=[row.institution.code, row.uid]),
    }
