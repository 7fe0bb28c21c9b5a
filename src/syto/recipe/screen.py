"""What the stages say while they work."""

from rich.console import Console

from syto.tracking.tracker import Tracker

console = Console(stderr=True)


def say_problems(tracker: Tracker) -> None:
    """Say what could not be tracked."""
    for problem in tracker.problems:
        console.print(f"[yellow]not logged to MLflow:[/] {problem}")
