"""Characters out of whole numbers: the train strings of unipen-numbers, cut where a first net finds their labels."""

import random
import statistics

import numpy as np
import torch

import augment
from alphabets import ALPHABETS, NAMES, UNITS
from ink import POINTS, WRITER_MM, along, read_file, reordered

FILE = "unipen-numbers"
NUMBER = NAMES.index("number")
GROUP_STROKES_MAX = 4  # as in segments.ts
# A character whose label the first net believes less than this was cut wrongly.
BELIEVED = 0.02
# Two neighbours as one, of which neither is of these: what a wrong cut gives. The others make digits of their neighbours.
THIN = set("1/-.,:")


def load_lines(folder, net, variants, seed=1):
    """-> samples as ink.load gives them (without `kind` "mark"): characters in the size of their line, and wrong cuts."""
    rng = random.Random(seed)
    kept = []
    for line in read_file(folder, FILE):
        unit = {f: t for t, f in ALPHABETS["number"].items()}
        if line["split"] != "train" or any(c not in unit for c in line["label"]):
            continue
        strokes = [np.array([p[:2] for p in s], dtype=np.float64) for s in line["strokes"] if len(s) > 0]
        if 0 < len(strokes) <= 40:
            kept += characters(net, strokes, line["label"], line["writer"], unit)
    n = len(kept)
    points = np.zeros((n, variants, POINTS, 2), np.float32)
    numbers = np.zeros((n, variants, POINTS), np.uint8)
    for i, (strokes, _, _) in enumerate(kept):
        for v in range(variants):
            points[i, v], numbers[i, v] = along(strokes if v == 0 else reordered(strokes, rng))
    return {"points": points, "numbers": numbers, "name": [name for _, name, _ in kept], "writer": [writer for _, _, writer in kept]}


def characters(net, strokes, label, writer, unit):
    heights = [float(np.ptp(s[:, 1])) for s in strokes]
    high = statistics.median([h for h in heights if h >= 0.45 * max(heights)])
    scale = WRITER_MM / max(high, 1e-6)
    strokes = [s * scale for s in strokes]
    middles = [float(s[:, 0].min() + s[:, 0].max()) / 2 for s in strokes]
    order = sorted(range(len(strokes)), key=lambda i: middles[i])
    groups = {}
    for at in range(len(order)):
        for count in range(1, GROUP_STROKES_MAX + 1):
            if at + count <= len(order):
                groups[at, count] = [strokes[i] for i in sorted(order[at : at + count])]
    shares = shares_of(net, list(groups.values()))
    log = {key: shares[k].clamp_min(1e-5).log() for k, key in enumerate(groups)}
    # The best way to cut the line into exactly its label.
    best = {(0, 0): (0.0, [])}
    for done, char in enumerate(label):
        u = UNITS.index(unit[char])
        for at in range(len(order)):
            if (at, done) not in best:
                continue
            for count in range(1, GROUP_STROKES_MAX + 1):
                if (at, count) not in log:
                    continue
                score = best[at, done][0] + float(log[at, count][u])
                if (at + count, done + 1) not in best or best[at + count, done + 1][0] < score:
                    best[at + count, done + 1] = (score, best[at, done][1] + [(at, count)])
    end = best.get((len(order), len(label)))
    if end is None or end[0] / len(label) < -1.0:
        return []
    found = []
    for char, key in zip(label, end[1]):
        if float(log[key][UNITS.index(unit[char])].exp()) >= BELIEVED:
            found.append((groups[key], unit[char], writer))
    for (a, one), (b, two), left, right in zip(end[1], end[1][1:], label, label[1:]):
        if left not in THIN and right not in THIN and one + two <= GROUP_STROKES_MAX:
            found.append((groups[a, one + two], "pair", writer))
    return found


@torch.no_grad()
def shares_of(net, groups):
    """-> probability of every unit (number alphabet) and of each refusal, [groups, OUT]"""
    made = [along(strokes) for strokes in groups]
    points = torch.from_numpy(np.stack([p for p, _ in made]))
    numbers = torch.from_numpy(np.stack([n for _, n in made]))
    n = len(groups)
    points, stroke = augment.resample(points, numbers, torch.zeros(n), torch.ones(n))
    one, two = net(*augment.features(points, stroke, torch.full((n,), augment.SMALL_SHARE * WRITER_MM)))
    allowed = torch.full(one.shape[1:], -1e4)
    for name in ALPHABETS["number"]:
        allowed[UNITS.index(name)] = 0
    allowed[len(UNITS) + NUMBER] = 0
    return torch.softmax(one + two + allowed, 1)
