"""What every place that shows a reliability says of it."""

NOT_TRUTH = (
    "Source reliability is not truth: the model estimates whether a text reads like the output of unreliable "
    "sources. Its answer is triage, never a verdict."
)
