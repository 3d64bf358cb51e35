"""Addresses of comments: by the thing that is spoken of, and the own ones by themselves."""

from __future__ import annotations

from django.urls import path

from pendapa.kernel.comments import views

app_name = "comments"
urlpatterns = [
    path("<slug:target_type>/<uuid:uid>/", views.thread, name="thread"),
    path("<slug:target_type>/<uuid:uid>/orang/", views.people, name="people"),
    path("<slug:target_type>/<uuid:uid>/baca/", views.read, name="read"),
    path("<uuid:comment>/ubah/", views.edit, name="edit"),
    path("<uuid:comment>/hapus/", views.delete, name="delete"),
]
