"""How the back office looks: the settings of the admin theme, in the colours of static/css/tokens.css."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from config.navigation import BACK_OFFICE
from core import context, navigation


def file(name: str) -> Callable[[HttpRequest], str]:
    return lambda _request: static(name)


def link(url_name: str) -> Callable[[HttpRequest], str]:
    return lambda _request: navigation.address(url_name) or ""


def programme(request: HttpRequest) -> str:
    return str(settings.PROGRAMME_NAME)


def chosen_theme(request: HttpRequest) -> str | None:
    """The appearance chosen with our switch; None follows the device."""
    theme = context.theme(request)
    return None if theme == "auto" else theme


def environment(request: HttpRequest) -> list[str | Promise] | None:
    return [_("Demo"), "warning"] if settings.DEMO else None


def _item(entry: navigation.Link, request: HttpRequest) -> dict[str, Any]:
    """An entry, with the number that waits behind it."""
    begins = entry.current and entry.url != navigation.address("admin:index")
    active = begins or request.path == entry.url
    item: dict[str, Any] = {"title": entry.label, "icon": entry.icon, "link": entry.url, "active": active}
    if entry.url == navigation.address("admin:core_approval_changelist"):
        # This module is part of the settings; models are there only once a page is asked for.
        item["badge"] = import_string("core.admin.home.waiting_approvals")(request)
    return item


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of config/navigation.py, as far as this member of staff may open them."""
    entries = [entry for _title, group in BACK_OFFICE for entry in group]
    found = {link.url: link for link in navigation.links(entries, request=request, user=request.user)}
    urls = ((title, [navigation.address(entry.url_name) for entry in group]) for title, group in BACK_OFFICE)
    groups = ((title, [found[url] for url in of_group if url in found]) for title, of_group in urls)
    menu: list[dict[str, Any]] = [
        {"title": title, "items": [_item(link, request) for link in links]} for title, links in groups if links
    ]
    for place, group in enumerate(menu):
        group["stands_open"] = place == 0 or any(item["active"] for item in group["items"])
    return menu


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": programme,
    "SITE_HEADER": programme,
    "SITE_SUBHEADER": _("Back office"),
    "SITE_ICON": {
        "light": file("img/mark.svg"),
        "dark": file("img/mark-on-dark.svg"),
    },
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": file("img/favicon.svg")},
        {"rel": "icon", "type": "image/png", "sizes": "32x32", "href": file("img/icon-32.png")},
    ],
    "STYLES": [file("css/admin.css")],
    "SCRIPTS": [file("js/admin.js")],
    "THEME": chosen_theme,
    "ENVIRONMENT": environment,
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "base": {
            "50": "#faf8f4",
            "100": "#f2efe8",
            "200": "#e3ddd1",
            "300": "#cbc4b6",
            "400": "#a3a79f",
            "500": "#646b67",
            "600": "#4a5350",
            "700": "#374240",
            "800": "#252e2c",
            "900": "#171e1d",
            "950": "#101514",
        },
        "primary": {
            "50": "#eef7f7",
            "100": "#dcedee",
            "200": "#b7dadb",
            "300": "#97d8d8",
            "400": "#74c4c6",
            "500": "#4fa5a9",
            "600": "#0f5f66",
            "700": "#0c4d53",
            "800": "#0a3f44",
            "900": "#083439",
            "950": "#052024",
        },
    },
    "DASHBOARD_CALLBACK": "core.admin.home.dashboard",
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": sidebar},
    "ACCOUNT": {
        "navigation": [
            {"title": _("Two-factor authentication"), "link": link("mfa_index")},
            {"title": _("Sessions"), "link": link("usersessions_list")},
        ]
    },
}
