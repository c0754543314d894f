"""Makes these fixtures: small bases, adapters as PEFT saves them, and what PEFT merges them to.

Run with torch 2.13, transformers 5.18, peft 0.21 and safetensors in this folder: python3 make.py
"""

import json
import pathlib
import shutil
import warnings

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.pytorch_utils import Conv1D

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
WIDTH, INNER, WORDS = 8, 12, 10


class Block(nn.Module):
    def __init__(self, conv):
        super().__init__()
        linear = (lambda a, b: Conv1D(b, a)) if conv else nn.Linear
        self.norm = nn.LayerNorm(WIDTH)
        self.c_attn = linear(WIDTH, INNER)
        self.c_proj = linear(WIDTH, WIDTH)


class Inner(nn.Module):
    def __init__(self, conv):
        super().__init__()
        self.embed_tokens = nn.Embedding(WORDS, WIDTH)
        self.layers = nn.ModuleList([Block(conv), Block(conv)])


class Tiny(nn.Module):
    def __init__(self, conv=False):
        super().__init__()
        self.model = Inner(conv)
        self.lm_head = nn.Linear(WIDTH, WORDS, bias=False)
        for parameter in self.parameters():
            parameter.data = torch.randn(parameter.shape)

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def get_output_embeddings(self):
        return self.lm_head


def base(conv=False):
    torch.manual_seed(3)
    return Tiny(conv)


def save(model, name):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    tensors = {k: v.detach().contiguous() for k, v in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def adapter(name, seed, conv=False, scatter=(), save_embedding_layers="auto", **settings):
    torch.manual_seed(seed)
    model = get_peft_model(base(conv), LoraConfig(init_lora_weights=False, **settings))
    for key, parameter in model.named_parameters():
        if any(part in key for part in scatter):
            parameter.data = torch.randn(parameter.shape)
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, save_embedding_layers=save_embedding_layers)
    (folder / "README.md").unlink()
    loaded = PeftModel.from_pretrained(base(conv), folder)
    merge(loaded, name)


def merge(model, name):
    merged = model.merge_and_unload()
    tensors = {k: v.detach().contiguous() for k, v in merged.state_dict().items()}
    save_file(tensors, HERE / name / "expected.safetensors")


save(base(), "base")
save(base(True), "base-conv1d")
adapter("plain", 10, r=3, lora_alpha=5, target_modules=["c_attn", "c_proj"])
adapter("rslora", 11, r=4, lora_alpha=3, use_rslora=True, target_modules=["c_proj", "lm_head"])
adapter(
    "patterns",
    12,
    r=2,
    lora_alpha=4,
    target_modules=["c_attn", "c_proj"],
    rank_pattern={"c_attn": 3, r"^model\.layers\.1\.c_proj": 5},
    alpha_pattern={r"layers\.[0]\.c_.*": 7, "model.layers.1.c_attn": 9},
)
adapter(
    "conv1d",
    13,
    conv=True,
    r=3,
    lora_alpha=5,
    fan_in_fan_out=True,
    target_modules=["c_attn", "c_proj"],
)
adapter(
    "modules_to_save",
    14,
    r=2,
    lora_alpha=2,
    target_modules=["c_attn"],
    modules_to_save=["lm_head", "norm"],
    scatter=["modules_to_save"],
)
adapter("embedding", 15, r=2, lora_alpha=6, target_modules=["embed_tokens", "c_attn"])
adapter("bias_all", 16, r=2, lora_alpha=6, bias="all", target_modules=["c_attn"], scatter=["bias"])
adapter(
    "bias_lora_only",
    17,
    r=2,
    lora_alpha=6,
    bias="lora_only",
    target_modules=["c_attn"],
    scatter=["bias"],
)

# One after the other.
model = PeftModel.from_pretrained(base(), HERE / "plain").merge_and_unload()
(HERE / "two").mkdir(exist_ok=True)
merge(PeftModel.from_pretrained(model, HERE / "rslora"), "two")


def tied_base():
    torch.manual_seed(4)
    config = LlamaConfig(
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=1,
        num_attention_heads=2,
        vocab_size=WORDS,
        tie_word_embeddings=True,
    )
    model = LlamaForCausalLM(config)
    for parameter in model.parameters():
        parameter.data = torch.randn(parameter.shape)
    return model


def save_tied(model, file):
    tensors = {k: v.detach().contiguous() for k, v in model.state_dict().items()}
    assert torch.equal(tensors.pop("lm_head.weight"), tensors["model.embed_tokens.weight"])
    save_file(tensors, file, {"format": "pt"})


# An output head that is the embedding, and stays it where that is stored whole.
(HERE / "base-tied").mkdir(exist_ok=True)
tied_base().config.save_pretrained(HERE / "base-tied")
config = json.loads((HERE / "base-tied" / "config.json").read_text())
config["architectures"] = ["LlamaForCausalLM"]
(HERE / "base-tied" / "config.json").write_text(json.dumps(config, indent=2) + "\n")
save_tied(tied_base(), HERE / "base-tied" / "model.safetensors")
model = get_peft_model(
    tied_base(),
    LoraConfig(
        init_lora_weights=False,
        r=2,
        target_modules=["q_proj"],
        modules_to_save=["embed_tokens"],
        ensure_weight_tying=True,
    ),
)
for key, parameter in model.named_parameters():
    if "modules_to_save" in key:
        parameter.data = torch.randn(parameter.shape)
model.save_pretrained(HERE / "tied")
(HERE / "tied" / "README.md").unlink()
merged = PeftModel.from_pretrained(tied_base(), HERE / "tied").merge_and_unload()
save_tied(merged, HERE / "tied" / "expected.safetensors")
