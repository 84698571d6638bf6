from service_desk.channels.models.chat import Chat, ChatFile, ChatLine, ChatSeat
from service_desk.channels.models.mail import FetchedMail, InboundMail
from service_desk.channels.models.social import SocialAnswer, SocialThread

__all__ = ["Chat", "ChatFile", "ChatLine", "ChatSeat", "FetchedMail", "InboundMail", "SocialAnswer", "SocialThread"]
