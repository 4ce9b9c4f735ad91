"""The whole URL map."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.views.generic import RedirectView

from dashboard.http import IdConverter
from dashboard.views import again, calls, health, leads, live, scans, stuck, timeline, workflows

register_converter(IdConverter, "id")

LEAD = "workflows/<id:workflow_id>/leads/<id:lead_id>/"

urlpatterns = [
    path("", workflows.workflow_list, name="workflow-list"),
    path("workflows/<id:workflow_id>/", leads.lead_list, name="lead-list"),
    path(
        "workflows/<id:workflow_id>/leads/",
        RedirectView.as_view(pattern_name="lead-list", query_string=True),
        name="lead-list-alias",
    ),
    path("workflows/<id:workflow_id>/search/", leads.lead_search, name="lead-search"),
    path("workflows/<id:workflow_id>/stuck/", stuck.stuck_board, name="stuck-board"),
    path("workflows/<id:workflow_id>/stuck/live/", stuck.stuck_live, name="stuck-live"),
    path("workflows/<id:workflow_id>/scans/", scans.scan_start, name="scan-start"),
    path("workflows/<id:workflow_id>/scans/now/", scans.scan_now, name="scan-now"),
    path("workflows/<id:workflow_id>/scans/<int:number>/", scans.scan_detail, name="scan-detail"),
    path("workflows/<id:workflow_id>/scans/<int:number>/cancel/", scans.scan_cancel, name="scan-cancel"),
    path("workflows/<id:workflow_id>/scans/<int:number>/resume/", scans.scan_resume, name="scan-resume"),
    path(LEAD, timeline.lead_timeline, name="lead-timeline"),
    path(f"{LEAD}live/", live.timeline_live, name="timeline-live"),
    path(f"{LEAD}calls/<id:call_id>/", calls.call_panel, name="call-panel"),
    path(f"{LEAD}visits/<int:position>/", timeline.visit_record, name="visit-record"),
    path("read-again/", again.read_again, name="read-again"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.prometheus, name="metrics"),
    path("accounts/login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    # One door: the admin's own sign-in page leads to ours.
    path(
        "admin/login/",
        login_not_required(RedirectView.as_view(pattern_name="login", query_string=True)),
        name="admin-login",
    ),
    path("admin/", admin.site.urls),
]

handler400 = "dashboard.views.errors.bad_request"
handler403 = "dashboard.views.errors.forbidden"
handler404 = "dashboard.views.errors.not_found"
handler500 = "dashboard.views.errors.fault"
