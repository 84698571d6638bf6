"""What was newly written in a mail (SVC-01): quotes and signatures go, nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.channels.policy import mail_trimming
from service_desk.channels.policy.mail_trimming import CUT, trimmed

NEW = "Thank you.\n\nBut the voucher still does not work."


@pytest.mark.parametrize(
    "old",
    [
        "On Mon, 23 Nov 2026 at 12:00, Tessera <service@example.com> wrote:\n> Dear Lin,\n> it works now.",
        "On Monday, 23 November 2026, a very long name of a programme indeed\n<service@example.com> wrote:\n> it works now.",
        "Am 23.11.2026 um 12:00 schrieb Tessera:\n> es geht",
        "在 2026年11月23日 12:00，Tessera <service@example.com> 写道：\n> 已经修好了",
        "Tessera <service@example.com> 于2026年11月23日周一 12:00写道：\n\n已经修好了",
        "---- Original Message ----\nFrom: Tessera\nit works now",
        '------------------ 原始邮件 ------------------\n发件人: "Tessera" <service@example.com>;\n发送时间: 2026年11月23日\n'
        "收件人: 林\n主题: 早餐\n\n已经修好了",
        "________________________________\nFrom: Tessera <service@example.com>\nSent: Monday\nTo: Lin\nSubject: Re\n\nit works",
        "寄件者: Tessera\n寄件日期: 2026年11月23日\n收件者: 林\n主旨: 早餐\n\n好了",
        "> Dear Lin,\n> it works now.\n",
    ],
)
def test_the_mail_that_is_answered_is_taken_off(old: str) -> None:
    assert trimmed(f"{NEW}\n\n{old}") == f"{NEW}\n\n{CUT}"


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nLin Wanqing\nShanghai",
        "--\nLin",
        "——\n林婉清",
        "Sent from my iPhone",
        "发自我的iPhone",
        "從我的 iPhone 傳送",
    ],
)
def test_a_signature_is_taken_off(signature: str) -> None:
    assert trimmed(f"{NEW}\n\n{signature}") == f"{NEW}\n\n{CUT}"


@pytest.mark.parametrize(
    "whole",
    [
        NEW,
        "On Mon, 23 Nov 2026 at 12:00, Tessera <s@example.com> wrote:\n> Which store?\nNanjing Road.\n> When?\nOn Sunday.",
        "On Monday your clerk wrote:\nhe would call me, and he did not",
        "> only what was quoted\n> is here",
        "---- Original Message ----\nFrom: x\nforwarded without a word",
        "From: Shanghai I travelled to Beijing",
        "",
    ],
)
def test_what_cannot_be_told_apart_stays_whole(whole: str) -> None:
    assert trimmed(whole) == whole.strip()


@given(st.text(max_size=2_000))
def test_nothing_is_made_up(text: str) -> None:
    kept = trimmed(text).removesuffix(CUT).rstrip()
    assert text.strip().startswith(kept)


@given(
    st.lists(
        st.sampled_from(["> a", "On 1 May 12:00 a@b.example wrote:", "From: x", "Sent: y", "To: z", "-- ", "", "text"]),
        max_size=40,
    )
)
def test_a_mail_of_anything_keeps_something(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert bool(trimmed(text)) == bool(text.strip())


def test_a_very_long_mail_is_left_alone() -> None:
    text = "a\n" * (mail_trimming.MOST_LINES + 1) + "> b"
    assert trimmed(text) == text
