"""The help pages: topics, search, suggestions while typing, an article, and whether it helped (SVC-15 · D6.4)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import limits, parameters, refusals
from core.limits import Limit
from core.models import User
from core.refusals import Refusal
from core.request import address_of
from service_desk.knowledge.models import ArticleCategory, ArticleRating, ArticleVersion
from service_desk.knowledge.operations import counting, feedback
from service_desk.knowledge.policy import words
from service_desk.knowledge.policy.parameters import KnowledgeParameters
from service_desk.knowledge.queries import articles, audience_of, search, suggest

SUGGESTIONS = Limit("knowledge-suggest", 90, 60)
POPULAR = 6
PUBLIC_FRAME = {"base": "base_public.html", "frame": "container page"}
PORTAL_FRAME = {"base": "base_portal.html", "frame": ""}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/help/`: search, topics, what is read most often, the questions."""
    audience = audience_of(request.user)
    return _page(request, "help", topics=articles.topics(audience), popular=_popular(audience))


@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """`/help/topics/<code>/`: every article of a topic that the reader may read."""
    found = get_object_or_404(ArticleCategory, code=code)
    heads = articles.of_topic(found, audience_of(request.user), language=_language())
    if not heads:
        raise Http404
    return _page(request, "topic", topic=found, heads=heads)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """`/help/search/?q=`: answers, the best first; what finds nothing is noted for the editors."""
    asked = _asked(request)
    audience = audience_of(request.user)
    heads = search(asked, audience, language=_language()) if asked else []
    if asked and not heads:
        feedback.note_vain(asked, language=_language(), origin=_origin(request))
    popular = [] if heads or not asked else _popular(audience)
    return _page(request, "search", asked=asked, heads=heads, popular=popular)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """`/help/suggest/?q=`: what may answer the question that is being typed, as JSON; so many a minute for each origin."""
    if not limits.spend(SUGGESTIONS, _origin(request)):
        return JsonResponse({"results": []}, status=429)
    found = suggest(_asked(request, keep_end=True), audience=audience_of(request.user), language=_language())
    told = [
        {"title": one.title, "summary": one.summary, "url": one.url, "slug": one.slug, "language": one.language}
        for one in found
    ]
    answer = JsonResponse({"results": told})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """`/help/<address>/`: an article in the reader's language, or in the nearest there is, and saying so."""
    version = _found(request, slug)
    if not _is_colleague(request):
        counting.count(version.article_id, reader=_reader(request))
    return _shown(request, version)


@require_POST
def rate(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether it helped: one answer for each reader and version, a few words if she likes."""
    version = _found(request, slug)
    if request.POST.get("version") != str(version.pk) or request.POST.get("helped") not in {"yes", "no"}:
        return redirect("knowledge:article", slug)
    if not isinstance(request.user, User) and not request.session.session_key:
        request.session["answered"] = True
        request.session.save()
    comment = words_of(request.POST.get("comment", ""))
    try:
        rating = feedback.rate(
            version,
            helped=request.POST["helped"] == "yes",
            rater=_rater(request),
            origin=_origin(request),
            user=request.user,
            language=_language(),
            comment=comment,
        )
    except Refusal as refusal:
        return _rated(request, version, None, error=refusals.said(refusal), status=refusal.status)
    return _rated(request, version, rating, told="comment" if comment else "answer")


def words_of(text: str) -> str:
    """What was typed, without what no eye can read."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()


def _rated(
    request: HttpRequest, version: ArticleVersion, rating: ArticleRating | None, *, status: int = 200, **told: Any
) -> HttpResponse:
    if request.headers.get("HX-Request"):
        context = {"version": version, "rating": rating, **told}
        return render(request, "service_desk/knowledge/_rating.html", context, status=422 if status != 200 else 200)
    return _shown(request, version, rating=rating, status=status, **told)


def _shown(
    request: HttpRequest,
    version: ArticleVersion,
    *,
    rating: ArticleRating | None = None,
    status: int = 200,
    **told: Any,
) -> HttpResponse:
    language = _language()
    own = rating or version.ratings.filter(rater=_rater(request)).first()
    context = {
        "version": version,
        "text": version.text(language),
        "related": articles.related(version, audience_of(request.user), language=language),
        "rating": own,
        "told": "comment" if own and own.comment else "answer",
    }
    return _page(request, "article", status=status, **(context | told))


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Inside the portal for whoever is logged in, on the public site for everybody else."""
    frame = PORTAL_FRAME if isinstance(request.user, User) else PUBLIC_FRAME
    told = frame | {"reader": _language()} | context
    return render(request, f"service_desk/knowledge/{name}.html", told, status=status)


def _found(request: HttpRequest, slug: str) -> ArticleVersion:
    version = articles.find(slug, audience_of(request.user))
    if version is None:
        raise Http404(_("There is no such article."))
    return version


def _popular(audience: str) -> list[articles.Head]:
    days = parameters.in_force(KnowledgeParameters).popular_days
    return articles.popular(audience, days=days, most=POPULAR, language=_language())


def _asked(request: HttpRequest, *, keep_end: bool = False) -> str:
    """The question; while it is typed, a space at its end says that the last word is whole."""
    said = request.GET.get("q", "").replace("\x00", "")[: words.LONGEST_QUESTION]
    return said.lstrip() if keep_end else said.strip()


def _language() -> str:
    return get_language() or "en"


def _is_colleague(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_staff


def _origin(request: HttpRequest) -> str:
    return f"user:{request.user.pk}" if isinstance(request.user, User) else f"address:{address_of(request)}"


def _reader(request: HttpRequest) -> str:
    """Who reads, for counting once: an account, a session, or an address with its browser; digested, kept half an hour."""
    if isinstance(request.user, User):
        return feedback.rater_of(request.user, "")
    session = request.session.session_key
    return feedback.rater_of(None, session or f"{address_of(request)} {request.headers.get('User-Agent', '')}")


def _rater(request: HttpRequest) -> str:
    return feedback.rater_of(request.user, request.session.session_key or "nobody")
