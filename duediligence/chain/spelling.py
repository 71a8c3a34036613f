"""One name in many spellings: Turkmen, Russian and English letters, and legal forms before and after it.

Three readings of a name, from near to far:

    folded   plain small letters: Cyrillic and Turkmen letters as English ones
             "Gökdepe Pagta" HJ -> "gokdepe pagta hj", «Гёкдепе пагта» ХО -> "gyokdepe pagta ho"
    core     the same without its legal form and the signs around it
    sound    what spellings of one name in three languages have in common: letters that
             stand for one sound are one letter, double letters are single
             "gokdepe pagta", "geokdepe pagta", "gyokdepe pagta" -> "gokdepe pagta"

Cyrillic is read as Russian, and Turkmen as it was written in Cyrillic letters until
1993. Sounds are rough on purpose; what sounds alike is asked about, never taken for
the same by itself.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from questionnaires import content

_FORMS = Path(__file__).parent.parent / "texts" / "legal_forms.yaml"

_LATIN = {
    "ş": "sh",
    "ç": "ch",
    "ž": "zh",
    "ı": "i",
    "ß": "ss",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
}
_CYRILLIC = {
    "ё": "yo",
    "ж": "zh",
    "х": "h",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
_SINGLE = ("абвгдезийклмнопрстуфыэәөүҗңғқҳўії", "abvgdeziyklmnoprstufyeaoujngkhuii")
_LETTERS = str.maketrans({**dict(zip(*_SINGLE, strict=True)), **_CYRILLIC, **_LATIN})

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|sch", "sh"),
        (r"dzh|dj|zh", "j"),
        (r"kh|gh", "h"),
        (r"ph", "f"),
        (r"tz|ts", "s"),
        (r"ck|q", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"eo|oe|yo|io|jo(?=[ktl])", "o"),
        (r"yu|iu|ue", "u"),
        (r"ya|ia|ae", "a"),
        (r"ye|ie", "e"),
        (r"[yi]+", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_APART = re.compile(r"[^\w]+|_+")
_WITHIN = re.compile(r"(?<=\w)['’ʼ`´](?=\w)|(?<=\b\w)\s?\.\s?(?=\w\b)")


@lru_cache(maxsize=100_000)
def folded(name: str) -> str:
    """Return a name in small letters from a to z and digits, its words one blank apart.

    Letters of other scripts stay as they are.
    """
    small = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", small) if not unicodedata.combining(sign))
    return " ".join(_APART.sub(" ", _WITHIN.sub("", bare)).split())


@lru_cache(maxsize=100_000)
def core(name: str) -> str:
    """Return a folded name without its legal form; the whole of it where nothing else is left."""
    whole = folded(name)
    rest = f" {whole} "
    while (cut := _forms().sub(" ", rest)) != rest:
        rest = cut
    return rest.strip() or whole


@lru_cache(maxsize=100_000)
def sound(name: str) -> str:
    """Return what spellings of one name in several languages have in common."""
    words = core(name)
    for pattern, letters in _SOUNDS:
        words = pattern.sub(letters, words)
    return words


def same_word(left: str, right: str) -> bool:
    """Return whether two words or short names are one in any of the spellings."""
    return bool(left and right) and (folded(left) == folded(right) or sound(left) == sound(right))


@cache
def _forms() -> re.Pattern[str]:
    """Return the pattern of a legal form at either end of a folded name, the longest first."""
    forms = content.read(_FORMS, dict[str, tuple[str, ...]])
    spelt = {folded(form) for group in forms.values() for form in group}
    spelt |= {form.replace(" ", "") for form in spelt if all(len(word) == 1 for word in form.split())}
    every = sorted(spelt, key=len, reverse=True)
    either = "|".join(map(re.escape, every))
    return re.compile(rf"^ (?:{either}) (?=\S)|(?<=\S) (?:{either}) $")
