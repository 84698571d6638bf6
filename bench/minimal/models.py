"""A member as one reads her by the ORM."""

from django.db import models


class Member(models.Model):
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    language = models.CharField(max_length=10)
    joined_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "members_member"
