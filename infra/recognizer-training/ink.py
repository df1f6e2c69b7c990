"""From the data folder to arrays: every sample as POINTS points along its ink, in units of its writer."""

import gzip
import hashlib
import json
import math
import os
import pickle
import random
import tempfile
from collections import defaultdict

import numpy as np

POINTS = 96
# The median symbol of every writer is made this large, mm: UNIPEN's units are not to be trusted.
WRITER_MM = 7.0
# A dot nearer than this share of the symbol to the one before it is jitter. The runtime has the same.
STEP_SHARE = 0.02
# Way that a pen-up counts for, share of the symbol. The runtime has the same.
JUMP_SHARE = 0.08
STROKES_MAX = 12

FILES = ["unipen-digits", "unipen-upper", "unipen-lower", "unipen-symbols", "pendigits", "marks"]
KINDS = {"unipen-digits": "digit", "pendigits": "digit", "unipen-upper": "upper", "unipen-lower": "lower", "unipen-symbols": "sign", "marks": "mark"}


def read_file(folder, name):
    with gzip.open(os.path.join(folder, f"{name}.jsonl.gz"), "rt") as lines:
        for line in lines:
            yield json.loads(line)


def extent_of(strokes):
    xs = [p[0] for s in strokes for p in s]
    ys = [p[1] for s in strokes for p in s]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def scale_by_writer(samples):
    """In place: strokes become lists of (x, y) arrays with the writer's median symbol at WRITER_MM."""
    by_writer = defaultdict(list)
    for sample in samples:
        by_writer[sample["writer"], sample["file"]].append(extent_of(sample["strokes"]))
    for sample in samples:
        extents = sorted(by_writer[sample["writer"], sample["file"]])
        scale = WRITER_MM / max(extents[len(extents) // 2], 1e-6)
        sample["strokes"] = [np.array([p[:2] for p in s], dtype=np.float64) * scale for s in sample["strokes"] if len(s) > 0]


def without_jitter(strokes):
    corner = np.concatenate(strokes)
    extent = float((corner.max(0) - corner.min(0)).max())
    step = STEP_SHARE * extent
    kept = []
    for stroke in strokes:
        points = [stroke[0]]
        for p in stroke[1:]:
            if math.hypot(p[0] - points[-1][0], p[1] - points[-1][1]) >= step and step > 0:
                points.append(p)
        kept.append(np.array(points))
    return kept, extent


def along(strokes, count=POINTS):
    """-> points [count, 2], stroke numbers [count]: at least one a stroke, the others by length."""
    strokes, extent = without_jitter(strokes[:STROKES_MAX])
    lengths = [float(np.sqrt((np.diff(s, axis=0) ** 2).sum(1)).sum()) if len(s) > 1 else 0.0 for s in strokes]
    total = sum(lengths)
    share = [2 + int((count - 2 * len(strokes)) * (length / total if total > 0 else 1 / len(strokes))) for length in lengths]
    share[int(np.argmax(lengths))] += count - sum(share)
    points, numbers = [], []
    for number, (stroke, n, length) in enumerate(zip(strokes, share, lengths)):
        if len(stroke) == 1:
            points.append(np.repeat(stroke, n, axis=0))
        else:
            at = np.concatenate([[0], np.cumsum(np.sqrt((np.diff(stroke, axis=0) ** 2).sum(1)))])
            t = np.linspace(0, length, n)
            points.append(np.stack([np.interp(t, at, stroke[:, 0]), np.interp(t, at, stroke[:, 1])], 1))
        numbers += [number] * n
    return np.concatenate(points).astype(np.float32), np.array(numbers, dtype=np.uint8)


def reordered(strokes, rng):
    """The same ink by a hand that writes its strokes in another order or direction."""
    strokes = list(strokes)
    if len(strokes) == 1:
        return [strokes[0][::-1]]
    if rng.random() < 0.7:
        rng.shuffle(strokes)
    return [s[::-1] if rng.random() < 0.3 else s for s in strokes]


def scribble(rng):
    """Ink that means nothing: zigzags, waves, spirals, tangles, several lines."""
    kind = rng.randrange(6)
    n = rng.randrange(30, 90)
    t = np.linspace(0, 1, n)
    w, h = rng.uniform(4, 12), rng.uniform(2, 10)
    turns = rng.uniform(3, 9)
    if kind == 0:
        wave = np.abs(((t * turns) % 1) * 2 - 1)
        return [np.stack([t * w, wave * h], 1)]
    if kind == 1:
        return [np.stack([t * w * 1.5, np.sin(t * turns * 2 * math.pi) * h / 3], 1)]
    if kind == 2:
        r = t if rng.random() < 0.5 else 1 - 0.6 * t
        a = turns * 1.2 * math.pi * t * 1.5
        return [np.stack([np.cos(a) * r * w / 2, np.sin(a) * r * h / 2], 1)]
    if kind == 3:
        knots = rng.randrange(7, 16)
        x = np.interp(t * (knots - 1), range(knots), [rng.uniform(0, w) for _ in range(knots)])
        y = np.interp(t * (knots - 1), range(knots), [rng.uniform(0, h) for _ in range(knots)])
        kernel = np.ones(5) / 5
        return [np.stack([np.convolve(x, kernel, "valid"), np.convolve(y, kernel, "valid")], 1)]
    if kind == 4:
        a = turns * 2 * math.pi * t
        return [np.stack([t * w + np.cos(a) * h / 4, np.sin(a) * h / 3], 1)]
    lines = rng.randrange(4, 8)
    return [np.array([[rng.uniform(0, w), rng.uniform(0, h)], [rng.uniform(0, w), rng.uniform(0, h)]]) for _ in range(lines)]


def load(folder, splits, limit=None, seed=1, variants=3):
    """-> dict of arrays: points [n, variants, POINTS, 2], numbers [n, variants, POINTS], and per sample what it is. Kept in
    a file beside the temporary ones: it takes minutes."""
    key = hashlib.sha256(repr((os.path.abspath(folder), sorted(splits), limit, seed, variants)).encode() + open(__file__, "rb").read()).hexdigest()[:16]
    kept = os.path.join(tempfile.gettempdir(), f"penlight-ink-{key}.pickle")
    if os.path.exists(kept):
        with open(kept, "rb") as file:
            return pickle.load(file)
    data = _load(folder, splits, limit, seed, variants)
    with open(kept, "wb") as file:
        pickle.dump(data, file)
    return data


def _load(folder, splits, limit, seed, variants):
    rng = random.Random(seed)
    samples = []
    for name in FILES:
        for i, sample in enumerate(read_file(folder, name)):
            if sample["split"] not in splits or (limit is not None and i % limit != 0):
                continue
            sample["file"] = name
            samples.append(sample)
    scale_by_writer(samples)
    scribbles = 3000 if limit is None else 60
    for i in range(scribbles if "train" in splits else scribbles // 5):
        samples.append({"file": "marks", "label": "scribble", "writer": f"scribble:{i % 50}", "set": "made", "strokes": scribble(rng)})
    n = len(samples)
    points = np.zeros((n, variants, POINTS, 2), np.float32)
    numbers = np.zeros((n, variants, POINTS), np.uint8)
    for i, sample in enumerate(samples):
        for v in range(variants):
            strokes = sample["strokes"] if v == 0 else reordered(sample["strokes"], rng)
            points[i, v], numbers[i, v] = along(strokes)
    return {
        "points": points,
        "numbers": numbers,
        "label": [s["label"] for s in samples],
        "kind": [KINDS[s["file"]] for s in samples],
        "file": [s["file"] for s in samples],
        "writer": [s["writer"] for s in samples],
        "source": [s.get("src", s["set"]) for s in samples],
    }
