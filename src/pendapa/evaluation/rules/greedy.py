from pendapa.evaluation.rules.problem import Problem, Solved


def greedy(problem: Problem) -> Solved | None:
    return None
