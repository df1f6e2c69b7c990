"""Trains the nets. `python train.py --data DIR --out FILE.pt [--steps N] [--start FILE.pt]`; then export.py.

Without --start narrow nets are learnt from nothing; with it, wide ones that begin as those (or go on, if they are wide)."""

import argparse
import copy
import math
import time

import torch

import augment
from alphabets import ALIAS_LOGIT, ALPHABETS, CLASSES, DOODLES, NAMES, SIZED, UNITS, class_of, is_refused
from ink import WRITER_MM, load
from lines import load_lines
from nets import NARROW, OUT, WIDE, Both, widened, widths_of

BATCH = 160
# Smoothed labels help narrow nets to begin; afterwards they blur what is sure and what is not.
SMOOTHING_FIRST = 0.04
SMOOTHING = 0.01
PAIRS = 9  # of a batch: two symbols side by side, to be refused
# How often a sample is drawn, by what it is.
WEIGHTS = {"digit": 1.8, "upper": 1.0, "lower": 0.8, "sign": 1.2, "mark": 1.0}
WEIGHTS_OF = {"mark:tick": 7.0, "mark:cross": 1.2, "mark:circle": 0.35, "lower:v": 0.6, "scribble": 0.6}
A_TO_H = {f"upper:{c}" for c in "ABCDEFGH"}
NOISY = {"ibm"}
# A character out of a whole number, and a wrong cut of one.
LINE_WEIGHT, LINE_PAIR_WEIGHT = 2.0, 0.5
# How much seldom classes are drawn more often than they are there: 0 not at all, 1 all equally often.
BALANCE = 0.3
PAIR = CLASSES.index("pair")
HALVES = 10  # of a batch, as far as they are one of these: less than half of the ink, to be refused
HALF = CLASSES.index("half")
HALVED = [CLASSES.index(name) for name in ("digit:2", "digit:4", "digit:6", "digit:8", "upper:A", "upper:B", "upper:D", "upper:H")]
# Of these digits so many get the minus before or behind them, to be refused with it.
DASHES = 0.12
DASHED = torch.tensor([CLASSES.index(f"digit:{c}") for c in "0235689"])
# A sample whose label a first net believes less than this is taken for a wrong label.
BELIEVED = 0.004

SAVE_STEPS, EVALUATE_STEPS = 500, 5000

# The rows of the report: name -> (files, classes, alphabet)
ROWS = {
    "pendigits": ({"pendigits"}, None, "digits"),
    "digits": ({"unipen-digits"}, None, "digits"),
    "A-D": ({"unipen-upper"}, {f"upper:{c}" for c in "ABCD"}, "a-d"),
    "A-H": ({"unipen-upper"}, A_TO_H, "a-h"),
    "A-Z": ({"unipen-upper"}, None, "upper"),
    "a-z": ({"unipen-lower"}, None, "lower"),
    "signs": ({"unipen-symbols"}, {f"sign:{c}" for c in "+-=./"}, "signs"),
    "marks": ({"marks"}, {"mark:tick", "mark:cross", "mark:circle"}, "marks"),
    "tick-alikes": ({"marks", "unipen-upper", "unipen-digits"}, {"mark:tick", "upper:V", "upper:L", "upper:J", "digit:1", "digit:7"}, "tick-alikes"),
}


def tables():
    """allowed [alphabets, OUT], target [alphabets, classes, OUT], prior [alphabets, OUT] as 0/1 and logits."""
    allowed = torch.zeros(len(NAMES), OUT)
    prior = torch.zeros(len(NAMES), OUT)
    target = torch.zeros(len(NAMES), len(CLASSES), OUT)
    for a, name in enumerate(NAMES):
        units = ALPHABETS[name]
        refusal = len(UNITS) + a
        allowed[a, refusal] = 1
        for unit, text in units.items():
            allowed[a, UNITS.index(unit)] = 1
            if unit.startswith("lower:") and name not in ("lower", "letters"):
                prior[a, UNITS.index(unit)] = ALIAS_LOGIT
            for other, same in units.items():
                if same == text:
                    target[a, CLASSES.index(unit), UNITS.index(other)] = 1
        for c, each in enumerate(CLASSES):
            if each not in units and is_refused(name, each):
                target[a, c, refusal] = 1
    return allowed, target, prior


class Data:
    """Samples of single characters; `lines`: also those cut out of whole numbers, as lines.load_lines gives them."""

    def __init__(self, folder, splits, limit=None, variants=3, lines=None):
        raw = load(folder, splits, limit, variants=variants)
        names = [class_of(k, label) for k, label in zip(raw["kind"], raw["label"])]
        keep = [i for i, name in enumerate(names) if name is not None]
        self.points = torch.from_numpy(raw["points"][keep])
        self.numbers = torch.from_numpy(raw["numbers"][keep])
        self.cls = torch.tensor([CLASSES.index(names[i]) for i in keep])
        self.file = [raw["file"][i] for i in keep]
        self.writer = [raw["writer"][i] for i in keep]
        weights = []
        for i in keep:
            weight = WEIGHTS_OF.get(names[i], WEIGHTS[raw["kind"][i]])
            if names[i] in A_TO_H:
                weight *= 1.6
            if raw["source"][i] in NOISY and raw["kind"][i] == "upper":
                weight *= 0.4
            weights.append(weight)
        times = torch.bincount(self.cls, minlength=len(CLASSES)).clamp_min(1).float()
        self.weights = torch.tensor(weights) * (times.median() / times[self.cls]).clamp(0.2, 10) ** BALANCE
        self.of_line = torch.zeros(len(self.cls), dtype=torch.bool)
        if lines is not None:
            self._append(lines)

    def _append(self, lines):
        n = len(lines["name"])
        cls = torch.tensor([CLASSES.index(name) for name in lines["name"]])
        self.points = torch.cat([self.points, torch.from_numpy(lines["points"])])
        self.numbers = torch.cat([self.numbers, torch.from_numpy(lines["numbers"])])
        self.weights = torch.cat([self.weights, torch.where(cls == PAIR, LINE_PAIR_WEIGHT, LINE_WEIGHT)])
        self.cls = torch.cat([self.cls, cls])
        self.of_line = torch.cat([self.of_line, torch.ones(n, dtype=torch.bool)])
        self.file += ["unipen-numbers"] * n
        self.writer += lines["writer"]


def loss_of(logits, allowed, target, weight, smoothing):
    """Cross-entropy over what the alphabet allows; a text may have several units."""
    off = torch.where(allowed > 0, 0.0, -1e4)
    whole = torch.logsumexp(logits + off, 1)
    right = torch.logsumexp(logits + torch.where(target > 0, 0.0, -1e4), 1)
    flat = whole - (logits * allowed).sum(1) / allowed.sum(1)
    return (((1 - smoothing) * (whole - right) + smoothing * flat) * weight).mean()


@torch.no_grad()
def believed(net, data, chunk=512):
    """-> for each sample, whether the net finds its label possible among those of its kind."""
    net.eval()
    allowed, target, _ = tables()
    keep = torch.ones(len(data.cls), dtype=torch.bool)
    for kind in ("digits", "upper", "lower"):
        a = NAMES.index(kind)
        index = (target[a, data.cls, : len(UNITS)].sum(1) > 0).nonzero()[:, 0]
        for some in index.split(chunk):
            points, stroke = augment.resample(data.points[some, 0], data.numbers[some, 0], torch.zeros(len(some)), torch.ones(len(some)))
            one, two = net(*augment.features(points, stroke, torch.zeros(len(some))))
            share = torch.softmax(one + two + torch.where(allowed[a] > 0, 0.0, -1e4), 1)
            keep[some] = (share * target[a, data.cls[some]]).sum(1) >= BELIEVED
    net.train()
    return keep


@torch.no_grad()
def evaluate(net, data, chunk=512):
    net.eval()
    allowed, target, prior = tables()
    answers = {}
    for row, (files, classes, alphabet) in ROWS.items():
        a = NAMES.index(alphabet)
        index = [i for i in range(len(data.file)) if data.file[i] in files and target[a, data.cls[i], : len(UNITS)].sum() > 0 and (classes is None or CLASSES[int(data.cls[i])] in classes)]
        rights, refusals = [], []
        for at in range(0, len(index), chunk):
            some = torch.tensor(index[at : at + chunk])
            points, stroke = augment.resample(data.points[some, 0], data.numbers[some, 0], torch.zeros(len(some)), torch.ones(len(some)))
            floor = torch.full((len(some),), augment.SMALL_SHARE * WRITER_MM if alphabet in SIZED else 0.0)
            one, two = net(*augment.features(points, stroke, floor))
            scores = []
            for logits in (one, two, one + two):
                open_ = logits + prior[a] + torch.where(allowed[a] > 0, 0.0, -1e4)
                refused = open_[:, len(UNITS) + a] >= open_[:, : len(UNITS)].max(1).values
                best = open_[:, : len(UNITS)].argmax(1)
                scores.append(torch.stack([target[a, data.cls[some]].gather(1, best[:, None])[:, 0], refused.float()]))
            rights.append(torch.stack(scores))
        got = torch.cat(rights, 2)
        per_class = [got[2, 0, [k for k, i in enumerate(index) if CLASSES[int(data.cls[i])] == "mark:tick"]].mean().item()] if row == "tick-alikes" else []
        answers[row] = [round(100 * v, 2) for v in got[:, 0].mean(1).tolist() + [got[2, 1].mean().item()] + per_class]
    net.train()
    return answers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--start")
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument("--minutes", type=float, help="instead of --steps: the rate falls with the time")
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    gen = torch.Generator().manual_seed(options.seed)
    begun = time.time()
    net, first = Both(NARROW), None
    if options.start:
        state = torch.load(options.start)
        first = Both(widths_of(state))
        first.load_state_dict(state)
        first.eval()
        net = Both(WIDE)
        net.load_state_dict(widened(state, gen) if widths_of(state) is NARROW else state)
    smoothing = SMOOTHING if options.start else SMOOTHING_FIRST
    train = Data(options.data, {"train"}, options.limit, lines=load_lines(options.data, first, 3) if first else None)
    dev = Data(options.data, {"dev"}, options.limit, variants=1)
    print(f"{len(train.cls)} train, {len(dev.cls)} dev samples after {time.time() - begun:.0f} s", flush=True)
    allowed, target, _ = tables()
    known = target.sum(2) > 0  # [alphabets, classes]
    positive = target[:, :, : len(UNITS)].sum(2) > 0
    sized = torch.tensor([name in SIZED for name in NAMES])
    # [mode, classes, alphabets]: what a sample can be shown under.
    under = torch.stack([(known & (~sized)[:, None]).T.float(), (known & sized[:, None]).T.float()])
    # A sample is shown under alphabets that hold it twice as often as under ones that refuse it.
    under = under * torch.where(positive.T, 1.0, 0.35)[None]
    likes_size = torch.tensor([0.75 if name.startswith("sign:") else 0.25 if name.startswith("digit:") else 0.12 for name in CLASSES])
    mean = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.03)
    usable = under.sum((0, 2))[train.cls] > 0
    weights = train.weights * usable
    if options.start:
        keep = believed(first, train) | train.of_line
        print(f"{int((~keep).sum())} samples are taken for mislabelled", flush=True)
        weights = weights * keep
    begun = time.time()
    total = 0.0
    step = -1
    ended = False
    while not ended:
        step += 1
        progress = (time.time() - begun) / (60 * options.minutes) if options.minutes else step / options.steps
        ended = progress >= 1 if options.minutes else step + 1 == options.steps
        for group in optimizer.param_groups:
            group["lr"] = options.rate * (min(1, (step + 1) / 300) * (0.5 + 0.5 * math.cos(math.pi * min(1, progress))) + 1e-3)
        some = torch.multinomial(weights, BATCH, replacement=True, generator=gen)
        variant = (torch.rand(BATCH, generator=gen) * 10 - 7).clamp(0, 2.99).long()  # 0 in 8 of 10
        points, numbers, cls = train.points[some, variant], train.numbers[some, variant], train.cls[some].clone()
        joined, joined_numbers = augment.beside(points[:PAIRS], numbers[:PAIRS], points[PAIRS : 2 * PAIRS], numbers[PAIRS : 2 * PAIRS], gen)
        fits = ~torch.isin(cls[:PAIRS], torch.tensor([CLASSES.index(f"{u}") for u in ("digit:1", "lower:l", "upper:I", "lower:i", "sign:.", "sign:-", "sign:/", "sign:,", "sign::")]))
        points[:PAIRS] = torch.where(fits[:, None, None], joined, points[:PAIRS])
        numbers[:PAIRS] = torch.where(fits[:, None], joined_numbers, numbers[:PAIRS])
        cls[:PAIRS] = torch.where(fits, torch.tensor(PAIR), cls[:PAIRS])
        dashed = torch.isin(cls, DASHED) & (torch.arange(BATCH) >= PAIRS) & (torch.rand(BATCH, generator=gen) < DASHES)
        where = dashed.nonzero()[:, 0]
        if len(where) > 0:
            points[where], numbers[where] = augment.with_dash(points[where], numbers[where], gen)
            cls[where] = PAIR
        points = augment.vary(points, numbers, 1.0, gen) * torch.exp(torch.randn(BATCH, generator=gen) * 0.3)[:, None, None]
        cut = torch.rand(BATCH, 2, generator=gen)
        first = torch.where(cut[:, 0] < 0.4, cut[:, 0] * 0.1, torch.zeros(()))
        last = 1 - torch.where(cut[:, 1] < 0.4, cut[:, 1] * 0.13, torch.zeros(()))
        halved = torch.isin(cls, torch.tensor(HALVED)) & (torch.arange(BATCH) >= BATCH - 3 * HALVES) & (torch.rand(BATCH, generator=gen) < 0.8)
        last = torch.where(halved, 0.36 + 0.12 * cut[:, 1], last)
        cls = torch.where(halved, torch.tensor(HALF), cls)
        points, stroke = augment.resample(points, numbers, first, last)
        likes = torch.where(train.of_line[some], 0.6, likes_size[cls])
        mode = (torch.rand(BATCH, generator=gen) < likes).long()
        chances = under[mode, cls]
        mode = torch.where(chances.sum(1) > 0, mode, 1 - mode)
        chances = under[mode, cls]
        alphabet = torch.multinomial(chances, 2, replacement=True, generator=gen)
        sequence, picture = augment.features(points, stroke, mode.float() * augment.SMALL_SHARE * WRITER_MM)
        one, two = net(sequence, picture)
        loss = 0.0
        for k in range(2):
            a = alphabet[:, k]
            wanted = target[a, cls]
            weight = torch.where(positive[a, cls], 1.0, 0.5)
            for logits, share in ((one, 0.3), (two, 0.3), (one + two, 0.4)):
                loss = loss + share * loss_of(logits, allowed[a], wanted, weight, smoothing)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        keep = min(0.9985, (step + 1) / (step + 20))
        with torch.no_grad():
            for m, p in zip(mean.state_dict().values(), net.state_dict().values()):
                m.lerp_(p, 1 - keep) if m.is_floating_point() else m.copy_(p)
        total += float(loss.detach())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} loss {total / 100:.4f} {(step + 1) / (time.time() - begun):.2f} steps/s", flush=True)
        if (step + 1) % SAVE_STEPS == 0 or ended:
            torch.save(mean.state_dict(), options.out)
        if (step + 1) % EVALUATE_STEPS == 0 or ended:
            print(f"step {step + 1} dev [sequence, picture, both, refused]: {evaluate(mean, dev)}", flush=True)
        if (step + 1) % 100 == 0:
            total = 0.0


if __name__ == "__main__":
    main()
