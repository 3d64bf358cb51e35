"""What people say about a thing: a part of its page, and a page of its own where there is no script."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.comments import actions, queries, rules
from pendapa.kernel.comments.permissions import COMMENT
from pendapa.kernel.history.models import Recorded
from pendapa.kernel.numbers import whole
from pendapa.kernel.templatetags.comments import block


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(COMMENT)
def thread(request: PageRequest, target_type: str, uid: UUID) -> HttpResponse:
    """The comments on one thing; POST says another."""
    row = queries.target(request.actor, request.institution, target_type, uid)
    if request.method != "POST":
        return _shown(request, row)
    try:
        said = actions.say(
            request.actor,
            request.institution,
            target_type,
            uid,
            request.POST.get("text", ""),
            _picked(request),
        )
    except actions.Refused as refused:
        return _refused(request, row, refused)
    if _is_part(request):
        return render(request, "comments/block.html", block(request, row))
    return HttpResponseRedirect(f"{queries.page_of(request.institution, row)}#komentar-{said.uid}")


def _shown(request: PageRequest, row: Recorded) -> HttpResponse:
    everything = bool(request.GET.get("semua"))
    context = block(request, row)
    if everything:
        context["thread"] = queries.thread(request.actor, row, whole=True)
    if _is_part(request):
        return render(request, "comments/thread.html", context)
    return render(request, "comments/page.html", context | {"row": row})


def _refused(
    request: PageRequest, row: Recorded, refused: actions.Refused, editing: UUID | None = None
) -> HttpResponse:
    """The same page again with what was written and why it could not be said."""
    picked = queries.completions(request.actor, request.institution, row, "\0", _picked(request))
    context = block(
        request,
        row,
        text=request.POST.get("text", "")[: 4 * rules.LIMIT],
        fault=str(refused),
        offered=picked,
        editing=editing,
    )
    if _is_part(request):
        return render(request, "comments/block.html", context, status=422)
    return render(request, "comments/page.html", context | {"row": row}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(COMMENT)
def edit(request: PageRequest, comment: UUID) -> HttpResponse:
    """Say an own comment otherwise."""
    found = queries.own(request.actor, request.institution, comment)
    row = queries.target(request.actor, request.institution, found.target_type, found.target_uid)
    if request.method != "POST":
        context = block(request, row, text=found.text, editing=found.uid)
        if _is_part(request):
            return render(request, "comments/block.html", context)
        return render(request, "comments/page.html", context | {"row": row})
    try:
        actions.edit(
            request.actor, request.institution, comment, request.POST.get("text", ""), _picked(request)
        )
    except actions.Refused as refused:
        return _refused(request, row, refused, found.uid)
    if _is_part(request):
        return render(request, "comments/block.html", block(request, row))
    return HttpResponseRedirect(f"{queries.page_of(request.institution, row)}#komentar-{found.uid}")


@require_POST
@page(COMMENT)
def delete(request: PageRequest, comment: UUID) -> HttpResponse:
    """Take an own comment back."""
    gone = actions.delete(request.actor, request.institution, comment)
    row = queries.target(request.actor, request.institution, gone.target_type, gone.target_uid)
    if _is_part(request):
        return render(request, "comments/block.html", block(request, row))
    messages.success(request, _("Your comment is deleted."))
    return HttpResponseRedirect(f"{queries.page_of(request.institution, row)}#komentar")


@require_safe
@never_cache
@page(COMMENT)
def people(request: PageRequest, target_type: str, uid: UUID) -> HttpResponse:
    """Whom the text being written may call: people whose name fits what stands after its last ``@`` and who see the thing."""
    row = queries.target(request.actor, request.institution, target_type, uid)
    fragment = rules.fragment(request.GET.get("text", "")[-200:])
    found = queries.completions(
        request.actor,
        request.institution,
        row,
        "\0" if fragment is None else fragment,
        _numbers(request.GET.getlist("picked")),
    )
    return render(request, "comments/people.html", {"offered": found, "asked": fragment is not None})


@require_POST
@page(COMMENT)
def read(request: PageRequest, target_type: str, uid: UUID) -> HttpResponse:
    """The calls on this thing are read; back to where one was."""
    actions.read(request.actor, request.institution, target_type, uid)
    if _is_part(request):
        return HttpResponse(status=204)
    row = queries.target(request.actor, request.institution, target_type, uid)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return HttpResponseRedirect(back if safe else queries.page_of(request.institution, row))


def _picked(request: HttpRequest) -> list[int]:
    return _numbers(request.POST.getlist("picked"))


def _numbers(texts: list[str]) -> list[int]:
    return [number for text in texts[:50] if (number := whole(text, digits=18)) is not None]


def _is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of the page."""
    return request.headers.get("HX-Request") == "true"
