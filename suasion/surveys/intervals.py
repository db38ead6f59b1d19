"""Intervals for an average over splits of one sample, whose training parts overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suasion.models.numbers.arrays import FloatArray


@dataclass(frozen=True)
class Estimate:
    """An average with an interval.

    Attributes
    ----------
    value : float
    interval : tuple of two floats
        Lower and upper end.
    """

    value: float
    interval: tuple[float, float]

    def to_dict(self) -> dict[str, object]:
        """The estimate as plain JSON."""
        return {"value": self.value, "interval": list(self.interval)}


def split_estimate(values: FloatArray, test_share: float, level: float = 0.9) -> Estimate:
    """The mean of what J splits found, with the corrected resampled interval.

    The splits share respondents, so that their variance over J is far too small: another sample
    would choose other questions. Nadeau and Bengio's variance adds the ratio of the test part to
    the training part,

        se^2 = (1/J + n_test/n_train) var(values),

    and the interval is ``mean +- t se`` with the t quantile of J - 1 degrees of freedom.

    Parameters
    ----------
    values : array of float, shape (J,), J >= 2
        What each split found.
    test_share : float
        n_test / n_train: 1/4 for five folds, 1 for halves.
    level : float
        Coverage that is aimed at.

    Returns
    -------
    Estimate

    References
    ----------
    C. Nadeau and Y. Bengio, Inference for the generalization error, *Machine Learning* 52 (2003)
    239-281. O(J).

    Examples
    --------
    >>> split_estimate(np.array([0.25, 0.5]), test_share=0.5).value
    0.375
    """
    from scipy.stats import t

    error = np.sqrt((1 / len(values) + test_share) * values.var(ddof=1))
    reach = float(t.ppf((1 + level) / 2, len(values) - 1) * error)
    mean = float(values.mean())
    return Estimate(mean, (mean - reach, mean + reach))


def central_estimate(values: FloatArray, level: float = 0.9) -> Estimate:
    """The mean of independent draws and the middle part of them.

    Parameters
    ----------
    values : array of float, not empty
    level : float
        Share of the draws in the middle; the ends are quantiles, linear between draws.

    Examples
    --------
    >>> central_estimate(np.array([0.0, 0.5, 1.0]), level=0.5)
    Estimate(value=0.5, interval=(0.25, 0.75))
    """
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail]).tolist()
    return Estimate(float(values.mean()), (low, high))
