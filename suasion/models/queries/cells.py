"""What the sender knows after her queries: a partition of the types, valued cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suasion.models.binary.envelope import concave_envelope
from suasion.models.binary.instance import BinaryPersuasion
from suasion.models.binary.policy import LISTED_TYPES, MessagingPolicy, envelope_policy
from suasion.models.binary.threshold_classes import ThresholdClasses
from suasion.models.numbers.arrays import IntArray, NumberArray, object_array
from suasion.models.table import SHOWN, Entry, Table, left_out


@dataclass(frozen=True, eq=False)
class Cells:
    """A partition of the types into non-empty cells.

    Attributes
    ----------
    members : array of int, shape (n,)
        Positions of the types, cell after cell.
    offsets : array of int, shape (number of cells + 1,)
        Cell c is ``members[offsets[c]:offsets[c + 1]]``.
    segments : bool
        True when the cells are segments of the order by threshold: `members` is the instance's
        `order`, and values take O(n) in all.
    """

    members: IntArray
    offsets: IntArray
    segments: bool = False

    @classmethod
    def from_labels(cls, labels: IntArray) -> Cells:
        """Types with equal labels share a cell; cells in increasing order of label."""
        members = np.argsort(labels, kind="stable")
        ends = np.flatnonzero(np.diff(labels[members])) + 1
        return cls(members, np.concatenate(([0], ends, [len(labels)])))

    @classmethod
    def from_cuts(cls, instance: BinaryPersuasion, cuts: Sequence[int] | IntArray) -> Cells:
        """Segments of the types sorted by threshold, cut at the sorted positions `cuts`."""
        ends = np.asarray(cuts, dtype=np.intp)
        offsets = np.concatenate(([0], ends, [len(instance)]))
        return cls(instance.order, offsets, segments=True)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, cell: int) -> IntArray:
        return self.members[self.offsets[cell] : self.offsets[cell + 1]]

    def __iter__(self) -> Iterator[IntArray]:
        return (self[c] for c in range(len(self)))

    def weights(self, instance: BinaryPersuasion, exact: bool = False) -> NumberArray:
        """Weight of each cell."""
        weights = instance.numbers(exact)[0][self.members]
        return np.asarray(np.add.reduceat(weights, self.offsets[:-1]))

    def values(self, instance: BinaryPersuasion, exact: bool = False) -> NumberArray:
        """V of each cell, weights unnormalised, so that they add up to the sender's payoff."""
        if self.segments:
            return segment_values(instance.classes(exact=exact), self.offsets[1:-1])
        values = [concave_envelope(instance.classes(cell, exact)).value for cell in self]
        return object_array(values) if exact else np.array(values)

    def classes(
        self, instance: BinaryPersuasion, cell: int, exact: bool = False
    ) -> ThresholdClasses:
        """The types of one cell, sorted and merged."""
        return instance.classes(self[cell], exact)

    def policy(
        self, instance: BinaryPersuasion, cell: int, exact: bool = False
    ) -> MessagingPolicy:
        """An optimal messaging policy for one cell."""
        classes = self.classes(instance, cell, exact)
        return envelope_policy(classes, concave_envelope(classes))

    def table(
        self,
        instance: BinaryPersuasion,
        title: str,
        names: Callable[[int], str],
        full: bool = False,
    ) -> Table:
        """Each cell and what to say to it: a row for each message on which some of it act.

        Parameters
        ----------
        title : str
        names : callable
            What a cell is called, by its number.
        full : bool
            All cells; else 16 of them.
        """
        weights, values = self.weights(instance), self.values(instance)
        shown = len(self) if full else min(len(self), SHOWN)
        rows: list[tuple[Entry, ...]] = []
        for c in range(shown):
            said = self._messages(instance, c)
            about = (names(c), len(self[c]), float(weights[c]), float(values[c]))
            rows += [
                (*(about if m == 0 else (None,) * len(about)), *row) for m, row in enumerate(said)
            ]
        columns = ("answers", "types", "weight", "value", "acts from", "if state 1", "if state 0")
        formats = dict.fromkeys(columns[4:], "{:.4g}".format) | dict.fromkeys(
            ("weight", "value"), "{:.4f}".format
        )
        return Table(title, columns, tuple(rows), left_out(len(self), shown, "cells"), formats)

    def _messages(self, instance: BinaryPersuasion, cell: int) -> list[tuple[Entry, ...]]:
        """Lowest threshold that each persuasive message persuades, and its likelihoods."""
        policy = self.policy(instance, cell)
        rho = instance.thresholds[self[cell]]
        acts = policy.acts(instance)[self[cell]]
        used = np.flatnonzero(acts.any(axis=0)).tolist()
        return [
            (float(rho[acts[:, m]].min()), float(policy.high[m]), float(policy.low[m]))
            for m in used
        ] or [(None, None, None)]

    def document(
        self, instance: BinaryPersuasion, full: bool = False, exact: bool = False
    ) -> dict[str, Any]:
        """The cells for a result's JSON document, with the order that ranges refer to."""
        document: dict[str, Any] = {"cells": self.to_list(instance, full, exact)}
        if self.segments and len(instance) > LISTED_TYPES:
            document["order"] = instance.order.tolist()
        return document

    def to_list(
        self, instance: BinaryPersuasion, full: bool = False, exact: bool = False
    ) -> list[dict[str, Any]]:
        """Cells with types, weight, value and policy, for JSON.

        Segments of more than 1,000 types in all are ranges of the sorted order, and their
        policies are left out unless `full`.
        """
        ranges = self.segments and len(instance) > LISTED_TYPES
        weights, values = self.weights(instance), self.values(instance)
        listed = []
        for c in range(len(self)):
            types: Any = (
                {"first": int(self.offsets[c]), "last": int(self.offsets[c + 1]) - 1}
                if ranges
                else self[c].tolist()
            )
            cell = {"types": types, "weight": float(weights[c]), "value": float(values[c])}
            if full or not ranges:
                cell["policy"] = self.policy(instance, c, exact).to_dict(instance, self[c])
            listed.append(cell)
        return listed


def segment_values(classes: ThresholdClasses, cuts: IntArray) -> NumberArray:
    """V of each segment of the sorted types, cut at sorted positions; O(n) in all.

    Below 1/2 one message is best, so the value is the largest gain; above 1/2 everyone acts
    without being told anything; at most one segment lies on both sides and needs the envelope.
    """
    m, h = len(classes), classes.below_half
    ends = np.searchsorted(classes.first, cuts)
    stops = np.append(ends, m)
    starts = np.append(0, ends)
    # A cut just below the types with threshold 1 leaves a last segment of them alone.
    mass: NumberArray = classes.high + classes.low
    values: NumberArray = mass[stops] - mass[starts]
    below = np.flatnonzero((stops <= h) & (starts < stops))
    if len(below):
        reach = int(stops[below[-1]])
        last = np.repeat(stops[below], stops[below] - starts[below])
        gains = (
            classes.high[last]
            - classes.high[:reach]
            + classes.odds[:reach] * (classes.low[last] - classes.low[:reach])
        )
        values[below] = np.maximum.reduceat(gains, starts[below])
    for c in np.flatnonzero((starts < h) & (stops > h)):
        part = classes.segment(int(starts[c]), int(stops[c]))
        values[c] = concave_envelope(part).value - part.certain
    values[-1] += classes.certain
    return values
