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
    if kind != "QuestionAnswering":
        # There tokens that nobody attends to may be answers, but the padding token gets no gradient in PyTorch.
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


def tags(name, config):
    config.num_labels = 4
    labels = torch.tensor([[-100, 1, 2, -100, 0, 3, 3, 1, -100], [-100, 0, 1, 2, 3, -100, -100, -100, -100],
                           [-100, -100, 2, 2, 2, 0, 0, 1, -100]])
    made(name, "TokenClassification", config, labels, cross_entropy)


def answers(name, config):
    made(name, "QuestionAnswering", config,
         dict(start_positions=torch.tensor([2, 0, 7]), end_positions=torch.tensor([5, 0, 7])),
         lambda logits, ends: (cross_entropy(logits[:, 0], ends[0]) + cross_entropy(logits[:, 1], ends[1])) / 2)


def labels(name, config):
    config.num_labels, config.problem_type = 4, "multi_label_classification"
    made(name, "SequenceClassification", config, torch.tensor([[1.0, 0, 0, 1], [0, 0, 0, 0], [0, 1, 1, 1]]),
         torch.nn.functional.binary_cross_entropy_with_logits)


def numbers(name, config, right):
    config.num_labels = right.shape[1] if right.dim() == 2 else 1
    config.problem_type = "regression" if right.dim() == 2 else None
    made(name, "SequenceClassification", config, right,
         lambda logits, right: torch.nn.functional.mse_loss(logits, right.reshape(logits.shape)))


DISTIL = dict(vocab_size=30, dim=16, hidden_dim=24, n_layers=2, n_heads=2, max_position_embeddings=24)
tags("bert-tags", transformers.BertConfig(**TINY))
tags("roberta-tags", transformers.RobertaConfig(**TINY))
tags("xlm-roberta-tags", transformers.XLMRobertaConfig(**TINY))
tags("distilbert-tags", transformers.DistilBertConfig(**DISTIL))
tags("modernbert-tags", transformers.ModernBertConfig(
    **TINY, bos_token_id=1, eos_token_id=1, cls_token_id=1, sep_token_id=1, local_attention=6))
tags("llama-tags", transformers.LlamaConfig(**TINY))
answers("bert-answers", transformers.BertConfig(**TINY))
answers("roberta-answers", transformers.RobertaConfig(**TINY))
answers("electra-answers", transformers.ElectraConfig(**TINY, embedding_size=16))
answers("distilbert-answers", transformers.DistilBertConfig(**DISTIL))
labels("bert-labels", transformers.BertConfig(**TINY))
labels("llama-labels", transformers.LlamaConfig(**TINY))
numbers("roberta-number", transformers.RobertaConfig(**TINY), torch.tensor([0.5, -1.25, 3.0]))
numbers("bert-numbers", transformers.BertConfig(**TINY), torch.tensor([[0.5, 2.0], [-1.25, 0.0], [3.0, 1.0]]))
