"""The few pages that belong to the assembly: signing in, where to start, health, refusals."""

from __future__ import annotations

from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pendapa.kernel.access.actor import institutions
from pendapa.web import beginning


class SignInForm(auth_forms.AuthenticationForm):
    """Says what is wrong as the page names its fields."""

    error_messages = auth_forms.AuthenticationForm.error_messages | {
        "invalid_login": gettext_lazy(
            "E-mail or user name and password do not fit together. Capitals count in the password."
        ),
    }


class SignIn(auth.LoginView):
    """Sign in with office e-mail or NIP; five wrong tries close the door for a quarter of an hour."""

    template_name = "account/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where a person goes after signing in: the own institution, or the choice among several.

    Who holds no role reads whom to ask; an administrator of the installation reads how to begin.
    """
    mine = list(institutions(request.actor)[:50])  # type: ignore[attr-defined]
    unled = beginning.unled(request.user)
    if len(mine) == 1 and not unled:
        return redirect("cockpit:home", institution=mine[0].code)
    nothing_yet = request.user.is_platform_admin and not beginning.any_institution()  # type: ignore[union-attr]
    return render(
        request, "web/start.html", {"institutions": mine, "unled": unled, "nothing_yet": nothing_yet}
    )


@login_required
@require_POST
def take_charge(request: HttpRequest, code: str) -> HttpResponse:
    """An administrator of the installation becomes the first officer of an institution that has none."""
    here = beginning.take_charge(request.user, code)
    return redirect("cockpit:home", institution=here.code)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, and for how long."""
    return render(request, "web/privacy.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The main job in three steps."""
    return render(request, "web/help.html")


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """For a watchdog: answers once the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Absent or not granted: the same status and body, whatever the reason."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Not found"}, status=404)
    if request.headers.get("HX-Request"):
        return render(request, "ui/part_error.html", {"what": _("Nothing can be read here.")}, status=404)
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read. Asks nothing of the request but its path: anything else of it may be what is bad."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "The request cannot be read."}, status=400)
    if request.headers.get("HX-Request"):
        what = _("This cannot be read as it was sent. Nothing was changed.")
        return HttpResponse(render_to_string("ui/part_error.html", {"what": what}), status=400)
    return HttpResponse(render_to_string("400.html"), status=400)


def form_only(request: HttpRequest, allow: str) -> HttpResponse:
    """The address takes a form and cannot be read: the same body whatever it is."""
    if request.headers.get("HX-Request"):
        told = render(request, "ui/part_error.html", {"what": _("Nothing can be read here.")}, status=405)
    else:
        told = render(request, "405.html", status=405)
    told["Allow"] = allow
    return told


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: a calm page, or a line where only a part of a page was asked for. Needs neither database nor session."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Something broke here. What you sent was not saved."}, status=500)
    if request.headers.get("HX-Request"):
        what = _(
            "This part cannot be shown now. The fault is ours and was written down; nothing was changed."
        )
        return HttpResponse(render_to_string("ui/part_error.html", {"what": what}), status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: nothing was saved, and how to go on."""
    return render(request, "403_csrf.html", status=403)
