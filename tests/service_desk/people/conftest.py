from tests.service_desk.people.office import head, standard  # noqa: F401
from tests.service_desk.people.school import activating, course, trainer, whole  # noqa: F401
