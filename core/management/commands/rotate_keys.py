"""`manage.py rotate_keys`: seal personal data anew with the first of TESSERA_DATA_KEYS."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from core import crypto, sealing


class Command(BaseCommand):
    help = "Seal everything anew with the first data key, beside the running programme; then older keys may go."

    def handle(self, *args: Any, **options: Any) -> None:
        for model, field in sealing.sealed_fields():
            try:
                done = sealing.reseal(model, field)
            except crypto.CannotOpen as error:
                raise CommandError(f"{field.place} holds values that none of TESSERA_DATA_KEYS opens.") from error
            self.stdout.write(f"{field.place}: {done:,} values sealed anew")
        older = [key for key in crypto.keyring() if key != crypto.sealing_key_id()]
        self.stdout.write(
            f"All is sealed with {crypto.sealing_key_id()}. Needed for older backups only: {older or 'none'}"
        )
