"""Two pages behind the dashboard's own sign-in: rows and nothing else, and one upstream call and nothing else."""

from django.urls import path

from benchmarks.peers import views

urlpatterns = [
    path("rows/<int:count>/", views.rows),
    path("proxied/<str:lead_id>/", views.proxied),
]
