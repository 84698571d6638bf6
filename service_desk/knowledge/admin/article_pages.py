"""One article in the back office: what it says, its versions side by side, its figures, and what can be done."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, refusals
from core.admin.approvals import label_of
from core.models import User
from core.request import reason_of
from core.rules import RuleBroken
from service_desk.knowledge.decisions import ARTICLE_WORDS, of_texts
from service_desk.knowledge.forms import LANGUAGES, OwnerForm
from service_desk.knowledge.models import Article, ArticleVersion
from service_desk.knowledge.operations import articles as operations
from service_desk.knowledge.operations import versions
from service_desk.knowledge.operations.articles import PROPOSE
from service_desk.knowledge.queries import contents, figures

VIEW = "service_desk.view_article"
COMMENTS = 20
DAYS = 30
State = ArticleVersion.State


def one(request: HttpRequest, pk: str) -> HttpResponse:
    """What readers find, what is being written, every version, how far each helped, what readers wrote."""
    user = viewer(request, VIEW)
    article = _found(pk)
    last, draft = versions.last_word(article), versions.open_draft(article)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(LANGUAGES) else get_language() or "en"
    shown = draft if draft and (last is None or "draft" in request.GET) else last or _latest(article)
    shares = figures.by_version(article)
    rows = article.versions.select_related("author", "approval__decided_by", "restores")
    return page(
        request,
        "admin/service_desk/knowledge/article.html",
        title=shown.text(language).title if shown else article.slug,
        article=article,
        last=last,
        draft=draft,
        shown=shown,
        text=shown.text(language) if shown else None,
        languages=LANGUAGES,
        language=language,
        versions=[(row, shares.get(row.pk)) for row in rows.order_by("-number")],
        figures=figures.of([article.pk])[article.pk],
        bars=_bars(figures.by_day(article, days=DAYS)),
        comments=figures.comments(article)[:COMMENTS],
        may_write=access.allows(user, PROPOSE),
        owner_form=OwnerForm(owners=access.holders(PROPOSE), initial={"owner": article.owner_id}),
    )


def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side, line by line: the chosen ones, else the two newest."""
    viewer(request, VIEW)
    article = _found(str(pk))
    rows = {row.number: row for row in _whole(article)}
    if not rows:
        raise Http404
    numbers = sorted(rows)
    after = _number(request.GET.get("after", ""), rows, default=numbers[-1])
    before = _number(request.GET.get("before", ""), rows, default=max((n for n in numbers if n < after), default=after))
    labels: Mapping[str, Any] = {**ARTICLE_WORDS, **of_texts()}
    changes = [(label_of(name, labels), lines) for name, lines in contents.differences(rows[before], rows[after])]
    return page(
        request,
        "admin/service_desk/knowledge/compare.html",
        title=_now("Version %(before)s and version %(after)s") % {"before": before, "after": after},
        article=article,
        numbers=numbers,
        before=rows[before],
        after=rows[after],
        changes=changes,
    )


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One deed of one operation, and back to the page."""
    user, article = staff(request), _found(str(pk))
    access.require(user, PROPOSE)
    deed = DEEDS.get(verb)
    if deed is None:
        raise Http404
    deed(request, article, user)
    return redirect("admin:service_desk_article_change", article.pk)


def _publish(request: HttpRequest, article: Article, user: User) -> None:
    try:
        asked = operations.publish(article, reason=reason_of(request), by=user)
    except RuleBroken as refusal:
        messages.error(request, refusals.said(refusal))
        return
    waits = _now("Sent for approval. It takes effect once a second person has approved it.")
    messages.success(request, waits if asked else _now("Published."))


def _restore(request: HttpRequest, article: Article, user: User) -> None:
    number = request.POST.get("version", "")
    version = article.versions.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    if version is None:
        raise Http404
    tried(request, lambda: operations.restore(version, by=user), done=_now("A draft says again what it said then."))


def _hand_over(request: HttpRequest, article: Article, user: User) -> None:
    form = OwnerForm(request.POST, owners=access.holders(PROPOSE))
    if not form.is_valid():
        messages.error(request, refusals.sentence("article_owner_may_not_write"))
        return
    tried(request, lambda: operations.hand_over(article, to=form.cleaned_data["owner"], by=user), done=_now("Done."))


def _plain(operation: Callable[..., Any], done: str | Promise, *, with_reason: bool = False) -> Any:
    def deed(request: HttpRequest, article: Article, user: User) -> None:
        more = {"reason": reason_of(request)} if with_reason else {}
        tried(request, lambda: operation(article, by=user, **more), done=str(done))

    return deed


DEEDS: Mapping[str, Callable[[HttpRequest, Article, User], None]] = {
    "publish": _publish,
    "restore": _restore,
    "hand-over": _hand_over,
    "drop": _plain(operations.drop, _("The draft is given up.")),
    "review": _plain(operations.review, _("Noted. It is due again as the policy says.")),
    "withdraw": _plain(operations.withdraw, _("Nobody finds it any more."), with_reason=True),
}


def _bars(opened: list[tuple[dt.date, int]]) -> list[dict[str, Any]]:
    """A column for each day, in a picture 48 high; what was opened at all is seen."""
    top = max((views for _day, views in opened), default=0) or 1
    heights = [max(round(44 * views / top), 1 if views else 0) for _day, views in opened]
    return [
        {"x": 10 * place, "y": 48 - height, "height": height, "day": day, "views": views}
        for place, ((day, views), height) in enumerate(zip(opened, heights, strict=True))
    ]


def _found(pk: str) -> Article:
    if not pk.isdecimal() or len(pk) > 18:
        raise Http404
    return get_object_or_404(Article.objects.select_related("owner"), pk=int(pk))


def _whole(article: Article) -> list[ArticleVersion]:
    rows = article.versions.select_related("category", "article").prefetch_related("texts", "related")
    return list(rows.exclude(state=State.DROPPED).order_by("-number")[:50])


def _latest(article: Article) -> ArticleVersion | None:
    return next(iter(_whole(article)), None)


def _number(typed: str, rows: Mapping[int, ArticleVersion], *, default: int) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 9 and int(typed) in rows else default
