"""Names of agencies and outlets that Ukrainian, Russian and English news cite all the time."""

KNOWN_MASTHEADS: tuple[str, ...] = (
    # Ukrainian
    "Укрінформ", "Укринформ", "Ukrinform", "УНІАН", "УНИАН", "UNIAN", "УНН", "Інтерфакс-Україна",
    "Интерфакс-Украина", "Interfax-Ukraine", "РБК-Україна", "РБК-Украина", "Українські новини", "Главком",
    "Українська правда", "Украинская правда", "Ukrainska Pravda", "Європейська правда", "Економічна правда",
    "Суспільне", "Громадське", "Еспресо", "Лівий берег", "Цензор.НЕТ", "Дзеркало тижня", "Зеркало недели",
    "Радіо Свобода", "Радио Свобода", "Голос Америки", "Детектор медіа", "Бабель", "Тиждень",
    "Новое время", "Корреспондент.net", "Кореспондент.net", "Обозреватель", "Апостроф", "Фокус.ua",
    "Українське радіо", "АрміяInform", "Мілітарний", "Букви", "ЛІГА.net", "ЛИГА.net", "Телеграф.ua",
    "Kyiv Independent", "Kyiv Post", "Ukraine World", "Hromadske", "Espreso", "Свідомі", "24 Канал",
    # Russian
    "РИА Новости", "РІА Новини", "РИА Новости Крым", "RIA Novosti", "ТАСС", "ИТАР-ТАСС", "TASS", "Интерфакс",
    "Інтерфакс", "Interfax", "РБК", "Коммерсантъ", "Коммерсант", "Ведомости", "Российская газета",
    "Комсомольская правда", "Московский комсомолец", "Аргументы и факты", "Газета.Ru", "Лента.ру", "Lenta.ru",
    "Медуза", "Meduza", "Медіазона", "Медиазона", "Дождь", "Эхо Москвы", "Новая газета", "Независимая газета",
    "Известия", "Регнум", "REGNUM", "Росбалт", "Регионы России", "RT на русском", "Russia Today", "Sputnik",
    "Спутник", "Царьград", "НТВ", "Первый канал", "Вести.Ru", "РЕН ТВ", "Звезда ТВ", "URA.RU", "Фонтанка",
    "Русская служба Би-би-си", "Би-би-си", "Бі-бі-сі", "Немецкая волна", "Настоящее время", "Украина.ру",
    "EADaily", "News Front", "Лента новостей", "Парламентская газета", "Life.ru", "RTVI", "Сноб",
    # English and the rest of the world
    "Reuters", "Рейтер", "Рейтерс", "Associated Press", "AP News", "Agence France-Presse", "AFP", "Bloomberg",
    "BBC", "BBC News", "BBC Sport", "BBC Ukrainian", "CNN", "Fox News", "NBC News", "CBS News", "ABC News", "MSNBC",
    "The Guardian", "The New York Times", "New York Times", "NYT", "The Washington Post", "Washington Post",
    "The Wall Street Journal", "Wall Street Journal", "WSJ", "Financial Times", "The Times", "The Telegraph",
    "The Independent", "The Economist", "The Sun", "Daily Mail", "The Daily Mail", "Mirror Online", "Politico",
    "Politico Europe", "Deutsche Welle", "DW", "Euronews", "Євроньюс", "Евроньюс", "Al Jazeera", "Аль-Джазира",
    "Аль-Джазіра", "France 24", "Sky News", "CNBC", "USA Today", "Newsweek", "Business Insider", "The Hill",
    "Axios", "Der Spiegel", "Bild", "Die Welt", "Le Monde", "Le Figaro", "La Repubblica", "El País",
    "Polskie Radio", "Gazeta Wyborcza", "Rzeczpospolita", "Сіньхуа", "Синьхуа", "Xinhua", "Yonhap", "Kyodo",
    "Anadolu", "Анадолу", "Voice of America", "Radio Free Europe", "Radio Liberty", "TechCrunch", "The Verge",
    "ScienceDaily", "The Athletic", "Sky Sports", "ESPN", "Yahoo News", "Yahoo Sports", "Yahoo Finance",
)  # fmt: skip
