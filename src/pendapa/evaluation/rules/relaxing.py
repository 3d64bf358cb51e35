from pendapa.evaluation.rules.problem import Problem, Relaxation


def relaxations(problem: Problem, until: float | None = None) -> tuple[Relaxation, ...]:
    return ()
