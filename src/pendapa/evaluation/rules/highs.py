"""An integer programme in exact numbers, solved by HiGHS and checked again in exact arithmetic.

HiGHS (Huangfu and Hall 2018, https://highs.dev) works in floating point. So every row is first brought to integers without
a common divisor and its bound to that grid; the objective too, so that a gap below one unit is a proof. A solution that
breaks a row in exact arithmetic is cut off and the search goes on; a bound that does not meet the value is no proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import ceil, floor, gcd, inf, lcm
from time import monotonic
from typing import Any

from pendapa.evaluation.rules.problem import NotProven, PlanError

# Integers above this are no longer told apart from their neighbours by a float.
LARGEST = 2**50
_CUTS = 200
Terms = Mapping[int, Fraction | int]


@dataclass(frozen=True, slots=True)
class Row:
    """low ≤ Σ coefficient x column ≤ high, in integers; None is no bound."""

    columns: tuple[int, ...]
    coefficients: tuple[int, ...]
    low: int | None
    high: int | None

    def broken(self, values: Sequence[int]) -> bool:
        total = sum(a * values[c] for a, c in zip(self.coefficients, self.columns, strict=True))
        return (self.low is not None and total < self.low) or (self.high is not None and total > self.high)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An optimum: whole values of the columns, their exact objective and the bound that was proven for it."""

    values: tuple[int, ...]
    value: Fraction
    bound: Fraction

    @property
    def proven(self) -> bool:
        """False only where what was found in the time was asked for."""
        return self.bound == self.value


@dataclass
class Programme:
    """Columns are whole numbers from 0 to their `upper`; rows are kept as integers."""

    upper: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    impossible: bool = False

    def column(self, upper: int = 1) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def row(
        self, terms: Terms, low: Fraction | int | None = None, high: Fraction | int | None = None
    ) -> None:
        """Adds a row, divided by what its coefficients have in common; bounds are drawn in to whole numbers."""
        kept = {column: Fraction(value) for column, value in terms.items() if value}
        if not kept:
            self.impossible |= (low is not None and low > 0) or (high is not None and high < 0)
            return
        unit = unit_of(kept.values())
        self.rows.append(
            Row(
                tuple(kept),
                tuple(int(value / unit) for value in kept.values()),
                None if low is None else ceil(low / unit),
                None if high is None else floor(high / unit),
            )
        )

    def least(
        self, objective: Terms, until: float | None = None, *, unproven: bool = False
    ) -> Outcome | None:
        """The proven least of the objective; None where no values keep all rows.

        `until` is a moment of `time.monotonic`; with `unproven` the best that was found by then will do. Raises NotProven,
        and PlanError where the numbers are too fine.
        """
        if self.impossible:
            return None
        unit = unit_of(objective.values()) if any(objective.values()) else Fraction(1)
        whole = {column: int(Fraction(value) / unit) for column, value in objective.items() if value}
        if sum(abs(value) * self.upper[column] for column, value in whole.items()) > LARGEST:
            raise PlanError(
                [f"costs: whole multiples of {unit} make numbers too long to be exact; round them"]
            )
        cuts: list[Row] = []
        for _ in range(_CUTS):
            found = run([*self.rows, *cuts], self.upper, whole, until, unproven=unproven)
            if found is None:
                return None
            values, bound = found
            broken = [row for row in self.rows if row.broken(values)]
            if not broken:
                value = sum(whole[column] * values[column] for column in whole)
                if bound < value and not unproven:
                    raise NotProven(f"the solver proved {bound} for a value of {value}")
                return Outcome(values, value * unit, min(bound, value) * unit)
            cuts += [self._cut(row, values) for row in broken]
        raise NotProven("the numbers lie too close together for the solver; round them to fewer digits")

    def _cut(self, row: Row, values: Sequence[int]) -> Row:
        """What every solution that keeps the row must change in values that break it."""
        total = sum(a * values[c] for a, c in zip(row.coefficients, row.columns, strict=True))
        sign = 1 if row.high is not None and total > row.high else -1
        turned: dict[int, int] = {}
        for coefficient, column in zip(row.coefficients, row.columns, strict=True):
            if self.upper[column] != 1:
                raise NotProven(
                    "the numbers lie too close together for the solver; round them to fewer digits"
                )
            if coefficient * sign > 0 and values[column]:
                turned[column] = -1
            elif coefficient * sign < 0 and not values[column]:
                turned[column] = 1
        low = 1 - sum(1 for value in turned.values() if value < 0)
        return Row(tuple(turned), tuple(turned.values()), low, None)


def unit_of(values: Any) -> Fraction:
    """The largest number of which all values are whole multiples; 1 where all are 0."""
    kept = [abs(Fraction(value)) for value in values if value]
    if not kept:
        return Fraction(1)
    bottom = lcm(*(value.denominator for value in kept))
    return Fraction(reduce(gcd, (int(value * bottom) for value in kept)), bottom)


def run(
    rows: Sequence[Row],
    upper: Sequence[int],
    objective: Mapping[int, int],
    until: float | None = None,
    *,
    unproven: bool = False,
) -> tuple[tuple[int, ...], int] | None:
    """HiGHS alone on integer data: values and the bound of the least objective on its grid; None where infeasible."""
    import highspy
    import numpy as np

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for name, value in {"threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5}.items():
        solver.setOptionValue(name, value)
    if until is not None:
        left = until - monotonic()
        if left <= 0:
            raise NotProven("the time given was over before a plan was proven")
        solver.setOptionValue("time_limit", left)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(upper), len(rows)
    lp.col_cost_ = np.array([objective.get(column, 0) for column in range(len(upper))], dtype=float)
    lp.col_lower_ = np.zeros(len(upper))
    lp.col_upper_ = np.array(upper, dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(upper)
    scaled = [_for_floats(row) for row in rows]
    lp.row_lower_ = np.array([one[1] for one in scaled])
    lp.row_upper_ = np.array([one[2] for one in scaled])
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row.columns))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row.columns], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for one in scaled for value in one[0]], dtype=float)
    solver.passModel(lp)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    found = solver.getInfo().primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    if status == highspy.HighsModelStatus.kTimeLimit and not (unproven and found):
        raise NotProven("the time given was over before a plan was proven")
    if status not in (
        highspy.HighsModelStatus.kOptimal,
        highspy.HighsModelStatus.kModelEmpty,
        highspy.HighsModelStatus.kTimeLimit,
    ):
        raise NotProven(f"the solver ended with {solver.modelStatusToString(status)}")
    values = tuple(round(value) for value in solver.getSolution().col_value)
    bound = solver.getInfo().mip_dual_bound if upper else 0.0
    if bound in (-inf, inf):  # stopped before there was any
        bound = -float(LARGEST)
    return values, ceil(bound - 1e-6 - abs(bound) * 2**-48)


def _for_floats(row: Row) -> tuple[Sequence[float], float, float]:
    """Coefficients and bounds as floats. Very long numbers are made shorter and their bounds wider: what that lets through
    is found by the exact check."""
    size = max(map(abs, row.coefficients))
    low = -inf if row.low is None else row.low
    high = inf if row.high is None else row.high
    if size * len(row.coefficients) <= LARGEST:
        return row.coefficients, low, high
    scale = 2.0**-20 * size
    slack = len(row.coefficients) * 2**-30
    return [value / scale for value in row.coefficients], low / scale - slack, high / scale + slack
