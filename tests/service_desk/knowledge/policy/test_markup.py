"""The markup of articles (SVC-15): what it allows, and that nothing else passes, whatever is typed."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.knowledge.policy import markup

ALLOWED = {"h2", "h3", "p", "ul", "ol", "li", "strong", "a", "br"}


def figure(path: str) -> str | None:
    return {"activation.within_days": "180", "renewal.evil": "<b>1</b>"}.get(path)


def html(text: str) -> str:
    return markup.to_html(text, figure=figure)


class Reader(HTMLParser):
    """Every tag, attribute and text of a piece of HTML, as a browser would take it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.others: list[str] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)
        for name, value in attrs:
            (self.links if (tag, name) == ("a", "href") else self.others).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_headings_paragraphs_lists_bold_links_and_figures() -> None:
    text = "# One\n## Two\nA **bold** word\nand a line\n\n- a\n- b\n\n1. x\n2) y\n\n[Card](/me/), {activation.within_days} days"
    assert html(text) == (
        "<h2>One</h2><h3>Two</h3><p>A <strong>bold</strong> word<br>and a line</p><ul><li>a</li><li>b</li></ul>"
        '<ol><li>x</li><li>y</li></ol><p><a href="/me/">Card</a>, 180 days</p>'
    )


def test_headings_begin_at_the_level_that_the_page_wants() -> None:
    assert markup.to_html("# One\n## Two", figure=figure, level=3) == "<h3>One</h3><h4>Two</h4>"


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](//evil.example/)",
    "[x](https://evil.example/)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    '[x](/a"onmouseover="alert(1))',
    "[<b>x</b>](/me/)",
    "**<i>x</i>**",
    "**[x](javascript:alert(1))**",
    "{renewal.evil}",
    "{activation.within_days}<script>",
    "[a](/b)[c](data:text/html,x)",
    "# <svg/onload=alert(1)>",
    "- </li></ul><script>",
    "&lt;script&gt;",
    "<!-- --><style>*{}</style>",
    "\u2028<script>\u2029",
    "[x](/me/\x00)",
    "[x](/\u202egnp.exe)",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_read_as_text(attack: str) -> None:
    read = Reader(html(attack))
    assert set(read.tags) <= ALLOWED
    assert read.others == []
    assert all(markup.is_own(link) for link in read.links)


PIECES = st.sampled_from(
    ["**", "[", "](", ")", "/me/", "# ", "## ", "- ", "1. ", "{activation.within_days}", "<", ">", '"', "'", "&", "\n", "\n\n",
     "javascript:", "//", "\\", "a", "积分", " ", "{", "}", "\x00", "</p>", "<a href=x>"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_whatever_is_typed_only_our_own_tags_come_out_well_nested(text: str) -> None:
    read = Reader(html(text))
    assert set(read.tags) <= ALLOWED
    assert read.others == []
    assert read.open == []
    assert all(markup.is_own(link) for link in read.links)


@given(
    st.text(
        alphabet=st.characters(exclude_characters="#-*[]{}.)\r\n", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
    )
)
def test_plain_text_comes_out_as_it_went_in(text: str) -> None:
    assert Reader(html(text)).said == text


@given(st.text(max_size=300))
def test_as_plain_text_no_mark_is_left_of_what_was_marked(text: str) -> None:
    told = markup.to_text(f"**bold** [a](/b/) {text}", figure=figure, site="https://t.example")
    assert told.startswith("bold a (https://t.example/b/)")


def test_plain_text_keeps_lists_and_numbers_steps() -> None:
    told = markup.to_text("# Head\n\n- one\n- two\n\n1. first\n1. second", figure=figure)
    assert told == "Head\n\n• one\n• two\n\n1. first\n2. second"


@pytest.mark.parametrize(
    ("address", "own"),
    [("/me/", True), ("/help/a/?q=1#x", True), ("//evil", False), ("http://x", False), ("me/", False), ("/\\x", False),
     ("", False), ("/a b", True), ("/a\nb", False), ("/[", True), ("//[", False)],
)  # fmt: skip
def test_a_link_leads_to_a_page_of_this_site_or_nowhere(address: str, own: bool) -> None:
    assert markup.is_own(address) is own


def test_an_editor_hears_what_leads_nowhere() -> None:
    text = "[a](https://x.example/) **{points.nothing}** {activation.within_days} [b](/me/)"
    assert list(markup.faults(text, figure=figure)) == [
        ("link_leaves_the_site", "https://x.example/"),
        ("figure_unknown", "points.nothing"),
    ]


def test_a_long_row_of_stars_is_read_in_no_time() -> None:
    assert len(html("*" * 20_000)) == 20_007
    assert "x" in html("**" + "x" * 20_000)
