"""Writing an article: the form in three languages, seen as readers will see it while it is typed (SVC-15 · D6.4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_POST

from cards.admin.pages import page, viewer
from core import refusals
from core.refusals import Refusal
from core.request import posted
from core.rules import RuleBroken
from service_desk.knowledge.forms import LANGUAGES, ArticleForm, NewArticleForm
from service_desk.knowledge.models import Article, ArticleVersion
from service_desk.knowledge.operations import articles as operations
from service_desk.knowledge.operations import versions
from service_desk.knowledge.operations.articles import PROPOSE
from service_desk.knowledge.places import PLACES
from service_desk.templatetags import knowledge as drawing


def begin(request: HttpRequest) -> HttpResponse:
    """A new article: a draft, and from there to its page."""
    user = viewer(request, PROPOSE)
    form = NewArticleForm(posted(request), initial={"audience": "public"})
    if form.is_bound and form.is_valid():
        slug = form.cleaned_data["slug"].strip()
        made = _tried(form, lambda: operations.begin(slug, form.content(), places=PLACES.keys(), by=user))
        if made is not None:
            messages.success(request, _now("The draft is kept. Nobody finds it until it is published."))
            return redirect("admin:service_desk_article_change", made.article_id)
    return _form(request, form, title=_now("New article"))


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the open draft says, or a new version that begins with what readers find."""
    user = viewer(request, PROPOSE)
    article = get_object_or_404(Article, pk=pk)
    from_which = versions.open_draft(article) or versions.last_word(article) or _latest(article)
    if from_which is None or from_which.state == ArticleVersion.State.WAITING:
        messages.error(request, refusals.sentence("article_waits"))
        return redirect("admin:service_desk_article_change", pk)
    initial = ArticleForm.initial_of(from_which)
    if from_which.state == ArticleVersion.State.PUBLISHED:
        initial |= {"valid_from_on": None, "valid_until_on": None, "note": ""}
    form = ArticleForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        made = _tried(form, lambda: operations.edit(article, form.content(), places=PLACES.keys(), by=user))
        if made is not None:
            messages.success(request, _now("The draft is kept. Nobody finds it until it is published."))
            return redirect("admin:service_desk_article_change", pk)
    title = from_which.text(get_language() or "en").title
    return _form(request, form, title=_now("Edit “%(title)s”") % {"title": title}, article=article)


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What is typed, as a reader of one language will see it; nothing is kept."""
    viewer(request, PROPOSE)
    form = ArticleForm(request.POST)
    form.is_valid()
    language = request.POST.get("preview", "")
    return page(request, "admin/service_desk/knowledge/_preview.html", **_preview(form, language))


def _preview(form: ArticleForm, language: str) -> dict[str, Any]:
    known = [code for code, _name in LANGUAGES]
    shown = language if language in known else known[0]
    told = form.said() if form.is_bound else {}
    texts = told.get(shown) or {part: form[f"{part}_{shown.replace('-', '_')}"].value() or "" for part in form.parts}
    return {"texts": texts, "body": drawing.article(texts["body"]), "shown": shown}


def _form(request: HttpRequest, form: ArticleForm, *, title: str, article: Article | None = None) -> HttpResponse:
    context = {"form": form, "article": article, "languages": LANGUAGES, "wrong": bool(form.errors), "title": title}
    status = 422 if form.errors else 200
    context |= _preview(form, get_language() or "en")
    return page(request, "admin/service_desk/knowledge/article_form.html", status=status, **context)


def _tried(form: ArticleForm, act: Any) -> ArticleVersion | None:
    """Keep the draft, or say on the form why not; who has no right at all is sent away."""
    try:
        made: ArticleVersion = act()
    except RuleBroken as refusal:
        if isinstance(refusal, Refusal) and refusal.status == 403:
            raise
        form.add_error(None, refusals.said(refusal))
        return None
    return made


def _latest(article: Article) -> ArticleVersion | None:
    rows = article.versions.exclude(state=ArticleVersion.State.DROPPED).prefetch_related("texts", "related")
    return rows.order_by("-number").first()
