"""The whole URL map."""

from allauth.account import views as account
from allauth.socialaccount import views as social
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, register_converter
from django.views.generic import RedirectView

from dashboard.admin.site import admin_login
from dashboard.http import IdConverter, PartConverter, TokenConverter
from dashboard.views import (
    access,
    again,
    calls,
    coverage,
    exports,
    health,
    leads,
    live,
    packets,
    readcalls,
    reveal,
    reviews,
    scans,
    shared,
    shares,
    stuck,
    timeline,
    workflows,
)

register_converter(IdConverter, "id")
register_converter(PartConverter, "part")
register_converter(TokenConverter, "token")

LEAD = "workflows/<id:workflow_id>/leads/<id:lead_id>/"

# Of allauth's addresses those that are of use here: nobody signs up, confirms addresses or has passwords mailed.
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sso/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/error/", login_not_required(social.login_error), name="socialaccount_login_error"),
    path("sso/signup/", social.signup, name="socialaccount_signup"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]

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
    path("workflows/<id:workflow_id>/coverage/", coverage.path_coverage, name="path-coverage"),
    path("workflows/<id:workflow_id>/coverage/scan/", coverage.coverage_scan, name="coverage-scan"),
    path("workflows/<id:workflow_id>/coverage/scans/<int:number>/", coverage.coverage_now, name="coverage-now"),
    path("workflows/<id:workflow_id>/coverage/coverage.csv", coverage.coverage_csv, name="coverage-csv"),
    path("workflows/<id:workflow_id>/coverage/coverage.json", coverage.coverage_json, name="coverage-json"),
    path("workflows/<id:workflow_id>/scans/", scans.scan_start, name="scan-start"),
    path("workflows/<id:workflow_id>/scans/now/", scans.scan_now, name="scan-now"),
    path("workflows/<id:workflow_id>/scans/<int:number>/", scans.scan_detail, name="scan-detail"),
    path("workflows/<id:workflow_id>/scans/<int:number>/cancel/", scans.scan_cancel, name="scan-cancel"),
    path("workflows/<id:workflow_id>/scans/<int:number>/resume/", scans.scan_resume, name="scan-resume"),
    path(LEAD, timeline.lead_timeline, name="lead-timeline"),
    path(f"{LEAD}live/", live.timeline_live, name="timeline-live"),
    path(f"{LEAD}calls/<id:call_id>/", calls.call_panel, name="call-panel"),
    path(f"{LEAD}read-calls/", readcalls.lead_calls_read, name="lead-calls-read"),
    path(f"{LEAD}visits/<int:position>/", timeline.visit_record, name="visit-record"),
    path(f"{LEAD}reveal/", reveal.lead_reveal, name="lead-reveal"),
    path(f"{LEAD}conceal/", reveal.lead_conceal, name="lead-conceal"),
    path(f"{LEAD}zone/", reviews.lead_zone, name="lead-zone"),
    path(f"{LEAD}queue/", reviews.review_queue, name="review-queue"),
    path(f"{LEAD}dispute/", reviews.review_dispute, name="review-dispute"),
    path(f"{LEAD}export/", exports.lead_export, name="lead-export"),
    path(f"{LEAD}packets/", packets.packet_new, name="packet-new"),
    path(f"{LEAD}packets/<int:number>/", packets.packet_detail, name="packet-detail"),
    path(f"{LEAD}packets/<int:number>/<part:part>", packets.packet_file, name="packet-file"),
    path(f"{LEAD}share/", shares.share_new, name="share-new"),
    path("shares/", shares.share_list, name="share-list"),
    path("shares/<int:number>/revoke/", shares.share_revoke, name="share-revoke"),
    path("s/<token:token>/", shared.shared_timeline, name="shared-timeline"),
    path("s/<token:token>/calls/<id:call_id>/", shared.shared_call, name="shared-call"),
    path("access/", access.access_list, name="access-list"),
    path("access/person/", access.access_person, name="access-person"),
    path("access/trail.csv", access.access_csv, name="access-csv"),
    path("access/trail.jsonl", access.access_jsonl, name="access-jsonl"),
    path("read-again/", again.read_again, name="read-again"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.prometheus, name="metrics"),
    path("accounts/", include(accounts)),
    # One door: the admin's own sign-in page leads to ours.
    path("admin/login/", admin_login, name="admin-login"),
    path("admin/", admin.site.urls),
]

handler400 = "dashboard.views.errors.bad_request"
handler403 = "dashboard.views.errors.forbidden"
handler404 = "dashboard.views.errors.not_found"
handler500 = "dashboard.views.errors.fault"
