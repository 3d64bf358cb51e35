"""One's own account: name and roles, the password, and the page behind a one-time link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pendapa.kernel.access.actor import NotFound
from pendapa.kernel.tenancy.models import User
from pendapa.organisation import actions
from pendapa.organisation.views.shared import INVALID

GONE = 410
ACCEPTING = "pendapa_accepting"


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here: name, sign-in name, roles of today."""
    return render(request, "organisation/account.html", {"roles": request.actor.assignments})  # type: ignore[attr-defined]


class PasswordChange(auth.PasswordChangeView):
    """A new password, with the old one as proof; other sessions end."""

    template_name = "organisation/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(
            self.request, _("The password was changed. You were signed out on your other devices.")
        )
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)


class SetPassword(auth.PasswordResetConfirmView):
    """Behind a one-time link. The token moves into the session at once, so that no log or Referer of this page holds it."""

    template_name = "organisation/set_password.html"
    success_url = reverse_lazy("start")
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    token_generator = actions.tokens
    reset_url_token = "baru"  # noqa: S105  (the word that stands in the address instead of the token)

    def get_user(self, uidb64: str) -> User | None:
        try:
            user = super().get_user(uidb64)
        except (ValueError, TypeError, OverflowError):
            return None
        return user if user is not None and user.is_active else None

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if not context.get("validlink"):
            kwargs["status"] = GONE
        elif context["form"].errors:
            kwargs["status"] = INVALID
        return super().render_to_response(context, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(
            self.request,
            _("Your password is set and you are signed in. The link has done its work and no longer opens."),
        )
        return response


@require_safe
@never_cache
def accept_link(request: HttpRequest, token: str) -> HttpResponse:
    """Behind a link that accepts a role: the token moves into the session, through signing in if need be."""
    request.session[ACCEPTING] = token[:2000]
    return redirect("accept")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest) -> HttpResponse:
    """Which roles in which institution wait for the signed-in person, and the yes to them."""
    token = str(request.session.get(ACCEPTING, ""))
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            taken = actions.accept(actor, token)
        except NotFound:
            return render(request, "organisation/accept.html", {"waiting": []}, status=GONE)
        request.session.pop(ACCEPTING, None)
        messages.success(
            request,
            _("The role is yours. You now work in %(institution)s.") % {"institution": taken[0].institution},
        )
        return redirect("start")
    waiting = list(actions.waiting_for(actor, token))
    return render(request, "organisation/accept.html", {"waiting": waiting}, status=200 if waiting else GONE)
