"""The product's addresses and two more: an officers' page with nothing in it, the floor of every page, and an answer of the
API with nothing in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pendapa.architecture.api.door import enter
from pendapa.kernel.access.pages import page
from pendapa.kernel.access.rest import answer
from pendapa.web.urls import urlpatterns as product


@page("architecture.view")
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/app.html")


def bare(request: HttpRequest, code: str) -> HttpResponse:
    enter(request, code)
    return answer({})


urlpatterns = [
    *product,
    path("kosong/<str:institution>/", empty),
    path("api/v1/institutions/<str:code>/kosong", bare),
]
handler404 = "pendapa.web.views.not_found"
