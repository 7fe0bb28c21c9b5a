"""Settings of the YAML sections `augmentation`, `ngrams`, `distil`, `early_stopping`, `calibration`, `export`
and `baselines`.

The section `training` itself goes to `transformers.TrainingArguments` as it is.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from syto.corpus.unlabelled_settings import UnlabelledSettings


class AugmentationSettings(BaseModel):
    """The YAML section `augmentation`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    leads: Annotated[int | None, Field(ge=20)] = None  # longest beginning of an article, in characters
    # Language → what outlets say of themselves around an article, and the share of articles that get some.
    service_sentences: Path | None = None
    with_service: Annotated[float, Field(gt=0, le=1)] = 0.25


class NgramSettings(BaseModel):
    """The YAML section `ngrams`: a linear head on sub-words and pairs of them, beside the network's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = False
    buckets: Annotated[int, Field(ge=1)] = 65_536  # that pairs are hashed into
    inverse_regularisation: Annotated[float, Field(gt=0)] = 10.0  # `C` of the logistic regression
    # Task → a `C` of its own.
    of_task: Mapping[str, Annotated[float, Field(gt=0)]] = {}
    windows: Annotated[int, Field(ge=1)] = 1  # of an article that are fitted on
    # Tasks whose labels weigh the same within each language, so that the language tells nothing of them.
    within_language: tuple[str, ...] = ()


class DistilSettings(BaseModel):
    """The YAML section `distil`: who teaches, on which texts beside the training articles, and who learns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    teacher: Path  # a bundle with its weights
    # The teacher's layers that the pupil begins with, from 0; null: it begins with `encoder`.
    layers: Annotated[tuple[int, ...], Field(min_length=1)] | None = None
    corpus: UnlabelledSettings | None = None  # further texts; null: the training articles alone


class EarlyStoppingSettings(BaseModel):
    """Stop when the metric of the validation sources no longer rises."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patience: Annotated[int, Field(ge=1)] = 2  # evaluations without a better value
    threshold: Annotated[float, Field(ge=0)] = 0.0  # what counts as better


class CalibrationSettings(BaseModel):
    """Temperatures and thresholds, fitted on the validation split."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target_accuracy: Annotated[float, Field(gt=0, le=1)] = 0.9  # of the answers that are called sure
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.9  # that it holds on further sources
    datasets: Mapping[str, tuple[str, ...]] = {}  # task → those that stand for what will be scored; none: all
    targets: Mapping[str, Annotated[float, Field(gt=0, le=1)]] = {}  # task → a target accuracy of its own
    # Task → label → its share of what will be scored; none: as in validation, which is no sample of the news.
    prior: Mapping[str, Mapping[str, Annotated[float, Field(gt=0, lt=1)]]] = {}
    # Language without rated sources at both ends of a scale → the one as which it is read, its median article
    # put where that language has the median article of its highest label.
    stand_in: Mapping[str, str] = {}
    folds: Annotated[int, Field(ge=2)] = 5  # of the sources, to measure what is sure on left-out ones


class BaselineSettings(BaseModel):
    """The simple models that stand beside the transformer in every table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    max_features: Annotated[int, Field(ge=100)] = 300_000  # of each of the two TF-IDF vocabularies


ExportKind = Literal["int8", "int8-most", "int4", "fp16"]


class ExportSettings(BaseModel):
    """How much worse than the trained model what scores may be, and what is tried first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_quality_drop: Annotated[float, Field(ge=0)] = 0.01  # in validation macro-F1, of any task
    max_part_drop: Annotated[float, Field(ge=0)] = 0.03  # of a language, or in F1 of a class; they hold fewer
    judged_on: Annotated[int, Field(ge=100)] = 2_000  # validation articles, drawn; more take longer
    # Tried first, in this order; the others follow until one is good enough. int8-most: but for matrices that
    # narrow; int4: blocks of 32 weights; fp16: weights alone.
    kinds: tuple[ExportKind, ...] = ("int8",)
