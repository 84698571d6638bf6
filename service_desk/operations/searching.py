"""What a case is found by is written beside it, in keyed digests (SVC-01, SEC-03)."""

from service_desk.models import Case, CaseSearch
from service_desk.policy import search_words
from service_desk.queries import finding


def add(case: Case, *texts: str) -> None:
    """SVC-01 · A6.2.1 — let a case be found by these texts too. The case is held by the caller."""
    found = finding.tokens_of(" \n".join(texts))
    if not found:
        return
    row = CaseSearch.objects.filter(pk=case.pk).first()
    known = dict.fromkeys(row.tokens.split() if row else ())
    merged = list(known | dict.fromkeys(found))[: search_words.MOST]
    if row is None:
        CaseSearch.objects.create(case=case, tokens=" ".join(merged))
    elif len(merged) > len(known):
        CaseSearch.objects.filter(pk=case.pk).update(tokens=" ".join(merged))


def copy(case: Case, *, into: Case) -> None:
    """SVC-01 · A6.2.1 — what one case is found by leads to the other too."""
    rows = dict(CaseSearch.objects.filter(pk__in=[case.pk, into.pk]).values_list("pk", "tokens"))
    merged = dict.fromkeys(rows.get(into.pk, "").split()) | dict.fromkeys(rows.get(case.pk, "").split())
    CaseSearch.objects.update_or_create(case=into, defaults={"tokens": " ".join(list(merged)[: search_words.MOST])})
