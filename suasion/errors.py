"""What the package raises on purpose. Any other exception that leaves it is a fault of its own."""

import reprlib


class InputError(ValueError):
    """Input that cannot be right, or an option that does not go with it: one sentence.

    The sentence names field, position, value and remedy. The command line prints it and ends
    with status 2; what is no InputError keeps its traceback, for it is a bug.

    Examples
    --------
    >>> import suasion
    >>> try:
    ...     suasion.BinaryPersuasion([1, 1], [0.2, 0.4])
    ... except suasion.InputError as error:
    ...     print(error)
    weights sum to 2, not exactly 1; divide each of the 2 entries by their sum.
    """


class OutOfReachError(InputError):
    """A sound question that this method does not answer: it is too large, or has no exact form.

    `suasion.compare_methods` lists such a method as not run.
    """


class WrongKindError(InputError, TypeError):
    """An argument of another kind than is asked for, as a path where an instance belongs."""


def check_kind(value: object, kinds: type | tuple[type, ...], field: str, remedy: str) -> None:
    """Raise WrongKindError unless `value` is of one of the kinds; `remedy` says what to give.

    Examples
    --------
    >>> check_kind(3, (int, float), "budget", "give a number")
    """
    if isinstance(value, kinds):
        return
    what = f"a {type(value).__name__}"
    if isinstance(value, type):
        what = f"the class {value.__name__}"
    elif isinstance(value, str):
        what = reprlib.repr(value)
    raise WrongKindError(f"{field} is {what}; {remedy}.")
