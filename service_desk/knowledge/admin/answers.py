"""Finding an answer for somebody who is on the line, and putting it into a reply (SVC-15 · D6.4)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from cards.admin.pages import page, viewer
from service_desk.knowledge.forms import LANGUAGES
from service_desk.knowledge.models import ArticleVersion
from service_desk.knowledge.operations import counting
from service_desk.knowledge.policy import markup
from service_desk.knowledge.queries import articles, policy_figures

VIEW = "service_desk.view_article"


def find(request: HttpRequest) -> HttpResponse:
    """The panel by itself: for whoever answers at the telephone, without a case."""
    viewer(request, VIEW)
    language = request.GET.get("language", "")
    return page(
        request,
        "admin/service_desk/knowledge/find.html",
        title=translation.gettext("Find an answer"),
        languages=LANGUAGES,
        language=language if language in dict(LANGUAGES) else translation.get_language(),
    )


@require_POST
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """An article as plain text in the language of whoever asked, with its address where she may read it; counted."""
    viewer(request, VIEW)
    version = articles.find(slug, articles.AGENTS)
    if version is None:
        raise Http404
    wanted = request.POST.get("language", "")
    text = version.text(wanted if wanted in dict(LANGUAGES) else translation.get_language() or "en")
    with translation.override(text.language):
        said = markup.to_text(text.body, figure=policy_figures.reader(), site=settings.SITE_URL)
    counting.count(version.article_id, counting.REPLIES)
    is_theirs = version.audience != ArticleVersion.Audience.AGENTS
    link = f"{settings.SITE_URL}/help/{slug}/" if is_theirs else ""
    return JsonResponse({"title": text.title, "text": said, "link": link, "internal": not is_theirs})
