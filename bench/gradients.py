"""Runs a Llama forward and backward on 4 x 128 tokens with PyTorch, as GradientRun does, and prints the loss and the
seconds of each step, then the peak resident memory. Arguments: the model's folder, the number of threads, the steps."""
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM

folder, threads, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
model.train()
vocabulary = model.config.vocab_size
ids = torch.tensor([[(s * 128 + i) * 7919 % vocabulary for i in range(128)] for s in range(4)])
for _ in range(steps):
    model.zero_grad(set_to_none=True)
    start = time.perf_counter()
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    loss.backward()
    print(f"loss {loss.item():.6f} seconds {time.perf_counter() - start:.3f}", flush=True)
print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
