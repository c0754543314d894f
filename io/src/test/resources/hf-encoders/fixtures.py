"""Writes fixtures: small random models, and the logits, losses and gradients that transformers gives for them."""
import json

import torch
from safetensors.torch import save_file


def perturb(model):
    """Norms and biases start as ones and zeros, which would hide mistakes."""
    model.train(False)
    torch.manual_seed(10)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.mul_(4)


def write(folder, model, batch, due, example_losses, logits, config_as=lambda c: c, tensors=lambda t: t, without=()):
    """Writes a model, the batch that it ran on and what came of it; the gradients are of `due`, a scalar.

    `config_as` and `tensors` turn what transformers has into what is stored; gradients get the stored names, too."""
    due.backward()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config_as(model.config.to_dict()), indent=1) + "\n")
    kept = {n: p for n, p in model.named_parameters() if not n.startswith(tuple(without))}
    stored = tensors({n: p.detach() for n, p in kept.items()})
    save_file({n: t.contiguous() for n, t in stored.items()}, folder / "model.safetensors")
    expected = {k: v if v.is_floating_point() else v.to(torch.int64) for k, v in batch.items()}
    expected |= dict(logits=logits.detach(), loss=due.detach().reshape(1), example_loss=example_losses.detach())
    gradients = tensors({n: p.grad for n, p in kept.items() if p.grad is not None})
    expected |= {"grad." + n: g for n, g in gradients.items()}
    save_file({n: t.contiguous() for n, t in expected.items()}, folder / "expected.safetensors")
