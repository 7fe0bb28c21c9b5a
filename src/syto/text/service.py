"""What outlets say of themselves to their readers around an article: thanks, calls, notices.

Only whole sentences at either end of a text are looked at: inside an article the same words may be the news.
"""

import re

from syto.text.sentences import sentence_spans

_EDGE = 600  # characters at either end in which such sentences are looked for
_LONGEST = 200  # characters of such a sentence

_THANKS = (
    r"(?:щиро |искренне )?(?:дякує(?:мо|м)|дякую|вдячні|спасибі|спасибо|благодарим|благодарны|благодарю|"
    r"thank you|thanks|(?:we are )?(?:sincerely )?grateful)\b.{0,40}?\b(?:що ви|що ти|що чита|що дивит|"
    r"що залиша|що підтрим|что вы|что чита|"
    r"что смотр|что оста|что поддерж|за (?:вашу? |ваше |вашу )?(?:увагу|довіру|підтримку|перегляд|прочитання|"
    r"внимание|доверие|поддержку|просмотр|прочтение)|for (?:reading|being|watching|listening|staying|joining|"
    r"subscribing|visiting|your (?:attention|trust|support|interest|time)))"
)
_CALLED_FOR = (
    # Ukrainian
    r"читайте|ді?літь?ся|поділіться|поширюйте|пишіть|напишіть|залишайте|залиште|залишайтес[ья]|залишайтеся|"
    r"ставте|поставте|тисніть|натисніть|натискайте|підписуйтес[ья]|підписуйтеся|підпишіться|долучайтес[ья]|"
    r"долучайтеся|приєднуйтес[ья]|приєднуйтеся|слідкуйте|стежте|дивіться|слухайте|надсилайте|надішліть|"
    r"присилайте|підтримайте|підтримуйте|станьте|завантажуйте|завантажте|встановіть|оформіть|оформлюйте|"
    r"отримуйте|дізнавайтес[ья]|дізнавайтеся|розкажіть|розповідайте|запрошуйте|запрошуємо|переходьте|"
    r"додавайте|оцініть|оцінюйте|голосуйте|коментуйте|обговорюйте|пропонуйте|будьте|зв'яжіться|"
    # Russian
    r"делитесь|поделитесь|распространяйте|пишите|напишите|оставляйте|оставьте|оставайтесь|ставьте|поставьте|"
    r"жмите|нажмите|нажимайте|подписывайтесь|подпишитесь|присоединяйтесь|следите|смотрите|слушайте|"
    r"присылайте|пришлите|поддержите|поддерживайте|скачайте|скачивайте|установите|оформите|оформляйте|"
    r"получайте|узнавайте|расскажите|рассказывайте|приглашайте|приглашаем|переходите|добавляйте|оцените|"
    r"комментируйте|обсуждайте|предлагайте|свяжитесь|"
    # English
    r"read|share|write|leave|stay|subscribe|follow|join|like|click|tap|watch|listen|send|support|become|"
    r"download|install|sign up|take out|tell|invite|visit|rate|comment|contact"
)
_OUTLETS_OWN = (
    r"нас|нам|нами|коментар\w*|комментари\w*|друз\w+|знайомим|знакомым|телеграм\w*|telegram|ютуб\w*|youtube|"
    r"viber|вайбер\w*|facebook|фейсбу\w+|instagram|інстаграм\w*|инстаграм\w*|twitter|тві?тер\w*|whatsapp|"
    r"tiktok|"
    r"соцмереж\w*|соцсет\w*|соціальних мережах|социальных сетях|канал\w*|сторінк\w+|страниц\w+|розсилк\w+|"
    r"рассылк\w+|підписк\w+|подписк\w+|передплат\w+|застосун\w+|додаток|приложени\w+|лайк\w*|вподоба\w+|"
    r"відгук\w*|отзыв\w*|новини|новости|наш\w{0,3} (?:новин|новост|сайт|портал|видан|издан|спільнот|"
    r"сообществ|"
    r"груп|редакц|проєкт|проект|материал|матеріал)\w*|редакц\w+|спонсор\w*|патрон\w*|"
    r"(?-i:us)|friends|comments?|newsletters?|our (?:channel|page|app|site|website|community|group|"
    r"newsroom|stories|"
    r"journalism|coverage|briefing)|the app|inbox|patron|subscribers?|subscription"
)
_CALL = (
    rf"(?:не забу(?:вайте|дьте) |don't forget to |please |be sure to )?(?:{_CALLED_FOR})\b"
    rf"(?:.{{0,80}}?\W)??(?:{_OUTLETS_OWN})\b"
)
_NOTICES = (
    r"(?:ус[іи]|все) права (?:захищен|защищен)|all rights reserved|(?:передрук|перепечатка|reproduction) |"
    r"(?:цей|наш) сайт використовує|(?:этот|наш) сайт использует|this (?:web)?site uses|"
    r"вам (?:також )?може бути цікаво|вам (?:также )?может быть интересно|you (?:may|might) also like|"
    r"матеріал (?:оновлю|доповню)ється|материал (?:обновля|дополня)ется|this story (?:is being|"
    r"will be) updated|"
    r"час читання|время чтения|reading time|(?:думка|позиція) (?:редакції|автора)|"
    r"мнение (?:редакции|автора)|редакці[яю] (?:може )?не (?:поділя|несе|відповіда)|"
    r"редакция (?:может )?не (?:разделя|нес[её]т|отвеча)|"
    r"якщо ви (?:помітили|знайшли|побачили) помилку|если вы (?:заметили|нашли|увидели) ошибку|"
    r"(?:помітили|знайшли|заметили|нашли) (?:помилку|ошибку)|(?:spotted|found|noticed) (?:a|"
    r"an) (?:mistake|error|typo)|"
    r"гарного (?:вам )?(?:дня|вечора)|хорошего (?:вам )?(?:дня|вечера)|have a (?:good|nice|great) day|"
    r"(?:ще )?більше новин|(?:еще |ещё )?больше новостей|more (?:news|stories) (?:in|on|at)|"
    r"реклама на сайті|по вопросам рекламы|реклама на сайте|to advertise|the editors (?:may|do) not|"
    r"advertisement$"
)
_SERVICE = re.compile(rf"\W{{0,3}}(?:{_THANKS}|{_CALL}|{_NOTICES})", re.IGNORECASE)
_SPOKEN = ("«", '"', "“", "„", "—", "–", "- ")  # somebody is quoted


def without_service(text: str) -> tuple[int, int]:
    """Return the span of a text between the service sentences that it begins and ends with.

    What is nothing but such sentences stays whole: somebody may mean it.
    """
    start, end = 0, len(text)
    for first, last in sentence_spans(text[:_EDGE]):
        if (last == _EDGE and last < len(text)) or not _is_service(text[first:last]):
            break
        start = last
    offset = max(start, len(text) - _EDGE)
    for first, last in reversed(sentence_spans(text[offset:])):
        if (first == 0 < offset and start < offset) or not _is_service(text[offset + first : offset + last]):
            break
        end = offset + first
    return (start, end) if start < end else (0, len(text))


def _is_service(sentence: str) -> bool:
    return (
        len(sentence) <= _LONGEST
        and not sentence.startswith(_SPOKEN)
        and _SERVICE.match(sentence) is not None
    )
