"""Makes the fixtures of this folder: small random models with heads that predict something else than tokens, and what
Hugging Face transformers makes of them, in float32. Run with torch 2.13 and transformers 5.18:  python3 make.py"""
import pathlib
import sys

import torch
import transformers

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "hf-encoders"))
from fixtures import perturb, write  # noqa: E402

torch.set_num_threads(1)
ONLY = sys.argv[1:]
LENGTH = 9
TINY = dict(vocab_size=30, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
            max_position_embeddings=24, pad_token_id=0)
cross_entropy = torch.nn.functional.cross_entropy


def made(name, kind, config, labels, own_loss, left_padding=0):
    """Writes a model of random weights with some labels; own_loss gives an example's loss of its logits and label."""
    if ONLY and not any(name.startswith(start) for start in ONLY):
        return
    torch.manual_seed(5)
    model = getattr(transformers, f"AutoModelFor{kind}").from_config(config, attn_implementation="eager")
    perturb(model)
    ids = torch.randint(2, config.vocab_size, (3, LENGTH))
    mask = torch.ones_like(ids)
    mask[1, LENGTH - 3:] = 0
    mask[2, :left_padding] = 0
    ids[mask == 0] = config.pad_token_id
    inputs = dict(input_ids=ids, attention_mask=mask)
    if isinstance(labels, dict):
        out = model(**inputs, **labels)
        logits = torch.stack([out.start_logits, out.end_logits], dim=2)
        labels = torch.stack([labels["start_positions"], labels["end_positions"]], dim=1)
    else:
        out = model(**inputs, labels=labels)
        logits = out.logits
    losses = torch.stack([own_loss(logits[i], labels[i]) for i in range(3)])
    write(HERE / name, model, dict(inputs, labels=labels), out.loss, losses, logits,
          config_as=lambda c: c | dict(architectures=[type(model).__name__]))


def classifier(name, config, **how):
    config.num_labels = 3
    made(name, "SequenceClassification", config, torch.tensor([2, 0, 1]), cross_entropy, **how)


def gpt2():
    return transformers.GPT2Config(vocab_size=30, n_embd=16, n_layer=2, n_head=2, n_positions=24, pad_token_id=0,
                                   bos_token_id=1, eos_token_id=1)


classifier("llama-classifier", transformers.LlamaConfig(**TINY, num_key_value_heads=1), left_padding=2)
classifier("mistral-classifier", transformers.MistralConfig(**TINY, num_key_value_heads=1, sliding_window=5))
classifier("qwen2-classifier", transformers.Qwen2Config(**TINY, num_key_value_heads=1, tie_word_embeddings=True))
classifier("qwen3-classifier", transformers.Qwen3Config(**TINY, num_key_value_heads=2, head_dim=6))
classifier("gpt2-classifier", gpt2())
classifier("modernbert-mean", transformers.ModernBertConfig(
    **TINY, bos_token_id=1, eos_token_id=1, cls_token_id=1, sep_token_id=1, local_attention=6,
    classifier_pooling="mean", classifier_bias=True))
