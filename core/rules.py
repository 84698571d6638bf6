"""How a rule of the policy says no: an exception with a code and facts, never a sentence.

The wording lives in `<app>/wording.py`, so that one refusal reads well in every language and on every screen.
A rule never puts what the person typed into a refusal: an identity number must not travel into a log.
"""


class RuleBroken(ValueError):
    """A rule refused. `code` names the refusal for ever; `params` are the facts that its sentence needs."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
