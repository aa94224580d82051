"""What others would use to say how volatile the next week is, as odds of a storm.

Belongs here: persistence, HAR-RV, GARCH(1,1), a hidden Markov model of two states, a logistic model and its isotonic
calibration. Each is given the days that were known (series.py) and gives odds of every day, of which only those after its
fit are used; the odds of a day rest on that day and those before it. Does not: our own rule, which is SQL; scores
(scores.py). arch, hmmlearn and scikit-learn are imported where they are used: the warehouse needs none of them.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from benchmarks.storms.series import FIRST_FIT, WEEK, YEAR, Floats, Model, Series, walked

SEED = 20251010


def persistence(known: Series, fitted: int) -> Floats:
    """Storms follow storms: the share of past days whose volatility was as high, or was not, that were followed by one."""
    high, told = known.ranks[:, 0] >= 0.8, ~np.isnan(known.storm)
    shares = {is_high: known.storm[told & (high == is_high)] for is_high in (True, False)}
    base = known.storm[told].mean() if told.any() else np.nan
    return np.where(high, *(shares[is_high].mean() if len(shares[is_high]) else base for is_high in (True, False)))


def har(known: Series, fitted: int) -> Floats:
    """Corsi's: the logarithm of the next week's volatility on those of the day, the week and the month, by least squares."""
    size = np.log(np.maximum(known.variance, 1e-6)) / 2
    columns = [np.ones(len(known)), size, np.log(known.volatility), np.log(_trailing(known.variance, 30)) / 2]
    x, y = np.column_stack(columns), np.log(known.later)
    told = ~np.isnan(x).any(axis=1) & ~np.isnan(y)
    weights = np.linalg.lstsq(x[told], y[told], rcond=None)[0]
    return exceeding(x @ weights, known)


def garch(known: Series, fitted: int) -> Floats:
    """Bollerslev's, of daily returns: the mean variance that it expects of the next seven days."""
    from arch import arch_model

    returns = 100 * known.returns
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = arch_model(returns[1 : fitted + 1], mean="Zero", vol="GARCH", p=1, q=1, rescale=False).fit(disp="off", show_warning=False)
    omega, alpha, beta = (float(value) for value in result.params)
    tomorrow = np.full(len(known), np.nan)
    variance = float(np.nanmean(returns[1 : fitted + 1] ** 2))
    for day in range(1, len(known)):
        variance = omega + alpha * returns[day] ** 2 + beta * variance
        tomorrow[day] = variance
    lasts = alpha + beta
    mean = omega / (1 - lasts) if lasts < 1 else 0.0
    week = sum(mean + lasts**step * (tomorrow - mean) for step in range(WEEK)) / WEEK if lasts < 1 else tomorrow
    return exceeding(np.log(np.maximum(week, 1e-9) * 365 / 1e4) / 2, known)


def hidden_markov(known: Series, fitted: int) -> Floats:
    """Two states of the day's volatility over the last year; odds from the probability of the louder one, by a logistic model."""
    from hmmlearn.hmm import GaussianHMM

    sizes = (np.log(np.maximum(known.variance, 1e-6)) / 2)[1:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = GaussianHMM(n_components=2, covariance_type="diag", n_iter=200, random_state=SEED).fit(
            sizes[max(0, fitted - YEAR) : fitted]
        )
    louder = int(np.argmax(model.means_[:, 0]))
    return _logistic(np.concatenate([[[np.nan]], _filtered(model, sizes)[:, [louder]]]), known)


def _filtered(model: Any, sizes: Floats) -> Floats:
    """Probability of each state on each day from the days up to it: the forward half of the algorithm. The other half knows the future."""
    spread = np.sqrt(model.covars_[:, 0, 0])
    likely = np.exp(-(((sizes - model.means_[:, 0]) / spread) ** 2) / 2) / spread
    found: Floats = np.empty_like(likely)
    now = model.startprob_
    for day, each in enumerate(likely):
        now = (now if day == 0 else now @ model.transmat_) * np.maximum(each, 1e-300)
        now = now / now.sum()
        found[day] = now
    return found


def logistic(known: Series, fitted: int) -> Floats:
    """The three ranks that our rule cuts at four fifths, weighed."""
    return _logistic(known.ranks, known)


def calibrated(known: Series, fitted: int) -> Floats:
    """The logistic model's odds put right by what came after them: isotonic, over odds that it gave before the outcomes were known."""
    from sklearn.isotonic import IsotonicRegression

    raw = logistic(known, fitted)
    past = walked(known.known_on(fitted, fitted), logistic)
    told = ~np.isnan(past) & ~np.isnan(known.storm[: fitted + 1])
    if told.sum() < FIRST_FIT:
        return raw
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(past[told], known.storm[: fitted + 1][told])
    found: Floats = np.where(np.isnan(raw), np.nan, isotonic.predict(np.nan_to_num(raw)))
    return found


def _logistic(x: Floats, known: Series) -> Floats:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    seen = ~np.isnan(x).any(axis=1)
    told = seen & ~np.isnan(known.storm)
    odds = np.full(len(known), np.nan)
    if len(set(known.storm[told])) == 2:
        with threadpool_limits(1):
            odds[seen] = LogisticRegression().fit(x[told], known.storm[told]).predict_proba(x[seen])[:, 1]
    return odds


def exceeding(expected: Floats, known: Series) -> Floats:
    """Odds that the next week's volatility, whose logarithm is expected, reaches the day's level: how often past errors were as large."""
    errors = np.log(known.later) - expected
    past = np.sort(errors[~np.isnan(errors)])
    needed = np.log(known.level) - expected
    odds = 1 - np.searchsorted(past, needed, side="left") / max(1, len(past))
    return np.where(np.isnan(needed), np.nan, odds)


def _trailing(values: Floats, days: int) -> Floats:
    """Mean over the last days up to and with each; NaN before there are as many."""
    sums = np.cumsum(np.insert(np.nan_to_num(values), 0, 0.0))
    found = np.full(len(values), np.nan)
    found[days - 1 :] = (sums[days:] - sums[:-days]) / days
    return found


MODELS: dict[str, Model] = {
    "persistence": persistence, "HAR-RV": har, "GARCH(1,1)": garch, "hidden Markov, two states": hidden_markov,
    "logistic of three ranks": logistic, "logistic, isotonic": calibrated,
}  # fmt: skip
