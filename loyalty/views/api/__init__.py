"""The API of loyalty: purchases, returns, members (SEC-05 · D10.3)."""

from core.api import routes
from loyalty.views.api import members, purchases

routes.register(*purchases.ROUTES, *members.ROUTES)
