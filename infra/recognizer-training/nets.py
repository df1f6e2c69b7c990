"""Two small nets that see the same ink differently, and say the same units. Their logits are added."""

import torch
from torch import nn

from alphabets import NAMES, UNITS

OUT = len(UNITS) + len(NAMES)  # every unit, and one refusal for each alphabet

# Channels of the stages of both nets, and of what is connected to them. The narrow ones learn quickly; those that ship begin
# as them (widened).
NARROW = {"line": (32, 64, 96), "line_full": 112, "picture": (16, 32, 48), "picture_full": 112}
WIDE = {"line": (40, 80, 112), "line_full": 192, "picture": (24, 40, 64), "picture_full": 192}


def block(make, bn, inputs, outputs, size, stride=1, pad=None):
    return nn.Sequential(make(inputs, outputs, size, stride=stride, padding=size // 2 if pad is None else pad, bias=False), bn(outputs))


class Sequence(nn.Module):
    """Along the ink: 6 x 64."""

    def __init__(self, channels, full):
        super().__init__()
        conv = lambda *a, **k: block(nn.Conv1d, nn.BatchNorm1d, *a, **k)
        a, b, c = channels
        self.stem = conv(6, a, 7, stride=2)
        self.same1 = conv(a, a, 3)
        self.down1 = conv(a, b, 3, stride=2)
        self.same2 = conv(b, b, 3)
        self.down2 = conv(b, c, 3, stride=2)
        self.full = nn.Linear(c * 8, full)
        self.drop = nn.Dropout(0.15)
        self.out = nn.Linear(full, OUT)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.relu(x + self.same1(x))
        x = torch.relu(self.down1(x))
        x = torch.relu(x + self.same2(x))
        x = torch.relu(self.down2(x))
        return self.out(self.drop(torch.relu(self.full(self.drop(x.flatten(1))))))


class Picture(nn.Module):
    """Over the paper: 5 x 12 x 12. It does not know in which order the ink was written."""

    def __init__(self, channels, full):
        super().__init__()
        conv = lambda *a, **k: block(nn.Conv2d, nn.BatchNorm2d, *a, **k)
        a, b, c = channels
        self.stem = conv(5, a, 3)
        self.mid = conv(a, b, 3)
        self.end = conv(b, c, 3, pad=0)  # 6 -> 4
        self.full = nn.Linear(c * 4, full)
        self.drop = nn.Dropout(0.15)
        self.out = nn.Linear(full, OUT)

    def forward(self, x):
        x = torch.relu(torch.max_pool2d(self.stem(x.contiguous(memory_format=torch.channels_last)), 2))
        x = torch.relu(self.mid(x))
        x = torch.relu(torch.max_pool2d(self.end(x), 2))
        return self.out(self.drop(torch.relu(self.full(self.drop(x.flatten(1))))))


class Both(nn.Module):
    def __init__(self, widths=WIDE):
        super().__init__()
        self.sequence = Sequence(widths["line"], widths["line_full"])
        # Twice as quick on a processor as with channels first.
        self.picture = Picture(widths["picture"], widths["picture_full"]).to(memory_format=torch.channels_last)

    def forward(self, sequence, picture):
        return self.sequence(sequence), self.picture(picture)


def widths_of(state):
    """-> NARROW or WIDE, whichever these weights are of."""
    return WIDE if state["sequence.full.weight"].shape[0] == WIDE["line_full"] else NARROW


@torch.no_grad()
def widened(state, gen, unlike=0.1):
    """NARROW weights -> WIDE ones that say nearly the same: some channels twice, a little unlike each other, each counting half."""

    def chosen(narrow, wide):
        return torch.cat([torch.arange(narrow), torch.randperm(narrow, generator=gen)[: wide - narrow] if wide <= 2 * narrow else torch.randint(narrow, (wide - narrow,), generator=gen)])

    wide = Both(WIDE).state_dict()
    out = {}

    def copied(name, rows, columns):
        """rows, columns: which old output and input each new one is; columns: None where the inputs stay."""
        old = state[name]
        new = old[rows]
        if columns is not None:
            times = torch.bincount(columns, minlength=old.shape[1]).to(old.dtype)
            new = new[:, columns] / times[columns].view(1, -1, *[1] * (old.dim() - 2))
        again = torch.arange(len(rows)) >= old.shape[0]
        noise = torch.randn(new.shape, generator=gen) * new.std() * unlike
        out[name] = new + noise * again.view(-1, *[1] * (old.dim() - 1))

    def block_of(prefix, rows, columns):
        copied(f"{prefix}.0.weight", rows, columns)
        for part in ("weight", "bias", "running_mean", "running_var"):
            out[f"{prefix}.1.{part}"] = state[f"{prefix}.1.{part}"][rows]
        out[f"{prefix}.1.num_batches_tracked"] = state[f"{prefix}.1.num_batches_tracked"]

    def full_of(prefix, channels, cells, old_full, new_full):
        rows = chosen(old_full, new_full)
        columns = (channels[:, None] * cells + torch.arange(cells)[None]).flatten()
        copied(f"{prefix}.full.weight", rows, columns)
        out[f"{prefix}.full.bias"] = state[f"{prefix}.full.bias"][rows]
        copied(f"{prefix}.out.weight", torch.arange(OUT), rows)
        out[f"{prefix}.out.bias"] = state[f"{prefix}.out.bias"]

    a, b, c = (chosen(n, w) for n, w in zip(NARROW["line"], WIDE["line"]))
    block_of("sequence.stem", a, None)
    block_of("sequence.same1", a, a)
    block_of("sequence.down1", b, a)
    block_of("sequence.same2", b, b)
    block_of("sequence.down2", c, b)
    full_of("sequence", c, 8, NARROW["line_full"], WIDE["line_full"])
    a, b, c = (chosen(n, w) for n, w in zip(NARROW["picture"], WIDE["picture"]))
    block_of("picture.stem", a, None)
    block_of("picture.mid", b, a)
    block_of("picture.end", c, b)
    full_of("picture", c, 4, NARROW["picture_full"], WIDE["picture_full"])
    assert {k: v.shape for k, v in out.items()} == {k: v.shape for k, v in wide.items()}
    return out
