"""The workbench of the service desk: queue, page of a case, calls, board, questions to departments."""

from django.contrib import admin
from django.urls import URLPattern, path

from service_desk.admin.desk import board, calls, case_page, joining, queue_page


def urls() -> list[URLPattern]:
    """Addresses beside the usual ones of cases."""
    inside = admin.site.admin_view
    return [
        path("queue/", inside(queue_page.queue_of), name="service_desk_case_queue"),
        path("duty/", inside(queue_page.be_on_duty), name="service_desk_case_duty"),
        path("board/", inside(board.board), name="service_desk_case_board"),
        path("call/", inside(calls.call), name="service_desk_case_call"),
        path("call/suggest/", inside(calls.suggest), name="service_desk_case_suggest"),
        path("files/<str:token>/", inside(case_page.attachment), name="service_desk_case_attachment"),
        path("<int:pk>/merge/", inside(joining.merge), name="service_desk_case_merge"),
        path("<int:pk>/split/", inside(joining.split), name="service_desk_case_split"),
        path("<int:pk>/look/", inside(case_page.look), name="service_desk_case_look"),
        path("<int:pk>/act/<slug:verb>/", inside(case_page.act), name="service_desk_case_act"),
    ]
