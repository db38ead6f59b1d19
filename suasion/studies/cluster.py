"""Connecting to a Dask scheduler, or saying in one sentence why that does not work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from suasion.errors import InputError

# Seconds to wait for the cluster's scheduler.
CONNECTION_LIMIT = 8.0


def connected(address: str) -> Any:
    """A client of the scheduler at `address`.

    Dask's own client waits for ever for a server that speaks something else, so that the server is
    first asked what it is, in a thread that can be left.

    Raises
    ------
    ValueError
        Whatever is wrong with the address or the server, in one sentence.
    """
    from distributed import Client

    with _quiet():
        fault = _fault(address)
        if not fault:
            try:
                return Client(address, timeout=CONNECTION_LIMIT, set_as_default=False)
            # What versions of Dask that do not fit raise is not documented.
            except Exception as error:
                fault = _words(error)
    raise InputError(
        f"the cluster at {address} does not answer as a Dask scheduler ({fault}); give the "
        "address of its scheduler, such as tcp://host:8786."
    )


def _fault(address: str) -> str:
    """What is wrong with the server at an address; "" for a scheduler."""
    heard: list[str] = []

    def ask() -> None:
        try:
            heard.append(asyncio.run(asyncio.wait_for(_kind(address), CONNECTION_LIMIT)))
        # Addresses are parsed and servers heard by code that raises all kinds of errors.
        except Exception as error:
            heard.append(_words(error))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(CONNECTION_LIMIT + 1)
    return heard[0] if heard else _words(TimeoutError())


async def _kind(address: str) -> str:
    """What the server at an address is, if it is no scheduler."""
    from distributed.core import rpc

    server: Any = rpc(address)
    try:
        identity = await server.identity()
    finally:
        await server.close_rpc()
    kind = identity.get("type") if isinstance(identity, dict) else None
    return "" if kind == "Scheduler" else f"it is a {kind or 'server of another kind'}"


def _words(error: Exception) -> str:
    """An error in a line."""
    if isinstance(error, TimeoutError) and not str(error):
        return f"nothing was heard within {CONNECTION_LIMIT:g} s"
    return " ".join(str(error).split()) or type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what Dask logs of attempts that fail, tracebacks included."""
    loggers = [logging.getLogger(name) for name in ("distributed", "asyncio", "tornado")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
