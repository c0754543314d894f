"""Makes the fixtures of this folder: small random encoders without a head, the last states that Hugging Face transformers
gives for them, and the embeddings that sentence-transformers makes of these, in float32; and the cosines of pairs of
texts with their correlations. Run with torch 2.13, transformers 5.18, sentence-transformers 6.0 and SciPy:  python3 make.py"""
import json
import pathlib

import torch
from safetensors.torch import save_file
from scipy.stats import pearsonr, spearmanr
from sentence_transformers.models import Pooling
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel, XLMRobertaConfig, XLMRobertaModel

HERE = pathlib.Path(__file__).parent
SMALL = dict(
    vocab_size=20, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    max_position_embeddings=20, pad_token_id=0)
LENGTH = 9


def modules(pooling, normalize, package):
    listed = [("Transformer", ""), ("Pooling", "1_Pooling")] + [("Normalize", "2_Normalize")] * normalize
    return {
        "modules.json": [
            dict(idx=i, name=str(i), path=path, type=package + name) for i, (name, path) in enumerate(listed)],
        "1_Pooling/config.json": pooling}


def make(name, model, modes, normalize=False, architectures=None, prefix="", without=(), files=None, most=18):
    folder = HERE / name
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True) if files else folder.mkdir(exist_ok=True)
    model.train(False)
    torch.manual_seed(10)
    with torch.no_grad():
        # Norms and biases start as ones and zeros, which would hide mistakes.
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.mul_(4)
    config = model.config.to_dict() | dict(architectures=architectures)
    for file, value in {"config.json": config, **(files or {})}.items():
        (folder / file).write_text(json.dumps(value, indent=1) + "\n")
    save_file(
        {prefix + n: p.detach().contiguous() for n, p in model.named_parameters() if not n.startswith(tuple(without))},
        folder / "model.safetensors")
    pooling = Pooling(SMALL["hidden_size"], pooling_mode=modes)

    def embeddings(ids, mask):
        with torch.no_grad():
            states = model(input_ids=ids, attention_mask=mask).last_hidden_state
            pooled = pooling(dict(token_embeddings=states, attention_mask=mask))["sentence_embedding"]
        return states, torch.nn.functional.normalize(pooled, dim=1) if normalize else pooled

    ids = torch.randint(2, SMALL["vocab_size"], (3, LENGTH))
    mask = torch.ones_like(ids)
    mask[1, LENGTH - 3:] = 0
    mask[2, :2] = 0
    ids[mask == 0] = 0
    states, pooled = embeddings(ids, mask)
    save_file(
        dict(input_ids=ids, attention_mask=mask, states=states.contiguous(), embeddings=pooled.contiguous()),
        folder / "expected.safetensors")

    tokenizer = Tokenizer.from_file(str(HERE.parent / "words/tokenizer.json"))
    tokenizer.enable_truncation(most)
    lines = [json.loads(line) for line in (HERE / "pairs.jsonl").read_text().splitlines()]

    def embedding(text):
        ids = torch.tensor([tokenizer.encode(text).ids])
        return embeddings(ids, torch.ones_like(ids))[1][0]

    cosines = [
        torch.cosine_similarity(embedding(line["text"]), embedding(line["other"]), dim=0).item() for line in lines]
    scores = [line["score"] for line in lines]
    (folder / "expected.json").write_text(json.dumps(dict(
        cosines=cosines, spearman=spearmanr(cosines, scores)[0], pearson=pearsonr(cosines, scores)[0]), indent=1) + "\n")


torch.manual_seed(7)
make("bert-cls-normalized", BertModel(BertConfig(**SMALL)), "cls", True, ["BertModel"], most=6, files=modules(
    dict(word_embedding_dimension=24, pooling_mode_cls_token=True, pooling_mode_mean_tokens=False), True,
    "sentence_transformers.models.") | {"sentence_bert_config.json": dict(max_seq_length=6, do_lower_case=True)})
make("roberta-mean", RobertaModel(RobertaConfig(**SMALL)), "mean", without=["pooler."], prefix="roberta.",
     architectures=["RobertaForMaskedLM"])
make("xlm-roberta-many", XLMRobertaModel(XLMRobertaConfig(**SMALL)),
     ("weightedmean", "max", "mean_sqrt_len_tokens", "lasttoken"), without=["pooler."], files=modules(
    dict(embedding_dimension=24, pooling_mode=["weightedmean", "max", "mean_sqrt_len_tokens", "lasttoken"],
         include_prompt=True), False, "sentence_transformers.sentence_transformer.modules.pooling."))
make("bert-switches", BertModel(BertConfig(**SMALL), add_pooling_layer=False), ("cls", "max", "mean"), files=modules(
    dict(word_embedding_dimension=24, pooling_mode_mean_tokens=True, pooling_mode_max_tokens=True,
         pooling_mode_cls_token=True, pooling_mode_lasttoken=False), False, "sentence_transformers.models."))
