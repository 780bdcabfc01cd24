"""The peer of BenchmarkPeer: a forward pass with lognormal durations and one common factor, vectorised over trials by numpy, on a
network like that of bench/network_test.go. Prints millions of activity-trials per second of processor time."""
import random
import sys
import time

import numpy

n, trials = int(sys.argv[1]), int(sys.argv[2])
draw = random.Random(1)
plans = [5 + draw.randrange(30) for _ in range(n)]
preds = []
for i in range(n):
    low = max(0, i - n // 15 - 2)
    preds.append([low + draw.randrange(i - low) for _ in range(min(1 + draw.randrange(3), i - low))])
rng = numpy.random.default_rng(1)
own, common, mu, sigma = numpy.float32(0.7 ** 0.5), numpy.float32(0.3 ** 0.5), numpy.float32(0.2), numpy.float32(0.4)
best = 0.0
for _ in range(5):
    began = time.process_time()
    factor = rng.standard_normal(trials, dtype=numpy.float32) * common
    finish = numpy.zeros((n, trials), dtype=numpy.float32)
    for i in range(n):
        length = numpy.exp((rng.standard_normal(trials, dtype=numpy.float32) * own + factor) * sigma + mu) * plans[i]
        p = preds[i]
        if len(p) == 1:
            length += finish[p[0]]
        elif len(p) == 2:
            length += numpy.maximum(finish[p[0]], finish[p[1]])
        elif len(p) == 3:
            length += numpy.maximum(numpy.maximum(finish[p[0]], finish[p[1]]), finish[p[2]])
        finish[i] = length
    best = max(best, n * trials / (time.process_time() - began) / 1e6)
print(best)
