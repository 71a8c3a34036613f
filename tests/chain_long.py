"""A long list of partners, made up: no two of them are alike."""

WORDS = ("Ak", "Gara", "Altyn", "Tejen", "Mary", "Nur", "Bereket", "Hasyl", "Garagum", "Serdar", "Oguz", "Bagtyýar")
ENDINGS = ("abad", "depe", "guý", "oba", "çeşme", "köl", "daş", "baý", "gala", "ýap")
KINDS = ("gin", "farm", "spinner")


def long_list(lines: int) -> bytes:
    """Return a list as CSV, with so many lines below its headings."""
    return "\n".join(["name,town,role,heads", *map(_line, range(lines))]).encode()


def _line(number: int) -> str:
    rest, first = divmod(number, len(WORDS))
    rest, ending = divmod(rest, len(ENDINGS))
    rest, second = divmod(rest, len(WORDS))
    name = f"{WORDS[first]}{ENDINGS[ending]} {WORDS[second]} {rest + 1}"
    return f"{name},{WORDS[second]},{KINDS[number % len(KINDS)]},{number % 90 + 5}"
