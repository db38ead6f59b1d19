"""What a user wrote, named as "module:function" wherever the package's own things have names."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from suasion.errors import InputError


def is_user_name(name: object) -> bool:
    """Whether a name is "module:function", as no name in the package's tables is.

    Examples
    --------
    >>> is_user_name("my_module:my_method"), is_user_name("greedy")
    (True, False)
    """
    return isinstance(name, str) and ":" in name


def user_object(name: str, field: str) -> Any:
    """What "module:function" names; modules are also looked for in the current folder.

    Raises
    ------
    InputError
        If there is no such module, it has no such name, or what has it cannot be called.

    Examples
    --------
    >>> user_object("math:sqrt", "method")(9.0)
    3.0
    """
    module, _, attribute = name.partition(":")
    try:
        found = getattr(_module(module), attribute, None)
    except (ModuleNotFoundError, ValueError) as error:
        if isinstance(error, ModuleNotFoundError) and not f"{module}.".startswith(
            f"{error.name}."
        ):
            raise  # the module is there, and imports another that is not
        raise InputError(
            f'{field} is "{name}", and there is no module "{module}" to import; give '
            '"module:function" with a module of the current folder or an installed one.'
        ) from error
    if not callable(found):
        what = "no such name" if found is None else f"a {type(found).__name__} of that name"
        raise InputError(
            f'{field} is "{name}", and the module has {what}; name a function or a class of it.'
        )
    return found


def _module(name: str) -> Any:
    """The module, with the current folder searched last: a script's own folder comes first."""
    here = os.getcwd()
    if "" in sys.path or here in sys.path:
        return import_module(name)
    sys.path.append(here)
    try:
        return import_module(name)
    finally:
        sys.path.remove(here)
