"""Help pages, and what is announced."""

from django.urls import path

from service_desk.knowledge.views import help as help_pages
from service_desk.knowledge.views import news

app_name = "knowledge"
urlpatterns = [
    path("help/", help_pages.home, name="help"),
    path("help/search/", help_pages.results, name="search"),
    path("help/suggest/", help_pages.suggestions, name="suggest"),
    path("help/topics/<slug:code>/", help_pages.topic, name="topic"),
    path("help/<slug:slug>/", help_pages.article, name="article"),
    path("help/<slug:slug>/rate/", help_pages.rate, name="rate"),
    path("me/news/", news.listing, name="news"),
    path("me/news/read/", news.read, name="news_read"),
    path("me/news/<int:pk>/", news.item, name="news_item"),
    path("me/news/<int:pk>/dismiss/", news.dismiss, name="news_dismiss"),
]
