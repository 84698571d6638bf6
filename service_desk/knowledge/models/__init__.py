from service_desk.knowledge.models.announcements import Announcement, AnnouncementReading, AnnouncementText
from service_desk.knowledge.models.articles import Article, ArticleCategory, ArticleTerm, ArticleText, ArticleVersion
from service_desk.knowledge.models.feedback import ArticleDay, ArticleRating, VainSearch

__all__ = [
    "Announcement", "AnnouncementReading", "AnnouncementText", "Article", "ArticleCategory", "ArticleDay",
    "ArticleRating", "ArticleTerm", "ArticleText", "ArticleVersion", "VainSearch",
]  # fmt: skip
