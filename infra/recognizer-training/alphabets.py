"""What the net can say (its units), what each alphabet lets it say, and what each must refuse. The runtime gets the same
tables through the weights file."""

import string

DIGITS = list("0123456789")
UPPER = list(string.ascii_uppercase)
LOWER = list(string.ascii_lowercase)
SIGNS = list("+-=./,:")
MARKS = ["tick", "cross", "circle"]

# A unit is "kind:label": o, O, 0 and a circle are four units of one shape.
UNITS = (
    [f"digit:{c}" for c in DIGITS]
    + [f"upper:{c}" for c in UPPER]
    + [f"lower:{c}" for c in LOWER]
    + [f"sign:{c}" for c in SIGNS]
    + [f"mark:{c}" for c in MARKS]
)


def _units(kind, labels):
    return {f"{kind}:{c}": c for c in labels}


# alphabet -> unit -> the text that it is read as
ALPHABETS = {
    "digits": _units("digit", DIGITS),
    "a-d": _units("upper", "ABCD") | {f"lower:{c}": c.upper() for c in "abcd"},
    "a-h": _units("upper", "ABCDEFGH") | {f"lower:{c}": c.upper() for c in "abcdefgh"},
    "true-false": {"mark:tick": "tick", "mark:cross": "cross", "upper:T": "T", "upper:F": "F", "lower:t": "T", "lower:f": "F"},
    "marks": _units("mark", MARKS),
    "number": _units("digit", DIGITS) | _units("sign", "-./,:"),
    "upper": _units("upper", UPPER),
    "lower": _units("lower", LOWER),
    "signs": _units("sign", "+-=./"),
    "letters": _units("upper", UPPER) | {f"lower:{c}": c.upper() for c in LOWER},
    # Only measured: a tick among what looks like one.
    "tick-alikes": {"mark:tick": "tick", "upper:V": "V", "upper:L": "L", "upper:J": "J", "digit:1": "1", "digit:7": "7"},
}
NAMES = list(ALPHABETS)

# A small letter where capitals are asked for: allowed, and rarer than it looks.
ALIAS_LOGIT = -2.0

# Alphabets in which the size of the ink beside its line counts: a dot is a small thing.
SIZED = {"number", "signs"}

# Ink that no alphabet has: what it is taught to refuse.
DOODLES = {"star", "triangle", "square", "arrow", "caret", "scratch_out", "?", "scribble", "pair", "half"}
EXTRA = [f"sign:{c}" for c in "%*<>#@\""] + sorted(DOODLES)
CLASSES = UNITS + EXTRA
ALWAYS_REFUSED = {"sign:#", "sign:@", 'sign:"'}

_DIGIT_REJECTS = (
    _units("upper", "AEFHKMNRWXV") | _units("lower", "dfkmrwxv") | _units("sign", "%*<>") | {f"mark:{m}": m for m in ("cross",)}
)
# alphabet -> units that are clearly something else in it. What is in neither list is too like something to be taught from.
REJECTS = {
    "digits": set(_DIGIT_REJECTS) | {"sign:+", "sign:="},
    "number": set(_DIGIT_REJECTS),
    "a-d": set(_units("digit", "1257") | _units("upper", "EFHIJKLMNSTUVWXYZ") | _units("lower", "fijkmnrstvwxyz") | _units("sign", "+-=./,:%*<>")) | {"mark:tick", "mark:cross"},
    "a-h": set(_units("digit", "1257") | _units("upper", "JKLMNSTUVWXYZ") | _units("lower", "jkmrsvwxyz") | _units("sign", "+-=./,:%*<>")) | {"mark:tick", "mark:cross"},
    "true-false": set(_units("digit", "0234568") | _units("upper", "ABCDEGHKMNOQRSUWZ") | _units("lower", "abcdeghkmnopqsuwz") | _units("sign", "=.,:%")) | {"mark:circle"},
    "marks": set(_units("digit", "23458") | _units("upper", "ABEFGHKMNRSW") | _units("lower", "befhkmnpsw") | _units("sign", "=%")),
    "upper": {"sign:%", "sign:="},
    "lower": {"sign:%", "sign:="},
    "letters": {"sign:%", "sign:="},
    "signs": set(_units("upper", "ABCDEGHKMNRSW") | _units("digit", "234568") | _units("lower", "abdeghkmnw")),
    "tick-alikes": set(),
}
# Doodles that could be meant as an answer: not taught as refused.
UNLESS = {
    "digits": {"caret"},
    "number": {"caret", "half"},
    "a-d": {"triangle", "square"},
    "a-h": {"triangle", "square"},
    "upper": {"triangle", "square", "caret", "half"},
    "lower": {"triangle", "square", "caret", "half"},
    "letters": {"triangle", "square", "caret", "pair", "half"},
    "signs": {"pair", "caret", "half"},
    "true-false": {"caret", "half"},
    "marks": {"caret", "half"},
    "tick-alikes": DOODLES,
}


def class_of(kind, label):
    """-> one of CLASSES, or None: not taught from."""
    name = label if label in DOODLES else f"mark:{label}" if label in MARKS else f"lower:{label}" if kind == "mark" else f"{kind}:{label}"
    return name if name in CLASSES else None


def is_refused(alphabet, name):
    if name in DOODLES or name in ALWAYS_REFUSED:
        return alphabet != "tick-alikes" and name not in UNLESS[alphabet]
    return name in REJECTS[alphabet]
