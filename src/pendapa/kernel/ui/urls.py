"""Addresses of the shell itself."""

from django.urls import path

from pendapa.kernel.ui import views

app_name = "ui"
urlpatterns = [path("tema/", views.set_theme, name="theme")]
