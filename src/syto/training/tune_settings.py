"""Settings of the YAML section `tune`: which keys a study varies, and within what."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MACRO_F1 = "macro_f1"  # the mean over the tasks; of one task: macro_f1_TASK


class RangeSettings(BaseModel):
    """What one key may be: a number between two, whole where both are, or one of some choices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: int | float | None = None
    high: int | float | None = None
    log: bool = False  # drawn evenly by orders of magnitude
    step: Annotated[int | float, Field(gt=0)] | None = None
    choices: tuple[Any, ...] = ()

    @model_validator(mode="after")
    def _numbers_or_choices(self) -> Self:
        numbers = (self.low, self.high, self.step)
        if self.choices:
            if self.log or any(number is not None for number in numbers):
                raise ValueError("give either 'choices', or 'low' and 'high'")
        elif self.low is None or self.high is None:
            raise ValueError("give 'low' and 'high', or 'choices'")
        elif self.low >= self.high or (self.log and (self.low <= 0 or self.step is not None)):
            raise ValueError("'low' lies below 'high', and with 'log' above 0 and without 'step'")
        return self

    @property
    def ends(self) -> Sequence[Any]:
        """What is checked before a study begins: every choice, or both ends."""
        return self.choices or (self.low, self.high)

    def holds(self, value: object) -> bool:
        """Tell whether a value could be drawn, as far as the ends say."""
        if self.low is None or self.high is None:
            return value in self.choices
        return isinstance(value, int | float) and self.low <= value <= self.high


class TuneSettings(BaseModel):
    """The YAML section `tune`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trials: Annotated[int, Field(ge=1)] = 20  # that are finished or pruned
    metric: str = MACRO_F1  # of validation, the higher the better
    startup: Annotated[int, Field(ge=1)] = 5  # trials drawn by chance and trained to their end
    ranges: Annotated[dict[str, RangeSettings], Field(min_length=1)]  # dotted key, as `--set` takes it →
