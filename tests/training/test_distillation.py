from syto.model.bundle import TOKENIZER, Bundle
from syto.model.windows import Windower
from syto.training.distillation import TaughtDataset

TEXTS, SHOWN = ["війна", "матч"], ["війна", "джерела матч"]


def ids(windower: Windower, text: str) -> list[int]:
    return list(windower.windows([text])[0].windows[0].ids)


def test_the_teacher_reads_the_text_itself_where_the_pupil_sees_another(tiny_bundle: Bundle) -> None:
    windower = Windower(tiny_bundle.path(TOKENIZER), tiny_bundle.manifest.window)
    alike, other = (TaughtDataset(windower, None, TEXTS, shown) for shown in (None, SHOWN))
    assert "teacher_ids" not in alike[1]
    assert list(other[1]["input_ids"]) == ids(windower, SHOWN[1])
    assert list(other[1]["teacher_ids"]) == ids(windower, TEXTS[1])
