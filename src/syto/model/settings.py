"""Settings of the YAML sections `tasks`, `encoder` and `window`."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from syto.records import HeadKind

Fraction = Annotated[float, Field(ge=0, lt=1)]


class TaskSettings(BaseModel):
    """One task is one head; its labels are a file, so that another task needs no code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: HeadKind
    labels: Path  # a label file such as data/labels/topics.yaml; ordinal: in ascending order
    loss_weight: Annotated[float, Field(gt=0)] = 1.0
    label_smoothing: Fraction = 0.0
    max_class_weight: Annotated[float, Field(ge=1)] = 3.0  # cap on inverse-frequency weights; 1 = unweighted
    min_support: Annotated[int, Field(ge=1)] = 1  # a label with fewer training articles is not carried
    network: bool = True  # false: n-grams alone answer, and the encoder learns nothing of this task


class ScratchSettings(BaseModel):
    """An encoder with random weights, of any architecture that `AutoConfig.for_model` knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: str = "modernbert"
    options: dict[str, Any] = {}  # fields of that architecture's config, such as hidden_size


class TokenizerSettings(BaseModel):
    """A sub-word tokenizer trained on the training split; only for an encoder from scratch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["bpe", "unigram"] = "bpe"
    vocab_size: Annotated[int, Field(ge=300)] = 16_000
    lowercase: bool = False


class EncoderSettings(BaseModel):
    """Where the encoder comes from: a checkpoint (folder or Hub name) or random weights."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    source: Annotated[str | None, Field(alias="from")] = None  # folder or Hub name
    revision: str | None = None  # commit or tag on the Hub
    trust_remote_code: bool = False  # runs code from the checkpoint: only if you have read it
    attention: str = "sdpa"  # PyTorch's own; works on every device
    dropout: Fraction = 0.1  # before the heads
    options: dict[str, Any] = {}  # fields of the checkpoint's config to override, such as hidden_dropout_prob
    # Lowest layers that, with the embeddings, are not trained; 0: the embeddings alone; null: all is trained.
    frozen_layers: Annotated[int | None, Field(ge=0)] = None
    scratch: ScratchSettings | None = None
    tokenizer: TokenizerSettings = TokenizerSettings()

    def described(self) -> str:
        """Name the encoder as a model card does: a checkpoint with its revision, or an architecture."""
        if self.scratch:
            return f"{self.scratch.architecture} from scratch"
        return f"{self.source}@{self.revision or 'main'}"

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.source is None) == (self.scratch is None):
            raise ValueError("give either 'from' (a checkpoint) or 'scratch' (random weights)")
        if self.scratch is not None and (self.options or self.frozen_layers is not None):
            raise ValueError("'options' and 'frozen_layers' go with 'from'; 'scratch' has options of its own")
        return self


class WindowSettings(BaseModel):
    """How long articles are cut into overlapping token windows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    length: Annotated[int, Field(ge=8, le=32_768)] = 256  # tokens a window, special tokens included
    overlap: Annotated[int, Field(ge=0)] = 32  # tokens that neighbouring windows share
    max_windows: Annotated[int, Field(ge=1, le=65_536)] = 16  # what lies behind them is not read when scoring
    train_windows: Annotated[int, Field(ge=1)] = 1  # windows of an article that training sees

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.overlap > self.length // 2:
            raise ValueError(f"overlap {self.overlap} is more than half of length {self.length}")
        return self
