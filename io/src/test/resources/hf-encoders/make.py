"""Makes the fixtures of this folder: small random encoders as classifiers, masked language models and without a head, and
what Hugging Face transformers makes of them, in float32. Run with torch 2.13 and transformers 5.18:  python3 make.py"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModel, AutoModelForMaskedLM, AutoModelForSequenceClassification
from transformers import CamembertConfig, DistilBertConfig, ElectraConfig, ModernBertConfig, NomicBertConfig

from fixtures import perturb, write

torch.set_num_threads(1)
HERE = pathlib.Path(__file__).parent
ONLY = sys.argv[1:]
SMALL = dict(
    vocab_size=40, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3,
    max_position_embeddings=24)
cross_entropy = torch.nn.functional.cross_entropy


def wanted(name):
    return not ONLY or any(name.startswith(start) for start in ONLY)


def batch(config, length, padded, rows=3):
    ids = torch.randint(3, config.vocab_size, (rows, length))
    mask = torch.ones_like(ids)
    mask[1, length - padded:] = 0
    ids[mask == 0] = config.pad_token_id
    return dict(input_ids=ids, attention_mask=mask)


def masked(name, config, length=11, padded=3, **how):
    if not wanted(name):
        return
    torch.manual_seed(8)
    model = AutoModelForMaskedLM.from_config(config, attn_implementation="eager")
    perturb(model)
    inputs = batch(config, length, padded)
    labels = torch.full_like(inputs["input_ids"], -100)
    labels[0, 2], labels[1, 4], labels[1, 5], labels[2, 0] = 7, 9, 11, 13
    out = model(**inputs, labels=labels)
    losses = torch.stack([cross_entropy(out.logits[i], labels[i]) for i in range(3)])
    write(HERE / name, model, dict(inputs, labels=labels), out.loss, losses, out.logits, **how)


def classifier(name, config, length=10, padded=4, types=False, **how):
    if not wanted(name):
        return
    torch.manual_seed(9)
    config.num_labels = 3
    model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager")
    perturb(model)
    inputs = batch(config, length, padded)
    if types:
        inputs["token_type_ids"] = (torch.arange(length) >= length // 2).long().expand(3, -1)
    labels = torch.tensor([1, 0, 2])
    out = model(**inputs, labels=labels)
    losses = torch.stack([cross_entropy(out.logits[i], labels[i]) for i in range(3)])
    write(HERE / name, model, dict(inputs, labels=labels), out.loss, losses, out.logits, **how)


def encoder(name, config, prefix="", length=9, config_as=lambda c: c, tensors=lambda t: t, architecture=None):
    """An encoder without a head, whose embedding is the mean of its last states."""
    if not wanted(name):
        return
    torch.manual_seed(7)
    model = AutoModel.from_config(config, attn_implementation="eager")
    perturb(model)
    inputs = batch(config, length, 3)
    with torch.no_grad():
        states = model(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(2)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    stored = config_as(model.config.to_dict() | dict(architectures=[architecture or type(model).__name__]))
    (folder / "config.json").write_text(json.dumps(stored, indent=1) + "\n")
    parameters = tensors({prefix + n: p.detach() for n, p in model.named_parameters() if not n.startswith("pooler.")})
    save_file({n: p.contiguous() for n, p in parameters.items()}, folder / "model.safetensors")
    save_file(dict(inputs, states=states.contiguous(), embeddings=(states * mask).sum(1) / mask.sum(1)),
              folder / "expected.safetensors")


def older(config):
    """The form of config.json that transformers wrote before version 5."""
    config.pop("dtype", None)
    return config | dict(torch_dtype="float32", transformers_version="4.41.0")


DISTIL = dict(vocab_size=40, dim=24, hidden_dim=40, n_layers=2, n_heads=3, max_position_embeddings=24)
masked("camembert-mlm", CamembertConfig(**SMALL, type_vocab_size=1))
classifier("camembert-classifier", CamembertConfig(**SMALL, type_vocab_size=1), config_as=older)
encoder("camembert", CamembertConfig(**SMALL, type_vocab_size=1), prefix="roberta.")
masked("distilbert-mlm", DistilBertConfig(**DISTIL, activation="relu"), config_as=lambda c: c | dict(tie_weights_=True))
classifier("distilbert-classifier", DistilBertConfig(**DISTIL, sinusoidal_pos_embds=True), config_as=older)
encoder("distilbert", DistilBertConfig(**DISTIL))
masked("electra-mlm", ElectraConfig(**SMALL, embedding_size=16))
classifier("electra-classifier", ElectraConfig(**SMALL, embedding_size=16), types=True, config_as=older)
classifier("electra-classifier-wide", ElectraConfig(**SMALL, embedding_size=24))
encoder("electra", ElectraConfig(**SMALL, embedding_size=16), prefix="electra.", architecture="ElectraForPreTraining")


def modern_older(config):
    """The form of ModernBERT's config.json as it was published."""
    for key in ("layer_types", "rope_parameters", "sliding_window"):
        config.pop(key, None)
    return older(config) | dict(
        global_attn_every_n_layers=3, global_rope_theta=700.0, local_rope_theta=90.0, layer_norm_eps=1e-5,
        position_embedding_type="absolute", reference_compile=False)


MODERN = dict(
    vocab_size=40, hidden_size=24, intermediate_size=20, num_hidden_layers=4, num_attention_heads=3, pad_token_id=0,
    bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2, local_attention=8, max_position_embeddings=64,
    rope_parameters=dict(full_attention=dict(rope_type="default", rope_theta=700.0),
                         sliding_attention=dict(rope_type="default", rope_theta=90.0)))
masked("modernbert-mlm", ModernBertConfig(**MODERN), length=19)
masked("modernbert-biases", ModernBertConfig(
    **{**MODERN, "num_hidden_layers": 2}, norm_bias=True, attention_bias=True, mlp_bias=True, classifier_bias=True,
    decoder_bias=False, layer_types=["sliding_attention", "full_attention"], hidden_activation="gelu_pytorch_tanh",
    classifier_activation="silu"))
classifier("modernbert-classifier", ModernBertConfig(**MODERN), length=19, config_as=modern_older)
encoder("modernbert", ModernBertConfig(**MODERN))


def nomic_published(config):
    """The form of the config.json with which NomicBERT was published."""
    kept = ("architectures", "model_type", "vocab_size", "type_vocab_size", "initializer_range", "id2label", "pad_token_id")
    return {k: config[k] for k in kept if k in config} | dict(
        n_embd=24, n_head=3, n_layer=2, n_inner=40, n_positions=64, max_trained_positions=24,
        activation_function="swiglu", layer_norm_epsilon=1e-12, rotary_emb_base=500, rotary_emb_fraction=1.0,
        rotary_emb_interleaved=False, rotary_emb_scale_base=None, rotary_scaling_factor=None, prenorm=False,
        causal=False, parallel_block=False, use_rms_norm=False, qkv_proj_bias=False, mlp_fc1_bias=False,
        mlp_fc2_bias=False, scale_attn_weights=True, scale_attn_by_inverse_layer_idx=False, resid_pdrop=0.0,
        fused_bias_fc=True, use_flash_attn=True, use_xentropy=True, pad_vocab_size_multiple=64, torch_dtype="float32",
        auto_map=dict(AutoModel="nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"))


def nomic_tensors(tensors):
    """The names and shapes of the tensors with which NomicBERT was published."""
    stored = {}
    for name, tensor in tensors.items():
        name = name.replace("nomic_bert.", "bert.")
        if ".q_proj" in name:
            rest = [tensors[n.replace("q_proj", other)] for n in tensors if n.replace("nomic_bert.", "bert.") == name
                    for other in ("k_proj", "v_proj")]
            name, tensor = name.replace("self_attn.q_proj", "attn.Wqkv"), torch.cat([tensor, *rest])
        elif "k_proj" in name or "v_proj" in name:
            continue
        for new, old in (
                ("embeddings.LayerNorm", "emb_ln"), ("self_attn.o_proj", "attn.out_proj"), ("up_proj", "fc11"),
                ("gate_proj", "fc12"), ("down_proj", "fc2"), ("post_attention_layernorm", "norm1"),
                ("post_mlp_layernorm", "norm2"), ("layers.", "encoder.layers.")):
            name = name.replace(new, old)
        stored[name] = tensor
    return stored


NOMIC = dict(**SMALL, rope_parameters=dict(rope_type="default", rope_theta=500.0))
masked("nomic-mlm", NomicBertConfig(**NOMIC))
masked("nomic-mlm-published", NomicBertConfig(**NOMIC), config_as=nomic_published, tensors=nomic_tensors)
classifier("nomic-classifier", NomicBertConfig(**NOMIC, head_dim=6), types=True)
encoder("nomic-published", NomicBertConfig(**NOMIC), config_as=nomic_published, tensors=nomic_tensors)
