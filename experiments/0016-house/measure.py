"""Count what a tree of Python files is made of: python experiments/0016-house/measure.py src/syto [other trees]."""

import ast
import sys
from pathlib import Path
from statistics import median


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def arguments(function: ast.FunctionDef) -> int:
    given = function.args
    named = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in named if name not in ("self", "cls")])


def imports(tree: ast.AST) -> int:
    """Count the names that a module takes from other modules of the package."""
    return sum(
        len(node.names)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("syto")
    )


def sideways(path: Path, tree: ast.AST) -> int:
    if path.parent.name != "stages":
        return 0
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return sum(module.startswith("syto.stages.") for module in modules)


def measure(root: Path) -> dict[str, float]:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))}
    found = [each for tree in trees.values() for each in functions(tree)]
    lengths = [each.end_lineno - each.lineno + 1 for each in found]
    stages = {path: tree for path, tree in trees.items() if path.parent.name == "stages"}
    return {
        "modules": len(trees),
        "lines": sum(len(path.read_text(encoding="utf-8").splitlines()) for path in trees),
        "functions": len(found),
        "median length": median(lengths),
        "over 30 lines": sum(length > 30 for length in lengths),
        "over 5 arguments": sum(arguments(each) > 5 for each in found),
        "names a stage takes from the package, median": median(imports(tree) for tree in stages.values()),
        "the same, most": max(imports(tree) for tree in stages.values()),
        "lines of the stages": sum(len(path.read_text(encoding="utf-8").splitlines()) for path in stages),
        "imports from stage to stage": sum(sideways(path, tree) for path, tree in trees.items()),
    }


columns = [measure(Path(root)) for root in sys.argv[1:]]
for name in columns[0]:
    print(f"| {name} | {' | '.join(f'{column[name]:,.0f}' for column in columns)} |")
