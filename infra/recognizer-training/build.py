"""From the data folder to the shipped weights, thresholds and report, in one command:

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python build.py --data DIR --version N

Trains (hours on one core; --steps makes it shorter), writes stream-processor/src/core/recognize/writing/gen/, sets the
thresholds on the dev split with the runtime itself, and measures dev. `--split test` of `npm run recognition` is for the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GEN = os.path.join(ROOT, "stream-processor/src/core/recognize/writing/gen")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    nets = os.path.join(tempfile.gettempdir(), "penlight-writing-nets.pt")
    run = lambda *args, cwd=HERE: subprocess.run(args, cwd=cwd, check=True)
    first = os.path.join(tempfile.gettempdir(), "penlight-writing-first.pt")
    train = (sys.executable, "train.py", "--data", options.data, "--threads", str(options.threads))
    run(*train, "--out", first, "--steps", str(options.steps // 2))
    # Again from there, without what the first nets take for mislabelled; what ships is the mean of both.
    run(*train, "--out", nets, "--steps", str(options.steps // 2), "--start", first, "--rate", "1.5e-3", "--seed", "2")
    run(sys.executable, "export.py", "--nets", first, nets, "--out", os.path.join(GEN, "weights.ts"), "--version", options.version)
    run("npm", "run", "recognition", "--", "--data", options.data, "--calibrate", cwd=ROOT)
    run("npm", "run", "recognition", "--", "--data", options.data, cwd=ROOT)


if __name__ == "__main__":
    main()
