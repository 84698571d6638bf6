"""The process that sends messages is killed while it sends: no message is lost, and a repeat carries the same key."""

import random
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from core import clock
from core.messaging import dispatch, outbox
from core.models import Message
from tests import factories
from tests.faults import house
from tests.faults.gateway import Gateway, gateway

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MESSAGES, KILLS = 120, 3
SEND = 'import django; django.setup(); from core.messaging import dispatch; dispatch.run("sms")'


def write(count: int) -> None:
    reader = factories.UserFactory.create(phone="+8613912345678", phone_verified_at=clock.now(), language="en")
    context = {"at": clock.now().isoformat(), "new_phone": "139****1111"}
    drafts = [
        outbox.Draft(event="core.phone_changed", key=str(n), to=reader, context=context, channels=("sms",))
        for n in range(count)
    ]
    with transaction.atomic():
        outbox.send_many(drafts)


def more_than(count: int, carrier: Gateway, running: "subprocess.Popen[str]") -> bool:
    return carrier.seen.total() > count or running.poll() is not None


def let_the_lease_lapse() -> None:
    """Five minutes later: what the dead had claimed may be taken again."""
    Message.objects.filter(state="sending").update(claimed_at=clock.now() - dispatch.LEASE * 2)


def send(carrier: Gateway, folder: Path) -> None:
    with house.process("-c", SEND, **house.home(folder), **carrier.settings) as running:
        assert running.wait(timeout=90) == 0


def killed_while_sending(carrier: Gateway, folder: Path, chance: random.Random) -> None:
    before = carrier.seen.total()
    with house.process("-c", SEND, **house.home(folder), **carrier.settings) as running:
        house.wait_for(partial(more_than, before, carrier, running), "a message leaves", 60, every=0.005)
        time.sleep(chance.uniform(0.0, 0.3))
        house.kill(running)


def test_no_message_is_lost_and_each_death_repeats_one_at_most(tmp_path: Path) -> None:
    write(MESSAGES)
    keys = set(Message.objects.filter(event="core.phone_changed").values_list("dedup_key", flat=True))
    house.set_in_order(keep_messages=True)
    chance = random.Random(7)
    with gateway(takes=0.02) as carrier:
        for _ in range(KILLS):
            killed_while_sending(carrier, tmp_path, chance)
            let_the_lease_lapse()
        assert carrier.seen.total() < MESSAGES, "the kills came too late"
        send(carrier, tmp_path)
        let_the_lease_lapse()
        send(carrier, tmp_path)
    assert set(carrier.seen) == keys
    repeated = [key for key, times in carrier.seen.items() if times > 1]
    assert len(repeated) <= KILLS
    assert max(carrier.seen.values()) <= 2
    assert set(Message.objects.filter(channel="sms").values_list("state", flat=True)) == {"sent"}
    assert house.broken() == {}


def test_without_the_lease_what_the_dead_had_claimed_would_never_leave(tmp_path: Path) -> None:
    """The negative control: nobody gives back what was claimed."""
    write(40)
    with gateway(takes=0.02) as carrier:
        killed_while_sending(carrier, tmp_path, random.Random(3))
        claimed = set(Message.objects.filter(state="sending").values_list("dedup_key", flat=True))
        assert claimed
        send(carrier, tmp_path)
        assert set(Message.objects.filter(state="sending").values_list("dedup_key", flat=True)) == claimed
        let_the_lease_lapse()
        send(carrier, tmp_path)
    assert not Message.objects.exclude(state="sent").filter(channel="sms").exists()
