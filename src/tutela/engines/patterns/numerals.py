"""The digits in words, in the languages that adverts spell telephone numbers in."""

from __future__ import annotations

DIGIT_WORDS: dict[str, str] = {
    "en": "zero one two three four five six seven eight nine oh niner",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zero un deux trois quatre cinq six sept huit neuf",
    "pt": "zero um dois tres quatro cinco seis sete oito nove",
    "de": "null eins zwei drei vier funf sechs sieben acht neun",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "ro": "zero unu doi trei patru cinci sase sapte opt noua",
    "ru": "ноль один два три четыре пять шесть семь восемь девять",
    "uk": "нуль один два три чотири пять шість сім вісім девять",
    "ar": "صفر واحد اثنان ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه اثنين",
    "zh": "零 一 二 三 四 五 六 七 八 九 〇 两",
    "th": "ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า",
}
"""By language, as `letters.in_one_script` leaves them: small, without accents that may be dropped."""

UNSPACED_LANGUAGES = ("zh", "th")
SPACED_WORDS = frozenset(
    word
    for language, words in DIGIT_WORDS.items()
    if language not in UNSPACED_LANGUAGES
    for word in words.split()
)
UNSPACED_WORDS = frozenset(word for language in UNSPACED_LANGUAGES for word in DIGIT_WORDS[language].split())
