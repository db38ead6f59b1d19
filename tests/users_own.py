"""What a user may write, and name "users_own:..."."""

from suasion import BinaryPersuasion, MessagingPolicy, SetCover
from suasion.reductions import Reduction
from suasion.results import concluded


def silence(problem, options):
    """Say nothing, and prove nothing."""
    answer = MessagingPolicy([1], [1])
    value = answer.value(problem, options.exact)
    return concluded(
        method="silence",
        problem=problem,
        answer=answer,
        value=value,
        bound=type(value)(1),
        exact=options.exact,
    )


def forgetful(problem, options):
    return 0.4


def sceptics(size, seed, top=4):
    """A family: one receiver, all the more sceptical."""
    return BinaryPersuasion.one(f"1/{top + size + seed}")


class Doubled(Reduction):
    """Every set twice."""

    link = "the optima are equal"

    def __init__(self, source):
        self.source = source
        self.target = SetCover(source.universe, source.sets.nested() * 2)

    def push_forward(self, answer):
        return answer

    def pull_back(self, answer):
        return answer

    def source_range(self, value):
        return value, value


NUMBER = 3
