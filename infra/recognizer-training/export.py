"""Trained nets -> the weights module of the runtime: int8, one scale an output, batch norms folded in."""

import argparse
import base64
import json
import struct

import numpy as np
import torch
from torch import nn

from alphabets import ALIAS_LOGIT, ALPHABETS, NAMES, UNITS
from nets import OUT, Both, widths_of

LANES = 8


def folded(conv_and_norm):
    conv, norm = conv_and_norm
    factor = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
    weight = conv.weight.detach() * factor.view(-1, *[1] * (conv.weight.dim() - 1))
    bias = (norm.bias - norm.running_mean * factor).detach()
    # [outputs, inputs, (rows,) size] -> [outputs, (rows,) size, inputs]: as the runtime walks.
    weight = weight.movedim(1, -1).reshape(weight.shape[0], -1)
    return weight.double().numpy(), bias.double().numpy()


def connected(layer: nn.Linear, channels=None):
    weight = layer.weight.detach()
    if channels is not None:  # [channels, cells] -> [cells, channels]
        weight = weight.view(weight.shape[0], channels, -1).transpose(1, 2).reshape(weight.shape[0], -1)
    return weight.double().numpy(), layer.bias.detach().double().numpy()


def packed(weight, bias):
    more = -len(bias) % LANES
    weight = np.concatenate([weight, np.zeros((more, weight.shape[1]))])
    bias = np.concatenate([bias, np.zeros(more)])
    scale = np.maximum(np.abs(weight).max(1), 1e-8) / 127
    whole = np.rint(weight / scale[:, None]).astype(np.int8)
    return struct.pack(f"<{len(bias)}f", *bias) + struct.pack(f"<{len(scale)}f", *scale) + whole.tobytes()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nets", required=True, nargs="+", help="more than one: their mean")
    parser.add_argument("--out", required=True)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    states = [torch.load(name) for name in options.nets]
    widths = widths_of(states[0])
    both = Both(widths)
    mean = {k: sum(s[k] for s in states) / len(states) if v.is_floating_point() else v for k, v in states[0].items()}
    both.load_state_dict(mean)
    both.eval()
    s, p = both.sequence, both.picture
    layers = [folded(x) for x in (s.stem, s.same1, s.down1, s.same2, s.down2)] + [connected(s.full, widths["line"][2])]
    layers += [folded(x) for x in (p.stem, p.mid, p.end)] + [connected(p.full, widths["picture"][2]), connected(s.out), connected(p.out)]
    blob = b"".join(packed(*layer) for layer in layers)
    units = {name: {str(UNITS.index(u)): [t, ALIAS_LOGIT if u.startswith("lower:") and name not in ("lower", "letters") else 0] for u, t in table.items()} for name, table in ALPHABETS.items()}
    refusals = {name: len(UNITS) + i for i, name in enumerate(NAMES)}
    with open(options.out, "w") as out:
        out.write("// Made by infra/recognizer-training/export.py; see ../MODEL-CARD.md.\n")
        out.write("// Trained on UNIPEN train_r01_v07 (Guyon et al. 1994, doi:10.5281/zenodo.1195803, CC BY 4.0), pendigits (Alpaydin &\n")
        out.write("// Alimoglu 1998, UCI 81, CC BY 4.0), the $1 gesture logs (Wobbrock et al. 2007) and detexify (Kirelabs, ODbL).\n")
        out.write(f"export const VERSION = {json.dumps(options.version)};\n")
        out.write(f"export const OUTPUTS = {OUT};\n")
        out.write("/** alphabet -> unit -> the text it is read as, what is added to its score */\n")
        out.write(f"export const UNITS: Readonly<Record<string, Readonly<Record<string, readonly [string, number]>>>> = {json.dumps(units)};\n")
        out.write(f"export const REFUSALS: Readonly<Record<string, number>> = {json.dumps(refusals)};\n")
        out.write(f"export const WEIGHTS =\n  \"{base64.b64encode(blob).decode()}\";\n")
    print(f"{len(blob)} bytes of weights")


if __name__ == "__main__":
    main()
