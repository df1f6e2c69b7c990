"""Two small nets that see the same ink differently, and say the same units. Their logits are added."""

import torch
from torch import nn

from alphabets import NAMES, UNITS

OUT = len(UNITS) + len(NAMES)  # every unit, and one refusal for each alphabet


def block(make, bn, inputs, outputs, size, stride=1, pad=None):
    return nn.Sequential(make(inputs, outputs, size, stride=stride, padding=size // 2 if pad is None else pad, bias=False), bn(outputs))


class Sequence(nn.Module):
    """Along the ink: 6 x 64."""

    def __init__(self):
        super().__init__()
        conv = lambda *a, **k: block(nn.Conv1d, nn.BatchNorm1d, *a, **k)
        self.stem = conv(6, 32, 7, stride=2)
        self.same1 = conv(32, 32, 3)
        self.down1 = conv(32, 64, 3, stride=2)
        self.same2 = conv(64, 64, 3)
        self.down2 = conv(64, 96, 3, stride=2)
        self.full = nn.Linear(96 * 8, 112)
        self.drop = nn.Dropout(0.15)
        self.out = nn.Linear(112, OUT)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.relu(x + self.same1(x))
        x = torch.relu(self.down1(x))
        x = torch.relu(x + self.same2(x))
        x = torch.relu(self.down2(x))
        return self.out(self.drop(torch.relu(self.full(self.drop(x.flatten(1))))))


class Picture(nn.Module):
    """Over the paper: 5 x 12 x 12. It does not know in which order the ink was written."""

    def __init__(self):
        super().__init__()
        conv = lambda *a, **k: block(nn.Conv2d, nn.BatchNorm2d, *a, **k)
        self.stem = conv(5, 16, 3)
        self.mid = conv(16, 32, 3)
        self.end = conv(32, 48, 3, pad=0)  # 6 -> 4
        self.full = nn.Linear(48 * 4, 112)
        self.drop = nn.Dropout(0.15)
        self.out = nn.Linear(112, OUT)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.stem(x)), 2)
        x = torch.relu(self.mid(x))
        x = torch.max_pool2d(torch.relu(self.end(x)), 2)
        return self.out(self.drop(torch.relu(self.full(self.drop(x.flatten(1))))))


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.sequence = Sequence()
        self.picture = Picture()

    def forward(self, sequence, picture):
        return self.sequence(sequence), self.picture(picture)
