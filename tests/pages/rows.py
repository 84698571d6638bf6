"""Many rows of every table: each hangs on the first row of the tables it refers to, so that lists and details grow."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import models, transaction

from core import approvals, clock
from service_desk.people.models import KpiCode

APPS = ("core", "members", "risk", "cards", "loyalty", "service_desk", "usersessions")
# What a row needs beyond what its columns say. `i` tells the rows apart.
NEEDS: dict[str, Any] = {
    "core.AuditRecord": lambda i: {"details": {}, "chain_id": 1, "sequence": 1_000 + i},
    "core.RoleAssignment": lambda i: {"role": "clerk", "store": made("core.Store", i)},
    "core.Message": lambda i: {
        "state": "sent", "channel": "inbox", "sent_at": clock.now(), "consent_checked_at": clock.now(),
        "event": "order.paid", "purpose": "service", "member_id": None,
    },
    "core.MessageTemplate": lambda i: {"event": "order.paid"},
    "core.ParameterRevision": lambda i: {
        "area": "renewal", "values": {}, "author": made("core.User", 0), "approver": made("core.User", 1),
    },
    "core.JobRun": lambda i: {"job": "cards.remind_renewal", "state": "done"},
    "core.Approval": lambda i: {"state": "withdrawn", "kind": next(iter(approvals.kinds()))},
    "core.AuditChain": None,
    "core.Employment": lambda i: {"user": made("core.User", i)},
    "cards.OrderLine": lambda i: {"card": None, "position": 100 + i},
    "cards.Payment": lambda i: {
        "currency": "CNY", "state": "succeeded", "amount_minor": 1, "received_minor": 1, "settled_at": clock.now(),
    },
    "cards.Refund": lambda i: {"payment": made("cards.Payment", 0)},
    "cards.ProductVersion": lambda i: {"state": "rejected", "number": 100 + i},
    "cards.Price": lambda i: {"amount_minor": 29_900},
    "cards.CardReminder": lambda i: {"occasion": "renewal", "step": -i - 1},
    "cards.RenewalCharge": lambda i: {"state": "void", "notice_days": 7, "charge_on": clock.today() + dt.timedelta(400)},
    "cards.RenewalMandate": lambda i: {"ended_at": clock.now(), "ended_because": "member"},
    "cards.Card": lambda i: {
        "state": "active", "valid_from_on": clock.today(), "last_valid_on": clock.today() + dt.timedelta(300 + i),
        "number": made("cards.CardNumber", i), "order_line": made("cards.OrderLine", i), "activated_at": clock.now(),
        "holder": first(apps.get_model("members.Member")),
    },
    "cards.Term": lambda i: {
        "card": made("cards.Card", i), "starts_on": clock.today(), "last_valid_on": clock.today() + dt.timedelta(300 + i),
    },
    "loyalty.EarnRuleVersion": lambda i: {
        "definition": {"effect": "bonus", "points": 5 + i},
        "author": made("core.User", 0), "approver": made("core.User", 1), "approval": made("core.Approval", i),
    },
    "loyalty.EarnOccasion": lambda i: {"order": made("cards.Order", i)},
    "loyalty.PointTransaction": lambda i: {"kind": "accrue"},
    "loyalty.PointLot": lambda i: {"remaining": i + 1},
    "loyalty.PointEntry": lambda i: {"from_book": "issued", "to_book": "available"},
    "loyalty.Purchase": lambda i: {"currency": "CNY"},
    "loyalty.PurchaseReturnLine": lambda i: {"line": made("loyalty.PurchaseLine", i)},
    "loyalty.PurchaseLine": lambda i: {"position": 100 + i},
    "loyalty.PurchaseDiscount": lambda i: {
        "purchase": made("loyalty.Purchase", i), "spent": made("loyalty.PointTransaction", i), "points": 1,
    },
    "loyalty.CouponOffer": lambda i: {"value_minor": 100},
    "loyalty.Reward": lambda i: {"state": "on-sale"},
    "loyalty.RewardStock": lambda i: {"store": made("core.Store", i)},
    "loyalty.ImportChunk": lambda i: {"rows": "[]"},
    "loyalty.ImportFault": lambda i: {"code": "quantity_zero", "raw": "[]"},
    "loyalty.PurchaseImport": lambda i: {"state": "checked"},
    "loyalty.BenefitVersion": lambda i: {"benefit": made("loyalty.Benefit", i), "last_valid_on": None},
    "loyalty.BenefitCounter": lambda i: {"member": made("members.Member", i), "household": None},
    "loyalty.Simulation": lambda i: {
        "question": {"points": {}, "tiers": {}, "rules": {}}, "before": {"points": {}, "tiers": {}, "rules": {}},
    },
    "loyalty.SimulationMove": lambda i: {"member": made("members.Member", i)},
    "loyalty.TierHold": lambda i: {
        "member": made("members.Member", i), "author": made("core.User", 0), "approver": made("core.User", 1),
        "approval": made("core.Approval", i), "starts_on": clock.today(), "ends_on": clock.today() + dt.timedelta(30),
    },
    "loyalty.BookedSlot": lambda i: {"starts_at": clock.now() + dt.timedelta(i)},
    "loyalty.BenefitGrant": lambda i: {"starts_on": clock.today(), "last_valid_on": clock.today() + dt.timedelta(9)},
    "loyalty.BenefitReservation": lambda i: {
        "version": made("loyalty.BenefitVersion", 0), "starts_at": clock.now() + dt.timedelta(i),
    },
    "service_desk.Case": lambda i: {"number": f"C-{i}", "card": None, "order": None, "kind": "complaint"},
    "service_desk.Compensation": lambda i: {
        "means": "points", "points": 1, "amount_minor": 1, "counted_minor": 1, "authority": "agent", "limit_minor": 5,
        "state": "given", "given_at": clock.now(), "transaction": made("loyalty.PointTransaction", i),
    },
    "service_desk.ImprovementReview": lambda i: {
        "proposed": "effective", "confirmed": "verified", "owner": made("core.User", 0), "by": made("core.User", 1),
    },
    "service_desk.Chat": lambda i: {"member": None, "agent": None, "offered_to": None},
    "service_desk.ChatLine": lambda i: {"position": 100 + i},
    "service_desk.ChatSeat": lambda i: {"user": made("core.User", i)},
    "service_desk.FetchedMail": lambda i: {"error": "OSError", "uid": i},
    "service_desk.InboundMail": lambda i: {"outcome": "set-aside", "kind": "person", "via": "hook"},
    "service_desk.SocialAnswer": lambda i: {"entry": made("service_desk.CaseEntry", i), "state": "waiting"},
    "service_desk.CaseClock": lambda i: {"round": 100 + i},
    "service_desk.CaseEntry": lambda i: {"merged_from": None},
    "service_desk.CaseLink": lambda i: {"case": made("service_desk.Case", i), "other": made("service_desk.Case", i + 1)},
    "service_desk.CaseSearch": lambda i: {"case": made("service_desk.Case", i)},
    "service_desk.CaseViewing": lambda i: {"user": made("core.User", i)},
    "service_desk.Follower": lambda i: {"user": made("core.User", i)},
    "service_desk.SurveyVersion": lambda i: {"number": 100 + i, "title": {"en": f"Survey {i}"}} | (
        {"state": "published", "approval": made("core.Approval", i), "published_at": clock.now()} if i else {}
    ),
    "service_desk.SurveyQuestion": lambda i: {"version": made("service_desk.SurveyVersion", 0), "text": {"en": f"{i}?"}},
    "service_desk.SurveyInvitation": lambda i: {
        "asked_on": clock.today(), "rests_until_on": clock.today() + dt.timedelta(30),
        "allowed_from_on": clock.today() if i else None,
    },
    "service_desk.SurveyAnswer": lambda i: {"question": made("service_desk.SurveyQuestion", i)},
    "service_desk.SurveyDraftAnswer": None,
    "core.Certificate": lambda i: {"user": made("core.User", i), "last_valid_on": None, "revoked_because": ""},
    "core.CompetenceRequirement": lambda i: {"right": "counter.sell", "subject": f"none-{i}", "ended_because": ""},
    "service_desk.Course": lambda i: {"due_days": 14, "state": "open", "competence": made("core.Competence", i)},
    "service_desk.CourseStep": lambda i: {"position": 100 + i},
    "service_desk.CourseMaterial": lambda i: {"number": 100 + i},
    "service_desk.QuizQuestion": lambda i: {"version": None},
    "service_desk.QuizQuestionVersion": lambda i: {"number": 100 + i, "kind": "truth", "answer": "true"},
    "service_desk.Enrolment": lambda i: {"course": made("service_desk.Course", i)},
    "service_desk.StepDone": lambda i: {"step": made("service_desk.CourseStep", i)},
    "service_desk.OnboardingRule": lambda i: {"role": "clerk", "post": None},
    "service_desk.ClassSession": lambda i: {"seats": 50, "taken": 0, "starts_at": clock.now() + dt.timedelta(days=i + 1)},
    "service_desk.ClassSeat": lambda i: {"enrolment": made("service_desk.Enrolment", i)},
    "service_desk.QuizAttempt": lambda i: {"number": 100 + i, "closed_at": clock.now(), "passed": False, "score_bps": 0},
    "service_desk.QuizAnswer": lambda i: {
        "position": 100 + i, "question": made("service_desk.QuizQuestion", i), "order": [],
        "version": made("service_desk.QuizQuestionVersion", i), "is_right": None,
    },
    "service_desk.PracticalCheck": lambda i: {"assessor": made("core.User", 1), "marks": []},
    "service_desk.SpotCheck": lambda i: {
        "person": learner(), "assessor": made("core.User", 1), "checked_on": clock.today() + dt.timedelta(days=i),
    },
    "service_desk.SpotCheckMark": lambda i: {"criterion": made("service_desk.StandardCriterion", i), "mark": 3},
    "service_desk.KpiTarget": lambda i: {
        "kind": "person", "author": made("core.User", 0), "approver": made("core.User", 1),
        "approval": made("core.Approval", i),
    },
    "service_desk.ScoreCard": lambda i: {"kind": "person", "person": learner(), "closed_at": clock.now()},
    "service_desk.ScoreFigure": lambda i: {
        "card": made("service_desk.ScoreCard", i // 11), "kpi": KpiCode.values[i % 11], "target": 1, "attainment_bps": 0,
    },
    "service_desk.Objection": lambda i: {"person": learner(), "figure": made("service_desk.ScoreFigure", i)},
    "service_desk.Contest": lambda i: {"kind": "person", "starts_on": clock.today(), "last_on": clock.today()},
    "service_desk.ContestPlace": lambda i: {"person": made("core.User", i)},
    "service_desk.Incentive": lambda i: {
        "person": learner(), "author": made("core.User", 1), "kind": "praise", "state": "agreed",
    },
    "service_desk.ImprovementPlan": lambda i: {"person": learner(), "author": made("core.User", 1)},
    "service_desk.CareerStep": lambda i: {
        "person": learner(), "author": made("core.User", 0), "approver": made("core.User", 1),
        "approval": made("core.Approval", i),
    },
    "service_desk.ArticleVersion": lambda i: {
        "article": made("service_desk.Article", i), "state": "published", "number": 100 + i, "valid_from_on": clock.today(),
        "published_at": clock.now(), "position": i, "is_question": True, "pins": ["portal.points"], "audience": "public",
    },
    "service_desk.ArticleText": lambda i: {"version": made("service_desk.ArticleVersion", i), "language": "en"},
    "service_desk.ArticleTerm": lambda i: {"term": "umbrell", "version": made("service_desk.ArticleVersion", i)},
    "service_desk.ArticleDay": lambda i: {"article": made("service_desk.Article", i), "day": clock.today()},
    "service_desk.ArticleRating": lambda i: {"version": made("service_desk.ArticleVersion", 0), "comment": "Good."},
    "service_desk.Announcement": lambda i: {
        "state": "published", "starts_at": clock.now(), "published_at": clock.now(), "approval": made("core.Approval", i),
        "is_pinned": True, "kind": "notice", "audience": "members",
    },
    "service_desk.AnnouncementText": lambda i: {
        "announcement": made("service_desk.Announcement", i), "language": "en",
    },
    "service_desk.AnnouncementReading": lambda i: {
        "announcement": made("service_desk.Announcement", i), "user": made("core.User", i),
    },
    "service_desk.Project": lambda i: {"state": "running", "starts_on": clock.today(), "ends_on": clock.today()},
    "service_desk.MeetingDecision": lambda i: {"position": 100 + i},
    "service_desk.Task": lambda i: {
        "state": "open", "starts_on": clock.today(), "due_on": clock.today() + dt.timedelta(days=i),
        "decision": made("service_desk.MeetingDecision", i),
    },
    "service_desk.ScoreSheet": lambda i: {"number": 100 + i, "author": made("core.User", 0)} | (
        {"state": "published", "published_by": made("core.User", 1), "published_at": clock.now()} if i else
        {"state": "draft", "published_by": None}
    ),
    "service_desk.SheetSection": lambda i: {"position": 100 + i, "sheet": made("service_desk.ScoreSheet", 0)},
    "service_desk.SheetCriterion": lambda i: {
        "code": f"c{i}", "position": 100 + i, "sheet": made("service_desk.ScoreSheet", 0),
        "section": made("service_desk.SheetSection", 0),
    },
    "service_desk.ReviewSample": lambda i: {
        "week_starts_on": clock.today() - dt.timedelta(weeks=i), "population": 1, "drawn": 1, "frame": [],
        "rule": {"least_per_agent": 1, "share_bps": 300, "severe": True, "breached": True, "unhappy": True},
    },
    "service_desk.CaseReview": lambda i: {
        "case": made("service_desk.Case", i), "agent": learner(), "reviewer": made("core.User", 1), "state": "done",
        "sheet": made("service_desk.ScoreSheet", 0), "score": 90, "passed": True, "rounds": 1,
        "handed_in_at": clock.now(), "handed_in_on": clock.today(), "due_on": clock.today(),
    },
    "service_desk.ReviewScore": lambda i: {
        "review": made("service_desk.CaseReview", i), "round": 1, "percent": 90, "pass_mark": 80, "passed": True,
    },
    "service_desk.ReviewMark": lambda i: {
        "score": made("service_desk.ReviewScore", 0), "criterion": made("service_desk.SheetCriterion", i),
        "code": f"c{i}", "mark": "no", "is_failed": True,
    },
    "service_desk.QualityFinding": lambda i: {
        "code": f"c{i}", "review": made("service_desk.CaseReview", 0), "task": made("service_desk.Task", i),
        "withdrawn_by": None,
    },
    "service_desk.FindingVerification": lambda i: {
        "is_effective": True, "by": made("core.User", 1), "owner": made("core.User", 0),
    },
    "service_desk.EmergencyPlan": lambda i: {"is_active": True},
    "service_desk.PlanVersion": lambda i: {
        "number": 100 + i, "criteria": {"1": "Every store"}, "texts": {},
        "state": "replaced" if i else "published", "published_at": clock.now(), "approval": made("core.Approval", i),
    },
    "service_desk.PlanStep": None,
    "service_desk.PlanCall": None,
    "service_desk.Incident": lambda i: {
        "state": "open", "severity": 2, "worst": 2, "answers": {}, "announcement": None, "is_drill": False,
        "report_due_at": None,
    },
    "service_desk.IncidentEntry": lambda i: {"kind": "note", "data": {}},
    "service_desk.IncidentCall": lambda i: {"level": 1, "round": 1, "person": made("core.User", i)},
    "service_desk.IncidentStep": lambda i: {"position": 100 + i, "done_at": None, "done_by": None},
    "service_desk.IncidentCase": lambda i: {"case": made("service_desk.Case", i)},
    "service_desk.IncidentTelling": lambda i: {
        "rule": "cases", "chosen": {}, "texts": {"en": {"title": "So", "body": "It is."}}, "state": "sent",
        "finished_at": clock.now(),
    },
    "service_desk.MemberTold": lambda i: {"member": made("members.Member", i)},
    "service_desk.IncidentReview": lambda i: {"state": "draft", "incident": made("service_desk.Incident", i)},
    "service_desk.IncidentMeasure": lambda i: {"position": 100 + i, "task": made("service_desk.Task", i)},
    "members.LegalText": lambda i: {"version": 100 + i, "bodies": {"en": "So be it."}},
}  # fmt: skip


def grow(count: int) -> None:
    """Bring every table of ours to at least so many rows, and hang every new one on the first of its relations."""
    ours = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    for model in ours:
        if NEEDS.get(model._meta.label, made) is not None:
            for i in range(model._default_manager.count(), count):
                made(model._meta.label, i)


def clear(app: str) -> None:
    """An app's tables are empty, so that all their rows are made here."""
    models_of = list(apps.get_app_config(app).get_models(include_auto_created=True))
    for model in models_of:
        to_itself = [one.name for one in model._meta.concrete_fields if one.related_model is model and one.null]
        if to_itself:
            model._default_manager.update(**dict.fromkeys(to_itself))
    while models_of:
        held = [model for model in models_of if not _emptied(model)]
        assert len(held) < len(models_of), f"each of {held} is held by another"
        models_of = held


def _emptied(model: Any) -> bool:
    try:
        with transaction.atomic():
            model._default_manager.all().delete()
    except models.ProtectedError:
        return False
    return True


_made: dict[tuple[str, int], Any] = {}


def forget() -> None:
    """The rows are gone."""
    _made.clear()


def made(label: str, i: int) -> Any:
    """Row `i` of a table, made when it is first asked for."""
    model: Any = apps.get_model(label)
    if (label, i) in _made:
        return _made[label, i]
    given = NEEDS.get(label, lambda i: {})(i)
    values = {field.name: _value(field, i) for field in model._meta.concrete_fields if _is_asked(field, given)}
    row = model(**{name: value for name, value in values.items() if value is not None} | given)
    row.save()
    _made[label, i] = row
    return row


def learner() -> Any:
    """Who takes the first course: what is told of somebody's work is told of him."""
    return first(apps.get_model("service_desk.Enrolment")).user


def first(model: Any) -> Any:
    return model._default_manager.order_by("pk").first() or made(model._meta.label, 0)


def _is_asked(field: Any, given: dict[str, Any]) -> bool:
    if field.name in given or (field.primary_key and isinstance(field, models.AutoField)):
        return False
    if isinstance(field, models.ForeignKey):
        return not field.null or not (field.unique or _is_bound(field) or field.related_model is field.model)
    return not field.null and (not field.has_default() or (field.unique and not callable(field.default)))


def _is_bound(field: Any) -> bool:
    """Whether a rule of the table speaks of the column: such a column stays empty where it may."""
    rules = [one for one in field.model._meta.constraints if isinstance(one, models.CheckConstraint)]
    return any(f"'{field.name}" in str(one.condition) for one in rules)


def _value(field: Any, i: int) -> Any:
    if isinstance(field, models.ForeignKey):
        return made(field.related_model._meta.label, i) if field.unique else first(field.related_model)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.DateTimeField):
        return clock.now()
    if isinstance(field, models.DateField):
        return clock.today() + dt.timedelta(days=i)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField):
        return i + 1
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.GenericIPAddressField):
        return "127.0.0.1"
    if isinstance(field, models.TextField):
        return f"text {i}"
    return f"{field.name[:4]}-{i}"[: field.max_length]
