"""Makes the fixtures of this folder: small random models, and the logits, losses and gradients that Hugging Face
transformers gives for them, in float32. Run with torch 2.13 and transformers 5.18:  python3 make.py"""
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSequenceClassification
from transformers import BertConfig, GPT2Config, LlamaConfig, MistralConfig, Qwen2Config, RobertaConfig, XLMRobertaConfig

HERE = pathlib.Path(__file__).parent
SMALL = dict(vocab_size=60, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4)


def causal(config, length=15, left_padding=0):
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config)
    ids = torch.randint(0, config.vocab_size, (2, length))
    mask = torch.ones_like(ids)
    mask[1, length - 4:] = 0
    if left_padding:
        mask[0, :left_padding] = 0
    labels = ids.masked_fill(mask == 0, -100)
    return model, dict(input_ids=ids, attention_mask=mask, labels=labels)


def masked(config, length=12):
    torch.manual_seed(8)
    model = AutoModelForMaskedLM.from_config(config)
    ids = torch.randint(2, config.vocab_size, (3, length))
    mask = torch.ones_like(ids)
    ids[1, length - 3:] = config.pad_token_id
    mask[1, length - 3:] = 0
    labels = torch.full_like(ids, -100)
    labels[0, 2], labels[1, 4], labels[1, 5], labels[2, 0] = 7, 9, 11, 13
    return model, dict(input_ids=ids, attention_mask=mask, labels=labels)


def classifier(config, length=10):
    torch.manual_seed(9)
    model = AutoModelForSequenceClassification.from_config(config)
    ids = torch.randint(2, config.vocab_size, (3, length))
    mask = torch.ones_like(ids)
    mask[2, length - 5:] = 0
    types = torch.zeros_like(ids)
    types[:, length // 2:] = 1
    return model, dict(input_ids=ids, attention_mask=mask, token_type_ids=types, labels=torch.tensor([1, 0, 1]))


def example_losses(logits, batch, shift):
    losses = []
    for i in range(len(logits)):
        if logits.dim() == 2:
            losses.append(torch.nn.functional.cross_entropy(logits[i], batch["labels"][i]))
            continue
        rows, labels = (logits[i, :-1], batch["labels"][i, 1:]) if shift else (logits[i], batch["labels"][i])
        losses.append(torch.nn.functional.cross_entropy(rows, labels))
    return torch.stack(losses)


def make(name, made, shift=True, dialect=None):
    model, batch = made
    model.train(False)
    torch.manual_seed(10)
    with torch.no_grad():
        # Norms and biases start as ones and zeros, which would hide mistakes.
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.mul_(4)
    out = model(**batch)
    out.loss.backward()
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    config = model.config.to_dict()
    if dialect:
        config = dialect(config)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    parameters = dict(model.named_parameters())
    save_file({n: p.detach().contiguous() for n, p in parameters.items()}, folder / "model.safetensors")
    expected = {k: v.to(torch.int64).contiguous() for k, v in batch.items()}
    expected["logits"] = out.logits.detach().contiguous()
    expected["loss"] = out.loss.detach().reshape(1)
    expected["example_loss"] = example_losses(out.logits.detach(), batch, shift)
    for n, p in parameters.items():
        if p.grad is not None:
            expected["grad." + n] = p.grad.contiguous()
    save_file(expected, folder / "expected.safetensors")


def older(scaling):
    """The form of config.json that transformers wrote before version 5."""

    def convert(config):
        config.pop("rope_parameters", None)
        config.pop("dtype", None)
        return config | dict(rope_theta=5000.0, rope_scaling=scaling, torch_dtype="float32")

    return convert


make("llama-biases-older-config", causal(LlamaConfig(
    **SMALL, num_key_value_heads=1, attention_bias=True, mlp_bias=True, head_dim=10, hidden_act="gelu",
    rope_parameters=dict(rope_type="default", rope_theta=5000.0))), dialect=older(None))
make("llama-linear-older-config", causal(LlamaConfig(
    **SMALL, rope_parameters=dict(rope_type="linear", factor=4.0, rope_theta=5000.0))),
    dialect=older(dict(type="linear", factor=4.0)))
make("llama-left-padding", causal(LlamaConfig(**SMALL, hidden_act="gelu_pytorch_tanh"), left_padding=5))
make("mistral-long", causal(MistralConfig(
    **SMALL, num_key_value_heads=2, sliding_window=70, max_position_embeddings=200), length=150))
make("qwen2-windows", causal(Qwen2Config(
    **SMALL, num_key_value_heads=2, use_sliding_window=True, sliding_window=5, max_window_layers=1)))
make("gpt2-scaled", causal(GPT2Config(
    vocab_size=60, n_embd=24, n_layer=3, n_head=3, n_inner=50, n_positions=40, scale_attn_by_inverse_layer_idx=True,
    activation_function="relu", embd_pdrop=0, attn_pdrop=0, resid_pdrop=0)))
make("roberta-mlm", masked(RobertaConfig(
    **SMALL, max_position_embeddings=20, type_vocab_size=1, pad_token_id=1)), shift=False)
make("bert-two-segments", classifier(BertConfig(
    **SMALL, max_position_embeddings=20, num_labels=2, hidden_act="gelu_new")), shift=False)
make("xlm-roberta-mlm", masked(XLMRobertaConfig(
    **SMALL, max_position_embeddings=20, type_vocab_size=1, pad_token_id=1)), shift=False)
make("xlm-roberta-classifier", classifier(XLMRobertaConfig(
    **SMALL, max_position_embeddings=20, num_labels=2)), shift=False)
