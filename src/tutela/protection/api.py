"""Cases over the API: the same list, the same door, the same pseudonyms as on the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from tutela.foundation.access.api import needs
from tutela.foundation.access.decision import Purpose, Reason
from tutela.foundation.access.door import AccessDenied
from tutela.foundation.access.http import StaffRequest
from tutela.foundation.access.models import Section
from tutela.foundation.roles import Permission
from tutela.people.access import file_for
from tutela.people.keyset import MOST_COUNTED, Cursor
from tutela.protection.models import CaseStatus, Danger, Exploitation, Stage
from tutela.protection.queries.cases import CaseFilter, case_list, case_row

router = Router(tags=["cases"])


class CaseOut(Schema):
    """One case. `next_on` is the nearest running deadline or open task."""

    person_id: UUID
    reference: str
    pseudonym: str
    status: CaseStatus
    stage: Stage
    danger: Danger
    exploitation: Exploitation
    opened_at: datetime
    lead: str
    next_on: date | None
    is_shared: bool


class CasePage(Schema):
    """`following` is the `after` of the next page, empty on the last. `count` stops at 1000 (`is_more`)."""

    cases: list[CaseOut]
    following: str
    count: int
    is_more: bool


class CaseQuery(Schema):
    stage: Stage | None = None
    danger: Danger | None = None
    exploitation: Exploitation | None = None
    status: CaseStatus | None = CaseStatus.OPEN
    mine: bool = False
    after: str = Field("", max_length=100)
    size: int = Field(25, ge=1, le=100)


class CaseSearch(CaseQuery):
    text: str = Field(min_length=1, max_length=200)


_READS = needs(Permission.CASE_READ)


@router.get("/cases", auth=_READS, response=CasePage, summary="Cases that you may see, the newest first")
def cases(request: StaffRequest, asked: Query[CaseQuery]) -> dict[str, Any]:
    return _found(request, asked, text="")


@router.post(
    "/cases/search",
    auth=_READS,
    response=CasePage,
    summary="The same, by words that stay out of the address",
)
def search(request: StaffRequest, asked: CaseSearch) -> dict[str, Any]:
    return _found(request, asked, text=asked.text)


def _found(request: StaffRequest, asked: CaseQuery, *, text: str) -> dict[str, Any]:
    wanted = CaseFilter(
        text=text,
        stage=asked.stage or "",
        danger=asked.danger or "",
        exploitation=asked.exploitation or "",
        status=asked.status or "",
        mine=asked.mine,
    )
    found = case_list(request.actor, wanted, at=request.at, after=Cursor.parse(asked.after), size=asked.size)
    return {
        "cases": list(found.page.rows),
        "following": found.page.following,
        "count": min(found.count, MOST_COUNTED),
        "is_more": found.is_more,
    }


@router.get("/cases/{uuid:person_id}", auth=_READS, response=CaseOut, summary="One case")
def case(request: StaffRequest, person_id: UUID) -> Any:
    actor, at = request.actor, request.at
    file_for(actor, person_id, Permission.CASE_READ, section=Section.CASE, purpose=Purpose.CARE, at=at)
    row = case_row(actor, person_id, at=at)
    if row is None:
        raise AccessDenied(reason=Reason.OTHER_ORGANISATION, permission=Permission.CASE_READ)
    return row
