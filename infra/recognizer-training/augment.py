"""Batches of points -> other hands -> what the nets see. Everything on tensors, many symbols at once."""

import math

import torch

from ink import JUMP_SHARE, POINTS

STEPS = 64
GRID = 12
# Ink smaller than this share of WRITER_MM is shown small, in the alphabets where size counts.
SMALL_SHARE = 0.4


def vary(points, numbers, strength, gen):
    """points [n, POINTS, 2] -> the same as other hands would write it."""
    n = points.shape[0]
    rand = lambda *shape: torch.randn(*shape, generator=gen)
    low, high = points.amin(1, keepdim=True), points.amax(1, keepdim=True)
    extent = (high - low).amax(2, keepdim=True).clamp_min(1e-3)
    p = (points - (low + high) / 2) / extent
    # Slant, turn, stretch: a few hands far out.
    far = torch.where(torch.rand(n, generator=gen) < 0.2, 1.8, 1.0) * strength
    slant = (rand(n) * 0.22 * far).clamp(-0.62, 0.62)
    turn = (rand(n) * 0.09 * far).clamp(-0.5, 0.5)
    stretch = (rand(n) * 0.14 * far).clamp(-0.6, 0.6)
    x, y = p[..., 0], p[..., 1]
    x = (x - y * slant[:, None]) * torch.exp(stretch / 2)[:, None]
    y = y * torch.exp(-stretch / 2)[:, None]
    cos, sin = torch.cos(turn)[:, None], torch.sin(turn)[:, None]
    x, y = x * cos - y * sin, x * sin + y * cos
    # Elastic: two slow waves across the symbol for each coordinate.
    wave = rand(n, 4, 2) * 0.55
    phase = torch.rand(n, 4, generator=gen) * 2 * math.pi
    height = rand(n, 4) * 0.028 * far[:, None]
    angle = 2 * math.pi * (wave[..., :1] * x[:, None] + wave[..., 1:] * y[:, None]) + phase[..., None]
    shift = torch.sin(angle) * height[..., None]
    x, y = x + shift[:, 0] + shift[:, 1], y + shift[:, 2] + shift[:, 3]
    # Perspective-like: one side larger than the other.
    taper = rand(n, 2) * 0.1 * far[:, None]
    x, y = x * (1 + taper[:, :1] * y), y * (1 + taper[:, 1:] * x)
    p = torch.stack([x, y], 2)
    # Each stroke set down a little elsewhere, and a little larger or smaller.
    places = rand(n, 16, 2) * 0.025 * far[:, None, None]
    p = p + torch.gather(places, 1, numbers.long().clamp_max(15)[..., None].expand(-1, -1, 2))
    # Trembling, of single dots and slow; the pen's grid is finer than this.
    fine = rand(n, POINTS, 2) * 0.004
    slow = torch.cumsum(rand(n, POINTS, 2), 1) * 0.0035
    p = p + (fine + slow - slow.mean(1, keepdim=True)) * strength
    return p * extent


def resample(points, numbers, first, last, steps=STEPS):
    """Points at equal ways along the ink, from share `first` to share `last` of it. -> [n, steps, 2], stroke [n, steps]"""
    low, high = points.amin(1), points.amax(1)
    extent = (high - low).amax(1, keepdim=True)
    step = (points[:, 1:] - points[:, :-1]).pow(2).sum(2).sqrt()
    same = numbers[:, 1:] == numbers[:, :-1]
    step = torch.where(same, step, (extent * JUMP_SHARE).expand_as(step))
    way = torch.cat([torch.zeros_like(step[:, :1]), torch.cumsum(step, 1)], 1)
    total = way[:, -1:]
    at = (torch.arange(steps)[None] + 0.5) / steps
    t = (first[:, None] + at * (last - first)[:, None]) * total
    right = torch.searchsorted(way, t).clamp(1, POINTS - 1)
    left = right - 1
    way_l, way_r = way.gather(1, left), way.gather(1, right)
    share = ((t - way_l) / (way_r - way_l).clamp_min(1e-9)).clamp(0, 1)
    jump = ~same.gather(1, left)
    share = torch.where(jump, (share >= 0.5).float(), share)
    pick = lambda index: points.gather(1, index[..., None].expand(-1, -1, 2))
    out = pick(left) * (1 - share)[..., None] + pick(right) * share[..., None]
    stroke = torch.where(share >= 0.5, numbers.long().gather(1, right), numbers.long().gather(1, left))
    return out, stroke


def features(points, stroke, floor):
    """What the nets see. points [n, STEPS, 2]; floor [n]: ink smaller than this is shown small.
    -> sequence [n, 6, STEPS], picture [n, 5, GRID, GRID]"""
    low, high = points.amin(1, keepdim=True), points.amax(1, keepdim=True)
    extent = torch.maximum((high - low).amax(2, keepdim=True), floor[:, None, None]).clamp_min(1e-6)
    u = (points - (low + high) / 2) * (2 / extent)
    same = stroke[:, 1:] == stroke[:, :-1]
    after = torch.where(same[..., None], u[:, 1:] - u[:, :-1], torch.zeros(()))
    nothing = torch.zeros_like(u[:, :1])
    delta = torch.cat([after, nothing], 1) + torch.cat([nothing, after], 1)
    length = delta.pow(2).sum(2, keepdim=True).sqrt()
    direction = torch.where(length > 1e-4, delta / length.clamp_min(1e-6), torch.zeros(()))
    one = torch.ones_like(u[:, :1, 0])
    start = torch.cat([one, (~same).float()], 1)
    end = torch.cat([(~same).float(), one], 1)
    sequence = torch.stack([u[..., 0], u[..., 1], direction[..., 0], direction[..., 1], start, end], 1)
    # The picture: each point and each middle, spread over four cells, by the orientation of its way.
    middle = (u[:, 1:] + u[:, :-1]) / 2
    along = torch.where(same[..., None], u[:, 1:] - u[:, :-1], torch.zeros(()))
    along_length = along.pow(2).sum(2, keepdim=True).sqrt()
    along = torch.where(along_length > 1e-4, along / along_length.clamp_min(1e-6), torch.zeros(()))
    place = torch.cat([u, middle], 1)
    way = torch.cat([direction, along], 1)
    weight = torch.cat([torch.ones_like(u[..., 0]), same.float()], 1)
    double_cos = way[..., 0] ** 2 - way[..., 1] ** 2
    double_sin = 2 * way[..., 0] * way[..., 1]
    planes = torch.stack([double_cos.clamp_min(0), (-double_cos).clamp_min(0), double_sin.clamp_min(0), (-double_sin).clamp_min(0), torch.ones_like(double_cos)], 1)
    planes = planes * weight[:, None]
    n = points.shape[0]
    cell = (place.clamp(-1.05, 1.05) * (1 / 1.1) + 1) * (GRID / 2) - 0.5
    corner = cell.floor()
    part = cell - corner
    corner = corner.long()
    picture = torch.zeros(n, 5, GRID * GRID)
    for dx in (0, 1):
        for dy in (0, 1):
            cx, cy = corner[..., 0] + dx, corner[..., 1] + dy
            inside = (cx >= 0) & (cx < GRID) & (cy >= 0) & (cy < GRID)
            share = (part[..., 0] if dx else 1 - part[..., 0]) * (part[..., 1] if dy else 1 - part[..., 1]) * inside
            index = (cy * GRID + cx).clamp(0, GRID * GRID - 1)
            picture.scatter_add_(2, index[:, None].expand(-1, 5, -1), planes * share[:, None])
    return sequence, picture.view(n, 5, GRID, GRID) * 0.5


def beside(points, numbers, other_points, other_numbers, gen):
    """Two symbols next to each other, as one: what a wrong cut gives."""
    n = points.shape[0]
    half = POINTS // 2

    def framed(p):
        low, high = p.amin(1, keepdim=True), p.amax(1, keepdim=True)
        size = (high - low).amax(2, keepdim=True).clamp_min(1e-3)
        return (p - (low + high) / 2) / size

    a, b = framed(points[:, ::2]), framed(other_points[:, ::2])
    gap = torch.rand(n, generator=gen) * 0.45 - 0.05
    move = a[..., 0].amax(1) - b[..., 0].amin(1) + gap
    b = torch.stack([b[..., 0] + move[:, None], b[..., 1] + (torch.rand(n, 1, generator=gen) - 0.5) * 0.2], 2)
    joined = torch.cat([a, b], 1)
    first = numbers[:, ::2]
    return joined * 7.0, torch.cat([first, other_numbers[:, ::2] + first[:, -1:] + 1], 1)[:, : 2 * half]


def with_dash(points, numbers, gen):
    """A digit and the minus before or behind it, as one: another wrong cut."""
    n = points.shape[0]
    half = POINTS // 2
    rand = lambda low, high: torch.rand(n, generator=gen) * (high - low) + low
    a = points[:, ::2]
    low, high = a.amin(1), a.amax(1)
    tall = (high[:, 1] - low[:, 1]).clamp_min(1e-3)
    length, gap = rand(0.25, 0.65) * tall, rand(0.05, 0.4) * tall
    before = torch.rand(n, generator=gen) < 0.7
    left = torch.where(before, low[:, 0] - gap - length, high[:, 0] + gap)
    y = low[:, 1] + rand(0.35, 0.65) * tall
    rise = rand(-0.08, 0.08) * length
    t = torch.linspace(0, 1, half)[None]
    dash = torch.stack([left[:, None] + t * length[:, None], y[:, None] + t * rise[:, None]], 2)
    first = numbers[:, ::2]
    both = [torch.cat([dash, a], 1), torch.cat([a, dash], 1)]
    order = [torch.cat([torch.zeros_like(first), first + 1], 1), torch.cat([first, (first[:, -1:] + 1).expand(-1, half)], 1)]
    return torch.where(before[:, None, None], *both), torch.where(before[:, None], *order)
