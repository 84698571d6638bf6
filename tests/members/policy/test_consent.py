import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.policy import consent
from members.policy.consent import Channel, Purpose, Question

PLACES = [(purpose, channel) for purpose in Purpose for channel in Channel]
ANSWERS = st.dictionaries(st.sampled_from([(q.purpose.value, q.channel or "") for q in consent.ASKED]), st.booleans())


def sent(answers: consent.Answers) -> set[tuple[Purpose, Channel]]:
    return {(p, c) for p, c in PLACES if consent.may_send(p, channel=c, answers=answers)}


def used(answers: consent.Answers) -> set[Purpose]:
    return {purpose for purpose in Purpose if consent.may_use(purpose, answers=answers)}


def test_before_any_answer_service_reminders_of_the_own_card_and_quiet_questions_are_sent():
    assert sent({}) == {
        *((Purpose.SERVICE, channel) for channel in Channel),
        (Purpose.REMINDER, Channel.SMS),
        (Purpose.REMINDER, Channel.EMAIL),
        (Purpose.REMINDER, Channel.INBOX),
        (Purpose.SURVEY, Channel.INBOX),
        (Purpose.SURVEY, Channel.EMAIL),
    }
    assert used({}) == {Purpose.SERVICE}


@pytest.mark.parametrize("asked", consent.ASKED, ids=lambda asked: f"{asked.purpose}-{asked.channel}")
def test_an_answer_moves_its_own_question_and_nothing_else(asked):
    key = (asked.purpose, asked.channel or "")
    yes, no = {key: True}, {key: False}
    assert consent.in_force(asked, answers=yes)
    assert not consent.in_force(asked, answers=no)
    if asked.channel:
        assert sent(yes) - sent(no) == {(asked.purpose, asked.channel)}
        assert used(yes) == used(no)
    else:
        assert used(yes) - used(no) == {asked.purpose}


@given(ANSWERS)
def test_a_yes_never_takes_away_and_a_no_never_opens(answers):
    everything, nothing = dict.fromkeys(answers, True), dict.fromkeys(answers, False)
    assert sent(nothing) <= sent(answers) <= sent(everything)
    assert used(nothing) <= used(answers) <= used(everything)


def test_profiling_sharing_and_the_id_number_are_each_asked_apart():
    assert {p for p in Purpose if consent.is_asked_apart(p)} == {Purpose.PROFILING, Purpose.PARTNER, Purpose.IDENTITY}


def test_what_the_contract_needs_is_never_asked():
    assert not any(consent.question(Purpose.SERVICE, channel) for channel in Channel)
    assert consent.question("marketing", "sms") == Question(Purpose.MARKETING, Channel.SMS)
    assert consent.question("marketing", "fax") is None
    assert consent.question("nothing") is None


def test_who_is_tired_of_questions_keeps_her_reminders():
    tired = {("survey", channel): False for channel in ("inbox", "email", "sms")}
    assert sent({}) - sent(tired) == {(Purpose.SURVEY, Channel.INBOX), (Purpose.SURVEY, Channel.EMAIL)}


@pytest.mark.parametrize(("age", "guardian"), [(13, True), (14, False), (None, False)])
def test_under_fourteen_the_guardian_answers(age, guardian):
    assert consent.guardian_answers(age) is guardian
