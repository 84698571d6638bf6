from core.models.api import ApiClient
from core.models.audit import AuditChain, AuditRecord
from core.models.competence import Certificate, Competence, CompetenceRequirement
from core.models.messages import Channel, Message, MessageTemplate
from core.models.organisation import Department, Employment, Post, RoleAssignment, Store
from core.models.user import User
from core.models.worded import Spoken, Worded
from core.models.work import Approval, Heartbeat, IdempotencyKey, JobRun, ParameterRevision, PoisonRow

__all__ = [
    "ApiClient",
    "Approval",
    "AuditChain",
    "AuditRecord",
    "Certificate",
    "Channel",
    "Competence",
    "CompetenceRequirement",
    "Department",
    "Employment",
    "Heartbeat",
    "IdempotencyKey",
    "JobRun",
    "Message",
    "MessageTemplate",
    "ParameterRevision",
    "PoisonRow",
    "Post",
    "RoleAssignment",
    "Spoken",
    "Store",
    "User",
    "Worded",
]
