"""From the data folder to the shipped weights, thresholds and report, in one command:

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python build.py --data DIR --version N

Trains (hours on one core; --steps makes it shorter), writes stream-processor/src/core/recognize/writing/gen/, sets the
thresholds on the dev split with the runtime itself, writes the golden file of the tests, and measures dev. `--split test` of `npm run recognition` is for the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CALIBRATION = "stream-processor/src/core/recognize/writing/gen/calibration.ts"
GOLDEN = "stream-processor/test/core/recognize/writing/golden.slow.test.ts"
GEN = os.path.join(ROOT, "stream-processor/src/core/recognize/writing/gen")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--steps", type=int, default=30000, help="of the wide nets; the narrow ones take half of it")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    run = lambda *args, cwd=HERE: subprocess.run(args, cwd=cwd, check=True)
    narrow, wide = (os.path.join(tempfile.gettempdir(), f"penlight-writing-{name}.pt") for name in ("narrow", "wide"))
    train = (sys.executable, "train.py", "--data", options.data, "--threads", str(options.threads))
    run(*train, "--out", narrow, "--steps", str(options.steps // 2))
    # Wider ones that begin as those, without what those take for mislabelled, and with characters that those cut out of numbers.
    run(*train, "--out", wide, "--steps", str(options.steps), "--start", narrow, "--rate", "1.3e-3", "--seed", "3")
    run(sys.executable, "export.py", "--nets", wide, "--out", os.path.join(GEN, "weights.ts"), "--version", options.version)
    measure = ("npm", "run", "recognition", "--", "--data", options.data)
    run(*measure, "--calibrate", cwd=ROOT)
    run("npx", "biome", "format", "--config-path=infra/tooling/format-and-lint.json", "--write", CALIBRATION, cwd=ROOT)
    run("npx", "vitest", "run", "--config", "infra/tooling/vitest.config.ts", "--project", "slow", GOLDEN, "-u", cwd=ROOT)
    run(*measure, cwd=ROOT)


if __name__ == "__main__":
    main()
