"""Makes the fixtures of this folder: small random models whose configs say that head and embedding are one, or that
leave it open, and that store something else; and what Hugging Face transformers makes of them when it loads them:
logits, losses and gradients, in float32. Run with torch 2.13 and transformers 5.18:  python3 make.py"""
import json
import pathlib

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM
from transformers import BertConfig, GPT2Config, LlamaConfig, RobertaConfig

HERE = pathlib.Path(__file__).parent
SMALL = dict(vocab_size=20, hidden_size=8, intermediate_size=12, num_hidden_layers=1, num_attention_heads=2,
             max_position_embeddings=20)
BIASES = dict(bert=("cls.predictions.bias", "cls.predictions.decoder.bias"),
              roberta=("lm_head.bias", "lm_head.decoder.bias"))


def make(name, kind, config, edit, masked=False, renamed=None):
    """Edits the stored tensors, loads the model anew and writes what comes of it."""
    torch.manual_seed(17)
    model = kind.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    folder = HERE / name
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "config.json").write_text(json.dumps(model.config.to_dict(), indent=1) + "\n")
    tensors = load_file(folder / "model.safetensors")
    edit(tensors)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").train(False)
    ids = torch.randint(2, config.vocab_size, (2, 9))
    labels = torch.where(torch.arange(9)[None] % 3 == 1, ids, -100) if masked else ids.clone()
    batch = dict(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels)
    out = model(**batch)
    out.loss.backward()
    expected = dict(batch, logits=out.logits.detach(), loss=out.loss.detach().reshape(1))
    rows, due = (out.logits, labels) if masked else (out.logits[:, :-1], labels[:, 1:])
    expected["example_loss"] = torch.stack(
        [torch.nn.functional.cross_entropy(rows[i], due[i]).detach() for i in range(2)])
    for n, p in model.named_parameters():
        if p.grad is not None:
            expected["grad." + (renamed or {}).get(n, n)] = p.grad
    save_file({n: t.contiguous() for n, t in expected.items()}, folder / "expected.safetensors")


def store(name, *shape):
    return lambda tensors: tensors.update({name: 0.3 * torch.randn(*shape)})


def move(name, other):
    return lambda tensors: tensors.update({other: tensors.pop(name)})


def copy(name, other):
    return lambda tensors: tensors.update({other: tensors[name].clone()})


llama = LlamaConfig(**SMALL, tie_word_embeddings=True)
gpt2 = GPT2Config(vocab_size=20, n_embd=8, n_layer=1, n_head=2, n_positions=20)
make("llama-head-stored", AutoModelForCausalLM, llama, store("lm_head.weight", 20, 8))
make("llama-head-copied", AutoModelForCausalLM, llama, copy("model.embed_tokens.weight", "lm_head.weight"))
make("llama-head-alone", AutoModelForCausalLM, llama, move("model.embed_tokens.weight", "lm_head.weight"),
     renamed={"model.embed_tokens.weight": "lm_head.weight"})
make("gpt2-head-stored", AutoModelForCausalLM, gpt2, store("lm_head.weight", 20, 8))
for family, (usual, used) in BIASES.items():
    kind = BertConfig if family == "bert" else RobertaConfig
    head = used.replace("bias", "weight")
    make(family + "-untied", AutoModelForMaskedLM, kind(**SMALL, pad_token_id=1, tie_word_embeddings=False),
         store(used, 20), masked=True)
    make(family + "-head-stored", AutoModelForMaskedLM, kind(**SMALL, pad_token_id=1), store(head, 20, 8), masked=True)
    make(family + "-biases", AutoModelForMaskedLM, kind(**SMALL, pad_token_id=1), store(used, 20), masked=True)
    make(family + "-bias-renamed", AutoModelForMaskedLM, kind(**SMALL, pad_token_id=1), move(usual, used), masked=True,
         renamed={usual: used})
make("bert-head-alone", AutoModelForMaskedLM, BertConfig(**SMALL, pad_token_id=1),
     move("bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"), masked=True,
     renamed={"bert.embeddings.word_embeddings.weight": "cls.predictions.decoder.weight"})
