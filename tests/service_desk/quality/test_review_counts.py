"""The page of a review asks as often for many criteria and findings as for few (SVC-12)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from service_desk.quality.operations.findings import Found, raise_
from tests.service_desk.quality import office
from tests.service_desk.quality import reviewing as room
from tests.service_desk.quality.test_pages import as_, at

pytestmark = pytest.mark.django_db
MOST = 30


def test_a_review_is_shown_in_as_many_statements_with_one_finding_as_with_four() -> None:
    by = room.reviewer()
    review = room.handed_in(by=by, tone="no", answer="0", identity="no", compensation="no")
    client, here = as_(by), at("casereview_change", review.pk)
    asked = []
    for codes in ((), ("tone", "answer", "compensation")):
        for code in codes:
            raise_(Found(title=code, code=code, department=office.department("service")), by=by, review=review)
        client.get(here)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(here).status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1] <= MOST
