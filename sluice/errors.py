"""What a person is told instead of a traceback."""


class SluiceError(Exception):
    """Something could not be done; the message is a sentence that names the thing and the cure.

    `exit_code` is the command's, `facts` go beside the sentence in JSON, for programs.
    """

    def __init__(self, sentence: str, exit_code: int = 1, **facts: object) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        self.facts = facts
