"""Writes gymnasium.json, episodes of Gymnasium's CartPole-v1. Run `pip install gymnasium`, then `python make.py gymnasium.json`."""
import json
import sys

import gymnasium
import numpy as np

KEPT = 120  # states kept of a long episode


def balancing(state):
    position, velocity, angle, angular_velocity = state
    return int(angle + 0.4 * angular_velocity + 0.05 * velocity + 0.02 * position > 0)


env = gymnasium.make("CartPole-v1")
episodes = []
for seed in range(12):
    random = np.random.default_rng(seed)
    env.reset(seed=seed)
    states, actions = [[float(value) for value in env.unwrapped.state]], []
    terminated = truncated = False
    while not (terminated or truncated):
        if seed < 4:
            action = int(random.random() < 0.5)
        else:
            action = balancing(states[-1]) if seed < 8 else seed % 2
        _, _, terminated, truncated, _ = env.step(action)
        actions.append(action)
        states.append([float(value) for value in env.unwrapped.state])
    episodes.append(
        {
            "seed": seed,
            "actions": actions,
            "states": states[:KEPT],
            "last": states[-1],
            "steps": len(actions),
            "terminated": bool(terminated),
            "truncated": bool(truncated),
        }
    )
source = (
    f"gymnasium {gymnasium.__version__}, CartPole-v1; state = x, velocity, angle, angular velocity in double precision; "
    "states[0] is the start, later states are kept for the first 119 steps"
)
json.dump({"source": source, "episodes": episodes}, open(sys.argv[1], "w"), separators=(",", ":"))
